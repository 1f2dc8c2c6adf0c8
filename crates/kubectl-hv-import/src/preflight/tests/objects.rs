//! Objects of the target, as a cluster gives them.

use serde_json::{Value, json};

pub(crate) fn claim(name: &str) -> Value {
    json!({
        "metadata": {"namespace": "dr", "name": name},
        "spec": {
            "storageClassName": "longhorn", "volumeMode": "Block", "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": "40Gi"}},
        },
        "status": {"phase": "Bound", "capacity": {"storage": "40Gi"}},
    })
}

pub(crate) fn volume(name: &str) -> Value {
    json!({
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": "40Gi"}, "storageClassName": "longhorn", "volumeMode": "Block",
            "accessModes": ["ReadWriteMany"], "persistentVolumeReclaimPolicy": "Retain",
            "csi": {"driver": "driver.longhorn.io", "volumeHandle": format!("handle-{name}")},
        },
    })
}

pub(crate) fn snapshot(name: &str, ready: bool, size: &str) -> Value {
    json!({
        "metadata": {"namespace": "dr", "name": name},
        "status": {"readyToUse": ready, "restoreSize": size},
    })
}

pub(crate) fn image(name: &str, display_name: &str, checksum: &str) -> Value {
    json!({
        "metadata": {"namespace": "default", "name": name},
        "spec": {"displayName": display_name, "checksum": checksum},
        "status": {
            "storageClassName": "longhorn", "virtualSize": 10_737_418_240_u64,
            "conditions": [{"type": "Imported", "status": "True"}],
        },
    })
}

pub(crate) fn network(name: &str, cluster_network: &str, vlan: u32) -> Value {
    json!({
        "metadata": {"namespace": "dr", "name": name, "labels": {
            "network.harvesterhci.io/clusternetwork": cluster_network,
            "network.harvesterhci.io/type": "L2VlanNetwork",
            "network.harvesterhci.io/vlan-id": vlan.to_string(),
            "network.harvesterhci.io/ready": "true",
        }},
    })
}

/// A VM of the target.
pub(crate) fn neighbour(namespace: &str, name: &str, mac: &str, network: &str) -> Value {
    json!({
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"template": {"spec": {
            "domain": {"devices": {"interfaces": [{"name": "nic", "macAddress": mac}]}},
            "networks": [{"name": "nic", "multus": {"networkName": network}}],
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "neighbours"}}],
        }}},
    })
}
