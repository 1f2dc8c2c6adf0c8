//! Binding of claims and volumes, for worlds in memory; beside an API server the real controller does it.

use serde_json::{Value, json};

use super::machine::{self, list, name, namespace, text};
use super::quantity::Quantity;
use super::{Key, Release, Store, Write};
use super::{claim, kind};

/// What comes next for a claim.
pub(super) fn step(key: &Key, claim: &Value, store: &Store, _: Release) -> Vec<Write> {
    if claim::is_bound(claim) || machine::is_being_deleted(claim) {
        return Vec::new();
    }
    let wanted = text(&claim["spec"]["volumeName"]);
    let found = store
        .all(kind::VOLUME)
        .filter(|volume| wanted.is_empty() || name(volume) == wanted)
        .find(|volume| fits(volume, claim));
    let Some(volume) = found else {
        let is_new = claim["status"]["phase"].is_null();
        let pending = Write::Status(key.clone(), json!({"status": {"phase": "Pending"}}));
        return is_new.then_some(pending).into_iter().collect();
    };
    let reference = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "namespace": namespace(claim), "name": name(claim), "uid": claim["metadata"]["uid"],
    });
    let volume_key = Key::new(kind::VOLUME, "", name(volume));
    vec![
        Write::Change(volume_key.clone(), json!({"spec": {"claimRef": reference}})),
        Write::Status(volume_key, json!({"status": {"phase": "Bound"}})),
        Write::Change(key.clone(), json!({"spec": {"volumeName": name(volume)}})),
        Write::Status(
            key.clone(),
            json!({"status": {
                "phase": "Bound",
                "accessModes": volume["spec"]["accessModes"],
                "capacity": volume["spec"]["capacity"],
            }}),
        ),
    ]
}

/// A volume is taken if it names the claim and no other one, or if it names none: also by a claim that did not ask
/// for it.
pub(super) fn fits(volume: &Value, claim: &Value) -> bool {
    let reference = &volume["spec"]["claimRef"];
    let is_reserved = reference["namespace"] == namespace(claim)
        && reference["name"] == name(claim)
        && (reference["uid"].is_null() || reference["uid"] == claim["metadata"]["uid"]);
    let same = |field: &str, otherwise: &str| {
        volume["spec"][field].as_str().unwrap_or(otherwise)
            == claim["spec"][field].as_str().unwrap_or(otherwise)
    };
    let size = |value: &Value| Quantity::read(value).map_or(0, |size| size.milli);
    let modes = |object: &Value| {
        list(&object["spec"]["accessModes"])
            .cloned()
            .collect::<Vec<_>>()
    };
    let offered = modes(volume);
    (is_reserved || reference.is_null())
        && same("volumeMode", "Filesystem")
        && same("storageClassName", "")
        && modes(claim).iter().all(|mode| offered.contains(mode))
        && size(&volume["spec"]["capacity"]["storage"])
            >= size(&claim["spec"]["resources"]["requests"]["storage"])
}
