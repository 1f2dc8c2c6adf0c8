//! Which Longhorn backups are held by more than one object.

use std::collections::{BTreeMap, BTreeSet};

use hv_cluster::views::{Backup, VolumeBackup};

use super::chain::Handle;
use super::{Bench, Said, backup_ref};
use crate::finding::Evidence;
use crate::index::{Found, Index};

/// Holders of Longhorn backups by its name.
#[derive(Debug, Default)]
pub(crate) struct Sharing<'a> {
    holders: BTreeMap<&'a str, BTreeSet<String>>,
}

impl<'a> Sharing<'a> {
    /// Counts backups, backups of single claims, and contents that belong to none of them.
    pub(crate) fn of(index: &'a Index<'a>) -> Self {
        let inventory = index.inventory;
        let mut sharing = Self::default();
        let mut owned: BTreeSet<(&str, &str)> = BTreeSet::new();
        for backup in &inventory.backups.items {
            for record in backup.disks() {
                sharing.hold(&record.longhorn_backup_name, || {
                    named("VirtualMachineBackup", &backup.metadata)
                });
                owned.insert((&backup.metadata.namespace, &record.name));
            }
        }
        let mut by_handle: BTreeMap<String, &str> = BTreeMap::new();
        for backup in &inventory.lh_backups.items {
            by_handle.insert(
                format!("{}/{}", backup.volume(), backup.metadata.name),
                &backup.metadata.name,
            );
        }
        let resolve = |handle: &str| match Handle::parse(handle) {
            // Where the volume is wrong, the handle leads nowhere.
            Handle::Names { kind, volume, id } if kind != "snap" => {
                by_handle.get(&format!("{volume}/{id}")).copied()
            }
            _ => None,
        };
        for backup in &inventory.remote_backups.items {
            if let Some(name) = resolve(&backup.status.handle) {
                sharing.hold(name, || named("VolumeRemoteBackup", &backup.metadata));
                owned.insert((&backup.metadata.namespace, &backup.metadata.name));
            }
        }
        for content in &inventory.contents.items {
            let bound = &content.spec.volume_snapshot_ref;
            let is_harvesters = owned.contains(&(bound.namespace.as_str(), bound.name.as_str()))
                || owner_is_alive(index, content);
            // One on Retain deletes nothing, and one of a backup is counted with it.
            if !content.deletes() || is_harvesters {
                continue;
            }
            if let Some(name) = resolve(content.handle()) {
                sharing.hold(name, || {
                    format!("VolumeSnapshotContent/{}", content.metadata.name)
                });
            }
        }
        sharing
    }

    fn hold(&mut self, name: &'a str, holder: impl FnOnce() -> String) {
        if !name.is_empty() {
            self.holders.entry(name).or_default().insert(holder());
        }
    }

    /// Everything that holds a Longhorn backup.
    pub(crate) fn holders(&self, name: &str) -> impl Iterator<Item = &str> {
        self.holders
            .get(name)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    pub(super) fn judge(&self, bench: &mut Bench<'_>, backup: &Backup, record: &VolumeBackup) {
        let name = record.longhorn_backup_name.as_str();
        let own = named("VirtualMachineBackup", &backup.metadata);
        let others: Vec<&str> = self
            .holders(name)
            .filter(|holder| **holder != own)
            .collect();
        if backup.is_snapshot() || name.is_empty() || others.is_empty() {
            return;
        }
        let evidence = others
            .iter()
            .map(|other| Evidence::new(*other, "-", format!("holds {name}")));
        bench.say(Said {
            object: backup_ref(backup),
            disk: Some(record.volume_name.clone()),
            code: "shared-lh-backup",
            message: format!("{name} is also held by {}", few(&others)),
            evidence: evidence.collect(),
            at_most: None,
        });
    }
}

/// At most three of them by name.
fn few(holders: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = holders
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match holders.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

/// Whether the backup or restore that a content was made for still exists, or may.
fn owner_is_alive(index: &Index<'_>, content: &hv_cluster::views::BoundSnapshotContent) -> bool {
    let namespace = &content.spec.volume_snapshot_ref.namespace;
    content
        .metadata
        .owner("VirtualMachineBackup")
        .is_some_and(|owner| !matches!(index.owning_backup(namespace, &owner.uid), Found::No))
}

fn named(kind: &str, metadata: &hv_cluster::views::Owned) -> String {
    format!("{kind}/{}/{}", metadata.namespace, metadata.name)
}
