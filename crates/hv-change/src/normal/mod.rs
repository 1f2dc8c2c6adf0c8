//! The normal form of any object: what is left of it without what clusters write by themselves.

mod owned;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::digest;

/// The annotation in which kubectl keeps what it was given.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The normal form of an object of any kind.
///
/// An object has the same one right after it was created and as long as only controllers touched
/// it. Owners are left out: they are looked at on their own. Of a Secret only the names of its keys
/// are left, not their values.
pub fn plain(object: &Value) -> Value {
    let mut form = Map::new();
    let kind = object["kind"].as_str().unwrap_or_default();
    for (key, value) in object.as_object().into_iter().flatten() {
        match key.as_str() {
            "status" => {}
            "metadata" => {
                form.insert(key.clone(), metadata(value));
            }
            _ => {
                form.insert(key.clone(), value.clone());
            }
        }
    }
    let mut form = Value::Object(form);
    if kind == "Secret" {
        hide_values(&mut form);
    }
    for (_, pointer) in owned::FIELDS.iter().filter(|(owner, _)| *owner == kind) {
        remove(&mut form, pointer);
    }
    form
}

/// Leaves of the data of an object only the names of its keys.
pub(crate) fn hide_values(object: &mut Value) {
    for pointer in [
        "/data",
        "/stringData",
        "/binaryData",
        // What was applied is there as a whole a second time.
        "/metadata/annotations",
    ] {
        let values = object.pointer_mut(pointer).and_then(Value::as_object_mut);
        for (key, value) in values.into_iter().flatten() {
            if pointer != "/metadata/annotations" || key == LAST_APPLIED {
                *value = Value::String(String::new());
            }
        }
    }
}

/// The digest of the normal form of an object of any kind.
pub fn digest(object: &Value) -> String {
    digest::digest(&plain(object))
}

fn metadata(metadata: &Value) -> Value {
    let mut form = Map::new();
    for key in ["name", "namespace"] {
        if let Some(value) = metadata.get(key) {
            form.insert(key.to_owned(), value.clone());
        }
    }
    for (key, owned) in [
        ("annotations", owned::ANNOTATIONS),
        ("labels", owned::LABELS),
    ] {
        let kept: Map<String, Value> = metadata[key]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !owned.iter().any(|pattern| matches(pattern, name)))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !kept.is_empty() {
            form.insert(key.to_owned(), Value::Object(kept));
        }
    }
    Value::Object(form)
}

/// A pattern that ends in `*` stands for all names that begin so.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, field)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(fields) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
        fields.remove(field);
    }
}
