//! Which object a step changes.

use serde::Deserialize;

use super::line::Line;
use super::longhorn::{backup_volume_name, snapshot_name};
use super::plan::{Disk, Plan, text};

/// What belongs to a disk of a backup.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Part {
    /// Its entry in `status.volumeBackups`.
    Record,
    Snapshot,
    Content,
    LonghornBackup,
    BackupVolume,
    /// The claim that was backed up, and what stands behind it.
    Claim,
    Volume,
    LonghornVolume,
    LonghornEngine,
    LonghornSnapshot,
}

/// One object.
pub(super) struct Target {
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
    /// The change is made in the record of this disk.
    pub(super) disk: Option<String>,
}

impl Target {
    /// The backup itself, or its record of a disk.
    pub(super) fn backup(plan: &Plan, disk: Option<&Disk>) -> Self {
        Self {
            kind: "VirtualMachineBackup".into(),
            namespace: plan.namespace.clone(),
            name: plan.name.clone(),
            disk: disk.map(|disk| disk.name.clone()),
        }
    }
}

impl Part {
    /// The object that it is.
    pub(super) fn target(self, plan: &Plan, disk: &Disk, line: Line) -> Target {
        let target = |kind: &str, namespace: &str, name: String| Target {
            kind: kind.into(),
            namespace: namespace.into(),
            name,
            disk: None,
        };
        let longhorn = "longhorn-system";
        match self {
            Self::Record => Target::backup(plan, Some(disk)),
            Self::Snapshot => target("VolumeSnapshot", &plan.namespace, disk.snapshot.clone()),
            Self::Content => target("VolumeSnapshotContent", "", disk.content.clone()),
            Self::LonghornBackup => {
                target("Backup", longhorn, disk.backup.clone().unwrap_or_default())
            }
            Self::BackupVolume => {
                let name = backup_volume_name(&disk.volume, line);
                target("BackupVolume", longhorn, name)
            }
            Self::Claim => {
                let name = text(&disk.claim["metadata"]["name"]);
                target("PersistentVolumeClaim", &plan.namespace, name)
            }
            Self::Volume => target("PersistentVolume", "", disk.volume.clone()),
            Self::LonghornVolume => target("Volume", longhorn, disk.volume.clone()),
            Self::LonghornEngine => target("Engine", longhorn, format!("{}-e-0", disk.volume)),
            Self::LonghornSnapshot => target("Snapshot", longhorn, snapshot_name(plan, disk)),
        }
    }
}
