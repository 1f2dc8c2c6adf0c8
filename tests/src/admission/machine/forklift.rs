//! Limits for VMs that Forklift made without any.

use serde_json::{Map, Value};

use crate::admission::patch::set;
use crate::model::machine::inner;

/// The limits, taken from the CPUs and the memory of the guest.
pub(super) fn limits(vm: &Value) -> Option<Value> {
    let labels = &vm["metadata"]["labels"];
    let is_forklifts = ["migration", "plan", "vmID"]
        .iter()
        .all(|label| labels[*label].is_string());
    let domain = &inner(vm)["domain"];
    let has_limits = domain["resources"]["limits"]
        .as_object()
        .is_some_and(|limits| !limits.is_empty());
    if !is_forklifts || has_limits {
        return None;
    }
    let mut limits = Map::new();
    if domain["cpu"].is_object() {
        let count = |field: &str| domain["cpu"][field].as_u64().unwrap_or(1).max(1);
        let all = count("cores") * count("sockets") * count("threads");
        limits.insert("cpu".into(), all.to_string().into());
    }
    if let Some(guest) = domain["memory"].get("guest") {
        limits.insert("memory".into(), guest.clone());
    }
    (!limits.is_empty()).then(|| set("/spec/template/spec/domain/resources/limits", limits))
}
