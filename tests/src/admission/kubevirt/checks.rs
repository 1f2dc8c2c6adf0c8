//! The part of KubeVirt's checks of a VM that is modelled: names that must fit together, and strategies.

use std::borrow::Cow;

use serde_json::Value;

use crate::admission::Refusal;
use crate::model::machine::{inner, is_being_deleted, list, text};

const STRATEGIES: [&str; 5] = ["Halted", "Manual", "Always", "RerunOnFailure", "Once"];
const DEVICES: &str = "spec.template.spec.domain.devices";

/// A field and what is wrong with it.
type Cause = (Cow<'static, str>, String);

/// All causes at once, in one message; the first field is named.
pub(crate) fn validate(vm: &Value) -> Result<(), Refusal> {
    if is_being_deleted(vm) {
        return Ok(());
    }
    let mut causes: Vec<Cause> = Vec::new();
    if inner(vm).is_object() {
        volumes(vm, &mut causes);
        networks(vm, &mut causes);
        memory(vm, &mut causes);
        templates(vm, &mut causes);
    } else {
        causes.push((
            "spec.template".into(),
            "missing virtual machine template.".into(),
        ));
    }
    strategy(vm, &mut causes);
    let Some((field, _)) = causes.first().cloned() else {
        return Ok(());
    };
    let messages: Vec<&str> = causes.iter().map(|(_, message)| message.as_str()).collect();
    Err(Refusal::invalid(field, messages.join(", ")))
}

fn volumes(vm: &Value, causes: &mut Vec<Cause>) {
    let volumes: Vec<&Value> = list(&inner(vm)["volumes"]).collect();
    let devices = &inner(vm)["domain"]["devices"];
    let disks: Vec<&Value> = list(&devices["disks"]).collect();
    for (index, disk) in disks.iter().enumerate() {
        let is_empty_drive = disk["cdrom"].is_object();
        if !is_empty_drive && !volumes.iter().any(|volume| volume["name"] == disk["name"]) {
            missing(format!("{DEVICES}.disks[{index}].Name"), disk, causes);
        }
    }
    for (index, volume) in volumes.iter().enumerate() {
        let is_used = disks
            .iter()
            .copied()
            .chain(list(&devices["filesystems"]))
            .any(|user| user["name"] == volume["name"]);
        if !is_used {
            missing(
                format!("spec.template.spec.domain.volumes[{index}].name"),
                volume,
                causes,
            );
        }
    }
    duplicates("spec.template.spec.volumes", &volumes, causes);
    duplicates(&format!("{DEVICES}.disks"), &disks, causes);
}

fn networks(vm: &Value, causes: &mut Vec<Cause>) {
    let networks: Vec<&Value> = list(&inner(vm)["networks"]).collect();
    let interfaces: Vec<&Value> = list(&inner(vm)["domain"]["devices"]["interfaces"]).collect();
    for (index, interface) in interfaces.iter().enumerate() {
        if !networks.iter().any(|n| n["name"] == interface["name"]) {
            missing(
                format!("{DEVICES}.interfaces[{index}].name"),
                interface,
                causes,
            );
        }
        let mac = text(&interface["macAddress"]);
        if !mac.is_empty() && !is_mac(mac) {
            let field = format!("{DEVICES}.interfaces[{index}].macAddress");
            let message = format!(
                "interface {DEVICES}.interfaces[{index}].name has malformed MAC address ({mac})."
            );
            causes.push((field.into(), message));
        }
    }
    for (index, network) in networks.iter().enumerate() {
        if !interfaces.iter().any(|i| i["name"] == network["name"]) {
            missing(
                format!("spec.template.spec.networks[{index}].name"),
                network,
                causes,
            );
        }
    }
    duplicates(&format!("{DEVICES}.interfaces"), &interfaces, causes);
}

/// Six bytes in hexadecimal digits, with colons or dashes between them.
fn is_mac(mac: &str) -> bool {
    let parts: Vec<&str> = mac.split([':', '-']).collect();
    parts.len() == 6
        && parts
            .iter()
            .all(|part| part.len() == 2 && part.chars().all(|c| c.is_ascii_hexdigit()))
}

fn memory(vm: &Value, causes: &mut Vec<Cause>) {
    let domain = &inner(vm)["domain"];
    let is_asked = domain["memory"]["guest"].is_string()
        || domain["memory"]["hugepages"].is_object()
        || ["requests", "limits"]
            .iter()
            .any(|kind| !domain["resources"][*kind]["memory"].is_null())
        || vm["spec"]["instancetype"].is_object();
    if !is_asked {
        let field = "spec.template.spec.domain";
        let message = format!(
            "no memory requested, at least one of '{field}.memory.guest', '{field}.memory.hugepages.size' or '{field}.resources.requests.memory' must be set"
        );
        causes.push((field.into(), message));
    }
}

fn templates(vm: &Value, causes: &mut Vec<Cause>) {
    for (index, template) in list(&vm["spec"]["dataVolumeTemplates"]).enumerate() {
        let name = &template["metadata"]["name"];
        let is_used = list(&inner(vm)["volumes"]).any(|volume| {
            volume["dataVolume"]["name"] == *name
                || volume["persistentVolumeClaim"]["claimName"] == *name
        });
        if !is_used {
            let field = format!("spec.dataVolumeTemplate[{index}]");
            let message = format!(
                "DataVolumeTemplate entry {field} must be referenced in the VMI template's 'volumes' list"
            );
            causes.push((field.into(), message));
        }
    }
}

fn strategy(vm: &Value, causes: &mut Vec<Cause>) {
    let (running, strategy) = (&vm["spec"]["running"], &vm["spec"]["runStrategy"]);
    let message = match (running.is_null(), strategy.as_str()) {
        (false, Some(_)) => {
            "Running and RunStrategy are mutually exclusive. Note that Running is deprecated, please use RunStrategy instead"
        }
        (true, None) => "RunStrategy must be specified",
        (true, Some(strategy)) if !STRATEGIES.contains(&strategy) => {
            let field = "spec.runStrategy";
            causes.push((field.into(), format!("Invalid RunStrategy ({strategy})")));
            return;
        }
        _ => return,
    };
    causes.push(("spec.running".into(), message.into()));
}

fn missing(field: String, named: &Value, causes: &mut Vec<Cause>) {
    let message = format!("{field} '{}' not found.", text(&named["name"]));
    causes.push((field.into(), message));
}

fn duplicates(field: &str, named: &[&Value], causes: &mut Vec<Cause>) {
    for (index, one) in named.iter().enumerate() {
        for (other, two) in named.iter().enumerate().skip(index + 1) {
            if one["name"] == two["name"] {
                causes.push((
                    format!("{field}[{index}].name").into(),
                    format!("{field}[{index}] and {field}[{other}] must not have the same Name."),
                ));
            }
        }
    }
}
