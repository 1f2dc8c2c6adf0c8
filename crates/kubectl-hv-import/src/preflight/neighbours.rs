//! Whom a newcomer could get in the way of: the VMs of the target by what only one can have.

use std::collections::HashMap;

use crate::inventory::{Address, Inventory, Machine};

/// The VMs of the target, by address, firmware uuid and claim.
#[derive(Debug)]
pub(super) struct Neighbours<'a> {
    macs: HashMap<String, Vec<(&'a Machine, Address)>>,
    uuids: HashMap<String, Vec<&'a Machine>>,
    claims: HashMap<&'a str, HashMap<&'a str, Vec<&'a Machine>>>,
}

impl<'a> Neighbours<'a> {
    /// Sorts them once, so that a thousand newcomers are looked up quickly.
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let mut sorted = Self {
            macs: HashMap::new(),
            uuids: HashMap::new(),
            claims: HashMap::new(),
        };
        for machine in inventory.machines.iter() {
            for address in machine.addresses() {
                let same = sorted.macs.entry(address.mac.clone()).or_default();
                same.push((machine, address));
            }
            let uuid = &machine.spec.template.spec.domain.firmware.uuid;
            if !uuid.is_empty() {
                let same = sorted.uuids.entry(uuid.to_ascii_lowercase()).or_default();
                same.push(machine);
            }
            let namespace = machine.metadata.namespace.as_str();
            let inside = sorted.claims.entry(namespace).or_default();
            for claim in machine.claims() {
                inside.entry(claim).or_default().push(machine);
            }
        }
        sorted
    }

    /// Who has an address, in its one spelling.
    pub(super) fn with_mac(&self, mac: &str) -> &[(&'a Machine, Address)] {
        self.macs.get(mac).map_or(&[], Vec::as_slice)
    }

    /// Who has a firmware uuid.
    pub(super) fn with_uuid(&self, uuid: &str) -> &[&'a Machine] {
        let same = self.uuids.get(&uuid.to_ascii_lowercase());
        same.map_or(&[], Vec::as_slice)
    }

    /// Who uses a claim, running or not.
    pub(super) fn with_claim(&self, namespace: &str, claim: &str) -> &[&'a Machine] {
        let users = self
            .claims
            .get(namespace)
            .and_then(|inside| inside.get(claim));
        users.map_or(&[], Vec::as_slice)
    }
}
