//! Whom a newcomer could get in the way of, or what others left for it: the target by what only one VM can have.

use std::collections::HashMap;

use crate::inventory::{Address, Claim, Inventory, Machine, Volume};

/// Label, and before that the beginning of the name, of a claim with a VM's firmware state.
const STATE_OF: &str = "persistent-state-for";

/// The VMs of the target by address, firmware uuid and claim; volumes by handle; firmware state by VM.
#[derive(Debug)]
pub(super) struct Neighbours<'a> {
    macs: HashMap<String, Vec<(&'a Machine, Address)>>,
    uuids: HashMap<String, Vec<&'a Machine>>,
    claims: HashMap<&'a str, HashMap<&'a str, Vec<&'a Machine>>>,
    handles: HashMap<(&'a str, &'a str), &'a Volume>,
    states: HashMap<&'a str, HashMap<&'a str, Vec<&'a Claim>>>,
}

impl<'a> Neighbours<'a> {
    /// Sorts them once, so that a thousand newcomers are looked up quickly.
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let mut sorted = Self {
            macs: HashMap::new(),
            uuids: HashMap::new(),
            claims: HashMap::new(),
            handles: handles(inventory),
            states: states(inventory),
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

    /// The volume with a handle of a driver.
    pub(super) fn with_handle(&self, driver: &str, handle: &str) -> Option<&'a Volume> {
        self.handles.get(&(driver, handle)).copied()
    }

    /// Claims with the firmware state of a VM of this name, whether it is there or not.
    pub(super) fn states_of(&self, namespace: &str, vm: &str) -> &[&'a Claim] {
        let inside = self.states.get(namespace);
        let left = inside.and_then(|inside| inside.get(vm));
        left.map_or(&[], Vec::as_slice)
    }
}

fn handles(inventory: &Inventory) -> HashMap<(&str, &str), &Volume> {
    let volumes = inventory.volumes.iter().filter_map(|volume| {
        let csi = volume.spec.csi.as_ref()?;
        Some(((csi.driver.as_str(), csi.volume_handle.as_str()), volume))
    });
    volumes.collect()
}

fn states(inventory: &Inventory) -> HashMap<&str, HashMap<&str, Vec<&Claim>>> {
    let mut states: HashMap<&str, HashMap<&str, Vec<&Claim>>> = HashMap::new();
    for claim in inventory.claims.iter() {
        let meta = &claim.metadata;
        let named = meta.name.strip_prefix(STATE_OF);
        let vm = match meta.label(STATE_OF) {
            "" => named
                .and_then(|rest| rest.strip_prefix('-'))
                .unwrap_or_default(),
            labelled => labelled,
        };
        if !vm.is_empty() {
            let inside = states.entry(meta.namespace.as_str()).or_default();
            inside.entry(vm).or_default().push(claim);
        }
    }
    states
}
