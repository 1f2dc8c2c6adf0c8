//! The `VirtualMachine` object.

use serde_json::{Map, Value, json};

use super::volume::PlannedDisk;
use super::{Claim, Machine, State, disk, instance, network};
use crate::world::identity;

/// The VM as Harvester's UI makes it, with KubeVirt's status.
pub(super) fn object(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Value {
    let mut labels: Map<String, Value> = json!({"harvesterhci.io/creator": "harvester"})
        .as_object()
        .cloned()
        .unwrap_or_default();
    if let Some(os) = &machine.os {
        labels.insert("harvesterhci.io/os".into(), os.clone().into());
    }
    labels.extend(
        machine
            .labels
            .iter()
            .map(|(key, value)| (key.clone(), value.clone().into())),
    );
    let mut annotations: Map<String, Value> = Map::new();
    annotations.insert(
        "harvesterhci.io/vmRunStrategy".into(),
        run_strategy(machine).into(),
    );
    annotations.insert(
        "harvesterhci.io/volumeClaimTemplates".into(),
        disk::claim_templates(disks).into(),
    );
    annotations.insert("network.harvesterhci.io/ips".into(), "[]".into());
    let own = machine
        .annotations
        .iter()
        .map(|(key, value)| (key.clone(), value.clone().into()));
    annotations.extend(own);
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {
            "name": machine.name,
            "namespace": machine.namespace,
            "labels": labels,
            "annotations": annotations,
            "finalizers": [
                "kubevirt.io/virtualMachineControllerFinalize",
                "wrangler.cattle.io/VMController.CleanupPVCAndSnapshot",
            ],
        },
        "spec": {"runStrategy": run_strategy(machine), "template": template(machine, disks)},
        "status": status(machine, disks),
    })
}

fn run_strategy(machine: &Machine) -> &'static str {
    if machine.state == State::Stopped {
        "Halted"
    } else {
        "RerunOnFailure"
    }
}

fn template(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Value {
    json!({
        "metadata": {
            // Clients of old wrote the empty time, and the API server keeps it.
            "creationTimestamp": null,
            "annotations": {"harvesterhci.io/sshNames": "[]"},
            "labels": {
                "harvesterhci.io/creator": "harvester",
                "harvesterhci.io/vmName": machine.name,
            },
        },
        "spec": spec(machine, disks),
    })
}

/// The part that the VM and its instance share.
pub(super) fn spec(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Value {
    let mut devices = json!({
        "disks": disk::devices(machine, disks),
        "inputs": [{"bus": "usb", "name": "tablet", "type": "tablet"}],
        "interfaces": network::interfaces(machine),
    });
    let mut domain = json!({
        "cpu": {"cores": machine.cores, "sockets": 1, "threads": 1},
        "features": {"acpi": {"enabled": true}},
        "machine": {"type": "q35"},
        "memory": {"guest": machine.memory},
        "resources": {
            "limits": {"cpu": machine.cores.to_string(), "memory": machine.memory},
            "requests": {"cpu": "125m", "memory": "1Gi"},
        },
    });
    if machine.persistent_state {
        devices["tpm"] = json!({"persistent": true});
        domain["features"]["smm"] = json!({"enabled": true});
        domain["firmware"] = json!({
            "bootloader": {"efi": {"persistent": true, "secureBoot": true}},
            "uuid": identity::uid("Firmware", &machine.namespace, &machine.name),
        });
    }
    domain["devices"] = devices;
    json!({
        "architecture": "amd64",
        "domain": domain,
        "evictionStrategy": "LiveMigrateIfPossible",
        "hostname": machine.name,
        "networks": network::networks(machine),
        "terminationGracePeriodSeconds": 120,
        "volumes": disk::volumes(machine, disks),
    })
}

fn status(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Value {
    let ready = matches!(machine.state, State::Running | State::Migrating);
    let reason = if machine.state == State::Stopped {
        "VMINotExists"
    } else {
        "GuestNotRunning"
    };
    let mut conditions = vec![if ready {
        json!({"type": "Ready", "status": "True", "lastProbeTime": null, "lastTransitionTime": "@now-6h"})
    } else {
        json!({
            "type": "Ready", "status": "False", "reason": reason, "message": "",
            "lastProbeTime": null, "lastTransitionTime": "@now-6h",
        })
    }];
    if instance::exists(machine) {
        conditions.extend(instance::conditions(machine, disks).into_iter().skip(1));
    }
    let snapshots = disks.iter().map(snapshot_status).collect::<Vec<_>>();
    json!({
        "conditions": conditions,
        "created": instance::exists(machine),
        "desiredGeneration": 2,
        "observedGeneration": 2,
        "printableStatus": printable_status(machine, disks),
        "ready": ready,
        "runStrategy": run_strategy(machine),
        "volumeSnapshotStatuses": snapshots,
    })
}

fn printable_status(machine: &Machine, disks: &[PlannedDisk<'_>]) -> &'static str {
    match machine.state {
        State::Running => "Running",
        State::Stopped => "Stopped",
        State::Paused => "Paused",
        State::Migrating => "Migrating",
        State::Scheduling => {
            let missing = disks.iter().any(|disk| disk.disk.claim == Claim::Missing);
            if missing {
                "ErrorPvcNotFound"
            } else {
                "WaitingForVolumeBinding"
            }
        }
    }
}

fn snapshot_status(disk: &PlannedDisk<'_>) -> Value {
    match disk.class {
        Some(class) if class.snapshots => json!({"name": disk.name, "enabled": true}),
        Some(class) => json!({
            "name": disk.name, "enabled": false,
            "reason": format!("No VolumeSnapshotClass: Volume snapshots are not configured for this StorageClass [{}] [{}]", class.name, disk.name),
        }),
        None => json!({
            "name": disk.name, "enabled": false,
            "reason": format!("Snapshot is not supported for this volumeSource type [{}]", disk.name),
        }),
    }
}
