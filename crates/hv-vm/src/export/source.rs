//! The VM before the policy: sizes that stand elsewhere are written into it, credentials are not.

use std::borrow::Cow;

use serde_json::Value;

use super::instancetype::{self, EXPANDED};
use crate::header::Note;
use crate::objects::Objects;
use crate::policy::{Action, Fate};
use crate::requirements::url::without_credentials;

/// Code of the note on an address that held a password.
const CREDENTIALS: &str = "credentials-removed";

/// The VM to export; a copy only where something had to change.
pub(super) fn prepare<'a>(
    vm: &'a Value,
    objects: &Objects,
    notes: &mut Vec<Note>,
) -> Cow<'a, Value> {
    let mut vm = Cow::Borrowed(vm);
    instancetype::expand(&mut vm, objects, notes);
    scrub(&mut vm, notes);
    vm
}

/// Says of the fields that were changed what became of them.
pub(super) fn amend(fates: &mut Vec<Fate>, notes: &[Note]) {
    for note in notes {
        let fate = Fate {
            path: note.path.clone(),
            action: Action::Convert,
            why: note.message.as_str().into(),
        };
        match note.code.as_str() {
            CREDENTIALS => {
                fates.retain(|known| known.path != fate.path);
                fates.push(fate);
            }
            EXPANDED => fates.push(fate),
            _ => {}
        }
    }
}

/// Fields that hold the address of a container image.
fn images(vm: &Value) -> Vec<String> {
    let spec = &vm["spec"]["template"]["spec"];
    let volumes = spec["volumes"].as_array().into_iter().flatten().enumerate();
    let mut found: Vec<String> = volumes
        .filter(|(_, volume)| volume["containerDisk"]["image"].is_string())
        .map(|(at, _)| format!("/spec/template/spec/volumes/{at}/containerDisk/image"))
        .collect();
    if spec["domain"]["firmware"]["kernelBoot"]["container"]["image"].is_string() {
        let kernel = "/spec/template/spec/domain/firmware/kernelBoot/container/image";
        found.push(kernel.to_owned());
    }
    found
}

fn scrub(vm: &mut Cow<'_, Value>, notes: &mut Vec<Note>) {
    for pointer in images(vm) {
        let image = vm.pointer(&pointer).and_then(Value::as_str);
        let Some(image) = image else { continue };
        let clean = without_credentials(image);
        if clean == image {
            continue;
        }
        let clean = Value::from(clean.into_owned());
        if let Some(field) = vm.to_mut().pointer_mut(&pointer) {
            *field = clean;
        }
        let path = pointer.trim_start_matches('/').replace('/', ".");
        notes.push(Note {
            code: CREDENTIALS.to_owned(),
            path: path
                .replace("volumes.", "volumes[")
                .replace(".containerDisk", "].containerDisk"),
            message: "The address held a password or a token, which was left out.".to_owned(),
        });
    }
}
