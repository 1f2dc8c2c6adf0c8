//! What is in a namespace besides what clusters put there by themselves.

use std::collections::BTreeSet;

use hv_cluster::kinds::{self, Kind, Scope};
use serde_json::Value;

use crate::run::outcome::RunError;
use crate::run::survey::list;
use crate::target::{Target, meta};

macro_rules! kind {
    ($group:literal $version:literal $kind:literal $plural:literal) => {
        Kind {
            group: $group,
            version: $version,
            kind: $kind,
            plural: $plural,
            scope: Scope::Namespaced,
        }
    };
}

/// Kinds that people have in namespaces beside those of VMs.
const MORE: &[Kind] = &[
    kind!("" "v1" "Service" "services"),
    kind!("apps" "v1" "StatefulSet" "statefulsets"),
    kind!("apps" "v1" "DaemonSet" "daemonsets"),
    kind!("apps" "v1" "ReplicaSet" "replicasets"),
    kind!("batch" "v1" "Job" "jobs"),
    kind!("batch" "v1" "CronJob" "cronjobs"),
    kind!("networking.k8s.io" "v1" "Ingress" "ingresses"),
    kind!("networking.k8s.io" "v1" "NetworkPolicy" "networkpolicies"),
];

/// What clusters put into each namespace by themselves.
const STANDARD: &[(&str, &str)] = &[
    ("ConfigMap", "kube-root-ca.crt"),
    ("ServiceAccount", "default"),
];

/// The first thing in a namespace that is not one of these uids, in words.
pub(super) async fn stranger<T: Target>(
    target: &T,
    namespace: &str,
    ours: &BTreeSet<String>,
) -> Result<Option<String>, RunError> {
    let namespaced = kinds::ALL.iter().chain(MORE);
    for kind in namespaced.filter(|kind| kind.scope == Scope::Namespaced) {
        let take = |object: &Value| {
            let name = meta(object, "name");
            let standard = STANDARD.contains(&(kind.kind, name))
                || object["type"] == "kubernetes.io/service-account-token";
            let gone = ours.contains(meta(object, "uid")) || standard;
            (!gone).then(|| format!("{} {name}", kind.kind))
        };
        if let Some(found) = list(target, kind, Some(namespace), take)
            .await?
            .into_iter()
            .next()
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
