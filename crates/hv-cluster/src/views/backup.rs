//! Views of VM backups, read whatever state they are in.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Condition;
use super::saved::SavedMachine;
use crate::lenient;

/// Metadata of an object whose owners and age matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Owned {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Namespace, empty for cluster-scoped kinds.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
    /// Uid.
    #[serde(deserialize_with = "lenient::text")]
    pub uid: String,
    /// When it was made, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub creation_timestamp: String,
    /// Set while it is being deleted.
    #[serde(deserialize_with = "lenient::text")]
    pub deletion_timestamp: String,
    /// Annotations.
    #[serde(deserialize_with = "lenient::map")]
    pub annotations: BTreeMap<String, String>,
    /// Labels.
    #[serde(deserialize_with = "lenient::map")]
    pub labels: BTreeMap<String, String>,
    /// Owners.
    #[serde(deserialize_with = "lenient::parts")]
    pub owner_references: Vec<Owner>,
}

impl Owned {
    /// Whether the object is being deleted.
    pub fn is_deleting(&self) -> bool {
        !self.deletion_timestamp.is_empty()
    }

    /// The value of an annotation, empty if it is not there.
    pub fn annotation(&self, key: &str) -> &str {
        self.annotations.get(key).map_or("", String::as_str)
    }

    /// The first owner of a kind.
    pub fn owner(&self, kind: &str) -> Option<&Owner> {
        self.owner_references
            .iter()
            .find(|owner| owner.kind == kind)
    }
}

/// An owner of an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Owner {
    /// Kind.
    #[serde(deserialize_with = "lenient::text")]
    pub kind: String,
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Uid.
    #[serde(deserialize_with = "lenient::text")]
    pub uid: String,
}

/// An error that a controller wrote down.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Problem {
    /// Text for people.
    #[serde(deserialize_with = "lenient::text")]
    pub message: String,
}

/// A `VirtualMachineBackup`: a backup or a snapshot of a VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Backup {
    /// Metadata.
    pub metadata: Owned,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: BackupSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: BackupStatus,
}

/// What is to be backed up.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupSpec {
    /// The VM, in the backup's namespace.
    #[serde(deserialize_with = "lenient::part")]
    pub source: BackupSource,
    /// `backup`, `snapshot`, or empty for `backup`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
}

/// An object by kind and name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupSource {
    /// Kind; only `VirtualMachine` can be backed up.
    #[serde(deserialize_with = "lenient::text")]
    pub kind: String,
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
}

/// What came of a backup.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupStatus {
    /// Uid of the VM; absent on backups that came from a backup target.
    #[serde(rename = "sourceUID", deserialize_with = "lenient::text")]
    pub source_uid: String,
    /// When it became ready.
    #[serde(deserialize_with = "lenient::text")]
    pub creation_time: String,
    /// Where it lies; absent for snapshots.
    #[serde(deserialize_with = "lenient::optional")]
    pub backup_target: Option<BackupTargetRef>,
    /// Snapshot classes by driver.
    #[serde(deserialize_with = "lenient::map")]
    pub csi_driver_volume_snapshot_class_names: BTreeMap<String, String>,
    /// The VM as it was.
    #[serde(deserialize_with = "lenient::optional")]
    pub source: Option<SavedMachine>,
    /// Records of disks; absent until the VM was looked at, and for ever if it has none.
    #[serde(deserialize_with = "volume_backups")]
    pub volume_backups: Option<Vec<VolumeBackup>>,
    /// Secrets by name; their content is never read.
    #[serde(deserialize_with = "lenient::parts")]
    pub secret_backups: Vec<SecretBackup>,
    /// Per cent.
    #[serde(deserialize_with = "lenient::int")]
    pub progress: Option<i64>,
    /// Whether it counts as usable.
    #[serde(deserialize_with = "lenient::truth")]
    pub ready_to_use: Option<bool>,
    /// The last error.
    #[serde(deserialize_with = "lenient::optional")]
    pub error: Option<Problem>,
    /// Conditions.
    #[serde(deserialize_with = "lenient::parts")]
    pub conditions: Vec<Condition>,
}

/// Where a backup lies, compared as text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupTargetRef {
    /// URL of an S3 service, or of an NFS export.
    #[serde(deserialize_with = "lenient::text")]
    pub endpoint: String,
    /// Bucket.
    #[serde(deserialize_with = "lenient::text")]
    pub bucket_name: String,
    /// Region.
    #[serde(deserialize_with = "lenient::text")]
    pub bucket_region: String,
}

/// The record of a disk.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeBackup {
    /// Its name, which is the `VolumeSnapshot`'s.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// The disk's name in the VM.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_name: String,
    /// CSI driver; empty means Longhorn's.
    #[serde(deserialize_with = "lenient::text")]
    pub csi_driver_name: String,
    /// The claim as it was.
    #[serde(deserialize_with = "lenient::part")]
    pub persistent_volume_claim: ClaimRef,
    /// Longhorn's `Backup`; empty if there is none.
    #[serde(deserialize_with = "lenient::text")]
    pub longhorn_backup_name: String,
    /// Per cent.
    #[serde(deserialize_with = "lenient::int")]
    pub progress: Option<i64>,
}

/// A claim as a backup remembers it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRef {
    /// Name, namespace and annotations.
    #[serde(deserialize_with = "lenient::part")]
    pub metadata: ClaimRefMeta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: ClaimRefSpec,
}

/// Metadata of a claim as a backup remembers it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRefMeta {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
    /// Annotations; one names the image.
    #[serde(deserialize_with = "lenient::map")]
    pub annotations: BTreeMap<String, String>,
}

/// Wishes of a claim as a backup remembers it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRefSpec {
    /// Storage class.
    #[serde(deserialize_with = "lenient::text")]
    pub storage_class_name: String,
    /// The volume, which is Longhorn's volume on the backup target too.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_name: String,
}

/// A saved secret, of which only the name is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecretBackup {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
}

impl Backup {
    /// Whether it is a snapshot in the cluster, not a backup on a target.
    pub fn is_snapshot(&self) -> bool {
        self.spec.kind == "snapshot"
    }

    /// Whether it counts as usable.
    pub fn is_ready(&self) -> bool {
        self.status.ready_to_use == Some(true)
    }

    /// The records of disks, none if there are none yet.
    pub fn disks(&self) -> &[VolumeBackup] {
        self.status.volume_backups.as_deref().unwrap_or_default()
    }
}

impl VolumeBackup {
    /// The CSI driver, which was always Longhorn's before records named one.
    pub fn driver(&self) -> &str {
        match self.csi_driver_name.as_str() {
            "" => "driver.longhorn.io",
            driver => driver,
        }
    }

    /// Whether the disk is on Longhorn.
    pub fn is_on_longhorn(&self) -> bool {
        self.driver() == "driver.longhorn.io"
    }
}

/// A list that may be missing: a missing one and an empty one are two states of a backup.
fn volume_backups<'de, D>(deserializer: D) -> Result<Option<Vec<VolumeBackup>>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let records: Vec<VolumeBackup> = lenient::parts(deserializer)?;
    // Controllers write no empty list; whatever is not a list of records is no record either.
    Ok((!records.is_empty()).then_some(records))
}
