//! What a restore needs although nobody asks for it.

use std::collections::BTreeSet;

use hv_cluster::views::VolumeBackup;

use super::controller::{Way, home};
use super::inquiry::{Inquiry, demotion};
use super::walk::{Reply, Walk};
use crate::index::Found;
use crate::judge::{Chain, Handle};

/// Asks what a disk needs.
pub(crate) fn of_disk(walk: &mut Walk, inquiry: &Inquiry<'_>, record: &VolumeBackup, way: Way) {
    let disk = Some(record.volume_name.as_str());
    let chain = Chain::of(inquiry.index, inquiry.backup, record);
    if way == Way::Pair {
        pair(walk, inquiry, record, &chain);
    }
    if inquiry.backup.is_snapshot() || record.longhorn_backup_name.is_empty() {
        return;
    }
    let name = &record.longhorn_backup_name;
    walk.ask(
        disk,
        format!("Longhorn Backup {name} is Completed"),
        || match &chain.lh_backup {
            Found::Unknown(why) => Reply::Unknown(why.clone()),
            Found::No => Reply::No("Longhorn has no such Backup".to_owned()),
            Found::Yes(found) if found.metadata.is_deleting() => {
                Reply::No("Longhorn is deleting it, and its data with it".to_owned())
            }
            Found::Yes(found) => match (found.status.state.as_str(), found.status.error.as_str()) {
                ("Completed", _) => Reply::Yes,
                ("", _) => Reply::No("it has no state yet".to_owned()),
                (state, "") => Reply::No(format!("it is {state}")),
                (state, error) => Reply::No(format!("it is {state}: {error}")),
            },
        },
    );
}

/// The pair of snapshot and content, followed by its references.
fn pair(walk: &mut Walk, inquiry: &Inquiry<'_>, record: &VolumeBackup, chain: &Chain<'_>) {
    let disk = Some(record.volume_name.as_str());
    if !inquiry.since("1.5") {
        let question = format!(
            "VolumeSnapshot {}/{} exists",
            home(inquiry, record),
            record.name
        );
        let consequence = "the claim is made and waits for ever";
        walk.ask(disk, question, || Reply::of(&chain.snapshot, consequence));
    }
    walk.ask(
        disk,
        "the VolumeSnapshot is bound to a content of its own",
        || match (
            &chain.content,
            chain.is_bound(inquiry.backup, record),
            chain.content_name,
        ) {
            (Found::Unknown(why), _, _) => Reply::Unknown(why.clone()),
            (Found::No, _, "") => Reply::No("it is bound to none".to_owned()),
            (Found::No, _, name) => Reply::No(format!("there is no VolumeSnapshotContent {name}")),
            (Found::Yes(content), Some(false), name) => {
                let bound = &content.spec.volume_snapshot_ref;
                let other = format!("{}/{}", bound.namespace, bound.name);
                Reply::No(format!("{name} belongs to VolumeSnapshot {other}"))
            }
            (Found::Yes(_), _, _) => Reply::Yes,
        },
    );
    walk.ask(disk, "neither of the two is being deleted", || {
        let snapshot = matches!(&chain.snapshot, Found::Yes(found) if found.metadata.is_deleting());
        let content = matches!(&chain.content, Found::Yes(found) if found.metadata.is_deleting());
        match (snapshot, content) {
            (true, _) => Reply::No("the VolumeSnapshot is".to_owned()),
            (_, true) => Reply::No("the VolumeSnapshotContent is".to_owned()),
            _ => Reply::Yes,
        }
    });
    let name = record.longhorn_backup_name.as_str();
    if inquiry.backup.is_snapshot() || chain.is_made_here() || name.is_empty() {
        return;
    }
    walk.ask(
        disk,
        format!("the content's handle names {name}"),
        || match &chain.content {
            Found::Unknown(why) => Reply::Unknown(why.clone()),
            Found::No => Reply::No("there is no content".to_owned()),
            Found::Yes(content) => match Handle::parse(content.handle()) {
                Handle::Odd => Reply::No(format!("it cannot be read: {}", content.handle())),
                Handle::Names { kind, .. } if !matches!(kind.as_str(), "bak" | "bs") => {
                    Reply::No(format!("it is of the type {kind}, which is no backup"))
                }
                Handle::Names { id, .. } if id != name => {
                    Reply::No(format!("it names {id}: that backup would be restored"))
                }
                Handle::Names { volume, .. }
                    if !chain.volume.is_empty()
                        && volume != chain.volume
                        && !inquiry.since("1.5") =>
                {
                    Reply::YesBut(format!(
                        "its volume, {volume}, is wrong ({} is right); harmless before 1.5",
                        chain.volume
                    ))
                }
                Handle::Names { .. } => Reply::Yes,
            },
        },
    );
}

/// Asks what all disks together need.
pub(crate) fn of_all(walk: &mut Walk, inquiry: &Inquiry<'_>) {
    let disks = inquiry.backup.disks().iter();
    let claims = disks.map(|record| &record.persistent_volume_claim);
    let mut classes = BTreeSet::new();
    let mut images = BTreeSet::new();
    for claim in claims {
        classes.insert(claim.spec.storage_class_name.as_str());
        images.extend(
            claim
                .metadata
                .annotations
                .get("harvesterhci.io/imageId")
                .map(String::as_str),
        );
    }
    for name in images.into_iter().filter(|name| name.contains('/')) {
        let (namespace, own) = name.split_once('/').unwrap_or_default();
        walk.ask(None, format!("image {name} exists"), || {
            Reply::of(
                &inquiry.index.image(namespace, own),
                "the volume waits for ever without its image",
            )
        });
    }
    for name in classes.into_iter().filter(|name| !name.is_empty()) {
        class(walk, inquiry, name);
    }
    if !inquiry.backup.is_snapshot() {
        if let Some(reason) = demotion(inquiry.backup) {
            walk.ask(None, "its data is on the backup target", || {
                Reply::Unknown(format!(
                    "the pass that demoted it did not find it ({reason}); what it wrote may stay \
                     when the data is back"
                ))
            });
        }
        walk.ask(None, "Longhorn reaches the backup target", || {
            reachable(inquiry)
        });
    }
}

fn class(walk: &mut Walk, inquiry: &Inquiry<'_>, name: &str) {
    let found = inquiry.index.class(name);
    walk.ask(None, format!("storage class {name} exists"), || {
        Reply::of(
            &found,
            "the restore is let through, and its claims wait for ever",
        )
    });
    // Before 1.9 the VM is started while its claims still wait.
    if !inquiry.since("1.9") {
        return;
    }
    walk.ask(
        None,
        format!("storage class {name} binds claims at once"),
        || match &found {
            Found::Yes(class) if class.volume_binding_mode == "WaitForFirstConsumer" => Reply::No(
                "the claims wait for the VM to start, and the VM is started when they are bound; \
             start it by hand"
                    .to_owned(),
            ),
            found => Reply::of(found, ""),
        },
    );
}

fn reachable(inquiry: &Inquiry<'_>) -> Reply {
    let targets = &inquiry.index.inventory.lh_targets;
    let found = targets
        .items
        .iter()
        .find(|target| target.metadata.name == "default");
    match (
        found.and_then(|target| target.status.available),
        &targets.gap,
    ) {
        (Some(true), _) => Reply::Yes,
        (Some(false), _) => Reply::No("its BackupTarget is not available".to_owned()),
        (None, Some(gap)) => Reply::Unknown(gap.describe("backuptargets.longhorn.io")),
        (None, None) => Reply::Unknown("its BackupTarget does not say".to_owned()),
    }
}
