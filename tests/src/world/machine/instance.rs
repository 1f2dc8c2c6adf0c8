//! The running side of a VM: its instance and a migration.

use serde_json::{Value, json};

use super::volume::PlannedDisk;
use super::{Machine, State, network, vm};
use crate::world::identity;

/// Whether there is an instance.
pub(super) fn exists(machine: &Machine) -> bool {
    matches!(
        machine.state,
        State::Running | State::Paused | State::Migrating
    )
}

/// The node a VM runs on, or ran on last.
pub(super) fn node(machine: &Machine) -> String {
    machine.node.clone().unwrap_or_else(|| {
        let uid = identity::uid("Placement", &machine.namespace, &machine.name);
        format!(
            "node{}",
            uid.bytes().map(usize::from).sum::<usize>() % 3 + 1
        )
    })
}

fn other_node(machine: &Machine) -> &'static str {
    if node(machine) == "node1" {
        "node2"
    } else {
        "node1"
    }
}

/// The instance of a VM.
pub(super) fn object(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Value {
    let node = node(machine);
    let mut status = json!({
        "activePods": {identity::uid("Pod", &machine.namespace, &machine.name): node},
        "conditions": conditions(machine, disks),
        "interfaces": interfaces(machine),
        "machine": {"type": "pc-q35-rhel9.6.0"},
        "nodeName": node,
        "phase": "Running",
        "phaseTransitionTimestamps":
            [{"phase": "Running", "phaseTransitionTimestamp": "@now-6h"}],
        "qosClass": "Burstable",
        "runtimeUser": 107,
        "volumeStatus": disks.iter().map(volume_status).collect::<Vec<_>>(),
    });
    if machine.agent {
        status["guestOSInfo"] = json!({
            "id": "ubuntu", "name": "Ubuntu", "prettyName": "Ubuntu 24.04.2 LTS",
            "version": "24.04", "versionId": "24.04", "machine": "x86_64",
        });
    }
    if machine.state == State::Migrating {
        status["migrationMethod"] = "BlockMigration".into();
        status["migrationState"] = json!({
            "migrationUid": identity::uid(
                "VirtualMachineInstanceMigration", &machine.namespace, &migration_name(machine)),
            "sourceNode": node,
            "startTimestamp": "@now-40s",
            "targetNode": other_node(machine),
        });
    }
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "metadata": {
            "name": machine.name,
            "namespace": machine.namespace,
            "creationTimestamp": "@now-6h",
            "labels": {
                "harvesterhci.io/creator": "harvester",
                "harvesterhci.io/vmName": machine.name,
                "kubevirt.io/nodeName": node,
            },
            "ownerReferences": [{
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "name": machine.name,
                "controller": true, "blockOwnerDeletion": true,
            }],
        },
        "spec": vm::spec(machine, disks),
        "status": status,
    })
}

/// Conditions of the instance: Ready first.
pub(super) fn conditions(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Vec<Value> {
    let ready = if machine.state == State::Paused {
        "False"
    } else {
        "True"
    };
    let mut conditions = vec![json!({
        "type": "Ready", "status": ready, "lastProbeTime": null, "lastTransitionTime": "@now-6h",
    })];
    let local = disks
        .iter()
        .find(|disk| disk.has_claim() && disk.access != "ReadWriteMany");
    conditions.push(match local {
        Some(disk) => json!({
            "type": "LiveMigratable", "status": "False", "reason": "DisksNotLiveMigratable",
            "message": format!(
                "cannot migrate VMI: PVC {} is not shared, live migration requires that all PVCs \
                 must be shared (using ReadWriteMany access mode)", disk.claim_name),
            "lastProbeTime": null, "lastTransitionTime": null,
        }),
        None => json!({
            "type": "LiveMigratable", "status": "True",
            "lastProbeTime": null, "lastTransitionTime": null,
        }),
    });
    if machine.agent {
        conditions.push(json!({
            "type": "AgentConnected", "status": "True",
            "lastProbeTime": "@now-5h", "lastTransitionTime": null,
        }));
    }
    if machine.state == State::Paused {
        conditions.push(json!({
            "type": "Paused", "status": "True", "reason": "PausedByUser",
            "message": "VMI was paused by user",
            "lastProbeTime": "@now-1h", "lastTransitionTime": "@now-1h",
        }));
    }
    conditions
}

fn interfaces(machine: &Machine) -> Vec<Value> {
    let source = if machine.agent {
        "domain, guest-agent"
    } else {
        "domain"
    };
    network::interfaces(machine)
        .into_iter()
        .map(|interface| {
            json!({
                "name": interface["name"],
                "mac": interface["macAddress"].as_str().unwrap_or("52:54:00:00:00:01"),
                "infoSource": source,
                "queueCount": 1,
            })
        })
        .collect()
}

fn volume_status(disk: &PlannedDisk<'_>) -> Value {
    let mut status = json!({"name": disk.name, "target": disk.name.replace("disk-", "vd")});
    if disk.has_claim() {
        status["persistentVolumeClaimInfo"] = json!({
            "claimName": disk.claim_name,
            "accessModes": [disk.access],
            "capacity": {"storage": disk.size},
            "requests": {"storage": disk.size},
            "volumeMode": disk.mode,
        });
    }
    if disk.disk.hotplug {
        status["phase"] = "Ready".into();
        status["hotplugVolume"] = json!({"attachPodName": format!("hp-volume-{}", disk.name)});
    }
    status
}

/// The migration object of a VM that moves.
pub(super) fn migration(machine: &Machine) -> Option<Value> {
    (machine.state == State::Migrating).then(|| {
        json!({
            "apiVersion": "kubevirt.io/v1",
            "kind": "VirtualMachineInstanceMigration",
            "metadata": {
                "name": migration_name(machine),
                "namespace": machine.namespace,
                "creationTimestamp": "@now-45s",
                "labels": {"kubevirt.io/vmi-name": machine.name},
            },
            "spec": {"vmiName": machine.name},
            "status": {
                "phase": "Running",
                "migrationState": {
                    "sourceNode": node(machine), "targetNode": other_node(machine),
                    "startTimestamp": "@now-40s",
                },
            },
        })
    })
}

fn migration_name(machine: &Machine) -> String {
    format!("{}-evacuation", machine.name)
}
