//! Whether the networks are there, and are the same.

use hv_vm::header::NetworkNeed;

use super::Sheet;
use crate::inventory::{Found, Network};
use crate::resolve::{Draft, Ground, parts};

pub(super) fn judge(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    for need in &draft.header.requirements.networks {
        let target = draft
            .networks
            .get(&need.id)
            .map_or(need.id.as_str(), String::as_str);
        let (namespace, name) = parts(target);
        let is_mapped = ground.map.network_of(&need.id).is_some();
        let values = [("network", need.id.as_str()), ("target", target)];
        let [a, b] = values;
        match ground.inventory.networks.get(namespace, name) {
            Found::Yes(found) => compare(need, found, &values, sheet),
            Found::No => sheet.say("network-missing", &values),
            Found::Unknown(why) if is_mapped => {
                sheet.warn("unknown-networks", &[a, b, ("why", why)]);
            }
            Found::Unknown(why) => sheet.say("unknown-networks", &[a, b, ("why", why)]),
        }
    }
    bindings(ground, draft, sheet);
}

/// What of a network is another than in the source.
fn compare(need: &NetworkNeed, found: &Network, values: &[(&str, &str); 2], sheet: &mut Sheet<'_>) {
    let [a, b] = *values;
    let mut differences = Vec::new();
    let vlan = |vlan: Option<u32>| vlan.map_or("none".to_owned(), |vlan| vlan.to_string());
    if need.r#type.is_some() && need.vlan != found.vlan() {
        differences.push(format!(
            "VLAN {} instead of {}",
            vlan(found.vlan()),
            vlan(need.vlan)
        ));
    }
    if let (Some(before), Some(after)) = (&need.cluster_network, found.cluster_network())
        && *before != after
    {
        differences.push(format!("cluster network {after} instead of {before}"));
    }
    if let Some(before) = &need.r#type
        && !found.kind().is_empty()
        && found.kind() != before
    {
        differences.push(format!("{} instead of {before}", found.kind()));
    }
    if !differences.is_empty() {
        let what = differences.join(", ");
        sheet.say("network-differs", &[a, b, ("what", &what)]);
    }
    if found.is_unready() {
        sheet.say("network-not-ready", values);
    }
}

/// Bindings of interfaces are known to `KubeVirt`.
fn bindings(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    let needs = draft.header.requirements.named.iter();
    for need in needs.filter(|need| need.kind == "NetworkBinding") {
        match &ground.inventory.bindings {
            Ok(known) if known.contains(&need.id) => {}
            Ok(_) => sheet.say("binding-missing", &[("binding", &need.id)]),
            Err(why) => sheet.say("unknown-bindings", &[("binding", &need.id), ("why", why)]),
        }
    }
}
