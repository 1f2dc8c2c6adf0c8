//! The volumes and drives of a VM, with the claims that they have on the target.

use serde_json::Value;

use super::disks::{Claim, Disks};
use super::tree::{at, each, fields, list, rewrite, rewrite_json};

/// Annotation with the names of the claims.
const DISK_NAMES: &str = "harvesterhci.io/diskNames";

/// Writes the names of the claims, and removes what is skipped wherever it is named.
pub(super) fn rewrite_all(vm: &mut Value, disks: &Disks<'_>) {
    let names = ["spec", "template", "metadata", "annotations", DISK_NAMES];
    rewrite_json(vm, &names, |names| {
        if let Some(names) = names.as_array_mut() {
            *names = std::mem::take(names)
                .into_iter()
                .filter_map(|name| disk_name(name, disks))
                .collect();
        }
    });
    let Some(spec) = at(vm, &["spec", "template", "spec"]) else {
        return;
    };
    for placed in &disks.placed {
        let Some(claim) = Claim::of(placed.choice) else {
            continue;
        };
        let named = |volume: &&mut Value| volume["name"] == placed.disk.volume.as_str();
        for volume in each(spec, &["volumes"]).filter(named) {
            for path in [
                &["persistentVolumeClaim", "claimName"][..],
                &["dataVolume", "name"],
                &["ephemeral", "persistentVolumeClaim", "claimName"],
            ] {
                rewrite(volume, path, |_| claim.name.to_owned());
            }
        }
    }
    let skipped = |one: &Value| {
        let name = one["name"].as_str();
        name.is_some_and(|name| disks.skipped.contains(&name))
    };
    for path in [
        &["volumes"][..],
        &["domain", "devices", "disks"],
        &["domain", "devices", "filesystems"],
    ] {
        if let Some(all) = list(spec, path) {
            all.retain(|one| !skipped(one));
        }
    }
    for field in ["slicNameRef", "msdmNameRef"] {
        if let Some(tables) = fields(spec, &["domain", "firmware", "acpi"])
            && let Some(name) = tables.get(field).and_then(Value::as_str)
            && disks.skipped.contains(&name)
        {
            tables.remove(field);
        }
    }
}

/// What a name of a claim or of a volume in a list becomes.
fn disk_name(name: Value, disks: &Disks<'_>) -> Option<Value> {
    let text = name.as_str().unwrap_or_default();
    if disks.skipped.contains(&text) {
        return None;
    }
    match disks.of_claim(text) {
        Some(placed) => Claim::of(placed.choice).map(|claim| claim.name.into()),
        None => Some(name),
    }
}
