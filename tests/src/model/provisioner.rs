//! A provisioner for all drivers: it makes volumes where bytes do not matter.

use serde_json::{Value, json};

use super::machine::{self, annotation, name, namespace, text};
use super::quantity::Quantity;
use super::{Key, Release, Store, Write};
use super::{binder, claim, kind, quota};

const SELECTED: &str = "volume.kubernetes.io/selected-node";
const PROVISIONED: &str = "pv.kubernetes.io/provisioned-by";
const LVM: &str = "lvm.driver.harvesterhci.io";
const LVM_NODE: &str = "topology.lvm.csi/node";

/// What comes next for a claim. A claim that names its volume gets none; one that waits for its consumer gets
/// one when a pod that uses it has its node.
pub(super) fn step(key: &Key, claim: &Value, store: &Store, _: Release) -> Vec<Write> {
    let is_done = text(&claim["metadata"]["uid"]).is_empty()
        || machine::is_being_deleted(claim)
        || claim["spec"]["volumeName"].is_string()
        || claim::is_bound(claim)
        || is_awaited(claim, store);
    let Some(class) = claim::class(claim, store).filter(|_| !is_done) else {
        return Vec::new();
    };
    let selected = annotation(claim, SELECTED);
    if claim::waits_for_consumer(class) && selected.is_empty() {
        let node = node_of_user(claim, store);
        return node
            .map(|node| Write::annotation(key.clone(), SELECTED, node))
            .into_iter()
            .collect();
    }
    let volume = format!("pvc-{}", text(&claim["metadata"]["uid"]));
    let driver = text(&class["provisioner"]);
    let is_there = store.get(kind::VOLUME, "", &volume).is_some();
    if is_there || driver.is_empty() || driver == "kubernetes.io/no-provisioner" {
        return Vec::new();
    }
    vec![Write::Create(object(&volume, claim, class, selected))]
}

/// Whether a volume is there that the claim will be bound to.
fn is_awaited(claim: &Value, store: &Store) -> bool {
    store
        .all(kind::VOLUME)
        .any(|volume| !machine::is_being_deleted(volume) && binder::fits(volume, claim))
}

fn node_of_user<'a>(claim: &'a Value, store: &'a Store) -> Option<&'a str> {
    store
        .within(kind::POD, namespace(claim))
        .filter(|pod| quota::claims_of_pod(pod).any(|used| used == name(claim)))
        .find_map(|pod| pod["spec"]["nodeName"].as_str())
}

fn object(volume: &str, claim: &Value, class: &Value, node: &str) -> Value {
    let driver = text(&class["provisioner"]);
    let request = &claim["spec"]["resources"]["requests"]["storage"];
    let mut attributes = class["parameters"].clone();
    if let Some(attributes) = attributes.as_object_mut() {
        attributes.retain(|parameter, _| !parameter.starts_with("csi.storage.k8s.io/"));
        let bytes = Quantity::read(request).map_or(0, Quantity::value);
        if driver == LVM {
            attributes.insert("RequiredBytes".into(), bytes.to_string().into());
        }
    }
    let mut volume = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": volume, "annotations": {PROVISIONED: driver}},
        "spec": {
            "accessModes": claim["spec"]["accessModes"],
            "capacity": {"storage": request},
            "claimRef": {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "namespace": namespace(claim), "name": name(claim),
                "uid": claim["metadata"]["uid"],
            },
            "csi": {"driver": driver, "volumeHandle": volume, "volumeAttributes": attributes},
            "persistentVolumeReclaimPolicy": class["reclaimPolicy"].as_str().unwrap_or("Delete"),
            "storageClassName": name(class),
            "volumeMode": claim["spec"]["volumeMode"].as_str().unwrap_or("Filesystem"),
        },
    });
    if attributes.as_object().is_none_or(serde_json::Map::is_empty)
        && let Some(csi) = volume["spec"]["csi"].as_object_mut()
    {
        csi.remove("volumeAttributes");
    }
    if driver == LVM && !node.is_empty() {
        let expression = json!({"key": LVM_NODE, "operator": "In", "values": [node]});
        volume["spec"]["nodeAffinity"] =
            json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}});
    }
    volume
}

/// A volume that was made for a claim goes with it, and the bytes too.
pub(super) fn clean_up(key: &Key, volume: &Value, store: &Store, _: Release) -> Vec<Write> {
    let claim = &volume["spec"]["claimRef"];
    let found = store.get(kind::CLAIM, text(&claim["namespace"]), text(&claim["name"]));
    let is_free = found.is_none_or(|found| found["metadata"]["uid"] != claim["uid"]);
    let is_released = volume["status"]["phase"] == "Released" && is_free;
    let is_own = !annotation(volume, PROVISIONED).is_empty();
    let goes = volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete";
    if is_released && is_own && goes && !machine::is_being_deleted(volume) {
        vec![Write::Delete(key.clone())]
    } else {
        Vec::new()
    }
}
