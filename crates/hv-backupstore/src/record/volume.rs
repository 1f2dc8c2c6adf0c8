//! The disks of a record: claim, Longhorn volume, Longhorn backup.

use crate::json::{Texts, object};

/// The annotation of a claim with the image that its disk began as.
const IMAGE_ID: &str = "harvesterhci.io/imageId";

/// The driver of records from before the field was there, by the default of Harvester's CRD.
const DEFAULT_DRIVER: &str = "driver.longhorn.io";

/// The backup of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeBackup {
    /// Name, also that of the `VolumeSnapshot`.
    pub name: String,
    /// Name of the disk in the VM.
    pub volume_name: String,
    /// CSI driver; `driver.longhorn.io` if the record names none, as up to Harvester 1.0.
    pub csi_driver_name: String,
    /// Backup in Longhorn's part of the target. Harvester skips a record in which a disk has none.
    pub longhorn_backup_name: Option<String>,
    /// The claim of the disk.
    pub claim: Claim,
    /// Size of the volume; 0 if the record names none, as up to Harvester 1.2.
    pub volume_size_bytes: i64,
}

/// The claim of a disk, as it was when the disk was backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// The image that the disk began as, namespace and name.
    pub image_id: Option<String>,
    /// Storage class, which has to exist where the backup is imported.
    pub storage_class_name: Option<String>,
    /// The pv, which has the name of the Longhorn volume.
    pub volume_name: String,
}

#[derive(Default)]
pub(super) struct WireVolume {
    name: Option<String>,
    volume_name: String,
    driver: String,
    claim: WireClaim,
    longhorn_backup_name: Option<String>,
    size: i64,
}

object!(WireVolume {
    "name" => name,
    "volumeName" => volume_name,
    "csiDriverName" => driver,
    "persistentVolumeClaim" => claim,
    "longhornBackupName" => longhorn_backup_name,
    "volumeSize" => size,
});

#[derive(Default)]
struct WireClaim {
    metadata: WireMetadata,
    spec: WireClaimSpec,
}

object!(WireClaim { "metadata" => metadata, "spec" => spec });

#[derive(Default)]
struct WireMetadata {
    name: String,
    namespace: String,
    annotations: Texts,
}

object!(WireMetadata { "name" => name, "namespace" => namespace, "annotations" => annotations });

#[derive(Default)]
struct WireClaimSpec {
    volume_name: String,
    storage_class_name: Option<String>,
}

object!(WireClaimSpec { "volumeName" => volume_name, "storageClassName" => storage_class_name });

impl From<WireVolume> for VolumeBackup {
    fn from(wire: WireVolume) -> Self {
        let csi_driver_name = if wire.driver.is_empty() {
            DEFAULT_DRIVER.to_owned()
        } else {
            wire.driver
        };
        Self {
            name: wire.name.unwrap_or_default(),
            volume_name: wire.volume_name,
            csi_driver_name,
            longhorn_backup_name: wire.longhorn_backup_name,
            claim: Claim::from(wire.claim),
            volume_size_bytes: wire.size,
        }
    }
}

impl From<WireClaim> for Claim {
    fn from(wire: WireClaim) -> Self {
        let WireMetadata {
            name,
            namespace,
            mut annotations,
        } = wire.metadata;
        Self {
            name,
            namespace,
            image_id: annotations.0.remove(IMAGE_ID),
            storage_class_name: wire.spec.storage_class_name,
            volume_name: wire.spec.volume_name,
        }
    }
}
