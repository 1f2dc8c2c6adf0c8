//! CDI's controller of data volumes, without the bytes.

use serde_json::{Value, json};

use super::machine::{annotation, list, name, namespace, text};
use super::write::owner;
use super::{Key, Release, Store, Write};
use super::{claim, kind};

const IMMEDIATE: &str = "cdi.kubevirt.io/storage.bind.immediate.requested";
const ADOPTION: &str = "cdi.kubevirt.io/allowClaimAdoption";
const SELECTED: &str = "volume.kubernetes.io/selected-node";

/// What comes next for a data volume.
pub(super) fn step(key: &Key, volume: &Value, store: &Store, _: Release) -> Vec<Write> {
    if super::machine::is_being_deleted(volume) {
        return Vec::new();
    }
    let Some(found) = store.get(kind::CLAIM, namespace(volume), name(volume)) else {
        return new_claim(volume, store).into_iter().collect();
    };
    let owners: Vec<&Value> = list(&found["metadata"]["ownerReferences"]).collect();
    let is_own = owners.iter().any(|owner| owner["kind"] == "DataVolume");
    let mut writes = Vec::new();
    if !is_own && annotation(volume, ADOPTION) == "true" {
        let all: Vec<Value> = owners.into_iter().cloned().chain([owner(volume)]).collect();
        let claim = Key::new(kind::CLAIM, namespace(volume), name(volume));
        let patch = json!({"metadata": {"ownerReferences": all}});
        writes.push(Write::Change(claim, patch));
    }
    let phase = if claim::is_bound(found) {
        "Succeeded"
    } else if claim::class(found, store).is_some_and(claim::waits_for_consumer) {
        "WaitForFirstConsumer"
    } else {
        "Pending"
    };
    let current = text(&volume["status"]["phase"]);
    if current != phase && current != "Succeeded" {
        let mut status = json!({"phase": phase, "claimName": name(volume)});
        if phase == "Succeeded" {
            status["progress"] = "100.0%".into();
        }
        writes.push(Write::Status(key.clone(), json!({"status": status})));
    }
    writes
}

fn new_claim(volume: &Value, store: &Store) -> Option<Write> {
    let spec = &volume["spec"];
    let wanted = if spec["storage"].is_object() {
        &spec["storage"]
    } else {
        &spec["pvc"]
    };
    let class = claim::class(&json!({"spec": wanted}), store)?;
    let is_longhorn = class["provisioner"] == "driver.longhorn.io";
    let mode = if is_longhorn {
        "ReadWriteMany"
    } else {
        "ReadWriteOnce"
    };
    let given = |field: &str, otherwise: Value| match &wanted[field] {
        Value::Null => otherwise,
        value => value.clone(),
    };
    let mut annotations = json!({
        "cdi.kubevirt.io/createdForDataVolume": volume["metadata"]["uid"],
    });
    if annotation(volume, IMMEDIATE) == "true" && claim::waits_for_consumer(class) {
        // Its pod, which copies the bytes, would be placed first.
        let node = store
            .all(kind::NODE)
            .next()
            .map_or("node1", |node| name(node));
        annotations[SELECTED] = node.into();
    }
    Some(Write::Create(json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "namespace": namespace(volume),
            "name": name(volume),
            "annotations": annotations,
            "labels": {"app": "containerized-data-importer"},
            "ownerReferences": [owner(volume)],
        },
        "spec": {
            "accessModes": given("accessModes", json!([mode])),
            "volumeMode": given("volumeMode", "Block".into()),
            "storageClassName": name(class),
            "resources": given("resources", json!({})),
        },
    })))
}
