//! The objects of a bundle for one target, as a pure function of bundle and assignment.

mod addresses;
mod claim;
mod claim_templates;
mod dependents;
mod disks;
mod error;
mod labels;
mod names;
mod references;
mod stamps;
mod texts;
mod tree;
mod vm;
mod volume;
mod volumes;

use std::collections::BTreeMap;

use serde_json::Value;

use disks::Disks;
pub use error::RenderError;
pub(super) use names::Names;
pub(super) use stamps::{APPLIED, write_digest};
pub use volume::static_volume;

use super::assignment::{Assignment, Rendered, RenderedObject, SealedSource};
use super::notes::guest_notes;
use crate::header::Item;
use crate::key::{Key, Kind};
use crate::stored::Stored;

/// The objects of a bundle under the names of the target, in the order of their creation.
pub fn render(stored: &Stored, assignment: &Assignment) -> Result<Rendered, RenderError> {
    let header = &stored.header;
    let (item, source) = vm_of(stored)?;
    let names = Names {
        source: &header.vm,
        assignment,
    };
    let disks = Disks::of(header, &source, assignment)?;
    let mut objects = dependents::all(stored, &source, names)?;
    objects.extend(claim::all(stored, names, &disks)?);
    let mut notes = guest_notes(stored, assignment);
    let mut vm = vm::render(&source, header, names, &disks, &mut notes)?;
    let of_target = disks.of_target();
    let taken = texts::take(&mut vm, &source);
    if !addresses::are_unknown(&vm, &assignment.macs) {
        stamps::write_digest(&mut vm, &of_target, &taken.digests);
    }
    let sealed = (!taken.places.is_empty()).then(|| SealedSource {
        file: item.path.clone(),
        sha256: item.sha256.clone(),
        renamed_keys: BTreeMap::new(),
        restored: taken.places,
    });
    let target = names.target();
    objects.push(RenderedObject {
        key: Key::new(Kind::VirtualMachine, &target.namespace, &target.name),
        object: vm,
        sealed,
        owned: false,
    });
    notes.sort();
    notes.dedup();
    Ok(Rendered {
        objects,
        notes,
        disks: of_target,
        texts: taken.digests,
    })
}

/// The stored VM and its file.
pub(super) fn vm_of(stored: &Stored) -> Result<(&Item, Value), RenderError> {
    let name = &stored.header.vm;
    let key = Key::new(Kind::VirtualMachine, &name.namespace, &name.name);
    let item = file_of(stored, &key);
    item.and_then(|item| Some((item, stored.json(&item.path).filter(Value::is_object)?)))
        .ok_or_else(|| RenderError::NoVm(format!("{}/{}", name.namespace, name.name)))
}

/// The file of an object of the bundle.
fn file_of<'a>(stored: &'a Stored, key: &Key) -> Option<&'a Item> {
    let items = &stored.header.items;
    items.iter().find(|item| item.object == *key)
}
