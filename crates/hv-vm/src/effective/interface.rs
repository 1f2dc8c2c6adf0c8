//! The MAC addresses of a VM's interfaces.

use serde_json::{Map, Value};

use super::{domain, mac, text};
use crate::header::Note;

/// Where Harvester remembers the addresses that a VM had: JSON in a string, by interface.
const REMEMBERED: &str = "harvesterhci.io/mac-address";

const PATH: &str = "spec.template.spec.domain.devices.interfaces";

/// Writes each interface's address and takes the annotation away, whose addresses are written then.
pub(super) fn fill(
    vm: &mut Value,
    instance: Option<&Value>,
    before: Option<&Value>,
    notes: &mut Vec<Note>,
) {
    let remembered = take_annotation(vm, notes);
    let devices = domain(vm).and_then(|domain| domain.get_mut("devices"));
    let Some(interfaces) = devices
        .and_then(|devices| devices.get_mut("interfaces"))
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    for (index, interface) in interfaces.iter_mut().enumerate() {
        let Some(fields) = interface.as_object_mut() else {
            continue;
        };
        let name = fields
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let found = fields
            .get("macAddress")
            .and_then(text)
            .or_else(|| text(remembered.get(name)?))
            .or_else(|| {
                named(
                    &instance?["spec"]["domain"]["devices"]["interfaces"],
                    name,
                    "macAddress",
                )
            })
            .or_else(|| named(&instance?["status"]["interfaces"], name, "mac"))
            .or_else(|| {
                let domain = &before?["spec"]["template"]["spec"]["domain"];
                named(&domain["devices"]["interfaces"], name, "macAddress")
            });
        let path = format!("{PATH}[{index}].macAddress");
        match found {
            None => notes.push(Note {
                code: "mac-unknown".to_owned(),
                path,
                message: format!("The interface \"{name}\" has no MAC address yet and gets a new one on the target."),
            }),
            Some(found) => {
                let spelled = mac::canonical(&found);
                if spelled.is_none() {
                    notes.push(Note {
                        code: "mac-unreadable".to_owned(),
                        path,
                        message: format!("\"{found}\" is no MAC address and stays as it is."),
                    });
                }
                fields.insert("macAddress".to_owned(), spelled.unwrap_or(found).into());
            }
        }
    }
}

fn take_annotation(vm: &mut Value, notes: &mut Vec<Note>) -> Map<String, Value> {
    let annotations = vm
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut("annotations"))
        .and_then(Value::as_object_mut);
    let Some(value) = annotations.and_then(|annotations| annotations.remove(REMEMBERED)) else {
        return Map::new();
    };
    let parsed = value
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    parsed.unwrap_or_else(|| {
        notes.push(Note {
            code: "mac-annotation-unreadable".to_owned(),
            path: format!("metadata.annotations[\"{REMEMBERED}\"]"),
            message: "The annotation is no JSON object and was left out.".to_owned(),
        });
        Map::new()
    })
}

/// A field of the element of that name.
fn named(list: &Value, name: &str, field: &str) -> Option<String> {
    let mut elements = list.as_array()?.iter();
    text(&elements.find(|one| one["name"] == name)?[field])
}
