//! Annotations that are configuration; the others are notes that controllers write to themselves.

use serde_json::{Map, Value};

use super::tidy::tidy;
use crate::quantity;

/// Annotations of a VM that are configuration; one that ends in `*` stands for all that begin so.
pub const ANNOTATIONS: &[&str] = &[
    CLAIM_TEMPLATES,
    RESERVED_MEMORY,
    "field.cattle.io/description",
    "harvesterhci.io/custom-ip",
    "harvesterhci.io/enableCPUAndMemoryHotplug",
    "harvesterhci.io/vmDisplayName",
    "static-ip.harvesterhci.io/*",
];

/// Annotations of a VM's template that are configuration.
pub const TEMPLATE_ANNOTATIONS: &[&str] = &[
    "harvesterhci.io/dynamic-ssh-key-names",
    "harvesterhci.io/dynamic-ssh-key-users",
    "harvesterhci.io/sshNames",
    "harvesterhci.io/waitForLeaseInterfaceNames",
    "hooks.kubevirt.io/hookSidecars",
];

const CLAIM_TEMPLATES: &str = "harvesterhci.io/volumeClaimTemplates";
const RESERVED_MEMORY: &str = "harvesterhci.io/reservedMemory";

/// The annotations that are listed, each as what it says: JSON in a string as JSON.
pub(super) fn listed(annotations: &Value, listed: &[&str]) -> Value {
    let is_listed = |key: &str| {
        listed.iter().any(|one| match one.strip_suffix('*') {
            Some(beginning) => key.starts_with(beginning),
            None => key == *one,
        })
    };
    let mut form = Map::new();
    for (key, value) in annotations.as_object().into_iter().flatten() {
        if is_listed(key) {
            super::put(&mut form, key, meaning(key, value));
        }
    }
    Value::Object(form)
}

fn meaning(key: &str, value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    if key == RESERVED_MEMORY {
        return quantity::canonical(text).map_or_else(|| value.clone(), Value::String);
    }
    // A description that happens to be JSON is still a text.
    let is_list_or_map = text.starts_with(['[', '{']);
    let parsed = is_list_or_map.then(|| serde_json::from_str::<Value>(text).ok());
    match parsed.flatten() {
        Some(parsed) if key == CLAIM_TEMPLATES => claim_templates(&parsed),
        Some(parsed) => parsed,
        None => value.clone(),
    }
}

/// Claim templates without where the bytes come from.
fn claim_templates(claims: &Value) -> Value {
    let one = |claim: &Value| {
        let mut claim = tidy(claim, "", "")?;
        if let Some(fields) = claim.as_object_mut() {
            fields.remove("targetVolume");
        }
        if let Some(annotations) = part(&mut claim, "metadata")
            .and_then(|metadata| metadata.get_mut("annotations"))
            .and_then(Value::as_object_mut)
        {
            annotations.remove("harvesterhci.io/imageId");
        }
        if let Some(spec) = part(&mut claim, "spec") {
            for key in [
                "storageClassName",
                "dataSource",
                "dataSourceRef",
                "volumeName",
            ] {
                spec.remove(key);
            }
        }
        // What held nothing else is empty now.
        tidy(&claim, "", "")
    };
    match claims {
        Value::Array(claims) => claims.iter().filter_map(one).collect(),
        other => other.clone(),
    }
}

fn part<'a>(claim: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    claim.get_mut(key)?.as_object_mut()
}
