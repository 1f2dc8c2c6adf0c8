//! The normal form: what of a VM is configuration, in one spelling, for digests and diffs.

mod annotation;
mod disk;
#[cfg(test)]
mod tests;
mod tidy;

use serde_json::{Map, Value};

use crate::header::Disk;

pub use annotation::{ANNOTATIONS, TEMPLATE_ANNOTATIONS};

/// Version of the normal form; digests of different versions cannot be compared.
pub const VERSION: u32 = 1;

/// The normal form of a VM in its stored form and of its disks.
///
/// It leaves out what Harvester and `KubeVirt` write by themselves, whether the VM runs, and where
/// the bytes of its disks come from: class and image are requirements. Of inline cloud-init it holds
/// digests, so that it can be shown.
pub fn normal_form(vm: &Value, disks: &[Disk]) -> Value {
    let mut form = Map::new();
    put(
        &mut form,
        "metadata",
        metadata(&vm["metadata"], ANNOTATIONS),
    );
    put(&mut form, "spec", spec(&vm["spec"]));
    put(&mut form, "disks", disk::list(disks));
    Value::Object(form)
}

/// Adds what is not empty.
fn put(form: &mut Map<String, Value>, key: &str, value: Value) {
    let is_empty = match &value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    };
    if !is_empty {
        form.insert(key.to_owned(), value);
    }
}

fn metadata(metadata: &Value, listed: &[&str]) -> Value {
    let mut form = Map::new();
    for key in ["name", "namespace", "labels"] {
        put(&mut form, key, metadata[key].clone());
    }
    let annotations = annotation::listed(&metadata["annotations"], listed);
    put(&mut form, "annotations", annotations);
    Value::Object(form)
}

fn spec(spec: &Value) -> Value {
    let mut form = Map::new();
    for (key, value) in spec.as_object().into_iter().flatten() {
        match key.as_str() {
            "running" | "runStrategy" => {}
            "template" => put(&mut form, key, template(value)),
            _ => put(
                &mut form,
                key,
                tidy::tidy(value, "spec", key).unwrap_or_default(),
            ),
        }
    }
    Value::Object(form)
}

fn template(template: &Value) -> Value {
    let mut form = Map::new();
    for (key, value) in template.as_object().into_iter().flatten() {
        match key.as_str() {
            "metadata" => put(&mut form, key, metadata(value, TEMPLATE_ANNOTATIONS)),
            _ => put(
                &mut form,
                key,
                tidy::tidy(value, "template", key).unwrap_or_default(),
            ),
        }
    }
    if let Some(spec) = form.get_mut("spec").and_then(Value::as_object_mut) {
        fill_in(spec);
    }
    Value::Object(form)
}

/// Writes what clusters write where nothing is said, so that it does not matter who was first.
fn fill_in(spec: &mut Map<String, Value>) {
    let default = |fields: &mut Map<String, Value>, key: &str, value: Value| {
        let field = fields.entry(key).or_insert(Value::Null);
        if field.is_null() || *field == 0 {
            *field = value;
        }
    };
    let Some(Value::Object(domain)) = spec.get_mut("domain") else {
        return;
    };
    let cpu = domain.entry("cpu").or_insert_with(|| Map::new().into());
    if let Some(cpu) = cpu.as_object_mut() {
        for key in ["cores", "sockets", "threads"] {
            default(cpu, key, 1.into());
        }
    }
    // Each architecture has one machine type, of which the others are versions.
    let machine = domain.entry("machine").or_insert_with(|| Map::new().into());
    if let Some(machine) = machine.as_object_mut() {
        if matches!(
            machine.get("type").and_then(Value::as_str),
            Some("q35" | "virt" | "")
        ) {
            machine.remove("type");
        }
        default(machine, "type", "default".into());
    }
    default(spec, "architecture", "amd64".into());
    // A period of zero seconds is one.
    spec.entry("terminationGracePeriodSeconds")
        .or_insert(120.into());
}
