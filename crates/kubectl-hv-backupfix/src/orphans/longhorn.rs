//! Longhorn's backups that nothing leads to.

use std::collections::BTreeSet;

use hv_cluster::Gap;
use hv_cluster::views::{Backup, LonghornBackup};

use super::document::{Class, Data, Deletion, Orphan};
use super::pairs::named_backup;
use super::search::Search;
use crate::finding::ObjectRef;
use crate::index::{Found, Index};
use crate::judge::Handle;

/// Names of Longhorn backups that something in the cluster leads to, even by a wrong handle.
pub(super) fn led_to(index: &Index<'_>) -> BTreeSet<String> {
    let inventory = index.inventory;
    let records = inventory.backups.items.iter().flat_map(Backup::disks);
    let remote = inventory.remote_backups.items.iter();
    let remote = remote.filter_map(|backup| match Handle::parse(&backup.status.handle) {
        Handle::Names { id, .. } => Some(id),
        Handle::Odd => None,
    });
    let contents = inventory.contents.items.iter().filter_map(named_backup);
    records
        .map(|record| record.longhorn_backup_name.clone())
        .chain(remote)
        .chain(contents)
        .collect()
}

/// Why it cannot be proven that nothing leads to a Longhorn backup.
pub(super) fn doubts(index: &Index<'_>) -> Vec<String> {
    let inventory = index.inventory;
    let mut doubts: Vec<String> = [
        (
            "virtualmachinebackups.harvesterhci.io",
            &inventory.backups.gap,
        ),
        (
            "volumeremotebackups.harvesterhci.io",
            &inventory.remote_backups.gap,
        ),
        (
            "volumesnapshotcontents.snapshot.storage.k8s.io",
            &inventory.contents.gap,
        ),
    ]
    .into_iter()
    .filter_map(|(what, gap)| Some((what, gap.as_ref()?)))
    .filter(|(_, gap)| **gap != Gap::NotServed)
    .map(|(what, gap)| gap.describe(what))
    .collect();
    if let Some(covered) = &inventory.covered {
        doubts.push(format!(
            "the bundle covers only the namespaces {}",
            covered.join(", ")
        ));
    }
    doubts
}

/// Finds them; `recorded` are the names in the records of a backup target, if it was looked at.
pub(super) fn find(search: &mut Search<'_>, recorded: Option<&BTreeSet<String>>) {
    let index = search.bench.index;
    let led_to = led_to(index);
    let doubts = doubts(index);
    for backup in &index.inventory.lh_backups.items {
        let name = &backup.metadata.name;
        let is_recorded = recorded.is_some_and(|names| names.contains(name));
        if backup.metadata.is_deleting() || led_to.contains(name) || is_recorded {
            continue;
        }
        let claim = backup.status.labels.claim.as_ref();
        if !search.takes_or_counts(claim.map(|claim| claim.namespace.as_str())) {
            continue;
        }
        let volume = backup.volume();
        search.items.push(Orphan {
            object: ObjectRef::new("Backup", &backup.metadata.namespace, name),
            class: Class::UnreferencedBackup,
            note: note(backup, recorded.is_some()),
            proven: doubts.is_empty(),
            policy: None,
            leads_to: (!volume.is_empty()).then(|| format!("data of {volume}")),
            also_held_by: Vec::new(),
            deletion: deletion(index, backup),
        });
    }
    let found = search
        .items
        .iter()
        .any(|item| item.class == Class::UnreferencedBackup);
    if found {
        let doubts = doubts.into_iter();
        search.not_judged.extend(
            doubts.map(|why| format!("whether something else leads to a Longhorn Backup: {why}")),
        );
    }
}

fn note(backup: &LonghornBackup, with_records: bool) -> String {
    let labels = &backup.status.labels;
    let origin = match &labels.claim {
        Some(claim) => format!(", of claim {}/{}", claim.namespace, claim.name),
        None => String::new(),
    };
    let made = match labels.recurring_job.as_str() {
        "" => String::new(),
        job => format!(", made by Longhorn's recurring job {job}"),
    };
    let looked = match with_records {
        true => "no backup, record or content leads to it",
        false => "no backup or content leads to it, records were not looked at",
    };
    format!("{looked}{origin}{made}")
}

fn deletion(index: &Index<'_>, backup: &LonghornBackup) -> Deletion {
    let volume = backup.volume();
    let (data, reason) = match index.lh_volumes(volume) {
        _ if backup
            .metadata
            .labels
            .contains_key("longhorn.io/delete-custom-resource-only") =>
        {
            (
                Data::Kept,
                "Longhorn has marked it so that only the object goes".to_owned(),
            )
        }
        Found::Unknown(why) => (Data::Unknown, why),
        Found::Yes(volumes) if !volume.is_empty() && volumes.is_empty() => (
            Data::Kept,
            format!("there is no BackupVolume for {volume}, so only the object goes"),
        ),
        _ => (
            Data::Deleted,
            "its data on the backup target goes with it".to_owned(),
        ),
    };
    Deletion { data, reason }
}
