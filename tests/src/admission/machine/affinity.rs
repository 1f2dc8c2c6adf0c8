//! The affinity of a VM, rebuilt for the cluster networks it is attached to.

use serde_json::{Map, Value, json};

use super::not_found;
use crate::admission::Refusal;
use crate::model::machine::{self, inner, list, text};
use crate::model::{Store, kind};

const CLUSTER_NETWORK: &str = "network.harvesterhci.io/clusternetwork";
const CPU_MANAGER: &str = "cpumanager";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// The affinity as it is written back: terms of cluster networks taken out and put in again, and terms
/// without expressions dropped, whatever else they hold.
pub(super) fn rebuilt(vm: &Value, store: &Store) -> Result<Value, Refusal> {
    let mut affinity = inner(vm)["affinity"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut node = affinity
        .remove("nodeAffinity")
        .and_then(|node| node.as_object().cloned())
        .unwrap_or_default();
    let mut terms: Vec<Value> =
        list(&node.remove(REQUIRED).unwrap_or_default()["nodeSelectorTerms"])
            .filter_map(without_own_keys)
            .collect();
    for requirement in requirements(vm, store)? {
        add(&mut terms, &requirement);
    }
    if !terms.is_empty() {
        node.insert(REQUIRED.into(), json!({"nodeSelectorTerms": terms}));
    }
    if node
        .get(PREFERRED)
        .is_some_and(|terms| list(terms).count() == 0)
    {
        node.remove(PREFERRED);
    }
    if !node.is_empty() {
        affinity.insert("nodeAffinity".into(), Value::Object(node));
    }
    Ok(Value::Object(affinity))
}

fn without_own_keys(term: &Value) -> Option<Value> {
    let kept: Vec<Value> = list(&term["matchExpressions"])
        .filter(|expression| {
            let key = text(&expression["key"]);
            !key.starts_with("network.harvesterhci.io") && key != CPU_MANAGER
        })
        .cloned()
        .collect();
    if kept.is_empty() {
        return None;
    }
    let mut term: Map<String, Value> = term.as_object().cloned().unwrap_or_default();
    term.insert("matchExpressions".into(), kept.into());
    Some(Value::Object(term))
}

fn requirements(vm: &Value, store: &Store) -> Result<Vec<Value>, Refusal> {
    let mut requirements = Vec::new();
    for network in list(&inner(vm)["networks"]) {
        let reference = text(&network["multus"]["networkName"]);
        if reference.is_empty() {
            continue;
        }
        let Some((namespace, name)) = machine::split(reference, machine::namespace(vm)) else {
            return Err(Refusal::internal(format!(
                "invalid network name {reference}"
            )));
        };
        let Some(definition) = store.get(kind::NETWORK_DEFINITION, namespace, name) else {
            return Err(not_found(
                "network-attachment-definitions.k8s.cni.cncf.io",
                name,
            ));
        };
        if let Some(cluster) = definition["metadata"]["labels"][CLUSTER_NETWORK].as_str() {
            requirements.push(requirement(&format!("network.harvesterhci.io/{cluster}")));
        }
    }
    if machine::has_own_cpus(vm) {
        requirements.push(requirement(CPU_MANAGER));
    }
    Ok(requirements)
}

fn requirement(key: &str) -> Value {
    json!({"key": key, "operator": "In", "values": ["true"]})
}

fn add(terms: &mut Vec<Value>, requirement: &Value) {
    if terms.is_empty() {
        terms.push(json!({"matchExpressions": [requirement]}));
        return;
    }
    for term in terms {
        if let Some(expressions) = term["matchExpressions"].as_array_mut()
            && !expressions.contains(requirement)
        {
            expressions.push(requirement.clone());
        }
    }
}

/// Refuses a term about the CPU manager that comes or goes.
pub(super) fn check_cpu_manager(old: &Value, new: &Value) -> Result<(), Refusal> {
    let expressions = |vm: &Value| -> Vec<Value> {
        list(&inner(vm)["affinity"]["nodeAffinity"][REQUIRED]["nodeSelectorTerms"])
            .flat_map(|term| list(&term["matchExpressions"]))
            .filter(|expression| expression["key"] == CPU_MANAGER)
            .cloned()
            .collect()
    };
    if expressions(old) == expressions(new) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
        "key \"cpumanager\" is automatically operated by Harvester controller and can't be changed manually",
    ))
}
