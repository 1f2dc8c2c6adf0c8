//! One list on its way from the API server to the text of its file.

use std::io;

use serde_json::{Map, Value, json};

use super::{exclusions, managed_fields, mangle::mangle, yaml11};
use crate::world::resources::Resource;

/// Makes the text of the file of one resource, or nothing when the collector would write none.
pub(super) fn file_text(resource: &Resource, items: &[&Value]) -> io::Result<Option<String>> {
    let Some(list) = parse(resource, &response(resource, items))? else {
        return Ok(None);
    };
    Ok(Some(yaml11::to_string(&list)))
}

/// The text of a list without items, as kits of old wrote it.
pub(super) fn empty_text(resource: &Resource) -> io::Result<String> {
    let list: Value = serde_json::from_str(&mangle(&response(resource, &[])))?;
    let mut list = list.as_object().cloned().unwrap_or_default();
    name_list(&mut list);
    Ok(yaml11::to_string(&Value::Object(list)))
}

/// What the API server answers to a list request.
fn response(resource: &Resource, items: &[&Value]) -> String {
    let items: Vec<Value> = items
        .iter()
        .map(|item| managed_fields::with(item))
        .collect();
    let version = items
        .iter()
        .filter_map(|item| {
            item["metadata"]["resourceVersion"]
                .as_str()?
                .parse::<u64>()
                .ok()
        })
        .fold(1_000, u64::max);
    let mut metadata = json!({"resourceVersion": (version + 17).to_string()});
    if resource.is_custom() {
        metadata["continue"] = Value::from("");
    }
    json!({
        "apiVersion": resource.group_version(),
        "kind": format!("{}List", resource.kind),
        "metadata": metadata,
        "items": items,
    })
    .to_string()
}

fn parse(resource: &Resource, response: &str) -> io::Result<Option<Value>> {
    let mut list: Map<String, Value> = serde_json::from_str(&mangle(response))?;
    name_list(&mut list);
    let Some(Value::Array(items)) = list.get_mut("items") else {
        return Ok(None);
    };
    if items.is_empty() {
        return Ok(None);
    }
    for item in items.iter_mut() {
        item["apiVersion"] = Value::from(resource.group_version());
        item["kind"] = Value::from(resource.kind.as_str());
    }
    exclusions::filter_items(resource, items);
    Ok(Some(Value::Object(list)))
}

fn name_list(list: &mut Map<String, Value>) {
    list.insert("kind".into(), Value::from("List"));
    list.insert("apiVersion".into(), Value::from("v1"));
}
