//! What stands around a backup that is to be deleted: restores, schedules, neighbours on the target.

use hv_cluster::views::{Backup, Restore, condition};

use super::course::{Course, Record, Way, is_at_least};
use super::driver::Effect;
use super::hold::left_behind;
use super::outcome::Outcome;
use crate::index::Index;
use crate::target::TargetSetting;

/// Annotation with the schedule that made a backup.
const SCHEDULE: &str = "harvesterhci.io/svmbackupId";

/// Restores because of which Harvester refuses the deletion.
pub(super) fn refusing(index: &Index<'_>, backup: &Backup) -> Vec<String> {
    let restores = index.inventory.restores.items.iter();
    let refusing = restores.filter(|restore| is_of(restore, backup) && refuses(index, restore));
    refusing
        .map(|restore| format!("{}/{}", restore.metadata.namespace, restore.metadata.name))
        .collect()
}

fn is_of(restore: &Restore, backup: &Backup) -> bool {
    let spec = &restore.spec;
    let namespace = match spec.virtual_machine_backup_namespace.as_str() {
        "" => &restore.metadata.namespace,
        named => named,
    };
    namespace == backup.metadata.namespace
        && spec.virtual_machine_backup_name == backup.metadata.name
}

/// Up to 1.8 by its condition, from 1.9 on by its completion; an unknown release refuses by either.
fn refuses(index: &Index<'_>, restore: &Restore) -> bool {
    if restore.metadata.is_deleting() {
        return false;
    }
    let progress = condition(&restore.status.conditions, "InProgress");
    let by_condition = progress.is_some_and(|condition| condition.status == "True");
    let failed = progress.is_some_and(|c| c.status == "False" && c.reason == "Error");
    let by_completion = restore.status.complete != Some(true) && !failed;
    match is_at_least(index, "1.9") {
        Some(true) => by_completion,
        Some(false) => by_condition,
        None => by_condition || by_completion,
    }
}

/// The schedule that made a backup.
pub(super) fn schedule(backup: &Backup) -> Option<String> {
    let named = backup.metadata.annotation(SCHEDULE);
    (!named.is_empty()).then(|| named.to_owned())
}

/// What else there is to know before the deletion.
pub(super) fn notes<'a>(
    index: &'a Index<'a>,
    backup: &'a Backup,
    course: &Course,
    outcomes: &[Outcome],
) -> Vec<String> {
    let mut notes = Vec::new();
    if backup.metadata.is_deleting() {
        let since = &backup.metadata.deletion_timestamp;
        notes.push(format!(
            "it is being deleted since {since}; that cannot be called back"
        ));
    }
    if backup.disks().is_empty() {
        notes.push("it has no record of a disk, so its deletion touches no data".to_owned());
    }
    let has = |outcome: Outcome| outcomes.contains(&outcome);
    let on_target = !backup.is_snapshot() && backup.status.backup_target.is_some();
    if on_target && (has(Outcome::Deleted) || has(Outcome::Race)) {
        notes.push("every other cluster with this backup target loses the data too".to_owned());
    }
    let soft = matches!(course.way, Way::Force | Way::Hang | Way::CollectOrHang);
    if let Some(schedule) = schedule(backup) {
        let mut note = format!(
            "schedule {schedule} deletes it by itself when it has more than it retains, or when it failed"
        );
        if soft {
            note += ", and with foreground propagation: then Longhorn is asked at once, and data that is not on Retain is likely lost";
        }
        notes.push(note);
    } else if soft && !outcomes.is_empty() {
        notes.push("with --cascade=foreground Longhorn is asked at once, and data that is not on Retain is likely lost".to_owned());
    }
    if course.way == Way::Hang && matches!(index.target, TargetSetting::Set(_)) {
        notes.push("if Harvester can reach the target and only Longhorn cannot, the record goes and the data stays".to_owned());
    }
    if on_target {
        notes.extend(misplaced(index));
    }
    notes.extend(taken_along(index, backup));
    if course.record == Record::Removed {
        notes.extend(shadowed(index, backup));
    }
    notes
}

/// Longhorn deletes where it looks itself, which may be another place than Harvester means.
fn misplaced(index: &Index<'_>) -> Option<String> {
    let TargetSetting::Set(target) = &index.target else {
        return None;
    };
    let mut targets = index.inventory.lh_targets.items.iter();
    let found = targets.find(|found| found.metadata.name == "default")?;
    let plain = |url: &str| url.trim_end_matches('/').to_owned();
    let url = found.spec.backup_target_url.as_str();
    (!url.is_empty() && plain(url) != plain(&target.url())).then(|| {
        format!(
            "Longhorn uses {url}, the setting means {}: data elsewhere than there stays",
            target.url()
        )
    })
}

/// Longhorn backups of no disk of it that go with snapshots that renames left behind.
fn taken_along<'a>(index: &'a Index<'a>, backup: &'a Backup) -> Vec<String> {
    let is_own = |id: &str| {
        backup
            .disks()
            .iter()
            .any(|record| record.longhorn_backup_name == id)
    };
    let left = left_behind(index, backup).into_iter();
    left.filter_map(|left| match left.effect {
        Some(Effect::Backup(id)) if !is_own(&id) => Some(format!(
            "VolumeSnapshot {}, left behind by a rename, goes with it, and with that Longhorn Backup {id}",
            left.snapshot
        )),
        _ => None,
    })
    .collect()
}

/// On S3 Harvester removes everything whose key begins with that of the record.
fn shadowed(index: &Index<'_>, backup: &Backup) -> Option<String> {
    let TargetSetting::Set(target) = &index.target else {
        return None;
    };
    if target.kind != "s3" {
        return None;
    }
    let start = format!("{}.cfg", backup.metadata.name);
    let others = index.inventory.backups.items.iter().filter(|other| {
        other.metadata.namespace == backup.metadata.namespace
            && other.metadata.name.starts_with(&start)
    });
    let names: Vec<&str> = others.map(|other| other.metadata.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "on S3 the records of {} go with it: their names begin with its record's",
            names.join(", ")
        )
    })
}
