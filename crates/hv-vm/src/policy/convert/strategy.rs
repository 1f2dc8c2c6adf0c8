//! Whether a VM runs: the stored one is halted and remembers how it is to be started.

use serde_json::{Map, Value};

use crate::header::Note;

/// What a start uses, as Harvester's webhook has it.
const WANTED: &str = "harvesterhci.io/vmRunStrategy";

/// What Harvester uses where nothing is said.
const DEFAULT: &str = "RerunOnFailure";

/// How a VM is to be started: as it runs, else as it ran, else as Harvester does by itself.
fn wanted(vm: &Value) -> &str {
    let startable = |text: &&str| !matches!(*text, "" | "Halted" | "WaitAsReceiver");
    let annotation = vm["metadata"]["annotations"][WANTED].as_str();
    live(vm)
        .filter(startable)
        .or_else(|| annotation.filter(startable))
        .unwrap_or(DEFAULT)
}

/// What the VM says now, in the newer form or in the older one.
fn live(vm: &Value) -> Option<&str> {
    let older = || match vm["spec"]["running"].as_bool()? {
        true => Some("Always"),
        false => Some("Halted"),
    };
    vm["spec"]["runStrategy"].as_str().or_else(older)
}

/// Halts a stored VM and writes down how the source wants it started.
pub(in crate::policy) fn halt(source: &Value, stored: &mut Value, notes: &mut Vec<Note>) {
    let Some(spec) = stored.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    spec.insert("runStrategy".to_owned(), "Halted".into());
    if let Some(annotations) = annotations(stored) {
        annotations.insert(WANTED.to_owned(), wanted(source).into());
    }
    let said = &source["spec"];
    if said["running"].is_boolean() && said["runStrategy"].is_string() {
        notes.push(Note {
            code: "run-strategy-twice".to_owned(),
            path: "spec.running".to_owned(),
            message: "It sets both running and runStrategy, which exclude each other; runStrategy counts."
                .to_owned(),
        });
    }
}

/// Writes the older form of an embedded VM's strategy in the newer one.
pub(in crate::policy) fn carry_over(source: &Value, stored: &mut Value) {
    if let (Some(strategy), Some(spec)) = (
        live(source),
        stored.get_mut("spec").and_then(Value::as_object_mut),
    ) {
        spec.insert("runStrategy".to_owned(), strategy.into());
    }
}

fn annotations(vm: &mut Value) -> Option<&mut Map<String, Value>> {
    let metadata = vm
        .as_object_mut()?
        .entry("metadata")
        .or_insert_with(|| Map::new().into())
        .as_object_mut()?;
    let annotations = metadata
        .entry("annotations")
        .or_insert_with(|| Map::new().into());
    if annotations.is_null() {
        *annotations = Map::new().into();
    }
    annotations.as_object_mut()
}
