//! Views of what a VM needs beside storage: images, networks, keys, namespaces, quotas, nodes.

use std::collections::BTreeMap;

use hv_cluster::lenient;
use serde::Deserialize;
use serde_json::Value;

use super::meta::{Meta, Named, named};
use super::storage::Phase;

named!(Image, Network, KeyPair, Namespace, Quota);

/// A `VirtualMachineImage`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Image {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: ImageSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: ImageStatus,
}

/// The part of an image's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ImageSpec {
    /// `backingimage` (also when empty) or `cdi`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) backend: String,
    /// Name people see.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) display_name: String,
    /// Checksum that was asked for.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) checksum: String,
    /// Where it came from.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) url: String,
}

/// What came of an image.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ImageStatus {
    /// Class of the disks made from it.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) storage_class_name: String,
    /// Bytes a guest sees.
    #[serde(deserialize_with = "lenient::int")]
    pub(crate) virtual_size: Option<i64>,
    /// `Imported` tells whether it can be used.
    #[serde(deserialize_with = "lenient::parts")]
    pub(crate) conditions: Vec<Condition>,
}

/// A condition.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Condition {
    /// Its type.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(crate) kind: String,
    /// `True`, `False` or `Unknown`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) status: String,
}

impl Image {
    /// Whether it can be used.
    pub(crate) fn is_imported(&self) -> bool {
        let mut conditions = self.status.conditions.iter();
        conditions.any(|one| one.kind == "Imported" && one.status == "True")
    }

    /// `namespace/name`.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }
}

/// A `NetworkAttachmentDefinition`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Network {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: NetworkSpec,
}

/// The part of a network's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct NetworkSpec {
    /// JSON in a string.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) config: String,
}

impl Network {
    /// Its cluster network, if it says so.
    pub(crate) fn cluster_network(&self) -> Option<String> {
        let label = self
            .metadata
            .label("network.harvesterhci.io/clusternetwork");
        if !label.is_empty() {
            return Some(label.to_owned());
        }
        let config: Value = serde_json::from_str(&self.spec.config).ok()?;
        let bridge = config["bridge"].as_str()?;
        bridge.strip_suffix("-br").map(str::to_owned)
    }

    /// Its VLAN, if it has one.
    pub(crate) fn vlan(&self) -> Option<u32> {
        let label = self.metadata.label("network.harvesterhci.io/vlan-id");
        let told = label.parse().ok().or_else(|| {
            let config: Value = serde_json::from_str(&self.spec.config).ok()?;
            u32::try_from(config["vlan"].as_u64()?).ok()
        });
        told.filter(|vlan| *vlan > 0)
    }

    /// Harvester's type of it, empty if it has none.
    pub(crate) fn kind(&self) -> &str {
        self.metadata.label("network.harvesterhci.io/type")
    }

    /// Whether Harvester calls it not ready.
    pub(crate) fn is_unready(&self) -> bool {
        self.metadata.label("network.harvesterhci.io/ready") == "false"
    }
}

/// A `KeyPair`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct KeyPair {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: KeyPairSpec,
}

/// The part of a key pair's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct KeyPairSpec {
    /// A line as OpenSSH writes it.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) public_key: String,
}

/// A `Namespace`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Namespace {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: Phase,
}

/// A `ResourceQuota`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Quota {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: QuotaSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: QuotaStatus,
}

/// The part of a quota's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct QuotaSpec {
    /// At most this.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) hard: BTreeMap<String, String>,
}

/// What came of a quota.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct QuotaStatus {
    /// What is used.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) used: BTreeMap<String, String>,
}

/// A `Node`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Node {
    /// Metadata, with all labels.
    pub(crate) metadata: Labelled,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: NodeStatus,
}

/// Name and labels.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Labelled {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    /// All labels.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) labels: BTreeMap<String, String>,
}

/// What came of a node.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct NodeStatus {
    /// What pods can have of it.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) allocatable: BTreeMap<String, String>,
}

impl Named for Node {
    fn place(&self) -> (&str, &str) {
        ("", &self.metadata.name)
    }
}
