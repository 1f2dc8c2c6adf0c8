//! `bundle.json`: where a VM's configuration comes from, what it needs, and what the folder holds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::key::Key;

/// Version of the format of a bundle.
pub const FORMAT: u32 = 1;

/// The header of a bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// `kubectl-hv.io/v1alpha1`.
    pub api_version: String,
    /// `VirtualMachineBundle`.
    pub kind: String,
    /// Version of the format.
    pub format: u32,
    /// Version of the normal form that the digest is of.
    pub normal_form: u32,
    /// The VM.
    pub vm: VmName,
    /// Where it was read.
    pub source: Origin,
    /// One VM through all its moves: a UUID made of its first cluster and its uid there.
    pub lineage_id: String,
    /// Raised when another site takes over.
    pub epoch: u64,
    /// Counts changes of the digest in this store, from 1 on.
    pub revision: u64,
    /// `sha256:` and the digest of the normal form.
    pub digest: String,
    /// The digest of the revision before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_digest: Option<String>,
    /// What was guessed, where the source was no cluster; absent if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<Reconstructed>,
    /// The disks, in the order of the VM's volumes.
    pub disks: Vec<Disk>,
    /// What a target must have.
    pub requirements: Requirements,
    /// Objects that the VM names and that are not in the bundle, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// What was left out, changed or needs care.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The files of the folder beside this one, by path.
    pub items: Vec<Item>,
}

/// Namespace and name of a VM.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct VmName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Where a VM was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// The cluster: uid of its namespace `kube-system`, or what stands in for it.
    pub cluster_id: String,
    /// What the id was taken from: `kube-system`, `certificate-authority` or `server-address`.
    pub cluster_id_from: String,
    /// uid of the VM there.
    pub uid: String,
    /// Harvester's release, if it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harvester: Option<String>,
    /// KubeVirt's release, if it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kube_virt: Option<String>,
}

/// A bundle that was not made from a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconstructed {
    /// What it was made from, such as `support bundle`.
    pub from: String,
    /// What was guessed, in words for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guessed: Vec<String>,
}

/// A disk of the VM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disk {
    /// Name of the volume in the VM; empty for the disk of persistent firmware state.
    pub volume: String,
    /// Name of the claim.
    pub claim: String,
    /// Size that was asked for, as a quantity; absent if it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// `Block` or `Filesystem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_mode: Option<String>,
    /// Access modes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_modes: Vec<String>,
    /// Storage class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The image it began as, `namespace/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The CSI volume behind it: driver, handle, attributes; absent if it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csi: Option<CsiVolume>,
    /// `data` for a disk, `firmware-state` for EFI variables and TPM state, `ephemeral` for a base
    /// that is only read.
    pub role: String,
}

/// A CSI volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CsiVolume {
    /// Name of the driver.
    pub driver: String,
    /// The driver's name of the volume.
    pub handle: String,
    /// The driver's attributes, without those of one provisioner.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Labels of the nodes that can reach it, as the volume's node affinity has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_affinity: Option<Value>,
}

/// What a target must have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Requirements {
    /// Storage classes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub storage_classes: Vec<ClassNeed>,
    /// Images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageNeed>,
    /// Networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<NetworkNeed>,
    /// Secrets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretNeed>,
    /// Anything else that has a name: config maps, key pairs, accounts, priority classes,
    /// schedulers, binding plugins, registries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<NamedNeed>,
    /// Devices of a node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceNeed>,
    /// Labels that a node must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub node_labels: Vec<NodeLabelNeed>,
    /// Processor, machine and memory.
    pub machine: MachineNeed,
}

/// A storage class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClassNeed {
    /// Its name in the source.
    pub name: String,
    /// The driver behind it; absent if the class could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Its parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// `Immediate` or `WaitForFirstConsumer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_binding_mode: Option<String>,
    /// Whether its volumes can grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_volume_expansion: Option<bool>,
    /// Claims that use it.
    pub used_by: Vec<String>,
}

/// An image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ImageNeed {
    /// Namespace and name in the source.
    pub id: String,
    /// The name people gave it; absent, as all below, if the image could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Checksum that was asked for, or that Longhorn found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// Size of a disk made of it, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_size_bytes: Option<u64>,
    /// Where it was loaded from, without a password or a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `download`, `upload` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `backingimage` or `cdi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// The class of its disks in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// Claims that began as it.
    pub used_by: Vec<String>,
}

/// A network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkNeed {
    /// Namespace and name in the source.
    pub id: String,
    /// Harvester's type, such as `L2VlanNetwork`; absent, as all below, if it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// VLAN id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u32>,
    /// Cluster network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_network: Option<String>,
    /// MTU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// Interfaces that use it.
    pub used_by: Vec<String>,
}

/// A secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretNeed {
    /// Its name; it is in the namespace of the VM.
    pub name: String,
    /// Whether it is a `ConfigMap` that is as secret as a Secret, such as an answer file.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub config_map: bool,
    /// `omitted`, `encrypted`, `plaintext`, `missing` or `unreadable`.
    pub state: String,
    /// Keys that are needed, as referenced, or as they are where the secret was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Its type, where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// uid and resourceVersion that an encrypted file was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_of: Option<String>,
    /// Who can read an encrypted file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// Whether it was inline text of the VM and has no object in the source.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub externalised: bool,
    /// Volumes and credentials that use it.
    pub used_by: Vec<String>,
}

/// Something that must exist by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NamedNeed {
    /// What it is, such as `KeyPair` or `PriorityClass`.
    pub kind: String,
    /// `namespace/name`, or the name.
    pub id: String,
    /// Fields that name it.
    pub used_by: Vec<String>,
}

/// A device of a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeviceNeed {
    /// Name in the VM.
    pub name: String,
    /// Resource name.
    pub device: String,
    /// `hostDevice` or `gpu`.
    pub r#type: String,
}

/// A label that a node must have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeLabelNeed {
    /// Its key.
    pub key: String,
    /// `In`, `Exists` and so on.
    pub operator: String,
    /// Its values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Processor, machine and memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MachineNeed {
    /// `amd64` or `arm64`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Machine type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_type: Option<String>,
    /// CPU model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_model: Option<String>,
    /// CPU features that are required.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cpu_features: Vec<String>,
    /// Dedicated CPUs, NUMA, huge pages and the like, by their field names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_features: Vec<String>,
}

/// An object that is named and not in the bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Unread {
    /// Its name.
    pub object: Key,
    /// `NotFound`, `Unreadable` or `NotRead`.
    pub reason: String,
    /// The reason in words for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Fields that name it.
    pub used_by: Vec<String>,
}

/// Something that was left out, changed or needs care.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Stable code, such as `host-device-dropped`.
    pub code: String,
    /// The field.
    pub path: String,
    /// One sentence.
    pub message: String,
}

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its path in the folder.
    pub path: String,
    /// `sha256:` and the digest of its bytes.
    pub sha256: String,
    /// The object that it is or holds.
    pub object: Key,
}
