//! VMs that are left out on purpose, unless they are asked for.

use clap::ValueEnum;
use hv_vm::{Key, Kind, Objects, graph};
use serde_json::Value;

/// What is left out unless `--include` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Left {
    /// Nodes of guest clusters: Rancher makes them anew
    GuestNodes,
    /// VMs that use the claim of a golden image
    GoldenImages,
    /// VMs that are being deleted
    Deleting,
    /// VMs that are being migrated
    Migrating,
}

/// Why a VM is left out, if it is.
pub(crate) fn reason(vm: &Value, objects: &Objects, include: &[Left]) -> Option<String> {
    let meta = &vm["metadata"];
    let left = |left: Left| !include.contains(&left);
    if left(Left::Deleting) && meta["deletionTimestamp"].is_string() {
        return Some("it is being deleted; --include deleting takes it".to_owned());
    }
    let creator = meta["labels"]["harvesterhci.io/creator"].as_str();
    if left(Left::GuestNodes) && creator == Some("docker-machine-driver-harvester") {
        let why = "it is a node of a guest cluster, which Rancher makes anew";
        return Some(format!("{why}; --include guest-nodes takes it"));
    }
    let (namespace, name) = (text(&meta["namespace"]), text(&meta["name"]));
    let instance = Key::new(Kind::VirtualMachineInstance, namespace, name);
    if left(Left::Migrating) && objects.get(&instance).is_some_and(is_migrating) {
        return Some("it is being migrated; --include migrating takes it".to_owned());
    }
    if left(Left::GoldenImages) {
        let claims = graph::references(Kind::VirtualMachine, vm)
            .into_iter()
            .map(|reference| reference.to)
            .filter(|key| key.kind == Kind::PersistentVolumeClaim);
        for key in claims {
            let annotations = |claim: &Value| {
                claim["metadata"]["annotations"]["harvesterhci.io/goldenImage"] == "true"
            };
            if objects.get(&key).is_some_and(annotations) {
                let why = format!("claim \"{}\" is a golden image", key.name);
                return Some(format!("{why}; --include golden-images takes it"));
            }
        }
    }
    None
}

fn is_migrating(instance: &Value) -> bool {
    let state = &instance["status"]["migrationState"];
    state.is_object()
        && state["completed"] != Value::Bool(true)
        && state["failed"] != Value::Bool(true)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
