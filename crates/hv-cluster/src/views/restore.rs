//! Restores of VM backups, and backups of single claims.

use serde::Deserialize;

use super::Condition;
use super::backup::{BackupSource, ClaimRef, Owned};
use crate::lenient;

/// A `VirtualMachineRestore`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Restore {
    /// Metadata.
    pub metadata: Owned,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: RestoreSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: RestoreStatus,
}

/// What is to be restored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestoreSpec {
    /// The VM that is made or replaced, in the restore's namespace.
    #[serde(deserialize_with = "lenient::part")]
    pub target: BackupSource,
    /// The backup.
    #[serde(deserialize_with = "lenient::text")]
    pub virtual_machine_backup_name: String,
    /// Its namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub virtual_machine_backup_namespace: String,
    /// Whether a VM is made, not replaced.
    #[serde(rename = "newVM", deserialize_with = "lenient::truth")]
    pub new_vm: Option<bool>,
    /// What becomes of a replaced VM's claims: anything but `retain` deletes them.
    #[serde(deserialize_with = "lenient::text")]
    pub deletion_policy: String,
}

/// What came of a restore.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestoreStatus {
    /// Whether it is done.
    #[serde(deserialize_with = "lenient::truth")]
    pub complete: Option<bool>,
    /// Per cent.
    #[serde(deserialize_with = "lenient::int")]
    pub progress: Option<i64>,
    /// Claims that are deleted when it is done.
    #[serde(deserialize_with = "texts")]
    pub deleted_volumes: Vec<String>,
    /// Disks that it makes.
    #[serde(deserialize_with = "lenient::parts")]
    pub restores: Vec<RestoredDisk>,
    /// Conditions.
    #[serde(deserialize_with = "lenient::parts")]
    pub conditions: Vec<Condition>,
}

/// A disk that a restore makes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestoredDisk {
    /// The disk's name in the VM.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_name: String,
    /// The claim that is made.
    #[serde(
        rename = "persistentVolumeClaimSpec",
        deserialize_with = "lenient::part"
    )]
    pub claim: ClaimRef,
}

fn texts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text(#[serde(deserialize_with = "lenient::text")] String);
    let texts: Vec<Text> = super::list(deserializer)?;
    Ok(texts.into_iter().map(|text| text.0).collect())
}

/// A `VolumeRemoteBackup`: a backup of a single claim.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeRemoteBackup {
    /// Metadata.
    pub metadata: Owned,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: VolumeRemoteBackupStatus,
}

/// What came of a backup of a claim.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeRemoteBackupStatus {
    /// Snapshot handle of its content.
    #[serde(deserialize_with = "lenient::text")]
    pub handle: String,
}
