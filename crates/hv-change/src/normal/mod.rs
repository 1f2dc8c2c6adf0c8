//! The normal form of any object: what is left of it without what clusters write by themselves.

mod owned;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::digest;

/// The normal form of an object of any kind.
///
/// An object has the same one right after it was created and as long as only controllers touched
/// it. Owners are left out: they are looked at on their own.
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
    for (_, pointer) in owned::FIELDS.iter().filter(|(owner, _)| *owner == kind) {
        remove(&mut form, pointer);
    }
    form
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
