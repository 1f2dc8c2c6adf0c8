//! The pod in which an instance runs.

use serde_json::{Value, json};

use super::volume::PlannedDisk;
use super::{Machine, instance};
use crate::world::identity;

/// The virt-launcher pod of an instance.
pub(super) fn launcher(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Value {
    let suffix = &identity::uid("Launcher", &machine.namespace, &machine.name)[..5];
    let volumes: Vec<Value> = disks
        .iter()
        .filter(|disk| disk.has_claim() && !disk.disk.hotplug)
        .map(|disk| {
            json!({"name": disk.name, "persistentVolumeClaim": {"claimName": disk.claim_name}})
        })
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": format!("virt-launcher-{}-{suffix}", machine.name),
            "namespace": machine.namespace,
            "creationTimestamp": "@now-6h",
            "labels": {
                "harvesterhci.io/vmName": machine.name,
                "kubevirt.io": "virt-launcher",
                "vm.kubevirt.io/name": machine.name,
            },
            "ownerReferences": [{
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
                "name": machine.name, "controller": true, "blockOwnerDeletion": true,
            }],
        },
        "spec": {
            "containers": [{
                "name": "compute", "image": "registry.suse.com/suse/sles/15.7/virt-launcher:1.7.0",
            }],
            "nodeName": instance::node(machine),
            "restartPolicy": "Never",
            "volumes": volumes,
        },
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "@now-6h"}],
        },
    })
}
