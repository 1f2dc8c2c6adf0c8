//! What becomes of data when a content with the policy Delete goes: what its driver is asked, and does.

use hv_cluster::release::Release;
use hv_cluster::views::BoundSnapshotContent;

use crate::index::{Found, Index};
use crate::judge::Handle;

const LONGHORN: &str = "driver.longhorn.io";

/// Keeps the data when the object of a Longhorn backup is deleted; Longhorn sets it itself.
const OBJECT_ONLY: &str = "longhorn.io/delete-custom-resource-only";

/// What the driver does when it is asked to delete what a content stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Longhorn deletes this backup and its data on the backup target.
    Backup(String),
    /// Longhorn deletes a snapshot in the cluster, which is where its data are.
    Snapshot(String),
    /// Another driver deletes its snapshot.
    Other(String),
    /// Nothing is deleted; why.
    Nothing(String),
    /// The driver refuses, and is asked for ever; why.
    Refused(String),
    /// It cannot be told; why.
    Unknown(String),
}

/// Decides it by the handle, as the driver reads it on this release.
pub(crate) fn effect(index: &Index<'_>, content: &BoundSnapshotContent) -> Effect {
    let name = &content.metadata.name;
    if content.spec.driver != LONGHORN {
        return Effect::Other(content.spec.driver.clone());
    }
    // The sidecar asks with the handle of the status, and not at all without one.
    let handle = content.status.snapshot_handle.as_str();
    if handle.is_empty() {
        let why = format!("the status of {name} holds no handle, without which no driver is asked");
        return match content.spec.source.snapshot_handle.as_str() {
            "" => Effect::Unknown(format!("{why}; it may get one while the snapshot is made")),
            _ => Effect::Unknown(format!("{why}; it may get the one of its spec")),
        };
    }
    match Handle::parse(handle) {
        Handle::Names { kind, volume, id } => match kind.as_str() {
            "bak" | "bs" => backup(index, &volume, &id),
            "snap" => Effect::Snapshot(format!("{id} of volume {volume}")),
            _ => Effect::Nothing(format!("Longhorn knows no handle of the type {kind}")),
        },
        Handle::Odd if handle.starts_with("bi://") => {
            Effect::Unknown(format!("the handle is one of a backing image: {handle}"))
        }
        Handle::Odd if lacks_id(handle) => {
            Effect::Refused(format!("the handle names no backup: {handle}"))
        }
        Handle::Odd => Effect::Nothing(format!("Longhorn cannot read the handle {handle}")),
    }
}

/// The driver of Longhorn goes by the name of the backup alone, but from Longhorn 1.8.1 on, which
/// came with Harvester 1.5, only if it has a volume of the name that the handle gives.
fn backup(index: &Index<'_>, named: &str, id: &str) -> Effect {
    let found = match index.lh_backup(id) {
        Found::Yes(found) => found,
        Found::No => return Effect::Nothing(format!("Longhorn has no Backup {id}")),
        Found::Unknown(why) => return Effect::Unknown(why),
    };
    if found.metadata.labels.contains_key(OBJECT_ONLY) {
        let why = format!("Backup {id} carries the label {OBJECT_ONLY}");
        return Effect::Nothing(why);
    }
    let actual = found.volume();
    if actual.is_empty() {
        return Effect::Unknown(format!("Backup {id} names no volume yet"));
    }
    if named != actual {
        let why = format!("the handle names volume {named}, of which Longhorn has no backups");
        match (index.lh_volumes(named), index.inventory.release.number()) {
            (Found::Yes(volumes), _) if !volumes.is_empty() => {}
            (_, Some(release)) if !goes_by_volume(release) => {}
            (_, None) => {
                let why = format!("{why}: up to 1.4 {id} is deleted all the same, later it is not");
                return Effect::Unknown(why);
            }
            (Found::Unknown(why), _) => return Effect::Unknown(why),
            (Found::Yes(_) | Found::No, _) => return Effect::Nothing(why),
        }
    }
    match index.lh_volumes(actual) {
        Found::Unknown(why) => Effect::Unknown(why),
        Found::Yes(volumes) if !volumes.is_empty() => Effect::Backup(id.to_owned()),
        Found::Yes(_) | Found::No => Effect::Nothing(format!(
            "Longhorn has no BackupVolume for {actual}, so at most the object {id} goes"
        )),
    }
}

fn goes_by_volume(release: &Release) -> bool {
    Release::parse("1.5").is_some_and(|bound| release.at_least(&bound))
}

fn lacks_id(handle: &str) -> bool {
    let named = handle
        .split_once("://")
        .filter(|(kind, _)| matches!(*kind, "bak" | "bs" | "snap"));
    named
        .and_then(|(_, rest)| rest.split_once('/'))
        .is_some_and(|(_, id)| id.is_empty())
}
