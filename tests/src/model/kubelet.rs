//! What a node does for the pods of VMs: they run, and they end when they are told to.

use serde_json::{Value, json};

use super::machine;
use super::{Key, Release, Store, Write};

/// What comes next for a pod.
pub(super) fn step(key: &Key, pod: &Value, _: &Store, _: Release) -> Vec<Write> {
    if pod["metadata"]["labels"]["kubevirt.io"] != "virt-launcher" {
        return Vec::new();
    }
    if machine::is_being_deleted(pod) {
        return vec![Write::DeleteNow(key.clone())];
    }
    if pod["status"]["phase"] == "Running" {
        return Vec::new();
    }
    let status = json!({
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}],
    });
    vec![Write::Status(key.clone(), json!({"status": status}))]
}
