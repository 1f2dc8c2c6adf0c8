//! What KubeVirt says about a VM.

use serde_json::{Value, json};

use super::machine::{self, name, namespace, text};
use super::{Key, Store, Write};
use super::{instance, kind};

/// The status of a VM, where it is not yet so.
pub(super) fn write(key: &Key, vm: &Value, store: &Store) -> Option<Write> {
    let instance = store.get(kind::INSTANCE, namespace(vm), name(vm));
    let printable = printable(instance, store);
    let is_ready = printable == "Running";
    let status = json!({
        "created": instance.is_some(),
        "printableStatus": printable,
        "ready": is_ready,
        "runStrategy": machine::strategy(vm),
    });
    let known = &vm["status"];
    // What is more precise than this model knows stays, such as a VM that is paused or moves.
    let is_kept =
        matches!(text(&known["printableStatus"]), "Paused" | "Migrating") && instance.is_some();
    let is_known = status
        .as_object()?
        .iter()
        .all(|(field, value)| known[field] == *value);
    if is_known || is_kept {
        return None;
    }
    let mut status = status;
    let mut ready = json!({
        "type": "Ready", "status": if is_ready { "True" } else { "False" },
        "lastProbeTime": null, "lastTransitionTime": null,
    });
    if !is_ready {
        let reason = if instance.is_some() {
            "GuestNotRunning"
        } else {
            "VMINotExists"
        };
        ready["reason"] = reason.into();
        ready["message"] = "".into();
    }
    status["conditions"] = json!([ready]);
    Some(Write::Status(key.clone(), json!({"status": status})))
}

fn printable(instance: Option<&Value>, store: &Store) -> &'static str {
    let Some(instance) = instance else {
        return "Stopped";
    };
    if text(&instance["status"]["phase"]) == "Running" {
        "Running"
    } else if !instance::missing_claims(instance, store).is_empty() {
        "ErrorPvcNotFound"
    } else if !instance::has_volumes(instance, store) {
        "WaitingForVolumeBinding"
    } else {
        "Starting"
    }
}
