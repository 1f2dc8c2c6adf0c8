//! Views of Longhorn's side of backups.

use serde::Deserialize;

use super::{Condition, Owned};
use crate::lenient;

/// A `Backup` of Longhorn.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackup {
    /// Metadata.
    pub metadata: Owned,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: LonghornBackupStatus,
}

/// What came of a backup.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupStatus {
    /// `Completed`, `InProgress`, `Error` and others; empty at first.
    #[serde(deserialize_with = "lenient::text")]
    pub state: String,
    /// Longhorn's volume; filled when it is completed.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_name: String,
    /// Per cent.
    #[serde(deserialize_with = "lenient::int")]
    pub progress: Option<i64>,
    /// The last error.
    #[serde(deserialize_with = "lenient::text")]
    pub error: String,
    /// What the backup keeps of its origin.
    #[serde(deserialize_with = "lenient::part")]
    pub labels: LonghornBackupLabels,
}

/// Labels inside a backup, which go with its data, unlike those of the object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LonghornBackupLabels {
    /// The job of Longhorn that made it; empty if none did.
    #[serde(rename = "RecurringJob", deserialize_with = "lenient::text")]
    pub recurring_job: String,
    /// The claim whose volume it holds.
    #[serde(rename = "KubernetesStatus", deserialize_with = "claim")]
    pub claim: Option<LonghornBackupClaim>,
}

/// The claim of a volume, as a backup of it remembers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupClaim {
    /// Namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
    /// Name.
    #[serde(rename = "pvcName", deserialize_with = "lenient::text")]
    pub name: String,
}

/// A label that holds JSON, of which little is kept.
fn claim<'de, D>(deserializer: D) -> Result<Option<LonghornBackupClaim>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let text = lenient::text(deserializer)?;
    let claim: Option<LonghornBackupClaim> = serde_json::from_str(&text).ok();
    Ok(claim.filter(|claim| !claim.name.is_empty()))
}

impl LonghornBackup {
    /// Longhorn's volume: of the status, or of the label while there is no status yet.
    pub fn volume(&self) -> &str {
        match self.status.volume_name.as_str() {
            "" => label(&self.metadata, "backup-volume"),
            name => name,
        }
    }
}

/// A `BackupVolume` of Longhorn.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupVolume {
    /// Metadata; its name is the volume's up to Longhorn 1.7 only.
    pub metadata: Owned,
    /// Wishes; absent up to Longhorn 1.7.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: LonghornBackupVolumeSpec,
}

/// Which volume it stands for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupVolumeSpec {
    /// Longhorn's volume.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_name: String,
}

impl LonghornBackupVolume {
    /// Longhorn's volume: by the label that Harvester looks for, else as older releases name it.
    pub fn volume(&self) -> &str {
        let told = [
            label(&self.metadata, "backup-volume"),
            &self.spec.volume_name,
        ];
        let told = told.into_iter().find(|name| !name.is_empty());
        told.unwrap_or(&self.metadata.name)
    }

    /// The backup target, `default` where releases knew only one.
    pub fn target(&self) -> &str {
        match label(&self.metadata, "backup-target") {
            "" => "default",
            name => name,
        }
    }
}

/// A `BackupTarget` of Longhorn.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupTarget {
    /// Metadata.
    pub metadata: Owned,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: LonghornBackupTargetSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: LonghornBackupTargetStatus,
}

/// Where a backup target lies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupTargetSpec {
    /// `s3://bucket@region/` or `nfs://…`.
    #[serde(rename = "backupTargetURL", deserialize_with = "lenient::text")]
    pub backup_target_url: String,
    /// How often it is looked at, as a Go duration.
    #[serde(deserialize_with = "lenient::text")]
    pub poll_interval: String,
}

/// What Longhorn knows of a backup target.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornBackupTargetStatus {
    /// Whether it can be reached.
    #[serde(deserialize_with = "lenient::truth")]
    pub available: Option<bool>,
    /// Conditions; `Unavailable` says why not.
    #[serde(deserialize_with = "lenient::parts")]
    pub conditions: Vec<Condition>,
    /// When it was last looked at.
    #[serde(deserialize_with = "lenient::text")]
    pub last_synced_at: String,
}

fn label<'a>(metadata: &'a Owned, key: &str) -> &'a str {
    metadata.labels.get(key).map_or("", String::as_str)
}
