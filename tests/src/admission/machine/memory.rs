//! Requests, memory of the guest and number of sockets, which Harvester computes from the limits.

use serde_json::{Map, Value};

use super::not_found;
use crate::admission::patch::set;
use crate::admission::since::Rule;
use crate::admission::{Refusal, Release};
use crate::model::machine::{self, inner};
use crate::model::quantity::Quantity;
use crate::model::{Store, kind};

const DOMAIN: &str = "/spec/template/spec/domain";
const MEBI: i128 = 1 << 20;

/// What the cluster promises beyond what it has, in percent.
struct Overcommit {
    cpu: i128,
    memory: i128,
}

/// Whether something changed that the computation starts from.
pub(super) fn has_changed(old: &Value, new: &Value) -> bool {
    let limit = |vm: &Value, name: &str| {
        Quantity::read(&inner(vm)["domain"]["resources"]["limits"][name])
            .map_or(0, |limit| limit.milli)
    };
    let differs = |name: &str| limit(new, name) != 0 && limit(new, name) != limit(old, name);
    let devices = |vm: &Value| {
        ["hostDevices", "gpus"]
            .map(|kind| machine::list(&inner(vm)["domain"]["devices"][kind]).count())
    };
    differs("cpu")
        || differs("memory")
        || machine::annotation(old, machine::RESERVED)
            != machine::annotation(new, machine::RESERVED)
        || machine::has_own_cpus(old) != machine::has_own_cpus(new)
        || devices(old) != devices(new)
}

/// The operations for CPU and memory.
pub(super) fn operations(
    vm: &Value,
    store: &Store,
    release: Release,
) -> Result<Vec<Value>, Refusal> {
    let Some(overcommit) = overcommit(store) else {
        return Ok(Vec::new());
    };
    let resources = &inner(vm)["domain"]["resources"];
    let limit = |name: &str| Quantity::read(&resources["limits"][name]).filter(|q| !q.is_zero());
    let are_missing = resources["requests"].as_object().is_none_or(Map::is_empty);
    let mut requests = Map::new();
    let mut operations = Vec::new();
    let mut request = |name: &str, amount: Quantity, operations: &mut Vec<Value>| {
        if are_missing {
            requests.insert(name.into(), amount.to_string().into());
        } else {
            let path = format!("{DOMAIN}/resources/requests/{name}");
            operations.push(set(path, amount.to_string()));
        }
    };
    if let Some(cpu) = limit("cpu") {
        let share = if machine::has_own_cpus(vm) {
            cpu.milli
        } else {
            cpu.milli * 100 / overcommit.cpu
        };
        request("cpu", cpu.with(share), &mut operations);
    }
    if let Some(memory) = limit("memory") {
        let is_arm = is_arm(vm, store, release)?;
        let guest = guest_memory(vm, memory, store)?;
        let share = if machine::has_own_cpus(vm) {
            memory
        } else if has_devices(vm) {
            guest
        } else {
            let bytes = memory.value() * 100 / overcommit.memory / MEBI * MEBI;
            memory.with(bytes * 1000)
        };
        request("memory", share, &mut operations);
        operations.extend(guest_operations(vm, guest, is_arm, release));
    }
    if !requests.is_empty() {
        operations.push(set(format!("{DOMAIN}/resources/requests"), requests));
    }
    Ok(operations)
}

fn guest_operations(vm: &Value, guest: Quantity, is_arm: bool, release: Release) -> Vec<Value> {
    let is_hot_pluggable = machine::is_hot_pluggable(vm);
    let domain = &inner(vm)["domain"];
    let mut operations = Vec::new();
    if domain["memory"].is_null() {
        let memory = serde_json::json!({"guest": guest.to_string()});
        operations.push(set(format!("{DOMAIN}/memory"), memory));
    } else if !is_hot_pluggable {
        operations.push(set(format!("{DOMAIN}/memory/guest"), guest.to_string()));
    }
    if !is_hot_pluggable && !is_arm {
        let sockets = domain["cpu"]["sockets"].as_u64().unwrap_or_default();
        let most = if release.has(Rule::MaxSocketsFollow) {
            sockets.max(1)
        } else {
            1
        };
        // Where the VM has no CPU at all this path does not exist, and the whole request fails.
        operations.push(set(format!("{DOMAIN}/cpu/maxSockets"), most));
    }
    operations
}

/// What is left for the guest.
fn guest_memory(vm: &Value, limit: Quantity, store: &Store) -> Result<Quantity, Refusal> {
    let reserved = machine::annotation(vm, machine::RESERVED);
    let reserved = if reserved.is_empty() {
        // A ratio in the setting replaces the fixed reserve of old.
        let ratio = store
            .setting("additional-guest-memory-overhead-ratio")
            .unwrap_or_default();
        let has_ratio = ratio.parse::<f64>().is_ok_and(|ratio| ratio > 0.0);
        if has_ratio { 0 } else { 100 * MEBI * 1000 }
    } else {
        let Some(reserved) = Quantity::parse(reserved) else {
            return Err(Refusal::internal(format!(
                "annotation {reserved} can't be converted to memory unit"
            )));
        };
        if reserved.milli >= limit.milli {
            return Err(Refusal::internal(format!(
                "reservedMemory can't be equal or greater than limits.memory  {} {}",
                reserved.value(),
                limit.value()
            )));
        }
        reserved.milli
    };
    let asked = Quantity::read(&inner(vm)["domain"]["memory"]["guest"])
        .filter(|_| machine::is_hot_pluggable(vm));
    let whole = asked.unwrap_or(limit);
    let guest = whole.with(whole.milli - reserved);
    if guest.value() < 10 * MEBI {
        return Err(Refusal::internal(format!(
            "guest memory is under the minimum requirement (10 Mi), original: {}, final: {}",
            limit.value(),
            guest.value()
        )));
    }
    Ok(guest)
}

fn has_devices(vm: &Value) -> bool {
    ["hostDevices", "gpus"]
        .iter()
        .any(|kind| machine::list(&inner(vm)["domain"]["devices"][*kind]).count() > 0)
}

fn is_arm(vm: &Value, store: &Store, release: Release) -> Result<bool, Refusal> {
    if release.minor < 7 {
        return Ok(false);
    }
    let installed = store
        .get(kind::KUBE_VIRT, "harvester-system", "kubevirt")
        .ok_or_else(|| not_found("kubevirts.kubevirt.io", "kubevirt"))?;
    Ok(inner(vm)["architecture"] == "arm64"
        || installed["status"]["defaultArchitecture"] == "arm64")
}

fn overcommit(store: &Store) -> Option<Overcommit> {
    let setting: Value = serde_json::from_str(store.setting("overcommit-config")?).ok()?;
    let percent = |name: &str| setting[name].as_i64().filter(|percent| *percent > 0);
    Some(Overcommit {
        cpu: percent("cpu")?.into(),
        memory: percent("memory")?.into(),
    })
}
