//! How the disks of a VM stand in its definition.

use serde_json::{Value, json};

use super::volume::PlannedDisk;
use super::{Machine, Origin};

/// `devices.disks` of the domain.
pub(super) fn devices(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Vec<Value> {
    let mut devices: Vec<Value> = disks
        .iter()
        .enumerate()
        .map(|(at, disk)| device(at, disk))
        .collect();
    if machine.cloud_init {
        devices.push(json!({"name": "cloudinitdisk", "disk": {"bus": "virtio"}}));
    }
    devices
}

fn device(at: usize, disk: &PlannedDisk<'_>) -> Value {
    let bus = if disk.disk.hotplug { "scsi" } else { "virtio" };
    let mut device = if disk.disk.cdrom {
        json!({"name": disk.name, "cdrom": {"bus": "sata"}})
    } else {
        json!({"name": disk.name, "disk": {"bus": bus}})
    };
    if disk.disk.shareable {
        device["shareable"] = true.into();
        device["cache"] = "none".into();
    }
    if at == 0 && !disk.disk.shareable {
        device["bootOrder"] = 1.into();
    }
    device
}

/// `volumes` of the VM.
pub(super) fn volumes(machine: &Machine, disks: &[PlannedDisk<'_>]) -> Vec<Value> {
    let mut volumes: Vec<Value> = disks.iter().map(volume).collect();
    if machine.cloud_init {
        let secret = json!({"name": format!("{}-cloudinit", machine.name)});
        volumes.push(json!({
            "name": "cloudinitdisk",
            "cloudInitNoCloud": {"secretRef": secret, "networkDataSecretRef": secret},
        }));
    }
    volumes
}

fn volume(disk: &PlannedDisk<'_>) -> Value {
    if let Some(image) = &disk.disk.container {
        return json!({"name": disk.name, "containerDisk": {"image": image}});
    }
    let mut source = match disk.disk.origin {
        Origin::DataVolumeRef => json!({"name": disk.claim_name}),
        _ => json!({"claimName": disk.claim_name}),
    };
    if disk.disk.hotplug {
        source["hotpluggable"] = true.into();
    }
    match disk.disk.origin {
        Origin::DataVolumeRef => json!({"name": disk.name, "dataVolume": source}),
        _ => json!({"name": disk.name, "persistentVolumeClaim": source}),
    }
}

/// Harvester's annotation with the claims it makes for a VM, as JSON in a string.
pub(super) fn claim_templates(disks: &[PlannedDisk<'_>]) -> String {
    let templates: Vec<Value> = disks
        .iter()
        .filter_map(|disk| {
            let class = disk.own_class()?;
            let annotations = disk.disk.image.as_ref().map(|image| json!({"harvesterhci.io/imageId": image}));
            Some(json!({
                "metadata": {"name": disk.claim_name, "annotations": annotations.unwrap_or(json!({}))},
                "spec": {
                    "accessModes": [disk.access],
                    "resources": {"requests": {"storage": disk.size}},
                    "volumeMode": disk.mode,
                    "storageClassName": class.name,
                },
            }))
        })
        .collect();
    Value::from(templates).to_string()
}
