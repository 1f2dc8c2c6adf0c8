//! What controllers write does not count, what people write does.

use serde_json::{Value, json};

use super::*;

fn claim() -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "root", "namespace": "dr", "labels": {"tier": "db"},
            "annotations": {"kubectl-hv.io/plan": "41aa7c00"}},
        "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "4Gi"}}},
    })
}

#[test]
fn what_controllers_write_does_not_count() {
    let before = claim();
    let mut after = claim();
    after["metadata"]["uid"] = json!("u");
    after["metadata"]["resourceVersion"] = json!("7");
    after["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    after["metadata"]["managedFields"] = json!([{"manager": "kube-controller-manager"}]);
    after["metadata"]["finalizers"] = json!(["kubernetes.io/pvc-protection"]);
    after["metadata"]["ownerReferences"] = json!([{"uid": "v"}]);
    after["metadata"]["annotations"]["pv.kubernetes.io/bind-completed"] = json!("yes");
    after["metadata"]["annotations"]["harvesterhci.io/owned-by"] = json!("[]");
    after["spec"]["volumeName"] = json!("pvc-1");
    after["status"] = json!({"phase": "Bound"});
    assert_eq!(digest(&before), digest(&after));
}

#[test]
fn a_volume_that_was_bound_is_the_same() {
    let volume = |claim: Value| json!({"kind": "PersistentVolume", "spec": {"claimRef": claim}});
    assert_eq!(
        digest(&volume(json!({"name": "root", "namespace": "dr"}))),
        digest(&volume(
            json!({"name": "root", "namespace": "dr", "uid": "u", "resourceVersion": "7"})
        ))
    );
    assert_ne!(
        digest(&volume(json!({"name": "root", "namespace": "dr"}))),
        digest(&volume(json!({"name": "other", "namespace": "dr"})))
    );
}

#[test]
fn what_people_write_counts() {
    let edits: [(&str, Value); 5] = [
        ("/metadata/labels/tier", json!("web")),
        ("/metadata/labels/mine", json!("yes")),
        ("/metadata/annotations/note", json!("keep")),
        ("/spec/resources/requests/storage", json!("8Gi")),
        ("/data", json!({"a": "b"})),
    ];
    for (pointer, value) in edits {
        let mut edited = claim();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        edited.pointer_mut(parent).unwrap()[field] = value;
        assert_ne!(digest(&edited), digest(&claim()), "{pointer}");
    }
}
