//! What a server adds to every object: uid, resource version, generation, time of creation; and references by uid.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::times;

/// The uid of an object, the same in every run.
pub(crate) fn uid(kind: &str, namespace: &str, name: &str) -> String {
    let hash = hash(&format!("{kind}/{namespace}/{name}"));
    let hex = format!("{hash:032x}");
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

/// FNV-1a over 128 bits.
fn hash(text: &str) -> u128 {
    text.bytes()
        .fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        })
}

/// Fills in what the data leave out.
pub(super) fn complete(object: &mut Value, now: Timestamp) {
    let (kind, namespace, name) = key(object);
    let hash = hash(&format!("{kind}/{namespace}/{name}"));
    let days = i64::try_from(hash % 60).unwrap_or_default() + 20;
    let created = now - SignedDuration::from_hours(24 * days);
    let metadata = &mut object["metadata"];
    let mut set = |field: &str, value: Value| {
        if metadata[field].is_null() {
            metadata[field] = value;
        }
    };
    set("uid", uid(&kind, &namespace, &name).into());
    set(
        "resourceVersion",
        (100_000 + hash % 9_000_000).to_string().into(),
    );
    set("creationTimestamp", times::seconds(created).into());
    if !object["spec"].is_null() {
        let generation = i64::try_from(1 + hash % 4).unwrap_or(1);
        if object["metadata"]["generation"].is_null() {
            object["metadata"]["generation"] = generation.into();
        }
    }
}

/// Fills in the uids of owners and of claims, which the data give by name only.
pub(super) fn connect(objects: &mut [Value]) {
    let uids: BTreeMap<(String, String, String), Value> = objects
        .iter()
        .map(|object| (key(object), object["metadata"]["uid"].clone()))
        .collect();
    for object in objects {
        let (_, namespace, _) = key(object);
        let owners = object
            .pointer_mut("/metadata/ownerReferences")
            .and_then(Value::as_array_mut);
        for owner in owners.into_iter().flatten() {
            fill(owner, &namespace, &uids);
        }
        if let Some(claim) = object.pointer_mut("/spec/claimRef") {
            let namespace = claim["namespace"].as_str().unwrap_or_default().to_owned();
            fill(claim, &namespace, &uids);
        }
    }
}

fn fill(reference: &mut Value, namespace: &str, uids: &BTreeMap<(String, String, String), Value>) {
    let text = |field: &str| reference[field].as_str().unwrap_or_default().to_owned();
    let (kind, name) = (text("kind"), text("name"));
    let found = uids
        .get(&(kind.clone(), namespace.to_owned(), name.clone()))
        .or_else(|| uids.get(&(kind.clone(), String::new(), name.clone())));
    if reference["uid"].is_null() {
        let gone = || Value::from(uid(&kind, namespace, &name));
        reference["uid"] = found.cloned().unwrap_or_else(gone);
    }
}

fn key(object: &Value) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    (
        text(&object["kind"]),
        text(&metadata["namespace"]),
        text(&metadata["name"]),
    )
}
