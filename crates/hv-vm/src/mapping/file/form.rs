//! The map file as it is written, for its schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What every name of the bundles becomes on the target.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ImportMap")]
pub struct Form {
    /// `kubectl-hv.io/v1alpha1`.
    pub api_version: String,
    /// `ImportMap`.
    pub kind: String,
    /// Namespaces: of the source to of the target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub namespaces: BTreeMap<String, String>,
    /// VMs: `namespace/name` of the source to `name` or `namespace/name` of the target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// Storage classes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub storage_classes: BTreeMap<String, String>,
    /// Images, each as `namespace/name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub images: BTreeMap<String, String>,
    /// Networks, each as `namespace/name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: BTreeMap<String, String>,
    /// Secrets and config maps: `namespace/name` of the source to a name beside the VM of the
    /// target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// Key pairs, each as `namespace/name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub key_pairs: BTreeMap<String, String>,
    /// Node labels: `key` to `key`, or `key=value` to `key=value`; an empty text drops the term.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub node_labels: BTreeMap<String, String>,
    /// MAC addresses, by `namespace/name` of the VM in the source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub macs: BTreeMap<String, MacForm>,
    /// Disks, by `namespace/name` of the VM in the source, and by volume or claim.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub disks: BTreeMap<String, BTreeMap<String, DiskForm>>,
}

// Its shape is checked before, so that nobody sees the message of a variant that does not fit.
/// What becomes of the MAC addresses of a VM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MacForm {
    /// All of them.
    All(MacPolicy),
    /// Addresses by the name of the interface; those of the others stay.
    Given(BTreeMap<String, String>),
}

/// What becomes of all MAC addresses of a VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MacPolicy {
    /// They stay.
    Keep,
    /// The target makes new ones.
    New,
}

/// What becomes of a disk: exactly one mode, and the name of the new claim where one is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiskForm {
    /// Mode: a claim that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<String>,
    /// Mode: a volume that is there; without `volume` and `handle` the one of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind: Option<BindForm>,
    /// Mode: a fresh copy of an image; an empty text is the image that the disk began as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Mode: an empty disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<BlankForm>,
    /// Mode: filled from a `VolumeSnapshot` in the namespace of the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// Mode: the VM goes without it; the only value is `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<bool>,
    /// Name of the claim that is made; without it the name in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
}

/// A volume that is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BindForm {
    /// A `PersistentVolume` that is there; no other field beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// CSI driver of a `PersistentVolume` that is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// The driver's name of the volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The driver's attributes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<BTreeMap<String, String>>,
    /// File system, for a disk that is none of blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fs_type: Option<String>,
    /// Nodes that can reach it, as `spec.nodeAffinity` of a `PersistentVolume`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_affinity: Option<Value>,
    /// Storage class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Size, such as `40Gi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}

/// An empty disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlankForm {
    /// Storage class; without it the one of the source, mapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Size, such as `40Gi`; without it the one of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}
