//! The VM on the target: halted, with explicit identity, under its new names.

use serde_json::{Map, Value};

use super::disks::Disks;
use super::names::Names;
use super::tree::{at, fields, made, rename};
use super::{RenderError, addresses, claim_templates, labels, references, stamps, volumes};
use crate::effective;
use crate::header::{Header, Note};

/// Annotation with the strategy that a start uses.
const WANTED: &str = "harvesterhci.io/vmRunStrategy";
/// What Harvester uses where nothing is said.
const DEFAULT: &str = "RerunOnFailure";
/// Annotation with claims that are deleted together with the VM.
const REMOVED_CLAIMS: &str = "harvesterhci.io/removedPersistentVolumeClaims";

/// The VM, complete but for the digest of itself.
pub(super) fn render(
    source: &Value,
    header: &Header,
    names: Names<'_>,
    disks: &Disks<'_>,
    notes: &mut Vec<Note>,
) -> Result<Value, RenderError> {
    let assignment = names.assignment;
    let mut vm = source.clone();
    // Before the VM has another name, of which older releases make its firmware uuid.
    effective::fill(&mut vm, None, None);
    rename(&mut vm, &names.target().namespace, &names.target().name);
    stamps::remove(&mut vm);
    halt(&mut vm);
    processor(&mut vm);
    volumes::rewrite_all(&mut vm, disks);
    claim_templates::rewrite(&mut vm, disks, notes);
    references::rewrite_all(&mut vm, names);
    addresses::rewrite(&mut vm, &assignment.macs)?;
    if let Some(spec) = at(&mut vm, &["spec", "template", "spec"]) {
        labels::rewrite(spec, &assignment.node_labels, notes)?;
    }
    stamps::write(&mut vm, header, &assignment.stamps);
    if let Some(vm) = vm.as_object_mut() {
        vm.insert("apiVersion".to_owned(), "kubevirt.io/v1".into());
        vm.insert("kind".to_owned(), "VirtualMachine".into());
    }
    Ok(vm)
}

/// A VM that was created with another strategy would start at once.
fn halt(vm: &mut Value) {
    if let Some(spec) = made(vm, &["spec"]) {
        for field in ["running", "dataVolumeTemplates", "updateVolumesStrategy"] {
            spec.remove(field);
        }
        spec.insert("runStrategy".to_owned(), "Halted".into());
    }
    if let Some(annotations) = made(vm, &["metadata", "annotations"]) {
        annotations.remove(REMOVED_CLAIMS);
        let wanted = annotations.get(WANTED).and_then(Value::as_str);
        if !matches!(
            wanted,
            Some("Always" | "RerunOnFailure" | "Manual" | "Once")
        ) {
            annotations.insert(WANTED.to_owned(), DEFAULT.into());
        }
    }
}

/// Harvester's webhook fails where nothing is said of the processor.
fn processor(vm: &mut Value) {
    let by_type = vm["spec"]["instancetype"].is_object();
    let Some(domain) = fields(vm, &["spec", "template", "spec", "domain"]) else {
        return;
    };
    let cpu = domain.entry("cpu").or_insert_with(|| Map::new().into());
    if cpu.is_null() {
        *cpu = Map::new().into();
    }
    let Some(cpu) = cpu.as_object_mut() else {
        return;
    };
    // What an instance type says may not be said again.
    let unsaid = cpu
        .get("cores")
        .is_none_or(|cores| cores.is_null() || *cores == 0);
    if unsaid && !by_type {
        cpu.insert("cores".to_owned(), 1.into());
    }
}
