//! Processor, machine, memory and devices that a VM asks for.

use serde_json::Value;

use super::{Needs, text};
use crate::graph::list;
use crate::header::{DeviceNeed, MachineNeed};

/// Devices of a node: they are not in the stored VM, so they are read from its source.
pub(super) fn devices(needs: &Needs<'_>) -> Vec<DeviceNeed> {
    let devices = &needs.source["spec"]["template"]["spec"]["domain"]["devices"];
    let mut found = Vec::new();
    for (field, kind) in [("hostDevices", "hostDevice"), ("gpus", "gpu")] {
        for device in list(&devices[field]) {
            let name = text(&device["name"]).unwrap_or_default();
            let resource = ["deviceName", "claimName"]
                .iter()
                .find_map(|field| text(&device[*field]));
            found.push(DeviceNeed {
                device: resource.unwrap_or_default(),
                name,
                r#type: kind.to_owned(),
            });
        }
    }
    found
}

pub(super) fn machine(needs: &Needs<'_>) -> MachineNeed {
    let spec = &needs.stored["spec"]["template"]["spec"];
    let (domain, cpu) = (&spec["domain"], &spec["domain"]["cpu"]);
    let required = |feature: &&Value| {
        // No policy means that the feature is required.
        let policy = feature["policy"].as_str().unwrap_or("require");
        matches!(policy, "require" | "force" | "")
    };
    let features = list(&cpu["features"]).iter().filter(required);
    let mut host_features = Vec::new();
    for (path, value) in [
        ("cpu.dedicatedCpuPlacement", &cpu["dedicatedCpuPlacement"]),
        ("cpu.isolateEmulatorThread", &cpu["isolateEmulatorThread"]),
        ("cpu.numa", &cpu["numa"]),
        ("cpu.realtime", &cpu["realtime"]),
        ("launchSecurity", &domain["launchSecurity"]),
        ("memory.hugepages", &domain["memory"]["hugepages"]),
    ] {
        if value.is_object() || *value == true {
            host_features.push(path.to_owned());
        }
    }
    MachineNeed {
        architecture: text(&spec["architecture"]),
        machine_type: text(&domain["machine"]["type"]),
        cpu_model: text(&cpu["model"]),
        cpu_features: features.filter_map(|one| text(&one["name"])).collect(),
        host_features,
    }
}
