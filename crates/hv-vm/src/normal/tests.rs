//! What is the same and what is not.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::normal_form;
use crate::header::Disk;
use crate::key::Kind;
use crate::policy::Policy;
use crate::{digest, effective, generator};

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::builtin().unwrap());

/// The stored form as an export makes it.
fn stored(vm: &Value, instance: Option<&Value>, before: Option<&Value>) -> Value {
    let mut stored = POLICY.apply(Kind::VirtualMachine, vm).object;
    effective::fill(&mut stored, instance, before);
    stored
}

fn disk(claim: &str) -> Disk {
    Disk {
        volume: "root".to_owned(),
        claim: claim.to_owned(),
        size: Some("40960Mi".to_owned()),
        volume_mode: Some("Block".to_owned()),
        access_modes: vec!["ReadWriteMany".to_owned()],
        class: Some("lvm".to_owned()),
        image: Some("default/image-1".to_owned()),
        csi: None,
        role: "data".to_owned(),
    }
}

fn vm() -> Value {
    let text = include_str!("../../tests/samples/virtualmachine.yaml");
    serde_saphyr::from_str(text).unwrap()
}

fn form(vm: &Value) -> Value {
    normal_form(&stored(vm, None, None), &[disk("d")])
}

/// The sample with one field set to another value.
fn set(parent: &str, key: &str, value: Value) -> Value {
    let mut vm = vm();
    vm.pointer_mut(parent).unwrap()[key] = value;
    vm
}

const T: &str = "/spec/template/spec";
const DOMAIN: &str = "/spec/template/spec/domain";
const NIC: &str = "/spec/template/spec/domain/devices/interfaces/0";
const ANNOTATIONS: &str = "/metadata/annotations";
const INNER: &str = "/spec/template/metadata/annotations";

#[test]
fn the_sample_has_this_normal_form() {
    let instance = include_str!("../../tests/samples/virtualmachineinstance.yaml");
    let instance: Value = serde_saphyr::from_str(instance).unwrap();
    let form = normal_form(
        &stored(&vm(), Some(&instance), None),
        &[disk("web01-rootdisk-k4x9p")],
    );
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/samples/web01.normal.json"
    );
    let text = serde_json::to_string_pretty(&form).unwrap() + "\n";
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        committed, text,
        "a change of the normal form needs a new version of it"
    );
}

#[test]
fn spellings_and_defaults_do_not_matter() {
    let base = digest::digest(&form(&vm()));
    let limits = format!("{DOMAIN}/resources/limits");
    let same = [
        ("/spec", "runStrategy", json!("Halted")),
        (&limits, "memory", json!("4096Mi")),
        (&limits, "cpu", json!(2)),
        (
            &format!("{DOMAIN}/resources"),
            "requests",
            json!({"cpu": "999m"}),
        ),
        (&format!("{DOMAIN}/memory"), "guest", json!("1Gi")),
        (&format!("{DOMAIN}/cpu"), "sockets", json!(0)),
        (&format!("{DOMAIN}/cpu"), "maxSockets", Value::Null),
        (&format!("{DOMAIN}/machine"), "type", Value::Null),
        (T, "architecture", Value::Null),
        (T, "terminationGracePeriodSeconds", Value::Null),
        (T, "nodeSelector", json!({})),
        (T, "tolerations", json!([])),
        (NIC, "macAddress", json!("52-54-00-8A-11-01")),
        (ANNOTATIONS, "harvesterhci.io/mac-address", json!("{}")),
        (
            ANNOTATIONS,
            "harvesterhci.io/other",
            json!("a controller's"),
        ),
        (
            INNER,
            "harvesterhci.io/sshNames",
            json!("[ \"prod/ops-key\" ]"),
        ),
        (INNER, "kubevirt.io/pci-topology-version", json!("v3")),
    ];
    for (parent, key, value) in same {
        let other = form(&set(parent, key, value));
        assert_eq!(digest::digest(&other), base, "{parent}/{key}: {other}");
    }
}

#[test]
fn configuration_matters() {
    let base = digest::digest(&form(&vm()));
    let other = [
        ("/metadata/labels", "team", json!("b")),
        (ANNOTATIONS, "field.cattle.io/description", json!("other")),
        (
            ANNOTATIONS,
            "static-ip.harvesterhci.io/nic-1",
            json!("10.0.0.7"),
        ),
        (INNER, "harvesterhci.io/sshNames", json!("[]")),
        (
            &format!("{DOMAIN}/resources/limits"),
            "memory",
            json!("8Gi"),
        ),
        (&format!("{DOMAIN}/cpu"), "cores", json!(4)),
        (&format!("{DOMAIN}/cpu"), "sockets", json!(2)),
        (
            &format!("{DOMAIN}/machine"),
            "type",
            json!("pc-q35-rhel9.6.0"),
        ),
        (
            &format!("{DOMAIN}/firmware"),
            "uuid",
            json!("0f3c9f0a-0000-4000-8000-000000000000"),
        ),
        (&format!("{DOMAIN}/devices"), "rng", json!({})),
        (DOMAIN, "unknown", json!({})),
        (NIC, "macAddress", json!("52:54:00:8a:11:03")),
        (NIC, "model", json!("e1000")),
        (T, "architecture", json!("arm64")),
        (T, "terminationGracePeriodSeconds", json!(0)),
        (T, "nodeSelector", json!({"zone": "b"})),
        (
            &format!("{T}/networks/0/multus"),
            "networkName",
            json!("prod/vlan300"),
        ),
        (
            &format!("{T}/volumes/0/persistentVolumeClaim"),
            "claimName",
            json!("other"),
        ),
    ];
    for (parent, key, value) in other {
        let changed = form(&set(parent, key, value));
        assert_ne!(digest::digest(&changed), base, "{parent}/{key}");
    }
    let mut bridge = vm();
    let nic = bridge.pointer_mut(NIC).unwrap();
    nic.as_object_mut().unwrap().remove("bridge");
    nic["masquerade"] = json!({});
    assert_ne!(
        digest::digest(&form(&bridge)),
        base,
        "an empty map can be a choice"
    );
}

#[test]
fn the_order_of_disks_and_interfaces_matters() {
    let base = form(&vm());
    for path in ["domain/devices/disks", "domain/devices/interfaces"] {
        let mut other = vm();
        let list = other.pointer_mut(&format!("{T}/{path}")).unwrap();
        list.as_array_mut().unwrap().swap(0, 1);
        assert_ne!(form(&other), base, "{path}");
    }
}

#[test]
fn where_the_bytes_come_from_is_no_configuration() {
    let base = normal_form(&stored(&vm(), None, None), &[disk("d")]);
    let mut moved = vm();
    let key = "harvesterhci.io/volumeClaimTemplates";
    let templates = moved["metadata"]["annotations"][key].as_str().unwrap();
    let templates = templates
        .replace("default/image-7x2kd", "other/image")
        .replace("lvm-node1", "other-class")
        .replace("40Gi", "40960Mi");
    moved["metadata"]["annotations"][key] = templates.into();
    let mut other = disk("d");
    (other.class, other.image) = (Some("x".to_owned()), None);
    other.size = Some("40Gi".to_owned());
    let mut state = disk("persistent-state-for-web01-x7d2q");
    state.role = "firmware-state".to_owned();
    let form = normal_form(&stored(&moved, None, None), &[other, state]);
    assert_eq!(form, base);
    let mut grown = disk("d");
    grown.size = Some("50Gi".to_owned());
    assert_ne!(normal_form(&stored(&vm(), None, None), &[grown]), base);
}

#[test]
fn inline_cloud_init_is_a_digest() {
    let with = |text: &str| {
        let mut vm = vm();
        vm["spec"]["template"]["spec"]["volumes"][1]["cloudInitNoCloud"] =
            json!({"userData": text});
        form(&vm)
    };
    assert!(!with("password: planted").to_string().contains("planted"));
    assert_ne!(with("a"), with("b"));
}

#[test]
fn a_broken_vm_has_a_normal_form() {
    for vm in [
        json!(null),
        json!([]),
        json!({"spec": 1}),
        json!({"spec": {"template": []}, "metadata": "x"}),
    ] {
        let form = normal_form(&vm, &[]);
        assert!(form.is_object(), "{vm}");
    }
}

proptest! {
    #[test]
    fn it_is_stable_under_what_the_cluster_writes_by_itself(seed: u64) {
        let objects = generator::objects(seed);
        let vm = &objects[0];
        let instance = objects.get(1).filter(|one| one["kind"] == "VirtualMachineInstance");
        let first = stored(vm, instance, None);
        let base = normal_form(&first, &[disk("d")]);
        prop_assert_eq!(&normal_form(&stored(vm, instance, None), &[disk("d")]), &base);

        let written = generator::written_back(vm, instance);
        let twice = generator::written_back(&written, instance);
        // Running, stopped after the addresses were written, and stopped with the last bundle at hand.
        let others = [
            stored(&written, instance, None),
            stored(&written, None, None),
            stored(&twice, instance, Some(&first)),
            stored(vm, None, Some(&first)),
            // The stored form itself, as it is after it was applied and exported again.
            stored(&first, None, None),
        ];
        for (index, other) in others.iter().enumerate() {
            let form = normal_form(other, &[disk("d")]);
            prop_assert_eq!(&form, &base, "{}", index);
            prop_assert_eq!(digest::digest(&form), digest::digest(&base));
        }
    }

    #[test]
    fn the_normal_form_of_any_change_of_a_leaf_of_the_domain_differs(seed: u64, pick: usize) {
        let vm = &generator::objects(seed)[0];
        let base = stored(vm, None, None);
        let disks = base["spec"]["template"]["spec"]["domain"]["devices"]["disks"].as_array().unwrap();
        let mut other = base.clone();
        let disk = &mut other["spec"]["template"]["spec"]["domain"]["devices"]["disks"][pick % disks.len()];
        disk["serial"] = "another".into();
        prop_assert_ne!(normal_form(&other, &[]), normal_form(&base, &[]));
    }
}
