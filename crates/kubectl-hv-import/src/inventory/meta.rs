//! The part of an object's metadata that judging reads.

use std::collections::BTreeMap;

use hv_cluster::lenient;
use serde::Deserialize;
use serde::de::Deserializer;

/// Annotations and labels that something reads; most of a large cluster's metadata is not kept.
const KEPT: &[&str] = &[
    "argocd.argoproj.io/instance",
    "argocd.argoproj.io/tracking-id",
    "field.cattle.io/resourceQuota",
    "harvesterhci.io/goldenImage",
    "harvesterhci.io/imageDisplayName",
    "harvesterhci.io/mac-address",
    "helm.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/namespace",
    "kubectl-hv.io/lineage",
    "kustomize.toolkit.fluxcd.io/name",
    "kustomize.toolkit.fluxcd.io/namespace",
    "network.harvesterhci.io/clusternetwork",
    "network.harvesterhci.io/ready",
    "network.harvesterhci.io/type",
    "network.harvesterhci.io/vlan-id",
    "persistent-state-for",
    "storageclass.kubernetes.io/is-default-class",
];

/// The part of `metadata` that is read of every object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Meta {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    /// Namespace, empty for kinds of the whole cluster.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) namespace: String,
    /// Its uid.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) uid: String,
    /// Annotations that are read.
    #[serde(deserialize_with = "kept")]
    pub(crate) annotations: BTreeMap<String, String>,
    /// Labels that are read.
    #[serde(deserialize_with = "kept")]
    pub(crate) labels: BTreeMap<String, String>,
    /// Set while the object is being deleted.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) deletion_timestamp: String,
}

fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    lenient::some(deserializer, |key| KEPT.contains(&key))
}

impl Meta {
    /// Whether the object is being deleted.
    pub(crate) fn is_deleting(&self) -> bool {
        !self.deletion_timestamp.is_empty()
    }

    /// An annotation, empty if it is not there.
    pub(crate) fn annotation(&self, key: &str) -> &str {
        debug_assert!(KEPT.contains(&key), "{key} is not kept");
        self.annotations.get(key).map_or("", String::as_str)
    }

    /// A label, empty if it is not there.
    pub(crate) fn label(&self, key: &str) -> &str {
        debug_assert!(KEPT.contains(&key), "{key} is not kept");
        self.labels.get(key).map_or("", String::as_str)
    }
}

/// An object that has a name.
pub(crate) trait Named {
    /// Its namespace, empty for kinds of the whole cluster, and its name.
    fn place(&self) -> (&str, &str);
}

/// An object of which only the metadata matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Bare {
    /// Metadata.
    pub(crate) metadata: Meta,
}

/// Gives types the name that their metadata has.
macro_rules! named {
    ($($type:ty),* $(,)?) => {
        $(impl $crate::inventory::Named for $type {
            fn place(&self) -> (&str, &str) {
                (&self.metadata.namespace, &self.metadata.name)
            }
        })*
    };
}

pub(super) use named;

named!(Bare);
