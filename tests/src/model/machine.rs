//! What is read from a `VirtualMachine`.

use std::collections::BTreeMap;

use serde_json::Value;

/// Annotation of the bodies of the claims of a VM.
pub(crate) const TEMPLATES: &str = "harvesterhci.io/volumeClaimTemplates";
/// Annotation of the strategy that is taken when a halted VM is started.
pub(crate) const STRATEGY: &str = "harvesterhci.io/vmRunStrategy";
/// Annotation of the addresses that were seen.
pub(crate) const MACS: &str = "harvesterhci.io/mac-address";
/// Annotation of the memory kept from the guest.
pub(crate) const RESERVED: &str = "harvesterhci.io/reservedMemory";
/// Annotation of the image a claim is made from.
pub(crate) const IMAGE: &str = "harvesterhci.io/imageId";
/// Annotation of claims that are images themselves.
pub(crate) const GOLDEN: &str = "harvesterhci.io/goldenImage";

/// Elements of a list, none where there is no list.
pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text, empty where there is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `spec.template.spec`.
pub(crate) fn inner(vm: &Value) -> &Value {
    &vm["spec"]["template"]["spec"]
}

pub(crate) fn annotation<'a>(object: &'a Value, name: &str) -> &'a str {
    text(&object["metadata"]["annotations"][name])
}

pub(crate) fn namespace(object: &Value) -> &str {
    text(&object["metadata"]["namespace"])
}

pub(crate) fn name(object: &Value) -> &str {
    text(&object["metadata"]["name"])
}

pub(crate) fn is_being_deleted(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

/// The run strategy; `running` is the older way to say it.
pub(crate) fn strategy(vm: &Value) -> &str {
    match (&vm["spec"]["runStrategy"], &vm["spec"]["running"]) {
        (Value::String(strategy), _) => strategy,
        (_, Value::Bool(true)) => "Always",
        _ => "Halted",
    }
}

/// Addresses of the interfaces as written, without empty ones.
pub(crate) fn macs(vm: &Value) -> impl Iterator<Item = String> {
    list(&inner(vm)["domain"]["devices"]["interfaces"])
        .map(|interface| text(&interface["macAddress"]).to_owned())
        .filter(|mac| !mac.is_empty())
}

/// Names of the claims in the volumes.
pub(crate) fn claims(vm: &Value) -> impl Iterator<Item = String> {
    list(&inner(vm)["volumes"])
        .map(|volume| text(&volume["persistentVolumeClaim"]["claimName"]).to_owned())
        .filter(|claim| !claim.is_empty())
}

/// Names of the claims in the claim templates, of those that can be read.
pub(crate) fn named_in_templates(vm: &Value) -> impl Iterator<Item = String> {
    templates(vm)
        .unwrap_or_default()
        .into_iter()
        .map(|entry| name(&entry).to_owned())
        .filter(|name| !name.is_empty())
}

/// The claim templates, or what is wrong with their text.
pub(crate) fn templates(vm: &Value) -> Result<Vec<Value>, String> {
    let written = annotation(vm, TEMPLATES);
    if written.is_empty() {
        return Ok(Vec::new());
    }
    match serde_json::from_str::<Value>(written) {
        Ok(Value::Array(entries)) => Ok(entries),
        Ok(Value::Null) => Ok(Vec::new()),
        Ok(other) => Err(format!(
            "json: cannot unmarshal {} into Go value of type []util.VolumeClaimTemplateEntry",
            word_of(&other)
        )),
        Err(_) => Err(complaint(written)),
    }
}

fn word_of(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
        _ => "array",
    }
}

/// What Go says about the first character that does not fit.
fn complaint(written: &str) -> String {
    match written.trim_start().chars().next() {
        Some(first) if !"[{\"-0123456789tfn".contains(first) => {
            format!("invalid character '{first}' looking for beginning of value")
        }
        Some('[') if !written.trim_end().ends_with(']') => "unexpected end of JSON input".into(),
        Some(first) => format!("invalid character in literal after '{first}'"),
        None => "unexpected end of JSON input".into(),
    }
}

/// The annotated addresses by interface.
pub(crate) fn annotated_macs(vm: &Value) -> BTreeMap<String, String> {
    serde_json::from_str(annotation(vm, MACS)).unwrap_or_default()
}

/// The network of an interface as `namespace` and `name`; a name alone belongs to `otherwise`.
pub(crate) fn split<'a>(reference: &'a str, otherwise: &'a str) -> Option<(&'a str, &'a str)> {
    let words: Vec<&str> = reference.split('/').collect();
    match words[..] {
        [name] => Some((otherwise, name)),
        [namespace, name] => Some((namespace, name)),
        _ => None,
    }
}

/// Whether the VM may change its CPUs and memory while it runs.
pub(crate) fn is_hot_pluggable(vm: &Value) -> bool {
    annotation(vm, "harvesterhci.io/enableCPUAndMemoryHotplug").eq_ignore_ascii_case("true")
}

/// Whether the VM has CPUs of its own.
pub(crate) fn has_own_cpus(vm: &Value) -> bool {
    inner(vm)["domain"]["cpu"]["dedicatedCpuPlacement"] == true
}
