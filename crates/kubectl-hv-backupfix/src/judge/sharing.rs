//! Which Longhorn backups are held by more than one object.

use std::collections::{HashMap, HashSet};
use std::fmt;

use hv_cluster::views::{Backup, BoundSnapshotContent, Owned, VolumeBackup};

use super::chain::Handle;
use super::{Bench, Said, backup_ref};
use crate::finding::Evidence;
use crate::index::{Found, Index};

/// Something that holds a Longhorn backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holder<'a> {
    kind: &'static str,
    namespace: &'a str,
    name: &'a str,
}

impl<'a> Holder<'a> {
    /// A backup of a VM.
    pub(crate) fn backup(backup: &'a Backup) -> Self {
        Self::namespaced("VirtualMachineBackup", &backup.metadata)
    }

    /// A snapshot's content.
    pub(crate) fn content(content: &'a BoundSnapshotContent) -> Self {
        Self {
            kind: "VolumeSnapshotContent",
            namespace: "",
            name: &content.metadata.name,
        }
    }

    fn namespaced(kind: &'static str, metadata: &'a Owned) -> Self {
        Self {
            kind,
            namespace: &metadata.namespace,
            name: &metadata.name,
        }
    }
}

impl fmt::Display for Holder<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace {
            "" => write!(formatter, "{}/{}", self.kind, self.name),
            namespace => write!(formatter, "{}/{namespace}/{}", self.kind, self.name),
        }
    }
}

/// Holders of Longhorn backups by its name.
#[derive(Debug, Default)]
pub(crate) struct Sharing<'a> {
    holders: HashMap<&'a str, Vec<Holder<'a>>>,
}

impl<'a> Sharing<'a> {
    /// Counts backups, backups of single claims, and contents that belong to none of them.
    pub(crate) fn of(index: &'a Index<'a>) -> Self {
        let inventory = index.inventory;
        let mut sharing = Self::default();
        let mut owned: HashSet<(&str, &str)> = HashSet::new();
        for backup in &inventory.backups.items {
            for record in backup.disks() {
                sharing.hold(&record.longhorn_backup_name, Holder::backup(backup));
                owned.insert((&backup.metadata.namespace, &record.name));
            }
        }
        for backup in &inventory.remote_backups.items {
            if let Some(name) = resolve(index, &backup.status.handle) {
                let holder = Holder::namespaced("VolumeRemoteBackup", &backup.metadata);
                sharing.hold(name, holder);
                owned.insert((&backup.metadata.namespace, &backup.metadata.name));
            }
        }
        for content in &inventory.contents.items {
            let bound = &content.spec.volume_snapshot_ref;
            // One on Retain deletes nothing, and one of a backup is counted with it.
            if !content.deletes()
                || owned.contains(&(bound.namespace.as_str(), bound.name.as_str()))
                || owner_is_alive(index, content)
            {
                continue;
            }
            if let Some(name) = resolve(index, content.handle()) {
                sharing.hold(name, Holder::content(content));
            }
        }
        sharing
    }

    fn hold(&mut self, name: &'a str, holder: Holder<'a>) {
        if !name.is_empty() {
            self.holders.entry(name).or_default().push(holder);
        }
    }

    /// What else holds a Longhorn backup, each once and in order.
    pub(crate) fn others(&self, name: &str, own: Holder<'_>) -> Vec<String> {
        let holders = self.holders.get(name).map_or(&[][..], Vec::as_slice);
        let others = holders.iter().filter(|holder| **holder != own);
        let mut others: Vec<String> = others.map(ToString::to_string).collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    pub(super) fn judge(&self, bench: &mut Bench<'_>, backup: &Backup, record: &VolumeBackup) {
        let name = record.longhorn_backup_name.as_str();
        let others = self.others(name, Holder::backup(backup));
        if backup.is_snapshot() || name.is_empty() || others.is_empty() {
            return;
        }
        let evidence = others
            .iter()
            .map(|other| Evidence::new(other.as_str(), "-", format!("holds {name}")));
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
fn few(holders: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = holders[..holders.len().min(SHOWN)].join(", ");
    match holders.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

/// The Longhorn backup that a handle leads to; where the volume is wrong it leads nowhere.
fn resolve<'a>(index: &Index<'a>, handle: &str) -> Option<&'a str> {
    match Handle::parse(handle) {
        Handle::Names { kind, volume, id } if kind != "snap" => match index.lh_backup(&id) {
            Found::Yes(backup) if backup.volume() == volume => Some(&backup.metadata.name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the backup or restore that a content was made for still exists, or may.
fn owner_is_alive(index: &Index<'_>, content: &BoundSnapshotContent) -> bool {
    let namespace = &content.spec.volume_snapshot_ref.namespace;
    content
        .metadata
        .owner("VirtualMachineBackup")
        .is_some_and(|owner| !matches!(index.owning_backup(namespace, &owner.uid), Found::No))
}
