//! What a support bundle never holds, and which kinds a cluster has without a CRD.

use crate::kinds::{Kind, SETTING};

/// Groups that an API server serves by itself; all others come from CRDs.
const BUILT_IN: [&str; 18] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
];

/// Built in too, but longer than a line with the others.
const BUILT_IN_LATE: [&str; 4] = [
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Settings of Harvester that hold secrets and are left out by the collector.
const SECRET_SETTINGS: [&str; 4] = [
    "additional-ca",
    "cluster-registration-url",
    "containerd-registry",
    "ssl-certificates",
];

pub(super) fn is_built_in(kind: &Kind) -> bool {
    BUILT_IN.contains(&kind.group) || BUILT_IN_LATE.contains(&kind.group)
}

/// Why a kind is in no support bundle.
pub(super) fn never_collected(kind: &Kind) -> Option<String> {
    let (group, plural) = (kind.group, kind.plural);
    let excluded = match group {
        "" => plural == "secrets",
        "management.cattle.io" => matches!(plural, "users" | "tokens" | "authconfigs"),
        "authentication.k8s.io" | "authorization.k8s.io" => true,
        _ => false,
    };
    excluded.then(|| format!("a support bundle never holds {plural}"))
}

/// Why one object of a kind that is collected is in no support bundle.
pub(super) fn never_collected_object(kind: &Kind, name: &str) -> Option<String> {
    let secret = *kind == SETTING && SECRET_SETTINGS.contains(&name);
    secret.then(|| format!("a support bundle never holds the setting \"{name}\""))
}
