//! What the cluster made of the VMs: read back, in the normal form, compared with what was sent.

use std::collections::{BTreeMap, BTreeSet};

use hv_change::{Action, Body, ItemResult, Outcome, Plan};
use hv_cluster::Query;
use hv_cluster::kinds;
use hv_cluster::live::LiveCluster;
use hv_vm::change;
use serde_json::Value;

use crate::about;
use crate::domain::Vault;

/// What differs, and what the guests will notice; in words.
pub(super) async fn compare(
    cluster: &LiveCluster,
    plan: &Plan,
    ran: &Outcome,
    vault: &Vault,
) -> Vec<String> {
    let sent: BTreeMap<(&str, &str), &Value> = ran
        .of(plan)
        .filter(|(_, item)| matches!(item.result, ItemResult::Created | ItemResult::Unchanged))
        .filter(|(step, _)| step.object.kind == "VirtualMachine")
        .filter_map(|(step, _)| match &step.action {
            Action::Create(Body::Object(vm)) => Some((
                (step.object.namespace.as_str(), step.object.name.as_str()),
                vm,
            )),
            _ => None,
        })
        .collect();
    let namespaces: BTreeSet<&str> = sent.keys().map(|(namespace, _)| *namespace).collect();
    let mut notes = Vec::new();
    for namespace in namespaces {
        let query = Query {
            namespace: Some(namespace.to_owned()),
            ..Query::default()
        };
        let listing = cluster.list::<Value>(&kinds::VIRTUAL_MACHINE, &query).await;
        let Ok(listing) = listing else {
            notes.push(format!(
                "VMs of namespace \"{namespace}\" could not be read back"
            ));
            continue;
        };
        for live in &listing.items {
            let name = live["metadata"]["name"].as_str().unwrap_or_default();
            if let Some(sent) = sent.get(&(namespace, name)) {
                differences(
                    &format!("{namespace}/{name}"),
                    sent,
                    live,
                    vault,
                    &mut notes,
                );
            }
        }
    }
    let about = about::read(plan);
    let made: BTreeSet<String> = sent.keys().map(|(a, b)| format!("{a}/{b}")).collect();
    for vm in about.vms.iter().filter(|vm| made.contains(&vm.target)) {
        let words = vm
            .notes
            .iter()
            .map(|note| format!("{}: {}", vm.target, note.message));
        notes.extend(words);
    }
    notes
}

fn differences(vm: &str, sent: &Value, live: &Value, vault: &Vault, notes: &mut Vec<String>) {
    if live["spec"]["runStrategy"] != "Halted" {
        notes.push(format!("{vm}: somebody started it meanwhile"));
    }
    let (sent, live) = (vault.normal_form(sent), vault.normal_form(live));
    for change in change::changes(&sent, &live) {
        notes.push(format!("{vm}: the cluster changed {change}"));
    }
}
