//! The part of a random VM that its instance gets.

use serde_json::{Value, json};

use super::dice::Dice;
use super::{Machine, Nic, placement};

/// `spec.template.spec`.
pub(super) fn template(machine: &Machine, dice: &mut Dice) -> Value {
    let volumes: Vec<Value> = machine.volumes.iter().map(super::Volume::value).collect();
    let mut spec = json!({
        "domain": domain(machine, dice),
        "networks": machine.nics.iter().map(|nic| network(nic, machine, dice)).collect::<Vec<_>>(),
        "volumes": volumes,
    });
    let optional = [
        ("architecture", json!("amd64")),
        ("hostname", json!(machine.name)),
        ("evictionStrategy", json!("LiveMigrateIfPossible")),
        ("terminationGracePeriodSeconds", json!(120)),
        ("priorityClassName", json!("high")),
        ("schedulerName", json!("other-scheduler")),
        ("tolerations", json!([{"key": "gpu", "operator": "Exists"}])),
        ("livenessProbe", json!({"guestAgentPing": {}})),
        (
            "accessCredentials",
            json!([{"sshPublicKey": {
                "source": {"secret": {"secretName": format!("{}-keys", machine.name)}},
                "propagationMethod": {"qemuGuestAgent": {"users": ["root"]}},
            }}]),
        ),
    ];
    for (key, value) in optional {
        if dice.percent(35) {
            spec[key] = value;
        }
    }
    placement::place(machine, &mut spec, dice);
    spec
}

fn domain(machine: &Machine, dice: &mut Dice) -> Value {
    let disks: Vec<Value> = machine
        .volumes
        .iter()
        .filter_map(|one| one.disk.clone())
        .collect();
    let interfaces: Vec<Value> = machine
        .nics
        .iter()
        .map(|nic| interface(nic, dice))
        .collect();
    let mut domain = json!({
        "cpu": cpu(dice),
        "devices": {"disks": disks, "interfaces": interfaces},
        "features": {"acpi": {"enabled": true}},
        "resources": {},
    });
    if dice.percent(50) {
        domain["machine"] = json!({"type": dice.pick(&["q35", "pc-q35-rhel9.6.0"])});
    }
    size(&mut domain, dice);
    firmware(machine, &mut domain, dice);
    let devices = [
        ("tpm", json!({"persistent": true})),
        ("rng", json!({})),
        (
            "inputs",
            json!([{"bus": "usb", "name": "tablet", "type": "tablet"}]),
        ),
        (
            "hostDevices",
            json!([{"name": "disk-controller", "deviceName": "example.com/nvme"}]),
        ),
        (
            "gpus",
            json!([{"name": "gpu-1", "deviceName": "nvidia.com/A100"}]),
        ),
    ];
    for (key, value) in devices {
        if dice.percent(25) {
            domain["devices"][key] = value;
        }
    }
    domain
}

fn cpu(dice: &mut Dice) -> Value {
    let mut cpu = json!({"cores": 1 + dice.below(8)});
    let optional = [
        ("sockets", json!(1)),
        ("threads", json!(1)),
        ("maxSockets", json!(1)),
        ("model", json!("host-passthrough")),
        ("features", json!([{"name": "vmx", "policy": "require"}])),
        ("dedicatedCpuPlacement", json!(true)),
        ("isolateEmulatorThread", json!(false)),
    ];
    for (key, value) in optional {
        if dice.percent(25) {
            cpu[key] = value;
        }
    }
    cpu
}

/// Memory and limits: a limit, a size of the guest, or both.
fn size(domain: &mut Value, dice: &mut Dice) {
    let memory = dice.pick(&["4Gi", "8192Mi", "2147483648", "6G"]);
    let way = dice.below(3);
    if way != 1 {
        domain["resources"]["limits"] = json!({"memory": memory});
        if dice.percent(80) {
            domain["resources"]["limits"]["cpu"] = dice.pick(&["2", "2000m"]).into();
        }
    }
    if way != 0 {
        domain["memory"] = json!({"guest": memory});
    }
    if dice.percent(50) {
        domain["resources"]["requests"] = json!({"cpu": "125m", "memory": "2730Mi"});
    }
    if dice.percent(10) {
        domain["memory"]["hugepages"] = json!({"pageSize": "2Mi"});
    }
}

fn firmware(machine: &Machine, domain: &mut Value, dice: &mut Dice) {
    if dice.percent(60) {
        domain["firmware"] = json!({"uuid": dice.uuid()});
        if dice.percent(60) {
            domain["firmware"]["serial"] = dice.uuid().into();
        }
    }
    if dice.percent(30) {
        domain["firmware"]["bootloader"] = json!({"efi": {"persistent": true, "secureBoot": true}});
        domain["features"]["smm"] = json!({"enabled": true});
    }
    if dice.percent(10) {
        domain["chassis"] = json!({"serial": machine.name, "asset": "shelf 7"});
    }
}

fn interface(nic: &Nic, dice: &mut Dice) -> Value {
    let mut interface = json!({"name": nic.name, "model": dice.pick(&["virtio", "e1000"])});
    match nic.network {
        Some(_) if dice.percent(10) => interface["binding"] = json!({"name": "managedtap"}),
        Some(_) => interface["bridge"] = json!({}),
        None => interface["masquerade"] = json!({}),
    }
    if nic.said {
        interface["macAddress"] = match dice.below(3) {
            0 => nic.mac.to_uppercase().into(),
            1 => nic.mac.replace(':', "-").into(),
            _ => nic.mac.clone().into(),
        };
    }
    if dice.percent(20) {
        interface["pciAddress"] = "0000:05:00.0".into();
    }
    interface
}

fn network(nic: &Nic, machine: &Machine, dice: &mut Dice) -> Value {
    match &nic.network {
        None => json!({"name": nic.name, "pod": {}}),
        Some(network) if dice.percent(30) => {
            json!({"name": nic.name, "multus": {"networkName": network}})
        }
        Some(network) => {
            let full = format!("{}/{network}", machine.namespace);
            json!({"name": nic.name, "multus": {"networkName": full}})
        }
    }
}
