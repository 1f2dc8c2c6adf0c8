//! The table on single fields, on samples, and on random VMs.

mod fields;
mod properties;
mod samples;
mod table;

use serde_json::Value;

use super::{Applied, Policy};
use crate::key::Kind;

fn apply(kind: Kind, object: &Value) -> Applied {
    Policy::builtin().unwrap().apply(kind, object)
}

/// A VM whose `spec.template.spec` is that.
fn vm(template: &Value) -> Value {
    serde_json::json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"name": "db01", "namespace": "prod"},
        "spec": {"runStrategy": "Halted", "template": {"spec": template}},
    })
}

/// What is left of `spec.template.spec`, and the codes of the notes.
fn left(template: &Value) -> (Value, Vec<String>) {
    let applied = apply(Kind::VirtualMachine, &vm(template));
    let codes = applied.notes.into_iter().map(|note| note.code).collect();
    (applied.object["spec"]["template"]["spec"].clone(), codes)
}
