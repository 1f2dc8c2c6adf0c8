//! Views of VMs: the machine, its running instance, its migration, its image, its networks.

use serde::Deserialize;
use serde_json::Value;

use super::{Condition, Meta};
use crate::lenient;

/// A `VirtualMachine`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachine {
    /// Metadata.
    pub metadata: Meta,
    /// Wishes.
    pub spec: VirtualMachineSpec,
    /// What came of it.
    pub status: VirtualMachineStatus,
}

/// A VM's spec.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachineSpec {
    /// What its instances look like.
    pub template: InstanceTemplate,
}

/// What instances look like.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceTemplate {
    /// Spec of the instance.
    pub spec: InstanceSpec,
}

/// The part of an instance's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceSpec {
    /// Hardware.
    pub domain: Domain,
    /// Volumes.
    #[serde(deserialize_with = "super::list")]
    pub volumes: Vec<VmVolume>,
    /// Networks.
    #[serde(deserialize_with = "super::list")]
    pub networks: Vec<VmNetwork>,
    /// Where it may run.
    #[serde(deserialize_with = "lenient::map")]
    pub node_selector: std::collections::BTreeMap<String, String>,
}

/// Hardware.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Domain {
    /// Devices.
    pub devices: Devices,
}

/// Devices.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Devices {
    /// Disks.
    #[serde(deserialize_with = "super::list")]
    pub disks: Vec<Disk>,
    /// Devices of the host.
    #[serde(rename = "hostDevices", deserialize_with = "super::list")]
    pub of_host: Vec<Value>,
    /// Graphics devices of the host.
    #[serde(deserialize_with = "super::list")]
    pub gpus: Vec<Value>,
}

/// A disk: the guest's side of a volume.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Disk {
    /// Name of its volume.
    pub name: String,
    /// Whether several VMs may write it.
    pub shareable: Option<bool>,
}

/// A volume of a VM; what is not named here is kept in no snapshot.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VmVolume {
    /// Name.
    pub name: String,
    /// A claim: the only kind a VM snapshot holds.
    pub persistent_volume_claim: Option<ClaimVolume>,
    /// A `DataVolume` by name.
    pub data_volume: Option<NamedVolume>,
    /// An image pulled at each start.
    pub container_disk: Option<Value>,
    /// Cloud-init data.
    pub cloud_init_no_cloud: Option<Value>,
    /// Cloud-init data.
    pub cloud_init_config_drive: Option<Value>,
}

/// A claim used as a volume.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimVolume {
    /// Name of the claim.
    pub claim_name: String,
}

/// A volume by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NamedVolume {
    /// Name.
    pub name: String,
}

/// A network of a VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VmNetwork {
    /// Set for networks other than the pods'.
    pub multus: Option<MultusNetwork>,
}

/// A network attachment by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MultusNetwork {
    /// `NAMESPACE/NAME`, or a name in the VM's namespace.
    pub network_name: String,
}

/// What came of a VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachineStatus {
    /// Such as `Running` or `Stopped`.
    #[serde(deserialize_with = "lenient::text")]
    pub printable_status: String,
}

/// A `VirtualMachine`, for whether it runs and may be stopped.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunState {
    /// Metadata.
    pub metadata: super::Owned,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: RunStateSpec,
    /// What came of it.
    pub status: VirtualMachineStatus,
}

/// Whether a VM is to run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunStateSpec {
    /// Such as `RerunOnFailure`; empty where the old field is in use.
    #[serde(deserialize_with = "lenient::text")]
    pub run_strategy: String,
    /// The old field: `true` means `Always`.
    #[serde(deserialize_with = "lenient::truth")]
    pub running: Option<bool>,
}

/// A `VirtualMachineInstance`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Instance {
    /// Metadata.
    pub metadata: Meta,
    /// What came of it.
    pub status: InstanceStatus,
}

/// What came of an instance.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceStatus {
    /// Such as `Running`.
    #[serde(deserialize_with = "lenient::text")]
    pub phase: String,
    /// Conditions, `AgentConnected` and `LiveMigratable` among them.
    #[serde(deserialize_with = "super::list")]
    pub conditions: Vec<Condition>,
}

/// A `VirtualMachineInstanceMigration`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Migration {
    /// Metadata.
    pub metadata: Meta,
    /// Which VM.
    pub spec: MigrationSpec,
    /// How far.
    pub status: MigrationStatus,
}

/// Which VM migrates.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MigrationSpec {
    /// Name of the instance.
    pub vmi_name: String,
}

/// How far a migration is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MigrationStatus {
    /// `Succeeded` and `Failed` are its ends.
    #[serde(deserialize_with = "lenient::text")]
    pub phase: String,
}

impl Migration {
    /// Whether it still goes on.
    pub fn is_running(&self) -> bool {
        !matches!(self.status.phase.as_str(), "Succeeded" | "Failed")
    }
}

/// A `VirtualMachineImage`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Image {
    /// Metadata.
    pub metadata: Meta,
    /// Wishes.
    pub spec: ImageSpec,
    /// What came of it.
    pub status: ImageStatus,
}

/// The part of an image's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImageSpec {
    /// `backingimage` (also when empty) or `cdi`.
    #[serde(deserialize_with = "lenient::text")]
    pub backend: String,
    /// Name people see.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: String,
    /// Class it is stored in.
    #[serde(deserialize_with = "lenient::text")]
    pub target_storage_class_name: String,
}

/// What came of an image.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImageStatus {
    /// Class of the disks made from it.
    #[serde(deserialize_with = "lenient::text")]
    pub storage_class_name: String,
    /// Bytes stored.
    #[serde(deserialize_with = "lenient::int")]
    pub size: Option<i64>,
    /// Bytes a guest sees.
    #[serde(deserialize_with = "lenient::int")]
    pub virtual_size: Option<i64>,
    /// `Imported` tells whether it can be used.
    #[serde(deserialize_with = "super::list")]
    pub conditions: Vec<Condition>,
}

/// A network attachment definition.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    /// Metadata.
    pub metadata: Meta,
}
