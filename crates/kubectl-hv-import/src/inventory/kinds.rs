//! Kinds that only an import reads.

use hv_cluster::kinds::{Kind, Scope};

/// Limits of a namespace.
pub(super) const RESOURCE_QUOTA: Kind = Kind {
    group: "",
    version: "v1",
    kind: "ResourceQuota",
    plural: "resourcequotas",
    scope: Scope::Namespaced,
};

/// Machines of the cluster.
pub(super) const NODE: Kind = Kind {
    group: "",
    version: "v1",
    kind: "Node",
    plural: "nodes",
    scope: Scope::Cluster,
};

/// Ranks of pods.
pub(super) const PRIORITY_CLASS: Kind = Kind {
    group: "scheduling.k8s.io",
    version: "v1",
    kind: "PriorityClass",
    plural: "priorityclasses",
    scope: Scope::Cluster,
};
