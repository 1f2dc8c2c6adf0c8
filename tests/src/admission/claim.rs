//! Harvester's rules for a `PersistentVolumeClaim`: reserved classes, and claims that may not go.

use serde_json::Value;

use super::request::{Operation, Request};
use super::since::Rule;
use super::{Refusal, Release};
use crate::model::machine::{self, GOLDEN, annotation, list, name, namespace, text};
use crate::model::{Store, kind};

const STATIC: &str = "longhorn-static";
const STATE: &str = "vmstate-persistence";

/// The first rule that is broken.
pub(crate) fn validate(request: &Request, store: &Store, release: Release) -> Result<(), Refusal> {
    match request.operation {
        Operation::Create => check_class(&request.object, store, release),
        Operation::Update => check_golden_stays(&request.old, &request.object),
        Operation::Delete if request.user.ends_with(":generic-garbage-collector") => Ok(()),
        Operation::Delete => check_unused(&request.old, store, release),
    }
}

fn check_class(claim: &Value, store: &Store, release: Release) -> Result<(), Refusal> {
    let class = text(&claim["spec"]["storageClassName"]);
    let is_refused = match class {
        STATIC | STATE if release.has(Rule::ClassesReserved) => true,
        STATIC => release.has(Rule::StaticClassReserved) && !is_of_upgrade(claim, store),
        STATE => release.has(Rule::StateClassReserved) && !is_of_kubevirt(claim),
        _ => false,
    };
    if is_refused {
        return Err(Refusal::invalid(
            "spec.storageClassName",
            format!("can not create volume with the reserved storage class {class}"),
        ));
    }
    Ok(())
}

fn is_of_upgrade(claim: &Value, store: &Store) -> bool {
    list(&claim["metadata"]["ownerReferences"])
        .filter(|owner| owner["kind"] == "DataVolume" || owner["kind"] == "PersistentVolumeClaim")
        .filter_map(|owner| store.get(kind::IMAGE, namespace(claim), text(&owner["name"])))
        .any(|image| annotation(image, "harvesterhci.io/upgradeImage") == "True")
}

/// It needs both: the label with the VM's name and the VM as an owner.
fn is_of_kubevirt(claim: &Value) -> bool {
    let vm = text(&claim["metadata"]["labels"]["persistent-state-for"]);
    !vm.is_empty()
        && list(&claim["metadata"]["ownerReferences"]).any(|owner| {
            let kind = text(&owner["kind"]);
            matches!(kind, "VirtualMachine" | "VirtualMachineInstance") && owner["name"] == vm
        })
}

fn check_golden_stays(old: &Value, new: &Value) -> Result<(), Refusal> {
    let before = &old["metadata"]["annotations"][GOLDEN];
    let after = &new["metadata"]["annotations"][GOLDEN];
    if before.is_null() || before == after {
        return Ok(());
    }
    let verb = if after.is_null() { "remove" } else { "change" };
    let place = format!("{}/{}", namespace(new), name(new));
    let message = format!("can not {verb} golden image annotation from PVC {place}");
    Err(Refusal::invalid("", message))
}

fn check_unused(claim: &Value, store: &Store, release: Release) -> Result<(), Refusal> {
    let (namespace, name) = (namespace(claim), name(claim));
    let is_golden = annotation(claim, GOLDEN) == "true"
        && store.get(kind::IMAGE, namespace, name).is_some()
        && claim["status"]["phase"] != "Lost";
    if is_golden {
        return Err(Refusal::invalid("", "can not delete golden image PVC"));
    }
    if let Some(image) = exporting(claim, store) {
        return Err(Refusal::invalid(
            "value",
            format!("can not delete volume {name} which is exporting for image {image}"),
        ));
    }
    let user = store
        .with_claim(namespace, name)
        .filter_map(|key| store.get(kind::VM, &key.namespace, &key.name))
        .filter(|vm| !machine::is_being_deleted(vm))
        .find(|vm| {
            release.has(Rule::TemplatesAreUse) || machine::claims(vm).any(|used| used == name)
        });
    if let Some(vm) = user {
        let vm = machine::name(vm);
        let message = format!(
            "can not delete the volume {name} which is currently attached to VM: {namespace}/{vm}"
        );
        return Err(if release.has(Rule::InUseIsConflict) {
            Refusal::conflict(message)
        } else {
            Refusal::invalid("", message)
        });
    }
    check_owners(claim, store, release)
}

fn check_owners(claim: &Value, store: &Store, release: Release) -> Result<(), Refusal> {
    let owners: Vec<&str> = list(&claim["metadata"]["ownerReferences"])
        .filter(|owner| owner["kind"] == "VirtualMachine")
        .map(|owner| text(&owner["name"]))
        .filter(|owner| {
            let found = store.get(kind::VM, namespace(claim), owner);
            !release.has(Rule::InUseIsConflict)
                || found.is_some_and(|vm| !machine::is_being_deleted(vm))
        })
        .collect();
    if owners.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "",
        format!(
            "can not delete the volume {} which is currently owned by these VMs: {}",
            name(claim),
            owners.join(",")
        ),
    ))
}

/// An image that is still being made from the claim.
fn exporting(claim: &Value, store: &Store) -> Option<String> {
    let image = store.all(kind::IMAGE).find(|image| {
        image["spec"]["sourceType"] == "export-from-volume"
            && image["spec"]["pvcName"] == name(claim)
            && image["spec"]["pvcNamespace"] == namespace(claim)
            && !list(&image["status"]["conditions"])
                .any(|condition| condition["type"] == "Imported" && condition["status"] == "True")
    })?;
    Some(format!("{}/{}", namespace(image), name(image)))
}

#[cfg(test)]
mod tests;
