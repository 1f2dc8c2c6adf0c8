//! One spelling for one meaning: no empty parts, canonical quantities and addresses.

use serde_json::{Map, Value};

use crate::effective::mac;
use crate::{digest, quantity};

/// Maps that mean nothing when they are empty; another empty map, such as `bridge: {}`, is a choice.
const MEANS_NOTHING: &[&str] = &[
    "affinity",
    "annotations",
    "chassis",
    "cpu",
    "devices",
    "domain",
    "firmware",
    "hugepages",
    "labels",
    "limits",
    "machine",
    "memory",
    "metadata",
    "nodeAffinity",
    "nodeSelector",
    "nodeSelectorTerms",
    "podAffinity",
    "podAntiAffinity",
    "preference",
    "requests",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "resources",
    "spec",
    "status",
];

/// The value in its one spelling; nothing if it means nothing.
pub(super) fn tidy(value: &Value, above: &str, key: &str) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) => {
            let kept: Map<String, Value> = fields
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), tidy(value, key, name)?)))
                .collect();
            (!kept.is_empty() || !MEANS_NOTHING.contains(&key)).then_some(Value::Object(kept))
        }
        Value::Array(elements) => {
            let kept: Vec<Value> = elements
                .iter()
                .filter_map(|element| tidy(element, above, key))
                .collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::String(text) => Some(spell(text, above, key).unwrap_or_else(|| value.clone())),
        Value::Number(number) if is_quantity(above, key) => {
            quantity::canonical(&number.to_string()).map(Value::String)
        }
        Value::Number(_) | Value::Bool(_) => Some(value.clone()),
    }
}

fn spell(text: &str, above: &str, key: &str) -> Option<Value> {
    let spelled = if is_quantity(above, key) {
        quantity::canonical(text)?
    } else if key == "macAddress" {
        mac::canonical(text)?
    } else if is_inline(above, key) {
        digest::bytes(text.as_bytes())
    } else {
        return None;
    };
    Some(spelled.into())
}

fn is_quantity(above: &str, key: &str) -> bool {
    matches!(
        (above, key),
        ("requests" | "limits", _)
            | ("memory", "guest" | "maxGuest")
            | ("hugepages", "pageSize")
            | ("emptyDisk" | "hostDisk", "capacity")
    )
}

/// Text that may hold passwords.
fn is_inline(above: &str, key: &str) -> bool {
    matches!(above, "cloudInitNoCloud" | "cloudInitConfigDrive")
        && matches!(
            key,
            "userData" | "userDataBase64" | "networkData" | "networkDataBase64"
        )
}
