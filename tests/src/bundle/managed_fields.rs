//! Adds the `managedFields` that a real list carries and a world leaves out.

use serde_json::{Map, Value, json};

/// The object with one entry for the controller that wrote it last.
pub(super) fn with(object: &Value) -> Value {
    let mut object = object.clone();
    if !object["metadata"]["managedFields"].is_null() || object["metadata"]["uid"].is_null() {
        return object;
    }
    let entry = json!({
        "apiVersion": object["apiVersion"],
        "fieldsType": "FieldsV1",
        "fieldsV1": fields(&object),
        "manager": manager(object["apiVersion"].as_str().unwrap_or_default()),
        "operation": "Update",
        "time": object["metadata"]["creationTimestamp"],
    });
    object["metadata"]["managedFields"] = json!([entry]);
    object
}

fn manager(api_version: &str) -> &'static str {
    match api_version.split('/').next().unwrap_or_default() {
        "kubevirt.io" => "virt-controller",
        "cdi.kubevirt.io" => "cdi-controller",
        "longhorn.io" => "longhorn-manager",
        "harvesterhci.io" | "k8s.cni.cncf.io" => "harvester",
        "snapshot.storage.k8s.io" => "snapshot-controller",
        _ => "kube-controller-manager",
    }
}

fn fields(object: &Value) -> Value {
    let mut fields = Map::new();
    for (key, value) in object.as_object().into_iter().flatten() {
        match key.as_str() {
            "apiVersion" | "kind" => {}
            "metadata" => {
                let parts = ["annotations", "finalizers", "labels", "ownerReferences"];
                let written: Map<String, Value> = parts
                    .into_iter()
                    .filter(|part| !value[part].is_null())
                    .map(|part| (format!("f:{part}"), owned(&value[part], 1)))
                    .collect();
                if !written.is_empty() {
                    fields.insert("f:metadata".into(), Value::Object(written));
                }
            }
            _ => {
                fields.insert(format!("f:{key}"), owned(value, 2));
            }
        }
    }
    Value::Object(fields)
}

/// Field names down to a depth, which is enough for the size and the odd keys of real entries.
fn owned(value: &Value, depth: usize) -> Value {
    let mut owned = Map::new();
    if let (Some(map), true) = (value.as_object(), depth > 0) {
        owned.insert(".".into(), json!({}));
        owned.extend(
            map.iter()
                .map(|(key, value)| (format!("f:{key}"), self::owned(value, depth - 1))),
        );
    }
    Value::Object(owned)
}
