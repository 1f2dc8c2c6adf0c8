//! Views of storage: classes, claims, volumes, snapshots, drivers and their signs of life.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Meta;
use crate::lenient;

/// A `StorageClass`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StorageClass {
    /// Metadata.
    pub metadata: Meta,
    /// CSI driver, or an in-tree provisioner.
    pub provisioner: String,
    /// What the driver is given.
    #[serde(deserialize_with = "lenient::map")]
    pub parameters: BTreeMap<String, String>,
    /// Whether the API server lets claims grow.
    pub allow_volume_expansion: Option<bool>,
    /// `Immediate` or `WaitForFirstConsumer`.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_binding_mode: String,
}

/// A `VolumeSnapshotClass`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotClass {
    /// Metadata.
    pub metadata: Meta,
    /// CSI driver.
    pub driver: String,
    /// `Delete` or `Retain`.
    pub deletion_policy: String,
    /// What the driver is given.
    #[serde(deserialize_with = "lenient::map")]
    pub parameters: BTreeMap<String, String>,
}

/// A `VolumeSnapshotContent`, for proof that a driver once made a snapshot.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotContent {
    /// Metadata.
    pub metadata: Meta,
    /// Wishes.
    pub spec: SnapshotContentSpec,
    /// What came of it.
    pub status: Option<SnapshotContentStatus>,
}

/// The part of a content's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotContentSpec {
    /// CSI driver.
    pub driver: String,
    /// Where it came from.
    pub source: SnapshotContentSource,
}

/// Where a content came from: exactly one is set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotContentSource {
    /// Set for snapshots that were taken in this cluster.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_handle: String,
}

/// What came of a content.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotContentStatus {
    /// Whether it can be restored from.
    pub ready_to_use: Option<bool>,
}

/// A `CSIDriver`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiDriver {
    /// Metadata; the name is the driver's.
    pub metadata: Meta,
}

/// A `CSINode`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiNode {
    /// Metadata; the name is the node's.
    pub metadata: Meta,
    /// Registered drivers.
    pub spec: CsiNodeSpec,
}

/// Drivers registered on a node.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiNodeSpec {
    /// Drivers.
    #[serde(deserialize_with = "super::list")]
    pub drivers: Vec<CsiNodeDriver>,
}

/// A driver registered on a node.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiNodeDriver {
    /// Name.
    pub name: String,
}

/// A `Lease`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lease {
    /// Metadata.
    pub metadata: Meta,
    /// Who holds it since when.
    pub spec: LeaseSpec,
}

/// Who holds a lease since when.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeaseSpec {
    /// Time of the last renewal, RFC 3339 with microseconds.
    #[serde(deserialize_with = "lenient::text")]
    pub renew_time: String,
    /// How long a renewal holds.
    #[serde(deserialize_with = "lenient::int")]
    pub lease_duration_seconds: Option<i64>,
}

/// A `PersistentVolumeClaim`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Claim {
    /// Metadata.
    pub metadata: Meta,
    /// Wishes.
    pub spec: ClaimSpec,
    /// What came of it.
    pub status: ClaimStatus,
}

/// The part of a claim's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSpec {
    /// Storage class.
    #[serde(deserialize_with = "lenient::text")]
    pub storage_class_name: String,
    /// Name of the volume it is bound to.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_name: String,
    /// Access modes.
    #[serde(deserialize_with = "super::list")]
    pub access_modes: Vec<String>,
    /// What it was filled from.
    pub data_source: Option<DataSource>,
}

/// What a claim was filled from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataSource {
    /// `VolumeSnapshot`, `PersistentVolumeClaim` or a populator's kind.
    #[serde(deserialize_with = "lenient::text")]
    pub kind: String,
}

/// What came of a claim.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimStatus {
    /// `Pending`, `Bound` or `Lost`.
    #[serde(deserialize_with = "lenient::text")]
    pub phase: String,
}

/// A `PersistentVolume`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Metadata.
    pub metadata: Meta,
    /// Spec.
    pub spec: VolumeSpec,
}

/// The part of a volume's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSpec {
    /// Absent for in-tree and local volumes.
    pub csi: Option<CsiSource>,
    /// Storage class.
    #[serde(deserialize_with = "lenient::text")]
    pub storage_class_name: String,
}

/// The CSI side of a volume.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiSource {
    /// CSI driver.
    pub driver: String,
    /// What the driver keeps about it.
    #[serde(deserialize_with = "lenient::map")]
    pub volume_attributes: BTreeMap<String, String>,
}

/// A Longhorn volume, for its data engine.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornVolume {
    /// Metadata; the name is the persistent volume's.
    pub metadata: Meta,
    /// Spec.
    pub spec: LonghornVolumeSpec,
}

/// The part of a Longhorn volume's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LonghornVolumeSpec {
    /// `v1` or `v2`.
    #[serde(deserialize_with = "lenient::text")]
    pub data_engine: String,
}

/// A pod, for the state of its sidecar containers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pod {
    /// Metadata.
    pub metadata: Meta,
    /// Wishes.
    pub spec: PodSpec,
    /// What came of it.
    pub status: PodStatus,
}

/// The part of a pod's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Containers.
    #[serde(deserialize_with = "super::list")]
    pub containers: Vec<PodContainer>,
}

/// A container and its command line, which names the driver's socket.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodContainer {
    /// Name.
    pub name: String,
    /// Image.
    #[serde(deserialize_with = "lenient::text")]
    pub image: String,
    /// Command line.
    #[serde(deserialize_with = "super::list")]
    pub args: Vec<String>,
}

/// What came of a pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// State of each container.
    #[serde(deserialize_with = "super::list")]
    pub container_statuses: Vec<ContainerStatus>,
}

/// State of a container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    /// Name.
    pub name: String,
    /// Whether it runs and answers.
    pub ready: bool,
    /// What it is doing.
    pub state: ContainerState,
}

/// What a container is doing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerState {
    /// Set while it does not run.
    pub waiting: Option<ContainerWaiting>,
}

/// Why a container does not run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerWaiting {
    /// Such as `CrashLoopBackOff`.
    #[serde(deserialize_with = "lenient::text")]
    pub reason: String,
}
