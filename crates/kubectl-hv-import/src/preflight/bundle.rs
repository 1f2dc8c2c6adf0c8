//! Whether a bundle is whole, and is what its digests say.

use hv_vm::store::{Bundle, Shelf, StoreError};
use hv_vm::{Kind, Stored, digest, normal};
use serde_json::Value;

use super::Sheet;

/// Node of a guest cluster: its owner is a machine controller.
const GUEST_NODE: &str = "docker-machine-driver-harvester";

/// The bundle and the VM in it, unless it cannot be used.
pub(crate) fn open<'a>(bundle: &'a Bundle, sheet: &mut Sheet<'_>) -> Option<(&'a Stored, Value)> {
    let path = bundle.place.path();
    if bundle.place.shelf() == Shelf::Template {
        sheet.say("bundle-template", &[("path", path)]);
        return None;
    }
    let stored = match &bundle.stored {
        Ok(stored) => stored,
        Err(error) => {
            let why = error.to_string();
            let code = match error {
                StoreError::NewerFormat { .. } => "bundle-newer",
                _ => "bundle-broken",
            };
            sheet.say(code, &[("path", path), ("why", &why)]);
            return None;
        }
    };
    if !is_whole(stored, path, sheet) {
        return None;
    }
    let vm = vm_of(stored);
    let Some(vm) = vm else {
        let why = "it does not hold the VM itself";
        sheet.say("bundle-broken", &[("path", path), ("why", why)]);
        return None;
    };
    let header = &stored.header;
    if header.normal_form != normal::VERSION {
        let found = header.normal_form.to_string();
        sheet.say("digest-incomparable", &[("found", &found)]);
    } else if digest::digest(&normal::normal_form(&vm, &header.disks)) != header.digest {
        sheet.say("digest-mismatch", &[("path", path)]);
        return None;
    }
    remarks(stored, &vm, sheet);
    Some((stored, vm))
}

/// Every file is there and as its digest says.
fn is_whole(stored: &Stored, path: &str, sheet: &mut Sheet<'_>) -> bool {
    let mut whole = true;
    for item in &stored.header.items {
        let why = match stored.files.get(&item.path) {
            None => "it is missing",
            Some(bytes) if digest::bytes(bytes) != item.sha256 => {
                "it is not as its digest in the header says"
            }
            Some(_) => continue,
        };
        whole = false;
        let values = [("file", item.path.as_str()), ("why", why), ("path", path)];
        sheet.say("bundle-tampered", &values);
    }
    whole
}

fn vm_of(stored: &Stored) -> Option<Value> {
    let name = &stored.header.vm;
    let is_vm = |item: &&hv_vm::header::Item| {
        let key = &item.object;
        key.kind == Kind::VirtualMachine && key.namespace == name.namespace && key.name == name.name
    };
    let item = stored.header.items.iter().find(is_vm)?;
    stored.json(&item.path).filter(Value::is_object)
}

/// What is as it may be and still worth a word.
fn remarks(stored: &Stored, vm: &Value, sheet: &mut Sheet<'_>) {
    let header = &stored.header;
    if let Some(reconstructed) = &header.reconstructed {
        let guessed = reconstructed.guessed.len().to_string();
        let values = [("from", reconstructed.from.as_str()), ("guessed", &guessed)];
        sheet.say("bundle-reconstructed", &values);
    }
    if vm["metadata"]["labels"]["harvesterhci.io/creator"] == GUEST_NODE {
        sheet.say("guest-cluster-node", &[]);
    }
    for unread in &header.unread {
        let object = format!("{} {}", unread.object.kind.name(), unread.object.name);
        let values = [
            ("object", object.as_str()),
            ("reason", unread.reason.as_str()),
        ];
        sheet.say("object-unread", &values);
    }
}
