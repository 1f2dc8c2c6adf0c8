//! Interfaces of a VM.

use serde_json::{Value, json};

use super::Machine;
use crate::world::identity;

/// `devices.interfaces` of the domain.
pub(super) fn interfaces(machine: &Machine) -> Vec<Value> {
    if machine.networks.is_empty() {
        return vec![json!({"name": "default", "model": "virtio", "masquerade": {}})];
    }
    let numbers = 1..=machine.networks.len();
    let interface = |number| {
        json!({
            "name": format!("nic-{number}"), "model": "virtio", "bridge": {},
            "macAddress": mac_address(machine, number),
        })
    };
    numbers.map(interface).collect()
}

/// `networks` of the VM.
pub(super) fn networks(machine: &Machine) -> Vec<Value> {
    if machine.networks.is_empty() {
        return vec![json!({"name": "default", "pod": {}})];
    }
    let network = |(number, name)| json!({"name": format!("nic-{}", number + 1), "multus": {"networkName": name}});
    machine.networks.iter().enumerate().map(network).collect()
}

/// An address of the range for local use, the same in every run.
pub(super) fn mac_address(machine: &Machine, number: usize) -> String {
    let uid = identity::uid(
        "Interface",
        &machine.namespace,
        &format!("{}/{number}", machine.name),
    );
    format!("52:54:00:{}:{}:{}", &uid[0..2], &uid[2..4], &uid[4..6])
}
