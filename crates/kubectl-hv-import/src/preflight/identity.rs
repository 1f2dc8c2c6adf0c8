//! What makes a guest the one it was: its addresses, its firmware ids, its firmware's state.

use hv_vm::effective::mac;
use hv_vm::mapping::MacChoice;
use serde_json::Value;

use super::Sheet;
use super::neighbours::Neighbours;
use crate::inventory::{Address, Found, Machine};
use crate::resolve::{Draft, Ground, parts};

pub(super) fn judge(
    ground: &Ground<'_>,
    neighbours: &Neighbours<'_>,
    draft: &Draft<'_>,
    sheet: &mut Sheet<'_>,
) {
    wrong(draft, sheet);
    duplicates(ground, neighbours, draft, sheet);
    firmware(neighbours, draft, sheet);
    state(ground, neighbours, draft, sheet);
    network_data(draft, sheet);
}

fn interfaces(vm: &Value) -> impl Iterator<Item = &Value> {
    let devices = &vm["spec"]["template"]["spec"]["domain"]["devices"];
    devices["interfaces"].as_array().into_iter().flatten()
}

/// The address of an interface as it will be written, if the target does not make a new one.
fn written<'d>(draft: &'d Draft<'_>, interface: &'d Value) -> Option<&'d str> {
    let own = interface["macAddress"]
        .as_str()
        .filter(|mac| !mac.is_empty());
    match &draft.macs {
        MacChoice::Keep => own,
        MacChoice::New => None,
        MacChoice::Given(given) => {
            let name = interface["name"].as_str().unwrap_or_default();
            given.get(name).map(String::as_str).or(own)
        }
    }
}

/// The addresses that the VM will have, on the networks of the target.
pub(super) fn addresses(draft: &Draft<'_>) -> Vec<Address> {
    let networks = &draft.vm["spec"]["template"]["spec"]["networks"];
    let network = |interface: &Value| {
        let mut networks = networks.as_array().into_iter().flatten();
        let found = networks.find(|network| network["name"] == interface["name"]);
        let name = found.and_then(|found| found["multus"]["networkName"].as_str());
        let Some(name) = name else {
            return String::new();
        };
        let id = match name.contains('/') {
            true => name.to_owned(),
            false => format!("{}/{name}", draft.header.vm.namespace),
        };
        draft.networks.get(&id).cloned().unwrap_or(id)
    };
    interfaces(&draft.vm)
        .filter_map(|interface| {
            Some(Address {
                mac: mac::canonical(written(draft, interface)?)?,
                network: network(interface),
            })
        })
        .collect()
}

/// Addresses that are none, and interfaces that are not there.
fn wrong(draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    for interface in interfaces(&draft.vm) {
        let name = interface["name"].as_str().unwrap_or_default();
        if let Some(text) = written(draft, interface)
            && mac::canonical(text).is_none()
        {
            sheet.say("mac-invalid", &[("mac", text), ("interface", name)]);
        }
    }
    let MacChoice::Given(given) = &draft.macs else {
        return;
    };
    for name in given.keys() {
        if !interfaces(&draft.vm).any(|interface| interface["name"] == name.as_str()) {
            sheet.say("mac-without-interface", &[("interface", name)]);
        }
    }
}

/// Addresses that another VM of the cluster has, running or not, however it writes them.
fn duplicates(
    ground: &Ground<'_>,
    neighbours: &Neighbours<'_>,
    draft: &Draft<'_>,
    sheet: &mut Sheet<'_>,
) {
    let addresses = addresses(draft);
    for address in &addresses {
        for (other, same) in neighbours.with_mac(&address.mac) {
            if is_itself(other, draft) {
                continue;
            }
            let id = other.id();
            let values = [("mac", address.mac.as_str()), ("other", id.as_str())];
            match meet(ground, &address.network, &same.network) {
                true => sheet.say("mac-duplicate", &values),
                false => sheet.say("mac-elsewhere", &values),
            }
        }
    }
    if let (Err(why), false) = (ground.inventory.machines.all(), addresses.is_empty()) {
        sheet.say("unknown-macs", &[("why", why)]);
    }
}

/// Whether a VM of the target has the name of this one: that is told elsewhere.
fn is_itself(other: &Machine, draft: &Draft<'_>) -> bool {
    let (meta, target) = (&other.metadata, &draft.target);
    meta.namespace == target.namespace && meta.name == target.name
}

/// Whether two networks are one on the wire, as far as is known.
fn meet(ground: &Ground<'_>, one: &str, other: &str) -> bool {
    let cluster_network = |id: &str| {
        let (namespace, name) = parts(id);
        match ground.inventory.networks.get(namespace, name) {
            Found::Yes(found) => found.cluster_network(),
            Found::No | Found::Unknown(_) => None,
        }
    };
    if one == other {
        return true;
    }
    // The pod network is another one than any that has a definition.
    if one.is_empty() || other.is_empty() {
        return false;
    }
    match (cluster_network(one), cluster_network(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// The firmware's uuid, and its state, which is on a disk that does not travel.
fn firmware(neighbours: &Neighbours<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    let domain = &draft.vm["spec"]["template"]["spec"]["domain"];
    let uuid = domain["firmware"]["uuid"].as_str().unwrap_or_default();
    let mut same = neighbours.with_uuid(uuid).iter();
    if let Some(other) = same.find(|other| !is_itself(other, draft)) {
        sheet.say(
            "firmware-uuid-used",
            &[("uuid", uuid), ("other", &other.id())],
        );
    }
    let lost = match keeps(&draft.vm) {
        (true, true) => "EFI variables and the TPM's keys",
        (true, false) => "EFI variables",
        (false, true) => "the TPM's keys",
        (false, false) => return,
    };
    sheet.say("firmware-state-lost", &[("lost", lost)]);
}

/// Whether a VM keeps EFI variables, and a TPM, from one start to the next.
fn keeps(vm: &Value) -> (bool, bool) {
    let domain = &vm["spec"]["template"]["spec"]["domain"];
    let efi = domain["firmware"]["bootloader"]["efi"]["persistent"] == true;
    (efi, domain["devices"]["tpm"]["persistent"] == true)
}

/// Firmware state that another VM of the name left behind: `KubeVirt` would take it for that of this one.
fn state(
    ground: &Ground<'_>,
    neighbours: &Neighbours<'_>,
    draft: &Draft<'_>,
    sheet: &mut Sheet<'_>,
) {
    let target = &draft.target;
    let machines = &ground.inventory.machines;
    if let Found::Yes(_) = machines.get(&target.namespace, &target.name) {
        return;
    }
    let is_used = keeps(&draft.vm) != (false, false);
    for claim in neighbours.states_of(&target.namespace, &target.name) {
        let values = [
            ("claim", claim.metadata.name.as_str()),
            ("namespace", target.namespace.as_str()),
            ("target", target.name.as_str()),
        ];
        match is_used {
            true => sheet.say("state-claim-left", &values),
            false => sheet.warn("state-claim-left", &values),
        }
    }
    if let (Err(why), true) = (ground.inventory.claims.all_of(&target.namespace), is_used) {
        let values = [("namespace", target.namespace.as_str()), ("why", why)];
        sheet.say("unknown-state-claims", &values);
    }
}

/// Network data of cloud-init that may name addresses which are no longer those of the VM.
fn network_data(draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    if draft.macs == MacChoice::Keep {
        return;
    }
    let has = |key: &String| key.to_ascii_lowercase().contains("networkdata");
    for need in &draft.header.requirements.secrets {
        if need.keys.iter().any(has) {
            sheet.say("mac-in-network-data", &[("name", &need.name)]);
        }
    }
}
