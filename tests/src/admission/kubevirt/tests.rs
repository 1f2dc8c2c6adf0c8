//! KubeVirt's defaults by version, and its checks as a table.

use serde_json::{Value, json};

use super::*;
use crate::admission::{Dice, Request, patch};

fn installed(version: &str) -> Store {
    Store::of([&json!({
        "apiVersion": "kubevirt.io/v1", "kind": "KubeVirt",
        "metadata": {"namespace": "harvester-system", "name": "kubevirt"},
        "status": {"observedKubeVirtVersion": version},
    })])
}

fn vm() -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"namespace": "prod", "name": "web"},
        "spec": {"runStrategy": "Halted", "template": {"spec": {
            "domain": {
                "memory": {"guest": "1Gi"},
                "devices": {"disks": [{"name": "root"}], "interfaces": [{"name": "a"}]},
            },
            "networks": [{"name": "a", "pod": {}}],
            "volumes": [{"name": "root", "persistentVolumeClaim": {"claimName": "c"}}],
        }}},
    })
}

fn made(vm: &Value, version: &str) -> Value {
    let request = Request::create(vm.clone());
    let operations = mutate(&request, &installed(version), &mut Dice::new(1));
    let mut object = vm.clone();
    patch::apply(&mut object, &operations).unwrap();
    object["spec"]["template"].take()
}

#[test]
fn identity_is_filled_in_by_version() {
    for (version, has_uuid, has_serial, topology) in [
        ("v1.5.2", false, false, Value::Null),
        ("v1.6.6", true, false, Value::Null),
        ("v1.7.4", true, true, Value::Null),
        ("v1.8.4", true, true, "v3".into()),
    ] {
        let template = made(&vm(), version);
        let firmware = &template["spec"]["domain"]["firmware"];
        assert_eq!(firmware["uuid"].is_string(), has_uuid, "{version}");
        assert_eq!(firmware["serial"].is_string(), has_serial, "{version}");
        let annotation = &template["metadata"]["annotations"]["kubevirt.io/pci-topology-version"];
        assert_eq!(*annotation, topology, "{version}");
        assert_eq!(template["spec"]["architecture"], "amd64");
        assert_eq!(template["spec"]["domain"]["machine"]["type"], "q35");
    }
}

#[test]
fn what_is_said_is_kept() {
    let mut said = vm();
    said["spec"]["template"]["metadata"]["annotations"] =
        json!({"kubevirt.io/pci-topology-version": "v2"});
    let spec = &mut said["spec"]["template"]["spec"];
    spec["architecture"] = "arm64".into();
    spec["domain"]["firmware"] = json!({"uuid": "u", "serial": "s", "bootloader": {"efi": {}}});
    spec["domain"]["machine"] = json!({"type": "pc-q35-9.0"});
    let template = made(&said, "v1.8.4");
    said["spec"]["template"]["spec"]["domain"]["resources"] = json!({});
    assert_eq!(template["spec"], said["spec"]["template"]["spec"]);
    let annotation = &template["metadata"]["annotations"]["kubevirt.io/pci-topology-version"];
    assert_eq!(annotation, "v2");
}

#[test]
fn names_must_fit_together() {
    let devices = "spec.template.spec.domain.devices";
    for (pointer, value, expected) in [
        ("/spec/runStrategy", json!("Halted"), String::new()),
        (
            "/spec/runStrategy",
            json!("Sometimes"),
            "Invalid RunStrategy (Sometimes)".into(),
        ),
        (
            "/spec/template/spec/volumes",
            json!([]),
            format!("{devices}.disks[0].Name 'root' not found."),
        ),
        (
            "/spec/template/spec/domain/devices/disks",
            json!([]),
            "spec.template.spec.domain.volumes[0].name 'root' not found.".into(),
        ),
        (
            "/spec/template/spec/domain/devices/disks",
            json!([{"name": "root"}, {"name": "root"}]),
            format!("{devices}.disks[0] and {devices}.disks[1] must not have the same Name."),
        ),
        (
            "/spec/template/spec/networks",
            json!([]),
            format!("{devices}.interfaces[0].name 'a' not found."),
        ),
        (
            "/spec/template/spec/domain/devices/interfaces",
            json!([{"name": "a", "macAddress": "zz"}]),
            format!("interface {devices}.interfaces[0].name has malformed MAC address (zz)."),
        ),
        (
            "/spec/template/spec/domain/devices/interfaces",
            json!([{"name": "a", "macAddress": "52-54-00-AA-00-01"}]),
            String::new(),
        ),
    ] {
        let mut vm = vm();
        *vm.pointer_mut(pointer).unwrap() = value;
        let message = validate(&vm).err().map(|refusal| refusal.message);
        assert_eq!(message.unwrap_or_default(), expected, "{pointer}");
    }
}

#[test]
fn two_ways_to_run_exclude_each_other_and_all_causes_are_told() {
    let mut vm = vm();
    vm["spec"]["running"] = false.into();
    vm["spec"]["template"]["spec"]["volumes"] = json!([]);
    let refusal = validate(&vm).unwrap_err();
    assert_eq!(refusal.code, 422);
    assert!(
        refusal
            .message
            .contains("'root' not found., Running and RunStrategy")
    );
}
