//! What KubeVirt's mutating webhook fills in.

use serde_json::{Map, Value, json};

use super::minor;
use crate::admission::dice::Dice;
use crate::admission::patch::set;
use crate::admission::request::{Operation, Request};
use crate::model::machine::{self, inner, text};
use crate::model::{Store, kind};

const SPEC: &str = "/spec/template/spec";
const TOPOLOGY: &str = "kubevirt.io/pci-topology-version";

/// The operations; like the real webhook it writes the whole template anew, from its own types.
pub(crate) fn mutate(request: &Request, store: &Store, dice: &mut Dice) -> Vec<Value> {
    let vm = &request.object;
    if machine::is_being_deleted(vm) || !inner(vm).is_object() {
        return Vec::new();
    }
    let domain = &inner(vm)["domain"];
    let mut operations = Vec::new();
    let mut metadata = object(&vm["spec"]["template"]["metadata"]);
    metadata.entry("creationTimestamp").or_insert(Value::Null);
    let minor = minor(store);
    if request.operation == Operation::Create {
        let firmware = firmware(&domain["firmware"], minor, dice);
        if !firmware.is_null() {
            operations.push(set(format!("{SPEC}/domain/firmware"), firmware));
        }
        if minor >= 8 {
            let mut annotations = object(&metadata.remove("annotations").unwrap_or_default());
            annotations.entry(TOPOLOGY).or_insert_with(|| "v3".into());
            metadata.insert("annotations".into(), annotations.into());
        }
    }
    operations.push(set("/spec/template/metadata", metadata));
    let architecture = architecture(vm, store);
    operations.push(set(format!("{SPEC}/architecture"), architecture.as_str()));
    if text(&domain["machine"]["type"]).is_empty() {
        let kind = if architecture == "arm64" {
            "virt"
        } else {
            "q35"
        };
        operations.push(set(format!("{SPEC}/domain/machine"), json!({"type": kind})));
    }
    for field in ["devices", "resources"] {
        if domain[field].is_null() {
            operations.push(set(format!("{SPEC}/domain/{field}"), json!({})));
        }
    }
    operations.retain(|operation| {
        let path = text(&operation["path"]);
        vm.pointer(path) != Some(&operation["value"])
    });
    operations
}

/// Since 1.6 a VM gets an id of its own when it is made, since 1.7 a serial number.
fn firmware(written: &Value, minor: u32, dice: &mut Dice) -> Value {
    let mut firmware = object(written);
    for (field, since) in [("uuid", 6), ("serial", 7)] {
        if minor >= since
            && firmware
                .get(field)
                .is_none_or(|value| text(value).is_empty())
        {
            firmware.insert(field.into(), dice.uuid().into());
        }
    }
    if firmware.is_empty() {
        return written.clone();
    }
    Value::Object(firmware)
}

fn architecture(vm: &Value, store: &Store) -> String {
    let written = text(&inner(vm)["architecture"]);
    if !written.is_empty() {
        return written.into();
    }
    let installed = store.get(kind::KUBE_VIRT, "harvester-system", "kubevirt");
    installed
        .and_then(|installed| installed["status"]["defaultArchitecture"].as_str())
        .unwrap_or("amd64")
        .into()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
