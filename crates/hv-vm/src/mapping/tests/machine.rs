//! MAC addresses, the processor, the strategy and the stamps of the VM.

use super::*;

const MACS: &str = "harvesterhci.io/mac-address";

fn with(change: impl FnOnce(&mut Assignment)) -> Value {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    change(&mut assignment);
    vm(&render(&stored, &assignment).unwrap()).clone()
}

fn macs(vm: &Value) -> Vec<&Value> {
    let interfaces = vm
        .pointer(&format!("{SPEC}/domain/devices/interfaces"))
        .unwrap();
    interfaces
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["macAddress"])
        .collect()
}

#[test]
fn addresses_are_in_field_and_annotation_or_in_neither() {
    let kept = with(|_| {});
    assert_eq!(macs(&kept), ["52:54:00:8a:11:01", "52:54:00:8a:11:02"]);
    assert_eq!(
        parsed(&kept, MACS),
        json!({"nic-1": "52:54:00:8a:11:01", "nic-2": "52:54:00:8a:11:02"})
    );

    let new = with(|one| one.macs = MacChoice::New);
    assert_eq!(macs(&new), [&Value::Null, &Value::Null]);
    assert!(annotation(&new, "kubectl-hv.io/applied-digest").is_null());
    assert!(annotation(&new, "kubectl-hv.io/digest").is_string());
    assert_eq!(annotation(&new, MACS), Value::Null);

    let given = with(|one| one.macs = MacChoice::Given(pairs(&[("nic-2", "52-54-00-AA-00-02")])));
    assert_eq!(macs(&given), ["52:54:00:8a:11:01", "52:54:00:aa:00:02"]);
    assert_eq!(
        parsed(&given, MACS),
        json!({"nic-1": "52:54:00:8a:11:01", "nic-2": "52:54:00:aa:00:02"})
    );
}

/// The placement of the sample with other rules, under a map of labels.
#[test]
fn a_processor_is_always_said_unless_an_instance_type_says_it() {
    let cpu = |change: fn(&mut Value)| {
        let mut stored = web01();
        let path = "objects/virtualmachine.web01.json";
        let mut vm = stored.json(path).unwrap();
        change(&mut vm);
        stored
            .files
            .insert(path.to_owned(), vm.to_string().into_bytes());
        let rendered = render(&stored, &identity(&stored.header)).unwrap();
        super::vm(&rendered).pointer(SPEC).unwrap()["domain"]["cpu"].clone()
    };
    let remove = |vm: &mut Value| {
        vm.pointer_mut(&format!("{SPEC}/domain"))
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove("cpu");
    };
    assert_eq!(cpu(remove), json!({"cores": 1}));
    assert_eq!(
        cpu(|vm| vm.pointer_mut(&format!("{SPEC}/domain")).unwrap()["cpu"] = Value::Null),
        json!({"cores": 1})
    );
    assert_eq!(
        cpu(|vm| vm.pointer_mut(&format!("{SPEC}/domain/cpu")).unwrap()["cores"] = 4.into())["cores"],
        4
    );
    assert_eq!(
        cpu(|vm| {
            vm["spec"]["instancetype"] = json!({"name": "small"});
            vm.pointer_mut(&format!("{SPEC}/domain"))
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove("cpu");
        }),
        json!({})
    );
}

#[test]
fn what_a_tampered_bundle_says_never_starts_or_deletes_anything() {
    let mut stored = web01();
    let path = "objects/virtualmachine.web01.json";
    let mut source = stored.json(path).unwrap();
    source["spec"]["runStrategy"] = "Always".into();
    source["spec"]["running"] = true.into();
    source["spec"]["dataVolumeTemplates"] = json!([{"metadata": {"name": "x"}}]);
    source["status"] = json!({"created": true});
    let metadata = &mut source["metadata"];
    metadata["resourceVersion"] = "7".into();
    metadata["ownerReferences"] = json!([{"uid": "u"}]);
    metadata["finalizers"] = json!(["x"]);
    metadata["annotations"]["harvesterhci.io/removedPersistentVolumeClaims"] =
        "web01-data-m2v7c".into();
    metadata["annotations"]["harvesterhci.io/vmRunStrategy"] = "Halted".into();
    metadata["annotations"]["kubectl-hv.io/plan"] = "0badcafe".into();
    stored
        .files
        .insert(path.to_owned(), source.to_string().into_bytes());
    let rendered = render(&stored, &identity(&stored.header)).unwrap();
    let vm = vm(&rendered);
    assert_eq!(vm["spec"]["runStrategy"], "Halted");
    assert_eq!(
        annotation(vm, "harvesterhci.io/vmRunStrategy"),
        "RerunOnFailure"
    );
    for gone in [
        "/status",
        "/spec/running",
        "/spec/dataVolumeTemplates",
        "/metadata/resourceVersion",
        "/metadata/ownerReferences",
        "/metadata/finalizers",
    ] {
        assert_eq!(vm.pointer(gone), None, "{gone}");
    }
    for gone in [
        "harvesterhci.io/removedPersistentVolumeClaims",
        "kubectl-hv.io/plan",
    ] {
        assert_eq!(annotation(vm, gone), Value::Null, "{gone}");
    }
}

#[test]
fn stamps_say_where_it_comes_from() {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    assignment.vm = name("dr", "front");
    assignment.stamps.tool = "v0.1.0".to_owned();
    let rendered = render(&stored, &assignment).unwrap();
    let vm = vm(&rendered);
    let header = &stored.header;
    for (key, value) in [
        ("backup.origin.cluster", header.source.cluster_id.as_str()),
        ("kubectl-hv.io/lineage", &header.lineage_id),
        ("kubectl-hv.io/epoch", "1"),
        ("kubectl-hv.io/revision", "1"),
        ("kubectl-hv.io/digest", &header.digest),
        ("kubectl-hv.io/source", "prod/web01"),
        ("kubectl-hv.io/source-uid", &header.source.uid),
        ("kubectl-hv.io/made-by", "v0.1.0"),
    ] {
        assert_eq!(annotation(vm, key), value, "{key}");
    }
    assert_ne!(
        annotation(vm, "kubectl-hv.io/applied-digest"),
        header.digest.as_str()
    );
}

#[test]
fn the_firmware_uuid_is_that_of_the_name_in_the_source() {
    let uuid = |stored: &Stored, assignment: &Assignment| {
        let rendered = render(stored, assignment).unwrap();
        vm(&rendered).pointer(SPEC).unwrap()["domain"]["firmware"]["uuid"].clone()
    };
    let mut stored = web01();
    let path = "objects/virtualmachine.web01.json";
    let mut source = stored.json(path).unwrap();
    source
        .pointer_mut(&format!("{SPEC}/domain/firmware"))
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("uuid");
    stored
        .files
        .insert(path.to_owned(), source.to_string().into_bytes());
    let same = identity(&stored.header);
    let mut moved = same.clone();
    moved.vm = name("dr", "front");
    assert!(uuid(&stored, &same).is_string());
    assert_eq!(uuid(&stored, &same), uuid(&stored, &moved));
}
