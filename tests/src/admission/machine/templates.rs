//! The claim templates of a VM: that they can be read, and that changes are possible.

use serde_json::Value;

use crate::admission::since::Rule;
use crate::admission::{Refusal, Release};
use crate::model::machine::{self, TEMPLATES, text};
use crate::model::quantity::Quantity;
use crate::model::{Store, kind};

pub(super) fn check(vm: &Value) -> Result<(), Refusal> {
    let problem = match machine::templates(vm) {
        Err(error) => error,
        Ok(entries) if entries.iter().any(|entry| machine::name(entry).is_empty()) => {
            "PVC name is required".into()
        }
        Ok(_) => return Ok(()),
    };
    Err(Refusal::invalid(
        "metadata.annotations",
        // The word is misspelt in the original.
        format!("the volumeClaimTemplates annotaion is invalid: {problem}"),
    ))
}

pub(super) fn check_change(
    old: &Value,
    new: &Value,
    store: &Store,
    release: Release,
) -> Result<(), Refusal> {
    let (before, after) = (
        machine::annotation(old, TEMPLATES),
        machine::annotation(new, TEMPLATES),
    );
    if after.is_empty() || before == after {
        return Ok(());
    }
    let entries = machine::templates(new).unwrap_or_default();
    if before.is_empty() {
        if release.has(Rule::ClassesExist) {
            return check_classes(&entries, store);
        }
        return Ok(());
    }
    let mut moved = String::new();
    for entry in machine::templates(old).unwrap_or_default() {
        let Some(now) = entries
            .iter()
            .find(|other| machine::name(other) == machine::name(&entry))
        else {
            continue;
        };
        let size = |entry: &Value| {
            Quantity::read(&entry["spec"]["resources"]["requests"]["storage"])
                .map_or(0, |size| size.milli)
        };
        if size(now) < size(&entry) {
            return Err(Refusal::invalid(
                format!("metadata.annotations.{TEMPLATES}"),
                format!(
                    "{} PVC requests storage can't be less than previous value",
                    machine::name(now)
                ),
            ));
        }
        let (old_class, class) = (
            &entry["spec"]["storageClassName"],
            &now["spec"]["storageClassName"],
        );
        if old_class.is_string() && class.is_string() && old_class != class {
            let (class, volume) = (text(class), machine::name(&entry));
            moved.extend([" new name ", class, " in volume ", volume, ";"]);
        }
    }
    if moved.is_empty() || !release.has(Rule::MemoryRequired) {
        return Ok(());
    }
    Err(Refusal::internal(format!(
        "storage class names for the volumes in the {TEMPLATES} annotation cannot be changed;{moved}"
    )))
}

fn check_classes(entries: &[Value], store: &Store) -> Result<(), Refusal> {
    for entry in entries {
        let class = text(&entry["spec"]["storageClassName"]);
        if !class.is_empty() && store.get(kind::CLASS, "", class).is_none() {
            return Err(Refusal::invalid(
                format!("metadata.annotations.{TEMPLATES}"),
                format!("storage class {class} does not exist"),
            ));
        }
    }
    Ok(())
}
