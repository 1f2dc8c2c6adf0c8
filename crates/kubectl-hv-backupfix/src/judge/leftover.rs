//! Snapshots and contents that nobody owns any more.

use hv_cluster::views::{BoundSnapshotContent, Snapshot};

use super::{Bench, Said, Wanted};
use crate::finding::{Evidence, ObjectRef};
use crate::index::Found;

/// Judges every snapshot and content that Harvester made.
pub(super) fn judge(bench: &mut Bench<'_>, wanted: &Wanted<'_>) {
    let inventory = bench.index.inventory;
    for snapshot in &inventory.snapshots.items {
        let meta = &snapshot.metadata;
        if wanted.takes_namespace(&meta.namespace)
            && let Some((message, evidence)) = orphan(bench, snapshot)
        {
            let object = ObjectRef::new("VolumeSnapshot", &meta.namespace, &meta.name);
            say(bench, object, "orphan-vs", message, evidence);
        }
    }
    for content in &inventory.contents.items {
        let namespace = &content.spec.volume_snapshot_ref.namespace;
        if wanted.takes_namespace(namespace)
            && let Some(message) = stray(bench, content)
        {
            let name = &content.metadata.name;
            let path = format!("VolumeSnapshotContent/{name}");
            let evidence = vec![
                Evidence::new(&path, "spec.deletionPolicy", &content.spec.deletion_policy),
                Evidence::new(path, "spec.source.snapshotHandle", content.handle()),
            ];
            let object = ObjectRef::new("VolumeSnapshotContent", "", name);
            say(bench, object, "orphan-vsc", message, evidence);
        }
    }
}

fn say(
    bench: &mut Bench<'_>,
    object: ObjectRef,
    code: &'static str,
    message: String,
    evidence: Vec<Evidence>,
) {
    bench.say(Said {
        object,
        disk: None,
        code,
        message,
        evidence,
        at_most: None,
    });
}

/// Why a snapshot is one that nobody needs.
pub(crate) fn orphan(bench: &Bench<'_>, snapshot: &Snapshot) -> Option<(String, Vec<Evidence>)> {
    let meta = &snapshot.metadata;
    if meta.is_deleting() {
        return None;
    }
    let path = format!("VolumeSnapshot/{}/{}", meta.namespace, meta.name);
    if let Some(owner) = meta.owner("VirtualMachineBackup") {
        let gone = bench
            .index
            .owning_backup(&meta.namespace, &owner.uid)
            .is_no();
        return gone.then(|| {
            let evidence = Evidence::new(
                path,
                "metadata.ownerReferences[VirtualMachineBackup].uid",
                &owner.uid,
            );
            (format!("its backup {} is gone", owner.name), vec![evidence])
        });
    }
    // The deletion of a VM hands the snapshots of its claims over to them.
    let claim = &snapshot.spec.source.persistent_volume_claim_name;
    let backup = meta
        .name
        .strip_suffix(claim.as_str())?
        .strip_suffix("-volume-")?;
    let owner = meta
        .owner("PersistentVolumeClaim")
        .filter(|_| !claim.is_empty())?;
    bench
        .index
        .backup(&meta.namespace, backup)
        .is_no()
        .then(|| {
            let evidence = Evidence::new(
                path,
                "metadata.ownerReferences[PersistentVolumeClaim].name",
                &owner.name,
            );
            (
                format!(
                    "its snapshot {backup} went with the VM; claim {} keeps it",
                    owner.name
                ),
                vec![evidence],
            )
        })
}

/// Why a content that Harvester made is one that nobody needs.
pub(crate) fn stray(bench: &Bench<'_>, content: &BoundSnapshotContent) -> Option<String> {
    let meta = &content.metadata;
    let bound = &content.spec.volume_snapshot_ref;
    if content.spec.driver != "driver.longhorn.io" || meta.is_deleting() {
        return None;
    }
    let owner = meta.owner("VirtualMachineBackup");
    let restorer = meta.owner("VirtualMachineRestore");
    let is_harvesters = owner.is_some()
        || restorer.is_some()
        || (meta.name.starts_with("restore-") && bound.name.starts_with("restore-"))
        || meta.name == format!("{}-vsc", bound.name)
        || (meta.name.starts_with("snapcontent-") && bound.name.contains("-volume-"));
    if !is_harvesters {
        return None;
    }
    let policy = match content.deletes() {
        true => "Delete",
        false => "Retain",
    };
    let snapshot = bench.index.snapshot(&bound.namespace, &bound.name);
    match (snapshot, owner) {
        (Found::No, _) => Some(format!(
            "its VolumeSnapshot {}/{} is gone, policy {policy}",
            bound.namespace, bound.name
        )),
        // A snapshot made anew under the old name does not take its content over.
        (Found::Yes(snapshot), _)
            if is_older(&bound.uid, &snapshot.metadata.uid) && snapshot.content() != meta.name =>
        {
            Some(format!(
                "VolumeSnapshot {}/{} is another one of the same name, policy {policy}",
                bound.namespace, bound.name
            ))
        }
        (Found::Yes(_), Some(owner))
            if bench
                .index
                .owning_backup(&bound.namespace, &owner.uid)
                .is_no() =>
        {
            Some(format!(
                "its backup {} is gone, policy {policy}",
                owner.name
            ))
        }
        _ => None,
    }
}

fn is_older(bound: &str, actual: &str) -> bool {
    !bound.is_empty() && !actual.is_empty() && bound != actual
}
