//! What a controller wants to be written.

use serde_json::{Value, json};

use super::Key;

/// A change of one object.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A new object.
    Create(Value),
    /// A merge patch of an object.
    Change(Key, Value),
    /// A merge patch of its status.
    Status(Key, Value),
    /// An object that goes, with whatever waits for its end.
    Delete(Key),
    /// A pod that goes at once, as when its node says it has ended.
    DeleteNow(Key),
}

impl Write {
    /// The object it is about.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Create(object) => Key::of(object),
            Self::Change(key, _)
            | Self::Status(key, _)
            | Self::Delete(key)
            | Self::DeleteNow(key) => Some(key.clone()),
        }
    }

    pub(crate) fn annotation(key: Key, name: &str, value: &str) -> Self {
        Self::Change(key, json!({"metadata": {"annotations": {name: value}}}))
    }
}

/// A reference by which `owner` owns something.
pub(crate) fn owner(owner: &Value) -> Value {
    json!({
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": true,
        "blockOwnerDeletion": true,
    })
}
