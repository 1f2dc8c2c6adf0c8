//! Longhorn's own objects for a volume of one of its classes.

use serde_json::{Value, json};

use super::volume::PlannedDisk;
use super::{Claim, Machine, instance};

/// The Longhorn volume and its engine.
pub(super) fn objects(machine: &Machine, disk: &PlannedDisk<'_>) -> Vec<Value> {
    let Some(class) = disk.own_class().filter(|_| disk.disk.claim == Claim::Bound) else {
        return Vec::new();
    };
    let Some(engine) = class.engine() else {
        return Vec::new();
    };
    let attached = instance::exists(machine);
    let node = if attached {
        instance::node(machine)
    } else {
        String::new()
    };
    let bytes = bytes(&disk.size).to_string();
    let name = &disk.volume_name;
    let replicas: u8 = class
        .parameters
        .get("numberOfReplicas")
        .and_then(|text| text.parse().ok())
        .unwrap_or(3);
    let volume = json!({
        "apiVersion": "longhorn.io/v1beta2",
        "kind": "Volume",
        "metadata": {
            "name": name, "namespace": "longhorn-system", "labels": {"longhornvolume": name},
        },
        "spec": {
            "accessMode": if disk.access == "ReadWriteMany" { "rwx" } else { "rwo" },
            "dataEngine": engine,
            "frontend": "blockdev",
            "migratable": class.parameters.get("migratable").is_some_and(|text| text == "true"),
            "nodeID": node,
            "numberOfReplicas": replicas,
            "size": bytes,
            "staleReplicaTimeout": 30,
        },
        "status": {
            "actualSize": 1_073_741_824,
            "currentNodeID": node,
            "robustness": if attached { "healthy" } else { "unknown" },
            "state": if attached { "attached" } else { "detached" },
        },
    });
    let engine = json!({
        "apiVersion": "longhorn.io/v1beta2",
        "kind": "Engine",
        "metadata": {
            "name": format!("{name}-e-0"),
            "namespace": "longhorn-system",
            "labels": {"longhornvolume": name},
            "ownerReferences": [{"apiVersion": "longhorn.io/v1beta2", "kind": "Volume", "name": name}],
        },
        "spec": {
            "dataEngine": engine,
            "desireState": if attached { "running" } else { "stopped" },
            "nodeID": node,
            "volumeName": name,
            "volumeSize": bytes,
        },
        "status": {
            "currentSize": bytes,
            "currentState": if attached { "running" } else { "stopped" },
        },
    });
    vec![volume, engine]
}

fn bytes(size: &str) -> u64 {
    let (count, unit) = size.split_at(size.trim_end_matches(char::is_alphabetic).len());
    let unit_bytes = match unit {
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => 1,
    };
    count.parse::<u64>().unwrap_or_default() * unit_bytes
}
