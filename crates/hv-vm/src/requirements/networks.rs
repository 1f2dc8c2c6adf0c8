//! The networks of a VM's interfaces.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Needs, text};
use crate::graph::{list, network_key};
use crate::header::NetworkNeed;
use crate::key::Key;

pub(super) fn networks(needs: &Needs<'_>) -> Vec<NetworkNeed> {
    let mut by_key: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for network in list(&needs.stored["spec"]["template"]["spec"]["networks"]) {
        if let Some(name) = network["multus"]["networkName"].as_str() {
            let used_by = by_key
                .entry(network_key(name, needs.namespace))
                .or_default();
            used_by.extend(text(&network["name"]));
        }
    }
    let need = |(key, used_by): (Key, Vec<String>)| {
        let need = NetworkNeed {
            id: format!("{}/{}", key.namespace, key.name),
            used_by,
            ..NetworkNeed::default()
        };
        match needs.objects.get(&key) {
            Some(network) => described(need, network),
            None => need,
        }
    };
    by_key.into_iter().map(need).collect()
}

fn described(need: NetworkNeed, network: &Value) -> NetworkNeed {
    let labels = &network["metadata"]["labels"];
    let label = |name: &str| labels[format!("network.harvesterhci.io/{name}")].as_str();
    let config = network["spec"]["config"].as_str();
    let config: Value = config
        .and_then(|config| serde_json::from_str(config).ok())
        .unwrap_or_default();
    let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let vlan = label("vlan-id").and_then(|id| id.parse().ok());
    let bridge = config["bridge"].as_str();
    let cluster_network = label("clusternetwork").or_else(|| bridge?.strip_suffix("-br"));
    NetworkNeed {
        r#type: label("type")
            .map(str::to_owned)
            .or_else(|| text(&config["type"])),
        vlan: vlan
            .or_else(|| number(&config["vlan"]))
            .filter(|vlan| *vlan > 0),
        cluster_network: cluster_network.map(str::to_owned),
        mtu: number(&config["mtu"]).filter(|mtu| *mtu > 0),
        ..need
    }
}
