//! What Harvester's mutating webhook changes in a VM.

use serde_json::Value;

use super::{affinity, forklift, macs, memory};
use crate::admission::dice::Dice;
use crate::admission::patch::set;
use crate::admission::request::{Operation, Request};
use crate::admission::since::Rule;
use crate::admission::{Refusal, Release};
use crate::model::Store;
use crate::model::machine::{self, inner};

const SPEC: &str = "/spec/template/spec";

/// The operations of its patch, in its order.
pub(crate) fn mutate(
    request: &Request,
    store: &Store,
    release: Release,
    dice: &mut Dice,
) -> Result<Vec<Value>, Refusal> {
    let vm = &request.object;
    let is_new = request.operation == Operation::Create;
    if !is_new && machine::is_being_deleted(vm) {
        return Ok(Vec::new());
    }
    if release.has(Rule::CpuManagerKept) && !request.user.contains("harvester-controller") {
        affinity::check_cpu_manager(&request.old, vm)?;
    }
    let mut operations = Vec::new();
    if is_new || memory::has_changed(&request.old, vm) {
        operations.extend(memory::operations(vm, store, release)?);
    }
    if release.has(Rule::CpuDefaults) {
        operations.extend(cpu_defaults(vm));
    }
    if !is_new && begins_to_run(&request.old, vm) {
        let wanted = machine::annotation(vm, machine::STRATEGY);
        let wanted = if wanted.is_empty() {
            "RerunOnFailure"
        } else {
            wanted
        };
        operations.push(set("/spec/runStrategy", wanted));
    }
    operations.push(set(
        format!("{SPEC}/affinity"),
        affinity::rebuilt(vm, store)?,
    ));
    operations.extend(grace_period(vm, store));
    if release.has(Rule::MacsFilled) {
        operations.extend(macs::filled(vm, dice));
    }
    if is_new && release.has(Rule::ForkliftLimits) {
        operations.extend(forklift::limits(vm));
    }
    Ok(operations)
}

fn cpu_defaults(vm: &Value) -> Vec<Value> {
    let cpu = &inner(vm)["domain"]["cpu"];
    let path = format!("{SPEC}/domain/cpu");
    if cpu.is_null() {
        let one = serde_json::json!({"cores": 1, "sockets": 1, "threads": 1});
        return vec![set(path, one)];
    }
    ["cores", "sockets", "threads"]
        .iter()
        .filter(|field| cpu[**field].as_u64().unwrap_or_default() == 0)
        .map(|field| set(format!("{path}/{field}"), 1))
        .collect()
}

fn begins_to_run(old: &Value, vm: &Value) -> bool {
    vm["spec"]["running"].is_null()
        && machine::strategy(old) == "Halted"
        && machine::strategy(vm) != "Halted"
}

fn grace_period(vm: &Value, store: &Store) -> Option<Value> {
    let field = "terminationGracePeriodSeconds";
    if !inner(vm)[field].is_null() {
        return None;
    }
    let seconds: u64 = store
        .setting("default-vm-termination-grace-period-seconds")?
        .parse()
        .ok()?;
    Some(set(format!("{SPEC}/{field}"), seconds))
}
