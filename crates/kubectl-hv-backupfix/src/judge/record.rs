//! What only the files of a backup target tell.

use std::collections::BTreeSet;

use hv_backupstore::folder::Presence;
use hv_backupstore::record::{Stops, VmRecord};
use hv_cluster::views::Backup;

use super::{Bench, Said, Wanted, backup_ref};
use crate::files::{RecordFile, TargetFiles, stored_path};
use crate::finding::{Evidence, ObjectRef};
use crate::index::Found;

/// Judges records and data on the backup target.
pub(super) fn judge(bench: &mut Bench<'_>, files: &TargetFiles, wanted: &Wanted<'_>) {
    for file in &files.records {
        match &file.content {
            Err(unread) => {
                let object = ObjectRef::new("Record", "", &file.path);
                if unread.stops == Stops::Unknown {
                    bench.unknown(object, None, "record-unreadable", &unread.why);
                } else if unread.stops == Stops::Yes {
                    let evidence = vec![Evidence::new(&file.path, "-", &unread.why)];
                    say(
                        bench,
                        object,
                        "record-unreadable",
                        unread.why.clone(),
                        evidence,
                    );
                }
            }
            Ok(record) if wanted.takes_namespace(&record.namespace) => {
                collision(bench, file, record);
                orphan(bench, file, record);
            }
            Ok(_) => {}
        }
    }
    if wanted.namespace.is_none() {
        data(bench, files);
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

/// A record of this name that is of something else.
fn collision(bench: &mut Bench<'_>, file: &RecordFile, record: &VmRecord) {
    let Found::Yes(backup) = bench.index.backup(&record.namespace, &record.name) else {
        return;
    };
    let (own, other) = (lh_names_of(backup), lh_names(record));
    let same_vm = backup.spec.source.name == record.spec.source_name;
    // A repaired backup has other names of snapshots, but the same backups behind them.
    if same_vm && (own.is_empty() || other.is_empty() || !own.is_disjoint(&other)) {
        return;
    }
    let message = match same_vm {
        false => format!(
            "{} is of VM {}, this backup of {}",
            file.path, record.spec.source_name, backup.spec.source.name
        ),
        true => format!(
            "{} holds other Longhorn backups than this backup",
            file.path
        ),
    };
    let joined = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    let evidence = vec![
        Evidence::new(
            &file.path,
            "backupSpec.source.name",
            &record.spec.source_name,
        ),
        Evidence::new(
            &file.path,
            "volumeBackups.longhornBackupName",
            joined(&other),
        ),
        Evidence::new(
            format!("VirtualMachineBackup/{}/{}", record.namespace, record.name),
            "status.volumeBackups.longhornBackupName",
            joined(&own),
        ),
    ];
    say(
        bench,
        backup_ref(backup),
        "name-collision",
        message,
        evidence,
    );
}

fn lh_names_of(backup: &Backup) -> BTreeSet<&str> {
    let names = backup
        .disks()
        .iter()
        .map(|record| record.longhorn_backup_name.as_str());
    names.filter(|name| !name.is_empty()).collect()
}

fn lh_names(record: &VmRecord) -> BTreeSet<&str> {
    let disks = record.volume_backups.iter().flatten();
    disks
        .filter_map(|disk| disk.longhorn_backup_name.as_deref())
        .filter(|name| !name.is_empty())
        .collect()
}

/// A record whose data is gone.
fn orphan(bench: &mut Bench<'_>, file: &RecordFile, record: &VmRecord) {
    let disks: Vec<_> = record
        .volume_backups
        .iter()
        .flatten()
        .zip(&file.data)
        .collect();
    let gone: Vec<&str> = disks
        .iter()
        .filter(|(_, presence)| **presence == Presence::Absent)
        .filter_map(|(disk, _)| disk.longhorn_backup_name.as_deref())
        .collect();
    if gone.is_empty() {
        return;
    }
    let message = format!("the backup target does not hold {}", gone.join(", "));
    let evidence = disks
        .iter()
        .filter(|(_, presence)| **presence == Presence::Absent)
        .filter_map(|(disk, _)| Some((disk, disk.longhorn_backup_name.as_deref()?)))
        .map(|(disk, name)| Evidence::absent(stored_path(&disk.claim.volume_name, name)))
        .collect();
    say(
        bench,
        ObjectRef::new("Record", "", &file.path),
        "orphan-record",
        message,
        evidence,
    );
}

/// Data that nothing leads to.
fn data(bench: &mut Bench<'_>, files: &TargetFiles) {
    let inventory = bench.index.inventory;
    let recorded = files
        .records
        .iter()
        .filter_map(|file| file.content.as_ref().ok());
    let mut named: BTreeSet<&str> = recorded.flat_map(lh_names).collect();
    named.extend(inventory.backups.items.iter().flat_map(lh_names_of));
    let handles: Vec<&str> = inventory
        .remote_backups
        .items
        .iter()
        .map(|backup| backup.status.handle.as_str())
        .collect();
    for stored in &files.stored.backups {
        let is_named = named.contains(stored.backup.as_str())
            || handles
                .iter()
                .any(|handle| handle.ends_with(&format!("/{}", stored.backup)));
        if is_named {
            continue;
        }
        let path = stored_path(&stored.volume, &stored.backup);
        let message = format!(
            "no record and no backup of this cluster names {}",
            stored.backup
        );
        let evidence = vec![Evidence::new(&path, "-", "is on the backup target")];
        say(
            bench,
            ObjectRef::new("Record", "", &path),
            "orphan-data",
            message,
            evidence,
        );
    }
    for gap in &files.stored.gaps {
        let path = gap.path.to_string_lossy().into_owned();
        let object = ObjectRef::new("Record", "", &path);
        bench.unknown(object, None, "orphan-data", &gap.reason);
    }
}
