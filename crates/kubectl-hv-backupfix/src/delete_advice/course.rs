//! How Harvester goes about the deletion of a backup: by what the setting and the backup say.

use hv_cluster::release::Release;
use hv_cluster::views::{Backup, BackupTargetRef};

use crate::index::Index;
use crate::target::{TargetSetting, place};

/// The way a deletion takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The backup goes, and the garbage collector deletes its snapshots and what they are bound to.
    Collect,
    /// Harvester deletes snapshots and contents itself, and tries to keep the driver out of it.
    Force,
    /// Nothing happens; the backup stays in deletion.
    Hang,
    /// `Collect` if the backup target can be reached, `Hang` if it cannot.
    CollectOrHang,
    /// It cannot be told.
    Unknown,
}

/// What becomes of the record on the backup target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// It is removed.
    Removed,
    /// It stays.
    Kept,
    /// There is none that would be looked for.
    None,
    /// It cannot be told.
    Unknown,
}

/// The way of a deletion with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Course {
    /// The way.
    pub(crate) way: Way,
    /// Why, in one sentence without a full stop.
    pub(crate) reason: String,
    /// What becomes of the record.
    pub(crate) record: Record,
}

impl Course {
    fn new(way: Way, record: Record, reason: impl Into<String>) -> Self {
        Self {
            way,
            reason: reason.into(),
            record,
        }
    }

    /// Decides it as the finalizer of the backup does, the same on every release but where it says so.
    pub(crate) fn of(index: &Index<'_>, backup: &Backup) -> Self {
        let Some(lies_on) = &backup.status.backup_target else {
            let why = match backup.is_snapshot() {
                true => "a snapshot lies in the cluster, whatever the backup target",
                false => "status.backupTarget is absent, so the backup target is not looked at",
            };
            return Self::new(Way::Collect, Record::None, why);
        };
        let here = place(lies_on);
        match &index.target {
            TargetSetting::Unreadable(why) => {
                let why = format!(
                    "the setting backup-target is no JSON ({why}), which Harvester cannot get past"
                );
                Self::new(Way::Hang, Record::Kept, why)
            }
            TargetSetting::Unknown(why) => Self::new(Way::Unknown, Record::Unknown, why),
            TargetSetting::Unset if *lies_on == BackupTargetRef::default() => {
                let why = "no backup target is set, and the backup names none";
                Self::new(Way::Collect, Record::None, why)
            }
            TargetSetting::Unset => Self::forced(
                index,
                backup,
                format!("it lies on {here}, and no backup target is set"),
            ),
            TargetSetting::Set(target) if target.place() == *lies_on => Self::equal(index),
            TargetSetting::Set(target) => {
                let set = place(&target.place());
                Self::forced(index, backup, format!("it lies on {here}, set is {set}"))
            }
        }
    }

    fn equal(index: &Index<'_>) -> Self {
        let targets = &index.inventory.lh_targets;
        let found = targets
            .items
            .iter()
            .find(|target| target.metadata.name == "default");
        match found.and_then(|target| target.status.available) {
            Some(true) => {
                let why = "it lies on the backup target that is set, and Longhorn can reach it";
                Self::new(Way::Collect, Record::Removed, why)
            }
            Some(false) => {
                let why = "it lies on the backup target that is set, and Longhorn cannot reach it";
                Self::new(Way::Hang, Record::Kept, why)
            }
            None => {
                let why = match &targets.gap {
                    Some(gap) => gap.describe("backuptargets.longhorn.io"),
                    None => "Longhorn does not say".to_owned(),
                };
                let why = format!(
                    "it lies on the backup target that is set; whether that can be reached is not known: {why}"
                );
                Self::new(Way::CollectOrHang, Record::Unknown, why)
            }
        }
    }

    fn forced(index: &Index<'_>, backup: &Backup, why: String) -> Self {
        if !backup.is_snapshot() {
            return Self::new(Way::Force, Record::Kept, why);
        }
        // From 1.9 on the force spares snapshots, which leaves them to the garbage collector.
        match is_at_least(index, "1.9") {
            Some(true) => Self::new(Way::Collect, Record::Kept, why),
            Some(false) => Self::new(Way::Force, Record::Kept, why),
            None => Self::new(Way::Unknown, Record::Kept, why),
        }
    }
}

/// Whether the release lies at or after a bound; absent if the release is not known.
pub(crate) fn is_at_least(index: &Index<'_>, bound: &str) -> Option<bool> {
    let release = index.inventory.release.number()?;
    Some(release.at_least(&Release::parse(bound)?))
}
