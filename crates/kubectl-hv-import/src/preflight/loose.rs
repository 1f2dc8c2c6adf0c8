//! Volumes that a new claim would take although nobody meant it, and volumes that no node reaches.

use std::collections::BTreeMap;

use hv_vm::mapping::{DiskChoice, size_bytes};
use serde_json::Value;

use super::Sheet;
use crate::inventory::{Inventory, Volume};
use crate::resolve::{Draft, Ground};

pub(super) fn judge(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    for plug in &draft.plugs {
        match &plug.choice {
            Some(
                DiskChoice::Blank {
                    class,
                    size,
                    volume_mode,
                    access_modes,
                    ..
                }
                | DiskChoice::Image {
                    class,
                    size,
                    volume_mode,
                    access_modes,
                    cdi: false,
                    ..
                },
            ) => {
                let wish = Wish {
                    class,
                    size_bytes: size_bytes(size).unwrap_or(0),
                    volume_mode,
                    access_modes,
                };
                let mut loose = ground.inventory.volumes.iter();
                if let Some(volume) = loose.find(|volume| wish.would_take(volume)) {
                    let name = volume.metadata.name.as_str();
                    sheet.say("volume-loose", &[("disk", plug.name()), ("volume", name)]);
                }
            }
            Some(DiskChoice::Bind {
                create: Some(volume),
                ..
            }) => {
                if let Err(labels) = reached(volume, ground.inventory) {
                    sheet.say(
                        "volume-unreachable",
                        &[("disk", plug.name()), ("labels", &labels)],
                    );
                }
            }
            _ => {}
        }
    }
}

/// What a claim that is to be made asks for.
struct Wish<'a> {
    class: &'a str,
    size_bytes: u64,
    volume_mode: &'a str,
    access_modes: &'a [String],
}

impl Wish<'_> {
    /// As the cluster's binder looks for a volume before it has one made.
    fn would_take(&self, volume: &Volume) -> bool {
        let spec = &volume.spec;
        let capacity = spec
            .capacity
            .get("storage")
            .and_then(|size| size_bytes(size));
        volume.status.phase == "Available"
            && spec.claim_ref.is_none()
            && spec.storage_class_name == self.class
            && spec.volume_mode == self.volume_mode
            && capacity.is_some_and(|capacity| capacity >= self.size_bytes)
            && self
                .access_modes
                .iter()
                .all(|mode| spec.access_modes.contains(mode))
    }
}

/// Whether a node fits the volume's node affinity; its labels if none does and all nodes are known.
fn reached(volume: &Value, inventory: &Inventory) -> Result<(), String> {
    let terms = volume.pointer("/spec/nodeAffinity/required/nodeSelectorTerms");
    let Some(terms) = terms.and_then(Value::as_array) else {
        return Ok(());
    };
    if inventory.nodes.all().is_err() {
        return Ok(());
    }
    let mut labels = Vec::new();
    for term in terms {
        let wanted: Vec<&Value> = term["matchExpressions"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        let mut nodes = inventory.nodes.iter();
        if nodes.any(|node| wanted.iter().all(|one| fits(one, &node.metadata.labels))) {
            return Ok(());
        }
        labels.extend(wanted.iter().map(|one| text(one)));
    }
    Err(labels.join(", "))
}

fn fits(expression: &Value, labels: &BTreeMap<String, String>) -> bool {
    let value = labels.get(expression["key"].as_str().unwrap_or_default());
    let mut values = expression["values"].as_array().into_iter().flatten();
    match expression["operator"].as_str() {
        Some("In") => value.is_some_and(|value| values.any(|one| one == value.as_str())),
        Some("Exists") => value.is_some(),
        // The scheduler will tell.
        _ => true,
    }
}

fn text(expression: &Value) -> String {
    let values = expression["values"].as_array().into_iter().flatten();
    let values: Vec<&str> = values.filter_map(Value::as_str).collect();
    let key = expression["key"].as_str().unwrap_or_default();
    format!("{key}={}", values.join("|"))
}
