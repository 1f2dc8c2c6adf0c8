//! The plugin `hv-backupfix`, and its answers.

use std::path::Path;

use hv_testbed::bundle::{BundleOptions, write_dir};
use hv_testbed::plugin::{Plugin, Run};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use serde_json::Value;

use crate::expected::Findings;

pub(crate) const NAME: &str = "kubectl-hv_backupfix";

/// A world as of now, without what backups have nothing to do with.
pub(crate) fn world(name: &str) -> World {
    world_at(name, Timestamp::now())
}

/// The same as of a moment: of two worlds of one moment only that differs which is to differ.
pub(crate) fn world_at(name: &str, now: Timestamp) -> World {
    let mut world = world::load(name, now).unwrap();
    world.objects.retain(|object| {
        let kind = object["kind"].as_str().unwrap_or_default();
        !matches!(
            kind,
            "Pod" | "PersistentVolume" | "Engine" | "Volume" | "Node" | "Lease"
        ) && !kind.starts_with("VirtualMachineInstance")
    });
    world
}

/// A home with an unpacked support bundle of a world in the folder `bundle`, and its backup target in `target`.
pub(crate) fn desk(world: &World) -> Plugin {
    let plugin = Plugin::alone(NAME);
    write_dir(world, &BundleOptions::default(), &plugin.path("bundle")).unwrap();
    plugin
}

/// Writes the backup target of a world.
pub(crate) fn write_target(world: &World, plugin: &Plugin) {
    let folder: &Path = &plugin.path("target");
    std::fs::create_dir(folder).unwrap();
    world.write_target(folder).unwrap();
}

/// What a run found, as the table writes it; what is unknown is left out.
pub(crate) fn findings(run: &Run) -> Findings {
    let document = run.document();
    let items = document["items"].as_array().unwrap();
    items
        .iter()
        .filter(|item| item["severity"] != "unknown")
        .map(line)
        .collect()
}

/// A finding as the table writes it.
pub(crate) fn line(item: &Value) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let object = &item["object"];
    let parts = [
        text(&object["kind"]),
        text(&object["namespace"]),
        text(&object["name"]),
        text(&item["disk"]),
    ];
    let path: Vec<String> = parts.into_iter().flatten().collect();
    let word = |field: &str| item[field].as_str().unwrap().to_owned();
    format!("{} {} {}", word("severity"), word("code"), path.join("/"))
}

/// Whether a code needs the files of the backup target.
pub(crate) fn needs_target(code: &str) -> bool {
    matches!(
        code,
        "name-collision" | "record-unreadable" | "orphan-record" | "orphan-data"
    )
}
