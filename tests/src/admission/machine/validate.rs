//! What Harvester's validating webhook refuses of a VM, in its order.

use serde_json::Value;

use super::{boundaries, disks, macs, templates};
use crate::admission::request::{Operation, Request};
use crate::admission::since::Rule;
use crate::admission::{Refusal, Release};
use crate::model::machine::{self, inner};
use crate::model::{Store, quota};

/// The first rule that is broken.
pub(crate) fn validate(request: &Request, store: &Store, release: Release) -> Result<(), Refusal> {
    let (vm, old) = (&request.object, &request.old);
    check_spec(vm, store, release)?;
    quota::check_storage(vm, old, store).map_err(Refusal::internal)?;
    if request.operation == Operation::Create {
        macs::check(vm, store)?;
        return check_details(vm, old, release);
    }
    templates::check_change(old, vm, store, release)?;
    if release.has(Rule::MaintenanceModes) {
        boundaries::check_maintenance_mode(vm, old)?;
    }
    let interfaces = |vm: &Value| inner(vm)["domain"]["devices"]["interfaces"].clone();
    if interfaces(old) == interfaces(vm) {
        return Ok(());
    }
    macs::check(vm, store)?;
    if release.has(Rule::EmptyDrives) {
        disks::check_drives(vm)?;
    }
    Ok(())
}

fn check_spec(vm: &Value, store: &Store, release: Release) -> Result<(), Refusal> {
    templates::check(vm)?;
    disks::check_golden(vm, store)?;
    disks::check_occupied(vm, store, release)?;
    if release.has(Rule::ShareableDisks) {
        disks::check_shareable(vm, store)?;
    }
    boundaries::check_grace_period(vm)?;
    if release.has(Rule::MemoryRequired) {
        boundaries::check_memory(vm)?;
    }
    boundaries::check_reserved(vm)?;
    // A VM that KubeVirt has not looked at yet is not measured.
    if machine::text(&vm["status"]["printableStatus"]).is_empty() {
        return Ok(());
    }
    quota::check_start(vm, store).map_err(Refusal::internal)
}

fn check_details(vm: &Value, old: &Value, release: Release) -> Result<(), Refusal> {
    if release.has(Rule::MaintenanceModes) {
        boundaries::check_maintenance_mode(vm, old)?;
    }
    if release.has(Rule::EmptyDrives) {
        disks::check_drives(vm)?;
    }
    Ok(())
}
