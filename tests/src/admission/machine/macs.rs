//! Addresses of interfaces: empty ones are filled, equal ones refused.

use std::collections::BTreeMap;

use serde_json::Value;

use super::not_found;
use crate::admission::Refusal;
use crate::admission::dice::Dice;
use crate::admission::patch::set;
use crate::model::machine::{self, inner, list, text};
use crate::model::{Store, kind};

const CLUSTER_NETWORK: &str = "network.harvesterhci.io/clusternetwork";

/// A new address for each interface without one, unless its name is in the annotation.
pub(super) fn filled(vm: &Value, dice: &mut Dice) -> Vec<Value> {
    let seen = machine::annotated_macs(vm);
    list(&inner(vm)["domain"]["devices"]["interfaces"])
        .enumerate()
        .filter(|(_, interface)| text(&interface["macAddress"]).is_empty())
        .filter(|(_, interface)| !seen.contains_key(text(&interface["name"])))
        .map(|(index, _)| {
            let path = format!("/spec/template/spec/domain/devices/interfaces/{index}/macAddress");
            set(path, dice.mac())
        })
        .collect()
}

/// Cluster network and address of each interface, to the interface's name and VM.
type Addresses = BTreeMap<(String, String), String>;

/// Refuses an address that another VM on the same cluster network has, if it is written alike.
pub(super) fn check(vm: &Value, store: &Store) -> Result<(), Refusal> {
    let own = addresses([vm], store)?;
    let others: Vec<&Value> = machine::macs(vm)
        .flat_map(|mac| store.with_mac(&mac).cloned().collect::<Vec<_>>())
        .filter_map(|key| store.get(kind::VM, &key.namespace, &key.name))
        .collect();
    let theirs = addresses(others, store)?;
    let duplicate = own
        .iter()
        .find(|(place, interface)| theirs.get(place).is_some_and(|other| other != *interface));
    match duplicate {
        Some(((network, _), _)) => Err(Refusal::internal(format!(
            "duplicate mac address present for vm {} for cluster network {network}",
            machine::name(vm)
        ))),
        None => Ok(()),
    }
}

fn addresses<'a>(
    vms: impl IntoIterator<Item = &'a Value>,
    store: &Store,
) -> Result<Addresses, Refusal> {
    let mut addresses = Addresses::new();
    for vm in vms {
        let networks = cluster_networks(vm, store)?;
        for interface in list(&inner(vm)["domain"]["devices"]["interfaces"]) {
            let (name, mac) = (text(&interface["name"]), text(&interface["macAddress"]));
            if mac.is_empty() {
                continue;
            }
            let network = networks.get(name).cloned().unwrap_or_default();
            let owner = format!("{name}+{}/{}", machine::namespace(vm), machine::name(vm));
            addresses.insert((network, mac.to_owned()), owner);
        }
    }
    Ok(addresses)
}

/// Cluster networks by the name of the VM's network. A name alone is looked for in `default` here.
fn cluster_networks(vm: &Value, store: &Store) -> Result<BTreeMap<String, String>, Refusal> {
    let mut networks = BTreeMap::new();
    for network in list(&inner(vm)["networks"]) {
        let reference = text(&network["multus"]["networkName"]);
        if reference.is_empty() {
            continue;
        }
        let Some((namespace, name)) = machine::split(reference, "default") else {
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
        let cluster = text(&definition["metadata"]["labels"][CLUSTER_NETWORK]);
        networks.insert(text(&network["name"]).to_owned(), cluster.to_owned());
    }
    Ok(networks)
}
