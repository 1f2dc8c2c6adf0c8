//! Sizes and preferences that a VM has by name are written into it.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::graph::matcher_kind;
use crate::header::Note;
use crate::key::{Key, Kind};
use crate::objects::Objects;

/// Code of the note on what a VM had by name.
pub(super) const EXPANDED: &str = "instancetype-expanded";

/// Fields of an instancetype, and where they go below the template's spec.
const SIZES: &[(&str, &str)] = &[
    ("cpu/model", "domain/cpu/model"),
    (
        "cpu/dedicatedCPUPlacement",
        "domain/cpu/dedicatedCpuPlacement",
    ),
    (
        "cpu/isolateEmulatorThread",
        "domain/cpu/isolateEmulatorThread",
    ),
    ("cpu/numa", "domain/cpu/numa"),
    ("cpu/realtime", "domain/cpu/realtime"),
    ("cpu/maxSockets", "domain/cpu/maxSockets"),
    ("memory/guest", "domain/memory/guest"),
    ("memory/hugepages", "domain/memory/hugepages"),
    ("memory/maxGuest", "domain/memory/maxGuest"),
    ("ioThreadsPolicy", "domain/ioThreadsPolicy"),
    ("ioThreads", "domain/ioThreads"),
    ("launchSecurity", "domain/launchSecurity"),
    ("gpus", "domain/devices/gpus"),
    ("hostDevices", "domain/devices/hostDevices"),
    ("nodeSelector", "nodeSelector"),
    ("schedulerName", "schedulerName"),
];

/// Fields of a preference, and where they go unless the VM says something itself.
const PREFERENCES: &[(&str, &str)] = &[
    ("clock/preferredTimer", "domain/clock/timer"),
    ("cpu/preferredCPUFeatures", "domain/cpu/features"),
    (
        "devices/preferredAutoattachGraphicsDevice",
        "domain/devices/autoattachGraphicsDevice",
    ),
    (
        "devices/preferredAutoattachInputDevice",
        "domain/devices/autoattachInputDevice",
    ),
    (
        "devices/preferredAutoattachMemBalloon",
        "domain/devices/autoattachMemBalloon",
    ),
    (
        "devices/preferredAutoattachPodInterface",
        "domain/devices/autoattachPodInterface",
    ),
    (
        "devices/preferredAutoattachSerialConsole",
        "domain/devices/autoattachSerialConsole",
    ),
    (
        "devices/preferredBlockMultiQueue",
        "domain/devices/blockMultiQueue",
    ),
    (
        "devices/preferredDisableHotplug",
        "domain/devices/disableHotplug",
    ),
    (
        "devices/preferredNetworkInterfaceMultiQueue",
        "domain/devices/networkInterfaceMultiqueue",
    ),
    ("devices/preferredRng", "domain/devices/rng"),
    ("devices/preferredTPM", "domain/devices/tpm"),
    (
        "devices/preferredUseVirtioTransitional",
        "domain/devices/useVirtioTransitional",
    ),
    ("features/preferredAcpi", "domain/features/acpi"),
    ("features/preferredApic", "domain/features/apic"),
    ("features/preferredHyperv", "domain/features/hyperv"),
    ("features/preferredKvm", "domain/features/kvm"),
    ("features/preferredPvspinlock", "domain/features/pvspinlock"),
    ("features/preferredSmm", "domain/features/smm"),
    ("firmware/preferredEfi", "domain/firmware/bootloader/efi"),
    ("machine/preferredMachineType", "domain/machine/type"),
    ("preferredArchitecture", "architecture"),
    ("preferredSubdomain", "subdomain"),
    (
        "preferredTerminationGracePeriodSeconds",
        "terminationGracePeriodSeconds",
    ),
];

/// Writes what the VM has by name into it, if all of it was read.
pub(super) fn expand(vm: &mut Cow<'_, Value>, objects: &Objects, notes: &mut Vec<Note>) {
    let spec = &vm["spec"];
    if spec["instancetype"].is_null() && spec["preference"].is_null() {
        return;
    }
    let namespace = vm["metadata"]["namespace"].as_str().unwrap_or_default();
    let size = Matched::find(
        &spec["instancetype"],
        Kind::VirtualMachineClusterInstancetype,
        Kind::VirtualMachineInstancetype,
        namespace,
        objects,
    );
    let preference = Matched::find(
        &spec["preference"],
        Kind::VirtualMachineClusterPreference,
        Kind::VirtualMachinePreference,
        namespace,
        objects,
    );
    // Sockets or cores is the preference's to say, so that one is no use without the other.
    let (Some(size), Some(preference)) = (size, preference) else {
        return;
    };
    let vm = vm.to_mut();
    let template = &mut vm["spec"]["template"]["spec"];
    if !template.is_object() {
        return;
    }
    for (from, to) in SIZES {
        fill(template, to, at(size.spec, from));
    }
    if let Some(count) = at(size.spec, "cpu/guest").as_u64() {
        topology(template, count, preference.spec);
    }
    for (from, to) in PREFERENCES {
        fill(template, to, at(preference.spec, from));
    }
    firmware(template, at(preference.spec, "firmware"));
    devices(template, at(preference.spec, "devices"));
    for (field, matched) in [("instancetype", size), ("preference", preference)] {
        if vm["spec"]
            .as_object_mut()
            .is_some_and(|spec| spec.remove(field).is_some())
        {
            notes.push(Note {
                code: EXPANDED.to_owned(),
                path: format!("spec.{field}"),
                message: format!("What {} says now is written into the VM.", matched.name),
            });
        }
    }
}

/// What a matcher stands for.
struct Matched<'a> {
    name: String,
    spec: &'a Value,
}

impl<'a> Matched<'a> {
    /// Nothing if it was not read; an empty one if there is no matcher.
    fn find(
        matcher: &Value,
        cluster: Kind,
        local: Kind,
        namespace: &str,
        objects: &'a Objects,
    ) -> Option<Self> {
        if matcher.is_null() {
            return Some(Self {
                name: String::new(),
                spec: &Value::Null,
            });
        }
        let kind = matcher_kind(matcher, cluster, local);
        let key = Key::new(kind, namespace, matcher["name"].as_str()?);
        let spec = &objects.get(&key)?["spec"];
        Some(Self {
            name: format!("{} \"{}\"", kind.name(), key.name),
            spec,
        })
    }
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('/').fold(value, |value, step| &value[step])
}

/// Writes a value unless there is one.
fn fill(into: &mut Value, path: &str, value: &Value) {
    if value.is_null() {
        return;
    }
    let mut place = into;
    for step in path.split('/') {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let Some(fields) = place.as_object_mut() else {
            return;
        };
        place = fields.entry(step).or_insert(Value::Null);
    }
    if place.is_null() {
        *place = value.clone();
    }
}

/// Shares CPUs out as the preference wants it; sockets where it says nothing.
fn topology(template: &mut Value, count: u64, preference: &Value) {
    let wanted = at(preference, "cpu/preferredCPUTopology").as_str();
    let wanted = wanted.unwrap_or_default().to_ascii_lowercase();
    let spread = at(preference, "cpu/spreadOptions");
    let ratio = spread["ratio"]
        .as_u64()
        .filter(|ratio| *ratio > 0)
        .unwrap_or(2);
    let across = spread["across"].as_str().unwrap_or("SocketsCores");
    let (sockets, cores, threads) = match wanted.trim_start_matches("prefer") {
        "cores" => (1, count, 1),
        "threads" => (1, 1, count),
        "spread" if across == "CoresThreads" && count.is_multiple_of(2) => (1, count / 2, 2),
        "spread" if across == "SocketsCoresThreads" && count.is_multiple_of(ratio * 2) => {
            (count / (ratio * 2), ratio, 2)
        }
        "spread" if across == "SocketsCores" && count.is_multiple_of(ratio) => {
            (count / ratio, ratio, 1)
        }
        _ => (count, 1, 1),
    };
    fill(template, "domain/cpu/sockets", &json!(sockets));
    fill(template, "domain/cpu/cores", &json!(cores));
    fill(template, "domain/cpu/threads", &json!(threads));
}

fn firmware(template: &mut Value, preferred: &Value) {
    let loader = at(template, "domain/firmware/bootloader");
    if !loader["bios"].is_null() {
        return;
    }
    if preferred["preferredUseEfi"] == true {
        fill(template, "domain/firmware/bootloader/efi", &json!({}));
    } else if preferred["preferredUseBios"] == true && loader["efi"].is_null() {
        fill(template, "domain/firmware/bootloader/bios", &json!({}));
    }
    let efi = at(template, "domain/firmware/bootloader/efi").is_object();
    if efi && preferred["preferredUseSecureBoot"] == true {
        let path = "domain/firmware/bootloader/efi/secureBoot";
        fill(template, path, &json!(true));
    }
}

/// Buses and models of the devices that say none.
fn devices(template: &mut Value, preferred: &Value) {
    let each = |template: &mut Value, list: &str, change: &dyn Fn(&mut Value)| {
        let list = template["domain"]["devices"][list].as_array_mut();
        list.into_iter().flatten().for_each(change);
    };
    if !at(template, "domain/devices").is_object() {
        return;
    }
    each(template, "disks", &|disk| {
        for (target, bus) in [
            ("disk", "preferredDiskBus"),
            ("cdrom", "preferredCdromBus"),
            ("lun", "preferredLunBus"),
        ] {
            if disk[target].is_object() {
                fill(disk, &format!("{target}/bus"), &preferred[bus]);
            }
        }
        if disk["disk"].is_object() {
            fill(disk, "cache", &preferred["preferredDiskCache"]);
            fill(disk, "io", &preferred["preferredDiskIO"]);
        }
    });
    each(template, "interfaces", &|interface| {
        fill(interface, "model", &preferred["preferredInterfaceModel"]);
    });
    each(template, "inputs", &|input| {
        fill(input, "bus", &preferred["preferredInputBus"]);
        fill(input, "type", &preferred["preferredInputType"]);
    });
}
