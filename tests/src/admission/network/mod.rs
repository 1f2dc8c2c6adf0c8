//! The network controller's rules for a `NetworkAttachmentDefinition`.

mod config;

use serde_json::Value;

use super::Refusal;
use super::patch::set;
use super::request::{Operation, Request};
use crate::model::machine::{annotation, list, name, namespace, text};
use crate::model::{Store, kind};
use config::Config;

const CLUSTER_NETWORK: &str = "network.harvesterhci.io/clusternetwork";
const UPLINK_MTU: &str = "network.harvesterhci.io/uplink-mtu";
const DEFAULT_MTU: i64 = 1500;

/// Fills in the MTU of the cluster network.
pub(crate) fn mutate(request: &Request, store: &Store) -> Result<Vec<Value>, Refusal> {
    let definition = &request.object;
    if request.operation != Operation::Create {
        return Ok(Vec::new());
    }
    let patched = (|| {
        let config = Config::read(definition)?;
        if config.is_overlay() {
            return Ok(Vec::new());
        }
        let wanted = mtu(&cluster_network(config.cluster_network()?, store)?, store)?;
        if are_equal(wanted, config.mtu()) {
            return Ok(Vec::new());
        }
        Ok(vec![set("/spec/config", config.with_mtu(wanted))])
    })();
    patched.map_err(|why: String| refusal("create", definition, &why))
}

/// The first rule that is broken.
pub(crate) fn validate(request: &Request, store: &Store) -> Result<(), Refusal> {
    let definition = request.subject();
    let (verb, result) = match request.operation {
        Operation::Create => ("create", check(definition, store)),
        Operation::Update if request.old["spec"] == request.object["spec"] => return Ok(()),
        Operation::Update => ("update", check(definition, store)),
        Operation::Delete => ("delete", check_unused(definition, store)),
    };
    result.map_err(|why| refusal(verb, definition, &why))
}

fn refusal(verb: &str, definition: &Value, why: &str) -> Refusal {
    let (namespace, name) = (namespace(definition), name(definition));
    Refusal::internal(format!("can't {verb} nad {namespace}/{name} because {why}"))
}

fn check(definition: &Value, store: &Store) -> Result<(), String> {
    let config = Config::read(definition)?;
    if config.is_overlay() {
        return Err("kubeovn is not yet enabled".into());
    }
    config.check_vlans()?;
    let bridge = config.cluster_network()?;
    let label = text(&definition["metadata"]["labels"][CLUSTER_NETWORK]);
    if !label.is_empty() && label != bridge {
        return Err(format!(
            "the nad label {label} does not match bridge name {bridge}"
        ));
    }
    let cluster = cluster_network(bridge, store).map_err(|error| {
        format!("nad refers to a none-existing cluster network {bridge} or error {error}")
    })?;
    let wanted = mtu(&cluster, store)?;
    if !are_equal(wanted, config.mtu()) {
        return Err(format!(
            "nad MTU {} does not match cluster network MTU {wanted}",
            config.mtu()
        ));
    }
    Ok(())
}

fn check_unused(definition: &Value, store: &Store) -> Result<(), String> {
    let reference = format!("{}/{}", namespace(definition), name(definition));
    let users: Vec<String> = store
        .all(kind::VM)
        .filter(|vm| {
            list(&vm["spec"]["template"]["spec"]["networks"])
                .any(|network| network["multus"]["networkName"] == reference.as_str())
        })
        .map(|vm| format!("{}/{}", namespace(vm), name(vm)))
        .collect();
    if users.is_empty() {
        return Ok(());
    }
    Err(format!(
        "it's still used by VM(s) {} which must remove the related networks and interfaces",
        users.join(", ")
    ))
}

fn cluster_network(name: &str, store: &Store) -> Result<Value, String> {
    let found = store.get(kind::CLUSTER_NETWORK, "", name).cloned();
    found.ok_or_else(|| format!("clusternetworks.network.harvesterhci.io {name:?} not found"))
}

/// The MTU of a cluster network: annotated, else that of its first uplink, else the usual one.
fn mtu(cluster: &Value, store: &Store) -> Result<i64, String> {
    let annotated = annotation(cluster, UPLINK_MTU);
    let cluster = name(cluster);
    if !annotated.is_empty() {
        let mtu: i64 = annotated.parse().map_err(|_| {
            format!("nad's host cluster network {cluster} has invalid MTU annotation {UPLINK_MTU}/{annotated}")
        })?;
        return Ok(if mtu == 0 { DEFAULT_MTU } else { mtu });
    }
    let uplink = store
        .all(kind::VLAN_CONFIG)
        .find(|config| config["metadata"]["labels"][CLUSTER_NETWORK] == cluster);
    let mtu = uplink.and_then(|config| config["spec"]["uplink"]["linkAttributes"]["mtu"].as_i64());
    Ok(mtu.filter(|mtu| *mtu != 0).unwrap_or(DEFAULT_MTU))
}

fn are_equal(one: i64, other: i64) -> bool {
    let usual = |mtu: i64| if mtu == 0 { DEFAULT_MTU } else { mtu };
    usual(one) == usual(other)
}

#[cfg(test)]
mod tests;
