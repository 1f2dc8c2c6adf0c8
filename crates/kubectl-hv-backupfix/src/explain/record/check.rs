//! Each check of the table, looked at in a record and what surrounds it.

use std::collections::BTreeSet;

use hv_backupstore::layout::{is_longhorn_name, is_namespace_name, is_object_name};
use hv_backupstore::record::{Stops, VolumeBackup};
use hv_backupstore::{Presence, VmRecord};
use hv_cluster::views::Backup;

use super::case::{Content, Filed, Surroundings};
use super::rules::Check;
use crate::index::Found;

/// What a check finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is so; a remark, if there is one.
    Yes(String),
    /// It is not; what was found, if there is something to say.
    No(String),
    /// It is not, because this very backup is there already.
    There,
    /// It could not be read; why.
    Unknown(String),
    /// There is nothing to ask.
    NotAsked,
}

impl Verdict {
    fn yes() -> Self {
        Self::Yes(String::new())
    }

    fn plain(is_so: bool) -> Self {
        if is_so {
            Self::yes()
        } else {
            Self::No(String::new())
        }
    }

    fn of<T>(found: Found<T>) -> Self {
        match found {
            Found::Yes(_) => Self::yes(),
            Found::No => Self::No(String::new()),
            Found::Unknown(why) => Self::Unknown(why),
        }
    }
}

/// Looks at one thing.
pub(crate) fn look(
    check: Check,
    filed: &Filed,
    disk: Option<&VolumeBackup>,
    around: &Surroundings<'_>,
) -> Verdict {
    let record = match &filed.content {
        Content::Record(record) => record.as_ref(),
        Content::Unreadable { why, .. } if check != Check::Readable => {
            return Verdict::Unknown(why.clone());
        }
        Content::Unreadable {
            why,
            stops: Stops::Yes,
        } => return Verdict::No(why.clone()),
        Content::Unreadable { why, .. } => return Verdict::Unknown(why.clone()),
    };
    match (check, disk) {
        (Check::Readable, _) => Verdict::yes(),
        (Check::NameFree, _) => name_free(record, around),
        (Check::NamesValid, _) => {
            Verdict::plain(is_namespace_name(&record.namespace) && is_object_name(&record.name))
        }
        (Check::SourceNamed, _) => Verdict::plain(!record.spec.source_name.is_empty()),
        (Check::SourceDescribed, _) => Verdict::plain(record.source.is_some()),
        (Check::CompleteOrVm, _) => complete_or_vm(record, around),
        (Check::Complete, _) => Verdict::plain(is_complete(record)),
        (Check::TypeIsBackup, _) => Verdict::plain(record.spec.backup_type != "snapshot"),
        (Check::PathAgrees, _) => Verdict::plain(agrees(filed, record)),
        (check, Some(disk)) => look_at_disk(check, disk, around),
        // A check of disks that is asked of the record as a whole: a defect of the table.
        (_, None) => Verdict::NotAsked,
    }
}

/// Whether a check has anything to look at in a disk.
pub(crate) fn applies(check: Check, disk: &VolumeBackup) -> bool {
    match check {
        Check::ClassExists | Check::ClassStays => disk.claim.storage_class_name.is_some(),
        // One without a Longhorn Backup is told of otherwise.
        Check::DataStored
        | Check::LhBackupExists
        | Check::LhBackupStays
        | Check::DriverIsLonghorn => disk.longhorn_backup_name.is_some(),
        _ => true,
    }
}

fn look_at_disk(check: Check, disk: &VolumeBackup, around: &Surroundings<'_>) -> Verdict {
    if !applies(check, disk) {
        return Verdict::NotAsked;
    }
    let class = disk.claim.storage_class_name.as_deref();
    let volume = disk.claim.volume_name.as_str();
    let backup = disk.longhorn_backup_name.as_deref();
    let lh_backup = || around.found(|index| index.lh_backup(backup.unwrap_or_default()));
    match check {
        Check::ClassExists => Verdict::of(around.class(class.unwrap_or_default())),
        Check::ClassStays => match around.class(class.unwrap_or_default()) {
            Found::Yes(is_deleting) => Verdict::plain(!is_deleting),
            other => Verdict::of(other),
        },
        Check::ClassNamed => Verdict::plain(class.is_some()),
        Check::LonghornNamed => Verdict::plain(backup.is_some()),
        Check::VolumeNamed => Verdict::plain(is_longhorn_name(volume)),
        Check::DataStored => stored(volume, backup.unwrap_or_default(), around),
        Check::LhBackupExists => Verdict::of(lh_backup()),
        Check::LhBackupStays => match lh_backup() {
            Found::Yes(found) => Verdict::plain(!found.metadata.is_deleting()),
            other => Verdict::of(other),
        },
        Check::DriverIsLonghorn => Verdict::plain(disk.csi_driver_name == "driver.longhorn.io"),
        Check::DiskNamed => Verdict::plain(!disk.name.is_empty()),
        _ => Verdict::NotAsked,
    }
}

fn stored(volume: &str, backup: &str, around: &Surroundings<'_>) -> Verdict {
    // The volume comes first: without its description Longhorn sees none of its backups.
    match around.stored.volume(volume) {
        Presence::Present => {}
        Presence::Absent => return Verdict::No("the volume itself is not there".to_owned()),
        Presence::Unknown(why) => return Verdict::Unknown(why),
    }
    match around.stored.backup(volume, backup) {
        Presence::Present => Verdict::yes(),
        Presence::Absent => Verdict::No(String::new()),
        Presence::Unknown(why) => Verdict::Unknown(why),
    }
}

/// An empty list of disks counts as none, because it is not written down.
fn is_complete(record: &VmRecord) -> bool {
    record.source.is_some()
        && record
            .volume_backups
            .as_ref()
            .is_some_and(|disks| !disks.is_empty())
}

fn complete_or_vm(record: &VmRecord, around: &Surroundings<'_>) -> Verdict {
    if is_complete(record) {
        return Verdict::yes();
    }
    let (namespace, name) = (&record.namespace, &record.spec.source_name);
    match around.found(|index| index.machine(namespace, name)) {
        Found::Yes(_) => Verdict::Yes(format!("VM {namespace}/{name} exists")),
        Found::No => Verdict::No(format!("there is no VM {namespace}/{name}")),
        Found::Unknown(why) => Verdict::Unknown(why),
    }
}

fn agrees(filed: &Filed, record: &VmRecord) -> bool {
    match &filed.folder {
        Some(folder) => {
            *folder == record.namespace
                && filed
                    .file()
                    .strip_suffix(".cfg")
                    .is_some_and(|name| name == record.name)
        }
        // An old record is moved to where it belongs.
        None => true,
    }
}

fn name_free(record: &VmRecord, around: &Surroundings<'_>) -> Verdict {
    let existing = match around.found(|index| index.backup(&record.namespace, &record.name)) {
        Found::Yes(existing) => existing,
        other => {
            return match other {
                Found::Unknown(why) => Verdict::Unknown(why),
                _ => Verdict::yes(),
            };
        }
    };
    let is_deleting = existing.metadata.is_deleting();
    match (is_same(existing, record), is_deleting) {
        (true, false) => return Verdict::There,
        (true, true) => {
            return Verdict::No("it is this backup, but it is being deleted".to_owned());
        }
        (false, _) => {}
    }
    let what = if existing.is_snapshot() {
        "a snapshot"
    } else {
        "another backup"
    };
    let state = if is_deleting {
        ", which is being deleted"
    } else {
        ""
    };
    Verdict::No(format!(
        "it is {what} of VM {}{state}",
        existing.spec.source.name
    ))
}

/// Whether a backup of the cluster is the one that a record remembers. A repaired backup has other
/// snapshots, but the same backups behind them.
fn is_same(existing: &Backup, record: &VmRecord) -> bool {
    let here = existing
        .disks()
        .iter()
        .map(|disk| disk.longhorn_backup_name.as_str());
    let here: BTreeSet<&str> = here.filter(|name| !name.is_empty()).collect();
    let disks = record.volume_backups.iter().flatten();
    let there: BTreeSet<&str> = disks
        .filter_map(|disk| disk.longhorn_backup_name.as_deref())
        .collect();
    existing.spec.source.name == record.spec.source_name
        && existing.is_snapshot() == (record.spec.backup_type == "snapshot")
        && (here.is_empty() || there.is_empty() || !here.is_disjoint(&there))
}
