//! The rules for claims as tables.

use serde_json::{Value, json};

use super::*;

fn claim(class: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"namespace": "prod", "name": "data"},
        "spec": {"storageClassName": class},
    })
}

fn vm() -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"namespace": "prod", "name": "web"},
        "spec": {"template": {"spec": {"volumes": [
            {"name": "a", "persistentVolumeClaim": {"claimName": "data"}},
        ]}}},
    })
}

fn made(claim: &Value, release: &str) -> Option<Refusal> {
    let request = Request::create(claim.clone());
    validate(&request, &Store::default(), Release::parse(release)).err()
}

fn deleted(claim: &Value, store: &Store, release: &str) -> Option<Refusal> {
    let request = Request::delete(claim.clone());
    validate(&request, store, Release::parse(release)).err()
}

#[test]
fn reserved_classes_differ_by_release() {
    let refused = |class: &str| {
        let message = format!("can not create volume with the reserved storage class {class}");
        Some(Refusal::invalid("spec.storageClassName", message))
    };
    for (class, release, is_refused) in [
        (STATIC, "v1.6.1", false),
        (STATIC, "v1.7.0", true),
        (STATIC, "v1.7.3", true),
        (STATIC, "v1.8.2", true),
        (STATE, "v1.6.1", false),
        (STATE, "v1.7.0", true),
        (STATE, "v1.7.3", false),
        (STATE, "v1.8.2", true),
        ("harvester-longhorn", "v1.8.2", false),
    ] {
        let expected = if is_refused { refused(class) } else { None };
        assert_eq!(made(&claim(class), release), expected, "{class} {release}");
    }
}

#[test]
fn state_needs_the_label_and_the_owner() {
    let mut claim = claim(STATE);
    claim["metadata"]["labels"] = json!({"persistent-state-for": "web"});
    assert!(made(&claim, "v1.8.2").is_some());
    claim["metadata"]["ownerReferences"] = json!([{"kind": "VirtualMachine", "name": "other"}]);
    assert!(made(&claim, "v1.8.2").is_some());
    claim["metadata"]["ownerReferences"] = json!([{"kind": "VirtualMachine", "name": "web"}]);
    assert_eq!(made(&claim, "v1.8.2"), None);
    assert!(made(&claim, "v1.7.0").is_some());
}

#[test]
fn a_claim_in_use_stays() {
    let message = "can not delete the volume data which is currently attached to VM: prod/web";
    let store = Store::of([&vm()]);
    let conflict = Some(Refusal::conflict(message));
    assert_eq!(deleted(&claim("c"), &store, "v1.8.2"), conflict);
    let invalid = Some(Refusal::invalid("", message));
    assert_eq!(deleted(&claim("c"), &store, "v1.6.1"), invalid);
    assert_eq!(deleted(&claim("c"), &Store::default(), "v1.8.2"), None);
    let mut ending = vm();
    ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
    assert_eq!(deleted(&claim("c"), &Store::of([&ending]), "v1.8.2"), None);
}

#[test]
fn a_claim_named_in_the_templates_is_in_use_since_1_8() {
    let mut vm = vm();
    vm["spec"]["template"]["spec"]["volumes"] = json!([]);
    vm["metadata"]["annotations"] =
        json!({machine::TEMPLATES: r#"[{"metadata":{"name":"data"}}]"#});
    let store = Store::of([&vm]);
    assert!(deleted(&claim("c"), &store, "v1.8.2").is_some());
    assert_eq!(deleted(&claim("c"), &store, "v1.7.3"), None);
}

#[test]
fn an_owned_claim_stays_while_its_vm_does() {
    let mut owned = claim("c");
    owned["metadata"]["name"] = "state".into();
    owned["metadata"]["ownerReferences"] = json!([{"kind": "VirtualMachine", "name": "web"}]);
    let message = "can not delete the volume state which is currently owned by these VMs: web";
    let refused = Some(Refusal::invalid("", message));
    assert_eq!(deleted(&owned, &Store::of([&vm()]), "v1.8.2"), refused);
    assert_eq!(deleted(&owned, &Store::default(), "v1.8.2"), None);
}

#[test]
fn an_image_stays_and_keeps_its_mark() {
    let mut golden = claim("c");
    golden["metadata"]["annotations"] = json!({GOLDEN: "true"});
    let image = json!({
        "apiVersion": "harvesterhci.io/v1beta1", "kind": "VirtualMachineImage",
        "metadata": {"namespace": "prod", "name": "data"},
    });
    let store = Store::of([&image]);
    let refused = Some(Refusal::invalid("", "can not delete golden image PVC"));
    assert_eq!(deleted(&golden, &store, "v1.8.2"), refused);
    assert_eq!(deleted(&golden, &Store::default(), "v1.8.2"), None);
    let request = Request::update(golden, claim("c"));
    let refusal = validate(&request, &store, Release::parse("v1.8.2")).unwrap_err();
    assert_eq!(
        refusal.message,
        "can not remove golden image annotation from PVC prod/data"
    );
}
