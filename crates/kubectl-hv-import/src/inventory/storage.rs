//! Views of storage: classes, claims, volumes, snapshots.

use std::collections::BTreeMap;

use hv_cluster::lenient;
use serde::Deserialize;

use super::meta::{Meta, named};

named!(Class, Claim, Volume, Snapshot);

/// A `StorageClass`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Class {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// CSI driver.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) provisioner: String,
    /// What the driver is given.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) parameters: BTreeMap<String, String>,
    /// `Immediate` or `WaitForFirstConsumer`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) volume_binding_mode: String,
    /// Where its volumes may be.
    #[serde(deserialize_with = "lenient::parts")]
    pub(crate) allowed_topologies: Vec<Topology>,
}

/// Labels of nodes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Topology {
    /// All of them must fit.
    #[serde(deserialize_with = "lenient::parts")]
    pub(crate) match_label_expressions: Vec<TopologyLabel>,
}

/// A label of a node.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct TopologyLabel {
    /// Its key.
    pub(crate) key: String,
    /// Its values.
    pub(crate) values: Vec<String>,
}

impl Class {
    /// The only node that its volumes can be on, if there is but one.
    pub(crate) fn only_node(&self) -> Option<&str> {
        let [topology] = self.allowed_topologies.as_slice() else {
            return None;
        };
        let [label] = topology.match_label_expressions.as_slice() else {
            return None;
        };
        let is_node = label.key == "kubernetes.io/hostname" || label.key.ends_with("/node");
        match label.values.as_slice() {
            [node] if is_node => Some(node),
            _ => None,
        }
    }

    /// Whether a volume is made only when a pod wants it.
    pub(crate) fn waits(&self) -> bool {
        self.volume_binding_mode == "WaitForFirstConsumer"
    }
}

/// A `PersistentVolumeClaim`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Claim {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: ClaimSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: ClaimStatus,
}

/// The part of a claim's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ClaimSpec {
    /// Class.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) storage_class_name: String,
    /// `Block` or `Filesystem`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) volume_mode: String,
    /// Access modes.
    pub(crate) access_modes: Vec<String>,
    /// Name of its volume.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) volume_name: String,
    /// Wishes of room.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) resources: Resources,
}

/// Wishes of room.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Resources {
    /// At least this.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) requests: BTreeMap<String, String>,
}

/// What came of a claim.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ClaimStatus {
    /// `Pending`, `Bound` or `Lost`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) phase: String,
    /// What it has.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) capacity: BTreeMap<String, String>,
}

impl Claim {
    /// Its size: what it has, else what it asks for.
    pub(crate) fn size(&self) -> &str {
        let had = self.status.capacity.get("storage");
        let asked = self.spec.resources.requests.get("storage");
        had.or(asked).map_or("", String::as_str)
    }

    /// What it asks for.
    pub(crate) fn request(&self) -> &str {
        let asked = self.spec.resources.requests.get("storage");
        asked.map_or("", String::as_str)
    }
}

/// A `PersistentVolume`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Volume {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: VolumeSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: Phase,
}

/// The part of a volume's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct VolumeSpec {
    /// Its size.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) capacity: BTreeMap<String, String>,
    /// Class.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) storage_class_name: String,
    /// `Block` or `Filesystem`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) volume_mode: String,
    /// Access modes.
    pub(crate) access_modes: Vec<String>,
    /// `Retain` or `Delete`.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) persistent_volume_reclaim_policy: String,
    /// Whose it is.
    #[serde(deserialize_with = "lenient::optional")]
    pub(crate) claim_ref: Option<ClaimRef>,
    /// The volume of the driver.
    #[serde(deserialize_with = "lenient::optional")]
    pub(crate) csi: Option<Handle>,
}

/// The claim that a volume is for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ClaimRef {
    /// Its namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) namespace: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    /// Its uid; a volume with one takes no other claim of that name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) uid: String,
}

/// The volume of a driver.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Handle {
    /// The driver.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) driver: String,
    /// Its name of the volume.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) volume_handle: String,
}

/// How far something is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Phase {
    /// Its phase.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) phase: String,
}

/// A `VolumeSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Snapshot {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) status: SnapshotStatus,
}

/// What came of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SnapshotStatus {
    /// Whether it can be used.
    #[serde(deserialize_with = "lenient::truth")]
    pub(crate) ready_to_use: Option<bool>,
    /// Size of a disk made of it.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) restore_size: String,
}
