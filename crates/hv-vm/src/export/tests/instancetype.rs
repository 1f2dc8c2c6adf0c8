//! Sizes and preferences that a VM has by name.

use serde_json::json;

use super::*;
use crate::key::Kind;
use crate::objects::State;

fn sized() -> Case {
    let mut case = Case::new();
    case.world.vm["spec"]["instancetype"] =
        json!({"name": "large", "kind": "VirtualMachineClusterInstancetype", "revisionName": "r1"});
    case.world.vm["spec"]["preference"] =
        json!({"name": "linux", "kind": "VirtualMachinePreference", "revisionName": "r2"});
    let domain = &mut case.world.spec()["domain"];
    for field in ["cpu", "memory", "resources", "machine"] {
        domain.as_object_mut().unwrap().remove(field);
    }
    domain["devices"]["disks"][0]["disk"] = json!({});
    domain["devices"]["interfaces"][0]
        .as_object_mut()
        .unwrap()
        .remove("model");
    case.world.add(json!({
        "kind": "VirtualMachineClusterInstancetype",
        "metadata": {"name": "large"},
        "spec": {"cpu": {"guest": 8}, "memory": {"guest": "16Gi"}, "ioThreadsPolicy": "auto"},
    }));
    case.world.add(json!({
        "kind": "VirtualMachinePreference",
        "metadata": {"name": "linux", "namespace": "prod"},
        "spec": {
            "cpu": {"preferredCPUTopology": "cores"},
            "machine": {"preferredMachineType": "q35"},
            "devices": {"preferredDiskBus": "virtio", "preferredInterfaceModel": "e1000"},
            "preferredTerminationGracePeriodSeconds": 7,
        },
    }));
    case
}

fn preference() -> Key {
    Key::new(Kind::VirtualMachinePreference, "prod", "linux")
}

#[test]
fn they_are_written_into_the_vm() {
    let exported = sized().export();
    let vm = stored_vm(&exported);
    assert_eq!(
        (&vm["spec"]["instancetype"], &vm["spec"]["preference"]),
        (&Value::Null, &Value::Null)
    );
    let spec = &vm["spec"]["template"]["spec"];
    let domain = &spec["domain"];
    assert_eq!(domain["cpu"]["cores"], 8);
    assert_eq!(
        (&domain["cpu"]["sockets"], &domain["cpu"]["threads"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(domain["memory"]["guest"], "16Gi");
    assert_eq!(domain["ioThreadsPolicy"], "auto");
    assert_eq!(domain["machine"]["type"], "q35");
    assert_eq!(domain["devices"]["disks"][0]["disk"]["bus"], "virtio");
    assert_eq!(domain["devices"]["disks"][2]["disk"]["bus"], "scsi");
    assert_eq!(domain["devices"]["interfaces"][0]["model"], "e1000");
    assert_eq!(domain["devices"]["interfaces"][1]["model"], "virtio");
    // What the VM says itself stays.
    assert_eq!(spec["terminationGracePeriodSeconds"], 120);
    assert!(codes(&exported.header).contains(&"instancetype-expanded"));
    for path in ["spec.instancetype", "spec.preference"] {
        let fate = exported
            .fates
            .iter()
            .find(|fate| fate.path == path)
            .unwrap();
        assert_eq!(fate.action, crate::policy::Action::Convert);
    }
    assert!(
        exported
            .header
            .requirements
            .named
            .iter()
            .all(|one| !one.kind.contains("stancetype"))
    );
}

#[test]
fn cpus_are_shared_out_as_the_preference_wants() {
    for (wanted, spread, expected) in [
        (json!("sockets"), json!(null), [8, 1, 1]),
        (json!(null), json!(null), [8, 1, 1]),
        (json!("preferCores"), json!(null), [1, 8, 1]),
        (json!("threads"), json!(null), [1, 1, 8]),
        (json!("spread"), json!(null), [4, 2, 1]),
        (json!("preferSpread"), json!({"ratio": 4}), [2, 4, 1]),
        (
            json!("spread"),
            json!({"across": "CoresThreads"}),
            [1, 4, 2],
        ),
        (
            json!("spread"),
            json!({"across": "SocketsCoresThreads"}),
            [2, 2, 2],
        ),
        (json!("spread"), json!({"ratio": 3}), [8, 1, 1]),
        (json!("spread"), json!({"ratio": 0}), [4, 2, 1]),
    ] {
        let mut case = sized();
        case.world.edit(&preference(), |preference| {
            preference["spec"]["cpu"] =
                json!({"preferredCPUTopology": wanted, "spreadOptions": spread});
        });
        let vm = stored_vm(&case.export());
        let cpu = &vm["spec"]["template"]["spec"]["domain"]["cpu"];
        let found = ["sockets", "cores", "threads"].map(|field| cpu[field].as_u64().unwrap());
        assert_eq!(found, expected, "{wanted} {spread}");
    }
}

#[test]
fn one_that_cannot_be_read_stays_a_name_without_a_revision() {
    for state in [
        State::Missing,
        State::Unreadable("forbidden".into()),
        State::NotRead,
    ] {
        let mut case = sized();
        case.world.set(&preference(), state);
        let exported = case.export();
        let vm = stored_vm(&exported);
        for (field, name) in [("instancetype", "large"), ("preference", "linux")] {
            assert_eq!(vm["spec"][field]["name"], name);
            assert_eq!(vm["spec"][field]["revisionName"], Value::Null);
        }
        assert_eq!(
            vm["spec"]["template"]["spec"]["domain"]["memory"]["guest"],
            Value::Null
        );
        assert!(
            exported
                .header
                .unread
                .iter()
                .any(|one| one.object == preference())
        );
        let named = &exported.header.requirements.named;
        assert!(
            named
                .iter()
                .any(|one| one.kind == "VirtualMachineClusterInstancetype")
        );
        assert!(
            named
                .iter()
                .any(|one| one.kind == "VirtualMachinePreference")
        );
    }
}

#[test]
fn firmware_follows_the_preference_unless_the_vm_chose() {
    for (loader, preferred, expected) in [
        (
            json!(null),
            json!({"preferredUseEfi": true, "preferredUseSecureBoot": true}),
            json!({"efi": {"secureBoot": true}}),
        ),
        (
            json!({"efi": {"secureBoot": false}}),
            json!({"preferredUseSecureBoot": true}),
            json!({"efi": {"secureBoot": false}}),
        ),
        (
            json!({"bios": {"useSerial": true}}),
            json!({"preferredUseEfi": true}),
            json!({"bios": {"useSerial": true}}),
        ),
        (
            json!(null),
            json!({"preferredEfi": {"persistent": true}}),
            json!({"efi": {"persistent": true}}),
        ),
    ] {
        let mut case = sized();
        case.world.spec()["domain"]["firmware"]["bootloader"] = loader;
        case.world.edit(&preference(), |one| {
            one["spec"]["firmware"] = preferred.clone();
        });
        let vm = stored_vm(&case.export());
        let found = &vm["spec"]["template"]["spec"]["domain"]["firmware"]["bootloader"];
        assert_eq!(*found, expected, "{preferred}");
    }
}
