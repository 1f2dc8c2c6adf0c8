//! Finalizers: put on objects that are watched, taken off when their end is taken care of.

use serde_json::{Value, json};

use super::machine::list;
use super::{Key, Write};

/// KubeVirt's on VMs.
pub(crate) const KUBEVIRT: &str = "kubevirt.io/virtualMachineControllerFinalize";
/// Harvester's on VMs.
pub(crate) const HARVESTER: &str = "wrangler.cattle.io/VMController.CleanupPVCAndSnapshot";

pub(crate) fn has(object: &Value, finalizer: &str) -> bool {
    list(&object["metadata"]["finalizers"]).any(|one| one == finalizer)
}

pub(crate) fn add(key: &Key, object: &Value, finalizer: &str) -> Option<Write> {
    if has(object, finalizer) {
        return None;
    }
    let all: Vec<Value> = list(&object["metadata"]["finalizers"])
        .cloned()
        .chain([finalizer.into()])
        .collect();
    Some(Write::Change(
        key.clone(),
        json!({"metadata": {"finalizers": all}}),
    ))
}

pub(crate) fn remove(key: &Key, object: &Value, finalizer: &str) -> Option<Write> {
    if !has(object, finalizer) {
        return None;
    }
    let rest: Vec<&Value> = list(&object["metadata"]["finalizers"])
        .filter(|one| **one != finalizer)
        .collect();
    Some(Write::Change(
        key.clone(),
        json!({"metadata": {"finalizers": rest}}),
    ))
}
