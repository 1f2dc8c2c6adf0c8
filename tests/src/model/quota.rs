//! Rancher's quota of a namespace as Harvester measures VMs by it.
//!
//! Not modelled: what migrations under way add to the use.

use serde_json::Value;

use super::machine::{self, annotation, inner, list, text};
use super::quantity::Quantity;
use super::{Store, kind};

const LIMITS: &str = "field.cattle.io/resourceQuota";
const DEFAULT: &str = "resourcequota.management.cattle.io/default-resource-quota";
const MEBI: i128 = 1 << 20;

/// The limits of a namespace and the quota that counts its use; nothing is measured unless both exist.
fn of<'a>(namespace: &str, store: &'a Store) -> Option<(Value, &'a Value)> {
    let owner = store.get(kind::NAMESPACE, "", namespace)?;
    let limits: Value = serde_json::from_str(annotation(owner, LIMITS)).ok()?;
    let counted = store
        .all(kind::QUOTA)
        .filter(|quota| machine::namespace(quota) == namespace)
        .find(|quota| quota["metadata"]["labels"][DEFAULT] == "true")?;
    Some((limits["limit"].clone(), counted))
}

fn amount(value: &Value) -> i128 {
    Quantity::read(value).map_or(0, |amount| amount.milli)
}

fn storage(vm: &Value) -> i128 {
    let entries = machine::templates(vm).unwrap_or_default();
    entries
        .iter()
        .map(|entry| amount(&entry["spec"]["resources"]["requests"]["storage"]))
        .sum()
}

fn insufficient(what: &str) -> String {
    format!("{what} insufficient resources due to resource quota")
}

/// Whether the claim templates of a VM fit; of a VM that was there, only what it asks for in addition.
pub(crate) fn check_storage(vm: &Value, old: &Value, store: &Store) -> Result<(), String> {
    let Some((limit, counted)) = of(machine::namespace(vm), store) else {
        return Ok(());
    };
    let wanted = storage(vm) - storage(old);
    let most = amount(&limit["requestsStorage"]);
    if (old.is_object() && wanted <= 0) || most == 0 {
        return Ok(());
    }
    if most - amount(&counted["status"]["used"]["requests.storage"]) < wanted {
        return Err(insufficient("storage"));
    }
    Ok(())
}

/// Whether a VM that is to run, and has no pod yet, fits.
pub(crate) fn check_start(vm: &Value, store: &Store) -> Result<(), String> {
    if machine::strategy(vm) == "Halted" || has_pod(vm, store) {
        return Ok(());
    }
    let Some((limit, counted)) = of(machine::namespace(vm), store) else {
        return Ok(());
    };
    let own = &inner(vm)["domain"]["resources"]["limits"];
    let used = &counted["status"]["used"];
    let left = |limit: &Value, used: &Value| amount(limit) - amount(used);
    if amount(&limit["limitsCpu"]) != 0
        && left(&limit["limitsCpu"], &used["limits.cpu"]) < amount(&own["cpu"])
    {
        return Err(insufficient("cpu"));
    }
    let memory = amount(&own["memory"]);
    if amount(&limit["limitsMemory"]) != 0
        && left(&limit["limitsMemory"], &used["limits.memory"]) < memory + overhead(memory, store)
    {
        return Err(insufficient("memory"));
    }
    Ok(())
}

/// What KubeVirt adds for its own processes: fixed parts, and page tables.
fn overhead(memory: i128, store: &Store) -> i128 {
    let fixed = (220 + 8 + 8 + 32) * MEBI * 1000;
    let plain = fixed + memory / 512;
    let ratio = store
        .setting("additional-guest-memory-overhead-ratio")
        .and_then(Quantity::parse)
        .filter(|ratio| !ratio.is_zero());
    ratio.map_or(plain, |ratio| plain * ratio.milli / 1000)
}

pub(crate) fn has_pod(vm: &Value, store: &Store) -> bool {
    store
        .within(kind::POD, machine::namespace(vm))
        .any(|pod| pod["metadata"]["labels"]["harvesterhci.io/vmName"] == machine::name(vm))
}

/// Names of the claims a pod uses.
pub(crate) fn claims_of_pod(pod: &Value) -> impl Iterator<Item = &str> {
    list(&pod["spec"]["volumes"])
        .map(|volume| text(&volume["persistentVolumeClaim"]["claimName"]))
        .filter(|claim| !claim.is_empty())
}
