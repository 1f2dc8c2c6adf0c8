//! The MAC addresses of a VM: in its interfaces, where `KubeVirt` reads them, and in the annotation
//! in which Harvester remembers them, always together.

use serde_json::{Map, Value};

use super::RenderError;
use super::tree::{each, fields, made};
use crate::effective::mac;
use crate::mapping::MacChoice;

/// Where Harvester remembers the addresses that a VM had.
const REMEMBERED: &str = "harvesterhci.io/mac-address";

pub(super) const INTERFACES: [&str; 6] = [
    "spec",
    "template",
    "spec",
    "domain",
    "devices",
    "interfaces",
];

/// Whether the target makes addresses up: what is read back of it then has never been sent.
pub(super) fn are_unknown(vm: &Value, choice: &MacChoice) -> bool {
    let interfaces = &vm["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"];
    let has_any = interfaces.as_array().is_some_and(|all| !all.is_empty());
    *choice == MacChoice::New && has_any
}

/// Writes or removes the addresses.
pub(super) fn rewrite(vm: &mut Value, choice: &MacChoice) -> Result<(), RenderError> {
    if let Some(annotations) = fields(vm, &["metadata", "annotations"]) {
        // A new address would be replaced by the remembered one.
        annotations.remove(REMEMBERED);
    }
    let mut remembered = Map::new();
    let mut names: Vec<String> = Vec::new();
    for interface in each(vm, &INTERFACES) {
        let name = interface["name"].as_str().unwrap_or_default().to_owned();
        let Some(interface) = interface.as_object_mut() else {
            continue;
        };
        match choice {
            MacChoice::New => {
                interface.remove("macAddress");
            }
            MacChoice::Given(given) if given.contains_key(&name) => {
                interface.insert("macAddress".to_owned(), given[&name].as_str().into());
            }
            MacChoice::Keep | MacChoice::Given(_) => {}
        }
        let said = interface.get("macAddress").and_then(Value::as_str);
        if let Some(address) = said.and_then(mac::canonical) {
            interface.insert("macAddress".to_owned(), address.as_str().into());
            remembered.insert(name.clone(), address.into());
        }
        names.push(name);
    }
    if let MacChoice::Given(given) = choice
        && let Some(unknown) = given.keys().find(|name| !names.contains(name))
    {
        return Err(RenderError::NoInterface(unknown.clone()));
    }
    if !remembered.is_empty()
        && let Some(annotations) = made(vm, &["metadata", "annotations"])
    {
        let text = Value::Object(remembered).to_string();
        annotations.insert(REMEMBERED.to_owned(), text.into());
    }
    Ok(())
}
