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

/// Kinds that are built in, beside those that VMs are made of. Events say something only about
/// others, and capacities are what drivers tell of nodes.
const MORE: &[Kind] = &[
    kind!("" "v1" "Service" "services"),
    kind!("" "v1" "Endpoints" "endpoints"),
    kind!("" "v1" "ResourceQuota" "resourcequotas"),
    kind!("" "v1" "LimitRange" "limitranges"),
    kind!("" "v1" "PodTemplate" "podtemplates"),
    kind!("" "v1" "ReplicationController" "replicationcontrollers"),
    kind!("apps" "v1" "StatefulSet" "statefulsets"),
    kind!("apps" "v1" "DaemonSet" "daemonsets"),
    kind!("apps" "v1" "ReplicaSet" "replicasets"),
    kind!("apps" "v1" "ControllerRevision" "controllerrevisions"),
    kind!("autoscaling" "v2" "HorizontalPodAutoscaler" "horizontalpodautoscalers"),
    kind!("batch" "v1" "Job" "jobs"),
    kind!("batch" "v1" "CronJob" "cronjobs"),
    kind!("discovery.k8s.io" "v1" "EndpointSlice" "endpointslices"),
    kind!("networking.k8s.io" "v1" "Ingress" "ingresses"),
    kind!("networking.k8s.io" "v1" "NetworkPolicy" "networkpolicies"),
    kind!("policy" "v1" "PodDisruptionBudget" "poddisruptionbudgets"),
    kind!("rbac.authorization.k8s.io" "v1" "Role" "roles"),
    kind!("rbac.authorization.k8s.io" "v1" "RoleBinding" "rolebindings"),
    kind!("resource.k8s.io" "v1" "ResourceClaim" "resourceclaims"),
    kind!("resource.k8s.io" "v1" "ResourceClaimTemplate" "resourceclaimtemplates"),
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
            let content = !ours.contains(meta(object, "uid"))
                && !STANDARD.contains(&(kind.kind, name))
                && !is_made_alone(kind.kind, object)
                && !is_of_ours(object, ours);
            content.then(|| format!("{} {name}", kind.kind))
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

/// Whether controllers make such an object without anybody's wish.
fn is_made_alone(kind: &str, object: &Value) -> bool {
    let is_empty = |field: &str| object[field].as_array().is_none_or(Vec::is_empty);
    match kind {
        "Secret" => object["type"] == "kubernetes.io/service-account-token",
        // Those of a service go with it, and it is found itself.
        "Endpoints" => is_empty("subsets"),
        "EndpointSlice" => is_empty("endpoints"),
        // Rancher's controllers give the members of a project their rights in it.
        "Role" | "RoleBinding" => object["metadata"]["labels"]["cattle.io/creator"] == "norman",
        _ => false,
    }
}

/// Whether it goes by itself, since all that owns it is of the plan.
fn is_of_ours(object: &Value, ours: &BTreeSet<String>) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    owners.is_some_and(|owners| {
        let is_ours = |owner: &Value| owner["uid"].as_str().is_some_and(|uid| ours.contains(uid));
        !owners.is_empty() && owners.iter().all(is_ours)
    })
}
