//! Names and routes of networks.

use serde_json::Value;

use super::Converted;

/// `name` becomes `namespace/name`.
pub(super) fn with_namespace(value: &Value, namespace: &str) -> Value {
    match value.as_str() {
        Some(name) if !name.is_empty() && !name.contains('/') && !namespace.is_empty() => {
            Value::String(format!("{namespace}/{name}"))
        }
        _ => value.clone(),
    }
}

/// The route of a network as it was asked for.
pub(super) fn route(value: &Value) -> Converted {
    let parsed = value
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(Value::Object(mut fields)) = parsed else {
        return Err((
            "network-route-unreadable",
            "The route of the network is no JSON object and stays as it is.",
        ));
    };
    fields.remove("connectivity");
    fields.remove("outdated");
    Ok(Value::String(Value::Object(fields).to_string()))
}
