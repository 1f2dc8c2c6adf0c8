//! What the guest sees although the VM does not say it: firmware ids and MAC addresses.

mod interface;
pub mod mac;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use uuid::{Uuid, uuid};

use crate::header::Note;

/// What KubeVirt before 1.6 makes the firmware uuid of a VM from, together with its name.
const FIRMWARE: Uuid = uuid!("6a1a24a1-4061-4607-8bf4-a3963d0c5895");

const UUID_PATH: &str = "spec.template.spec.domain.firmware.uuid";

/// Writes the effective firmware uuid, serial and MAC addresses into the stored form of a VM.
///
/// `instance` is the running VM, `before` the stored form of the revision before. What the VM says
/// itself goes first. The notes depend on what was written and not on where it was found, so that
/// they stay the same when a VM stops.
pub fn fill(vm: &mut Value, instance: Option<&Value>, before: Option<&Value>) -> Vec<Note> {
    let mut notes = Vec::new();
    interface::fill(vm, instance, before, &mut notes);
    firmware(vm, instance, before, &mut notes);
    notes
}

/// The uuid that KubeVirt before 1.6 gives a VM of that name.
fn uuid_of(name: &str) -> String {
    Uuid::new_v5(&FIRMWARE, name.as_bytes()).to_string()
}

fn firmware(
    vm: &mut Value,
    instance: Option<&Value>,
    before: Option<&Value>,
    notes: &mut Vec<Note>,
) {
    let name = vm["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let found = |field: &str| -> Option<String> {
        let instance = instance.map(|instance| &instance["spec"]["domain"]["firmware"][field]);
        let before = before.map(|vm| &vm["spec"]["template"]["spec"]["domain"]["firmware"][field]);
        [instance, before].into_iter().flatten().find_map(text)
    };
    let Some(domain) = domain(vm) else {
        return;
    };
    let said = |field: &str| text(domain.get("firmware")?.get(field)?);
    let serial = said("serial").or_else(|| found("serial"));
    let implied = uuid_of(&name);
    let uuid = said("uuid")
        .or_else(|| found("uuid"))
        .unwrap_or_else(|| implied.clone());
    if uuid == implied {
        notes.push(Note {
            code: "firmware-uuid-from-name".to_owned(),
            path: UUID_PATH.to_owned(),
            message: "The firmware uuid is the one that older releases of KubeVirt make of the VM's name; the guest keeps it only if it is written."
                .to_owned(),
        });
    }
    let firmware = domain
        .entry("firmware")
        .or_insert_with(|| Map::new().into());
    if firmware.is_null() {
        *firmware = Map::new().into();
    }
    let Some(firmware) = firmware.as_object_mut() else {
        return;
    };
    firmware.insert("uuid".to_owned(), uuid.into());
    if let Some(serial) = serial {
        firmware.insert("serial".to_owned(), serial.into());
    }
}

fn domain(vm: &mut Value) -> Option<&mut Map<String, Value>> {
    vm.get_mut("spec")?
        .get_mut("template")?
        .get_mut("spec")?
        .get_mut("domain")?
        .as_object_mut()
}

/// A text that is not empty.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
