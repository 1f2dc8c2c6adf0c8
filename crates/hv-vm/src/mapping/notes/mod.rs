//! What the guest will notice of its move.

mod addresses;
mod disks;
mod identity;

use serde_json::Value;

use super::Assignment;
use super::render::{Names, vm_of};
use crate::header::{Header, Note};
use crate::stored::Stored;

/// What a note is drawn from.
struct Move<'a> {
    stored: &'a Stored,
    header: &'a Header,
    vm: &'a Value,
    names: Names<'a>,
    notes: Vec<Note>,
}

impl Move<'_> {
    fn note(&mut self, code: &str, path: &str, message: String) {
        self.notes.push(Note {
            code: code.to_owned(),
            path: path.to_owned(),
            message,
        });
    }

    /// `spec.template.spec` of the stored VM.
    fn spec(&self) -> &Value {
        &self.vm["spec"]["template"]["spec"]
    }
}

/// What the guest will notice, sorted; nothing where the bundle cannot be read.
pub fn guest_notes(stored: &Stored, assignment: &Assignment) -> Vec<Note> {
    let Ok((_, vm)) = vm_of(stored) else {
        return Vec::new();
    };
    let mut one = Move {
        stored,
        header: &stored.header,
        vm: &vm,
        names: Names {
            source: &stored.header.vm,
            assignment,
        },
        notes: Vec::new(),
    };
    identity::notes(&mut one);
    addresses::notes(&mut one);
    disks::notes(&mut one);
    let mut notes = one.notes;
    notes.sort();
    notes.dedup();
    notes
}
