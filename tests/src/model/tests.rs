//! The controllers in memory, on the worlds and on single objects.

use serde_json::{Value, json};

use super::machine::{list, text};
use super::*;
use crate::world;

fn world_of(name: &str) -> Memory {
    let world = world::load(name, "2026-11-21T10:00:00Z".parse().unwrap()).unwrap();
    Memory::new(Release::parse(world.release()), &world.objects)
}

fn settled(memory: &mut Memory) -> usize {
    memory.settle(IN_MEMORY, 30).unwrap()
}

/// A VM with one claim template.
fn vm(strategy: &str, entry: &Value) -> Value {
    let claim = &entry["metadata"]["name"];
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {
            "namespace": "dr-shop", "name": "new01",
            "annotations": {machine::TEMPLATES: json!([entry]).to_string()},
        },
        "spec": {"runStrategy": strategy, "template": {"spec": {
            "domain": {
                "cpu": {"cores": 1}, "memory": {"guest": "1Gi"},
                "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
                "devices": {
                    "disks": [{"name": "root"}],
                    "interfaces": [{"name": "a"}, {"name": "b", "macAddress": "52:54:00:00:00:01"}],
                },
            },
            "networks": [{"name": "a"}, {"name": "b"}],
            "volumes": [{"name": "root", "persistentVolumeClaim": {"claimName": claim}}],
        }}},
    })
}

fn entry(class: &str, image: Option<&str>) -> Value {
    let mut entry = json!({
        "metadata": {"name": "new01-root"},
        "spec": {
            "accessModes": ["ReadWriteMany"], "volumeMode": "Block", "storageClassName": class,
            "resources": {"requests": {"storage": "10Gi"}},
        },
    });
    if let Some(image) = image {
        entry["metadata"]["annotations"] = json!({machine::IMAGE: image});
    }
    entry
}

fn claim_of(memory: &Memory) -> Option<&Value> {
    memory.store.get(kind::CLAIM, "dr-shop", "new01-root")
}

#[test]
fn both_worlds_are_at_rest() {
    for name in [
        "source",
        "dr",
        "source@v1.8.2",
        "dr@v1.7.3",
        "dr@v1.9.0-rc6",
    ] {
        let mut memory = world_of(name);
        let wanted = memory.settle(IN_MEMORY, 1).err();
        assert_eq!(wanted, None, "{name}");
    }
}

#[test]
fn a_halted_vm_gets_its_claims_and_nothing_else() {
    let mut memory = world_of("dr");
    memory.put(vm("Halted", &entry("longhorn-gold", None)));
    settled(&mut memory);
    assert_eq!(claim_of(&memory).unwrap()["status"]["phase"], "Bound");
    assert_eq!(memory.store.get(kind::INSTANCE, "dr-shop", "new01"), None);
    assert_eq!(memory.printable_status("dr-shop", "new01"), "Stopped");
    let vm = memory.store.get(kind::VM, "dr-shop", "new01").unwrap();
    assert_eq!(list(&vm["metadata"]["finalizers"]).count(), 2);
    assert_eq!(
        vm["metadata"]["annotations"][machine::STRATEGY],
        Value::Null
    );
}

#[test]
fn a_missing_image_is_passed_over_in_silence() {
    let mut memory = world_of("dr");
    memory.put(vm(
        "Halted",
        &entry("longhorn-gold", Some("default/image-8x2kd")),
    ));
    settled(&mut memory);
    assert_eq!(claim_of(&memory), None);
    assert_eq!(memory.printable_status("dr-shop", "new01"), "Stopped");
    memory.set_strategy("dr-shop", "new01", "Always");
    settled(&mut memory);
    assert_eq!(
        memory.printable_status("dr-shop", "new01"),
        "ErrorPvcNotFound"
    );
}

#[test]
fn a_vm_that_is_to_run_runs_at_once_with_addresses() {
    let mut memory = world_of("dr");
    memory.put(vm("Always", &entry("longhorn-gold", None)));
    settled(&mut memory);
    assert_eq!(memory.printable_status("dr-shop", "new01"), "Running");
    let instance = memory
        .store
        .get(kind::INSTANCE, "dr-shop", "new01")
        .unwrap();
    let macs: Vec<&str> = list(&instance["status"]["interfaces"])
        .map(|interface| text(&interface["mac"]))
        .collect();
    assert_eq!(macs[1], "52:54:00:00:00:01");
    assert_eq!(macs[0].len(), 17);
    let vm = memory.store.get(kind::VM, "dr-shop", "new01").unwrap();
    assert_eq!(vm["metadata"]["annotations"][machine::STRATEGY], "Always");
    assert_eq!(machine::annotated_macs(vm)["a"], macs[0]);
    let mac = macs[0].to_owned();
    memory.set_strategy("dr-shop", "new01", "Halted");
    settled(&mut memory);
    assert_eq!(memory.store.get(kind::INSTANCE, "dr-shop", "new01"), None);
    assert_eq!(memory.store.within(kind::POD, "dr-shop").count(), 0);
    let vm = memory.store.get(kind::VM, "dr-shop", "new01").unwrap();
    assert_eq!(machine::macs(vm).next(), Some(mac));
}

#[test]
fn before_1_6_nobody_keeps_the_addresses() {
    let mut memory = world_of("dr@v1.5.2");
    memory.put(vm("Always", &entry("longhorn-gold", None)));
    settled(&mut memory);
    let vm = memory.store.get(kind::VM, "dr-shop", "new01").unwrap();
    assert_eq!(vm["metadata"]["annotations"][machine::MACS], Value::Null);
}

#[test]
fn an_image_of_cdi_becomes_a_data_volume() {
    let mut memory = world_of("dr");
    memory.put(vm("Halted", &entry("rbd-dr", Some("golden/image-w2n5c"))));
    settled(&mut memory);
    let volume = memory.store.get(kind::DATA_VOLUME, "dr-shop", "new01-root");
    assert_eq!(volume.unwrap()["status"]["phase"], "Succeeded");
    let claim = claim_of(&memory).unwrap();
    assert_eq!(
        claim["metadata"]["ownerReferences"][0]["kind"],
        "DataVolume"
    );
}

#[test]
fn a_claim_that_waits_for_its_consumer_waits_for_the_start() {
    let mut memory = world_of("dr");
    memory.put(vm("Halted", &entry("lvm-west-2", None)));
    settled(&mut memory);
    assert_eq!(claim_of(&memory).unwrap()["status"]["phase"], "Pending");
    memory.set_strategy("dr-shop", "new01", "Always");
    settled(&mut memory);
    let claim = claim_of(&memory).unwrap();
    assert_eq!(claim["status"]["phase"], "Bound");
    let volume = text(&claim["spec"]["volumeName"]);
    let volume = memory.store.get(kind::VOLUME, "", volume).unwrap();
    assert!(
        volume["spec"]["nodeAffinity"]
            .to_string()
            .contains("west-2")
    );
    assert_eq!(memory.printable_status("dr-shop", "new01"), "Running");
}

#[test]
fn a_claim_grows_and_never_shrinks() {
    let mut memory = world_of("dr");
    memory.put(vm("Halted", &entry("longhorn-gold", None)));
    settled(&mut memory);
    for (asked, size) in [("30Gi", "30Gi"), ("5Gi", "30Gi")] {
        let mut larger = entry("longhorn-gold", None);
        larger["spec"]["resources"]["requests"]["storage"] = asked.into();
        let key = Key::new(kind::VM, "dr-shop", "new01");
        let written = json!([larger]).to_string();
        memory.apply(&Write::annotation(key, machine::TEMPLATES, &written));
        settled(&mut memory);
        let claim = claim_of(&memory).unwrap();
        assert_eq!(claim["spec"]["resources"]["requests"]["storage"], size);
    }
}

#[test]
fn a_start_beyond_the_quota_is_taken_back() {
    let mut memory = world_of("dr");
    let mut large = vm("Halted", &entry("longhorn-gold", None));
    large["metadata"]["namespace"] = "dr-small".into();
    let limits = &mut large["spec"]["template"]["spec"]["domain"]["resources"]["limits"];
    limits["memory"] = "8Gi".into();
    memory.put(large);
    settled(&mut memory);
    memory.set_strategy("dr-small", "new01", "Always");
    settled(&mut memory);
    let vm = memory.store.get(kind::VM, "dr-small", "new01").unwrap();
    assert_eq!(vm["spec"]["runStrategy"], "Halted");
    let why = &vm["metadata"]["annotations"]["harvesterhci.io/insufficient-resource-quota"];
    assert_eq!(why, "memory insufficient resources due to resource quota");
    assert_eq!(memory.store.get(kind::INSTANCE, "dr-small", "new01"), None);
}

#[test]
fn marked_claims_go_with_the_vm_and_others_stay() {
    for (marked, stays) in [("new01-root", false), ("", true)] {
        let mut memory = world_of("dr");
        let mut object = vm("Halted", &entry("longhorn-gold", None));
        object["metadata"]["annotations"]["harvesterhci.io/removedPersistentVolumeClaims"] =
            marked.into();
        memory.put(object);
        settled(&mut memory);
        memory.delete(&Key::new(kind::VM, "dr-shop", "new01"));
        settled(&mut memory);
        assert_eq!(memory.store.get(kind::VM, "dr-shop", "new01"), None);
        assert_eq!(claim_of(&memory).is_some(), stays);
    }
}

#[test]
fn a_volume_made_by_hand_is_bound_and_a_released_one_is_not() {
    let mut memory = world_of("dr");
    let claim = |name: &str, volume: &str| {
        json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"namespace": "dr-shop", "name": name},
            "spec": {
                "accessModes": ["ReadWriteMany"], "volumeMode": "Block", "volumeName": volume,
                "storageClassName": "longhorn-replica", "resources": {"requests": {"storage": "40Gi"}},
            },
        })
    };
    memory.put(claim("taken", "pv-of-delete"));
    memory.put(claim("gone-root", "pv-released"));
    settled(&mut memory);
    let phase = |name: &str| {
        memory.store.get(kind::CLAIM, "dr-shop", name).unwrap()["status"]["phase"].clone()
    };
    assert_eq!(phase("taken"), "Bound");
    assert_eq!(phase("gone-root"), "Pending");
}

#[test]
fn state_of_firmware_gets_one_claim() {
    let mut memory = world_of("dr");
    let mut object = vm("Always", &entry("longhorn-gold", None));
    object["spec"]["template"]["spec"]["domain"]["devices"]["tpm"] = json!({"persistent": true});
    memory.put(object);
    settled(&mut memory);
    let states = memory
        .store
        .within(kind::CLAIM, "dr-shop")
        .filter(|claim| claim["metadata"]["labels"]["persistent-state-for"] == "new01");
    assert_eq!(states.count(), 1);
}
