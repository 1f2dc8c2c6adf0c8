//! Harvester's controller of VMs.

use serde_json::{Value, json};

use super::machine::{self, annotation, inner, list, name, namespace, text};
use super::quantity::Quantity;
use super::{Key, Release, Store, Write};
use super::{claim, finalizer, kind, quota};
use crate::admission::Rule;

const REMOVED: &str = "harvesterhci.io/removedPersistentVolumeClaims";
const INSUFFICIENT: &str = "harvesterhci.io/insufficient-resource-quota";

/// What comes next for a VM.
pub(super) fn step(key: &Key, vm: &Value, store: &Store, release: Release) -> Vec<Write> {
    if machine::is_being_deleted(vm) {
        return end(key, vm, store);
    }
    let mut writes: Vec<Write> = finalizer::add(key, vm, finalizer::HARVESTER)
        .into_iter()
        .collect();
    writes.extend(claims(vm, store));
    let strategy = machine::strategy(vm);
    if strategy != "Halted" && annotation(vm, machine::STRATEGY) != strategy {
        let write = Write::annotation(key.clone(), machine::STRATEGY, strategy);
        writes.push(write);
    }
    writes.extend(halted_by_quota(key, vm, store));
    if release.has(Rule::MacsAnnotated) {
        writes.extend(macs(key, vm, store));
    }
    writes
}

/// Claims marked for it go with the VM.
fn end(key: &Key, vm: &Value, store: &Store) -> Vec<Write> {
    if !finalizer::has(vm, finalizer::HARVESTER) {
        return Vec::new();
    }
    annotation(vm, REMOVED)
        .split(',')
        .map(str::trim)
        .map(|claim| Key::new(kind::CLAIM, namespace(vm), claim))
        .filter(|claim| store.find(claim).is_some())
        .map(Write::Delete)
        .chain(finalizer::remove(key, vm, finalizer::HARVESTER))
        .collect()
}

/// Makes the claims of the templates that are missing, and grows those that are too small.
fn claims(vm: &Value, store: &Store) -> Vec<Write> {
    let entries = machine::templates(vm).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| claim_of(vm, entry, store))
        .collect()
}

fn claim_of(vm: &Value, entry: &Value, store: &Store) -> Option<Write> {
    let (namespace, name) = (namespace(vm), name(entry));
    if let Some((image_namespace, image)) = annotation(entry, machine::IMAGE).split_once('/')
        && !image.contains('/')
    {
        // A missing image is no error: the claim is not made, and nobody is told.
        let image = store.get(kind::IMAGE, image_namespace, image)?;
        let is_there = store.get(kind::DATA_VOLUME, namespace, name).is_some();
        // For these the data volume is looked for, not the claim.
        if image["spec"]["backend"] == "cdi" && !is_there {
            return data_volume(namespace, entry, image, store);
        }
    }
    let Some(found) = store.get(kind::CLAIM, namespace, name) else {
        return Some(Write::Create(body(namespace, entry)));
    };
    let request = |claim: &Value| {
        Quantity::read(&claim["spec"]["resources"]["requests"]["storage"])
            .map_or(0, |size| size.milli)
    };
    if request(entry) <= request(found) {
        return None;
    }
    let requests = &entry["spec"]["resources"]["requests"];
    Some(Write::Change(
        Key::new(kind::CLAIM, namespace, name),
        json!({"spec": {"resources": {"requests": requests}}}),
    ))
}

fn body(namespace: &str, entry: &Value) -> Value {
    let mut claim = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"namespace": namespace, "name": name(entry)},
        "spec": entry["spec"],
    });
    for field in ["labels", "annotations"] {
        if entry["metadata"][field].is_object() {
            claim["metadata"][field] = entry["metadata"][field].clone();
        }
    }
    claim
}

/// A copy of the image's own claim; a class that is not there stops everything.
fn data_volume(namespace: &str, entry: &Value, image: &Value, store: &Store) -> Option<Write> {
    let class = claim::class(entry, store)?;
    let mut annotations = json!({});
    if claim::waits_for_consumer(class) {
        annotations["cdi.kubevirt.io/storage.bind.immediate.requested"] = "true".into();
    }
    Some(Write::Create(json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "DataVolume",
        "metadata": {"namespace": namespace, "name": name(entry), "annotations": annotations},
        "spec": {
            "source": {"pvc": {"namespace": machine::namespace(image), "name": name(image)}},
            "storage": {
                "storageClassName": name(class),
                "resources": entry["spec"]["resources"],
            },
        },
    })))
}

/// A VM that does not fit is halted again, with the reason in an annotation.
fn halted_by_quota(key: &Key, vm: &Value, store: &Store) -> Option<Write> {
    if text(&vm["status"]["printableStatus"]).is_empty() {
        return None;
    }
    let why = quota::check_start(vm, store).err()?;
    Some(Write::Change(
        key.clone(),
        json!({
            "metadata": {"annotations": {INSUFFICIENT: why}},
            "spec": {"runStrategy": "Halted"},
        }),
    ))
}

/// Keeps the addresses of the running VM, and writes them down when it is halted.
fn macs(key: &Key, vm: &Value, store: &Store) -> Option<Write> {
    let instance = store.get(kind::INSTANCE, namespace(vm), name(vm))?;
    let seen: std::collections::BTreeMap<&str, &str> = list(&instance["status"]["interfaces"])
        .map(|interface| (text(&interface["name"]), text(&interface["mac"])))
        .filter(|(name, mac)| !name.is_empty() && !mac.is_empty())
        .collect();
    let written = serde_json::to_string(&seen).unwrap_or_default();
    let is_known = machine::annotated_macs(vm)
        .iter()
        .map(|(name, mac)| (name.as_str(), mac.as_str()))
        .eq(seen.iter().map(|(name, mac)| (*name, *mac)));
    if !seen.is_empty() && !is_known {
        return Some(Write::annotation(key.clone(), machine::MACS, &written));
    }
    if machine::strategy(vm) != "Halted" {
        return None;
    }
    let mut interfaces = inner(vm)["domain"]["devices"]["interfaces"].clone();
    for interface in interfaces.as_array_mut().into_iter().flatten() {
        let known = seen.get(text(&interface["name"])).copied();
        if let (true, Some(mac)) = (text(&interface["macAddress"]).is_empty(), known) {
            interface["macAddress"] = mac.into();
        }
    }
    if interfaces == inner(vm)["domain"]["devices"]["interfaces"] {
        return None;
    }
    let devices = json!({"interfaces": interfaces});
    let patch = json!({"spec": {"template": {"spec": {"domain": {"devices": devices}}}}});
    Some(Write::Change(key.clone(), patch))
}
