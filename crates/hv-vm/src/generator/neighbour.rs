//! What belongs to a random VM: its instance, disks, classes, images, networks, secrets and keys.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Machine;
use super::dice::Dice;
use super::volume::{Claim, Kind, Volume};

/// The running VM, with the values that the guest sees.
pub(super) fn instance(machine: &Machine, vm: &Value, dice: &mut Dice) -> Value {
    let mut spec = vm["spec"]["template"]["spec"].clone();
    let firmware = &mut spec["domain"]["firmware"];
    for field in ["uuid", "serial"] {
        if !firmware[field].is_string() {
            firmware[field] = dice.uuid().into();
        }
    }
    let mut status = Vec::new();
    for (index, nic) in machine.nics.iter().enumerate() {
        let interface = &mut spec["domain"]["devices"]["interfaces"][index];
        // Some releases show the address in the status only.
        if interface["macAddress"].is_null() && dice.percent(70) {
            interface["macAddress"] = nic.mac.as_str().into();
        }
        status.push(
            json!({"name": nic.name, "mac": nic.mac, "interfaceName": format!("enp{index}s0")}),
        );
    }
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "metadata": {"name": machine.name, "namespace": machine.namespace, "uid": dice.uuid()},
        "spec": spec,
        "status": {"phase": "Running", "nodeName": "node1", "interfaces": status},
    })
}

/// Everything else.
pub(super) fn all(machine: &Machine, vm: &Value, dice: &mut Dice) -> Vec<Value> {
    let mut all = named(machine, vm, dice);
    for claim in machine.volumes.iter().filter_map(Volume::as_claim) {
        all.extend(disk(machine, claim, dice));
    }
    let secrets = machine
        .volumes
        .iter()
        .filter_map(|volume| match &volume.kind {
            Kind::Secret(name) => Some(name.as_str()),
            _ => None,
        });
    all.extend(secrets.map(|name| secret(machine, name, dice)));
    let networks: BTreeSet<&String> = machine
        .nics
        .iter()
        .filter_map(|nic| nic.network.as_ref())
        .collect();
    all.extend(
        networks
            .into_iter()
            .map(|name| network(machine, name, dice)),
    );
    all.extend([
        class(
            "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90",
            "driver.longhorn.io",
        ),
        class("lvm-node1", "lvm.driver.harvesterhci.io"),
        image(dice),
        key_pair(machine, dice),
    ]);
    all
}

/// What every VM that names it shares with the others of its namespace.
fn named(machine: &Machine, vm: &Value, dice: &mut Dice) -> Vec<Value> {
    let text = vm.to_string();
    let names = |name: &str| text.contains(&format!("\"{name}\""));
    let mut all = Vec::new();
    for name in ["answers", "settings"] {
        if names(name) {
            all.push(json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": name, "namespace": machine.namespace, "uid": dice.uuid()},
                "data": {"autounattend.xml": "<unattend/>"},
            }));
        }
    }
    let keys = format!("{}-keys", machine.name);
    for name in ["pull", keys.as_str()] {
        if names(name) {
            all.push(secret(machine, name, dice));
        }
    }
    if names("base") {
        let base = Claim {
            name: "base".to_owned(),
            size: "10Gi".to_owned(),
            block: true,
            template: false,
            cloned: false,
        };
        all.extend(disk(machine, &base, dice));
    }
    all
}

fn disk(machine: &Machine, claim: &Claim, dice: &mut Dice) -> [Value; 2] {
    let uid = dice.uuid();
    let volume = format!("pvc-{uid}");
    let (class, driver) = match claim.cloned {
        true => ("lvm-node1", "lvm.driver.harvesterhci.io"),
        false => (
            "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90",
            "driver.longhorn.io",
        ),
    };
    let mode = if claim.block { "Block" } else { "Filesystem" };
    let mut pvc = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": claim.name, "namespace": machine.namespace, "uid": uid,
            "finalizers": ["kubernetes.io/pvc-protection"],
            "annotations": {
                "pv.kubernetes.io/bind-completed": "yes",
                "volume.kubernetes.io/storage-provisioner": driver,
                "volume.beta.kubernetes.io/storage-provisioner": driver,
            },
        },
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": claim.size}},
            "storageClassName": class, "volumeMode": mode, "volumeName": volume,
        },
        "status": {"phase": "Bound"},
    });
    if claim.cloned {
        pvc["metadata"]["labels"] = json!({"app": "containerized-data-importer", "app.kubernetes.io/component": "storage", "app.kubernetes.io/managed-by": "cdi-controller"});
        pvc["metadata"]["annotations"]["cdi.kubevirt.io/createdForDataVolume"] = dice.uuid().into();
        let source = json!({"apiGroup": "cdi.kubevirt.io", "kind": "VolumeCloneSource", "name": "volume-clone-source"});
        pvc["spec"]["dataSource"] = source.clone();
        pvc["spec"]["dataSourceRef"] = source;
    } else {
        pvc["metadata"]["annotations"]["harvesterhci.io/imageId"] = "default/image-7x2kd".into();
    }
    let pv = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": volume, "uid": dice.uuid()},
        "spec": {
            "accessModes": ["ReadWriteMany"], "capacity": {"storage": claim.size},
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": claim.name, "namespace": machine.namespace, "uid": uid},
            "csi": {"driver": driver, "volumeHandle": volume, "volumeAttributes": {"numberOfReplicas": "3", "storage.kubernetes.io/csiProvisionerIdentity": "1-2-x"}},
            "persistentVolumeReclaimPolicy": "Delete", "storageClassName": class, "volumeMode": mode,
        },
        "status": {"phase": "Bound"},
    });
    [pvc, pv]
}

fn class(name: &str, driver: &str) -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": name}, "provisioner": driver, "parameters": {"numberOfReplicas": "3"},
        "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate", "allowVolumeExpansion": true,
    })
}

fn image(dice: &mut Dice) -> Value {
    json!({
        "apiVersion": "harvesterhci.io/v1beta1", "kind": "VirtualMachineImage",
        "metadata": {"name": "image-7x2kd", "namespace": "default", "uid": dice.uuid()},
        "spec": {
            "backend": "backingimage", "displayName": "noble.img", "retry": 3, "sourceType": "download",
            "url": "https://images.example.com/noble.img", "checksum": "",
        },
        "status": {"storageClassName": "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90", "virtualSize": 3_758_096_384_u64},
    })
}

fn network(machine: &Machine, name: &str, dice: &mut Dice) -> Value {
    let vlan: u64 = name.trim_start_matches("vlan").parse().unwrap_or_default();
    json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": {
            "name": name, "namespace": machine.namespace, "uid": dice.uuid(),
            "labels": {
                "network.harvesterhci.io/clusternetwork": "vmnet", "network.harvesterhci.io/ready": "true",
                "network.harvesterhci.io/type": "L2VlanNetwork", "network.harvesterhci.io/vlan-id": vlan.to_string(),
            },
            "annotations": {"network.harvesterhci.io/route": json!({"mode": "auto", "connectivity": "true"}).to_string()},
        },
        "spec": {"config": json!({"cniVersion": "0.3.1", "name": name, "type": "bridge", "bridge": "vmnet-br", "vlan": vlan, "ipam": {}}).to_string()},
    })
}

fn secret(machine: &Machine, name: &str, dice: &mut Dice) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "secret",
        "metadata": {
            "name": name, "namespace": machine.namespace, "uid": dice.uuid(),
            "labels": {"harvesterhci.io/cloud-init-template": "harvester"},
            "ownerReferences": [{"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "name": machine.name, "uid": machine.uid}],
        },
        "data": {"userdata": "I2Nsb3VkLWNvbmZpZwo=", "networkdata": ""},
    })
}

fn key_pair(machine: &Machine, dice: &mut Dice) -> Value {
    json!({
        "apiVersion": "harvesterhci.io/v1beta1", "kind": "KeyPair",
        "metadata": {"name": "ops-key", "namespace": machine.namespace, "uid": dice.uuid()},
        "spec": {"publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMaF1tEAcgRWonSdT733NosEPj9yQZx5KdrDjWHkJ/pO ops@example.com"},
        "status": {"fingerPrint": "f6:bc:a5:19:d7:e6:44:5d:98:ea:6e:29:b8:61:b7:44"},
    })
}
