//! What the sets of backups promise.

mod expected;
mod files;
mod growth;
mod sets;
mod sound;

use jiff::Timestamp;
use serde_json::Value;

use crate::world::{self, World};

/// The table of findings that the worlds are made for.
const TABLE: &str = include_str!("../../../../../crates/kubectl-hv-backupfix/facts/findings.yaml");

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn load(release: &str, set: &str) -> World {
    let name = format!("{release}+{set}");
    world::load(&name, now()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The sets of a code, or the sound ones, in every release; what they have in common is read once.
fn each(mut check: impl FnMut(&'static str, &World)) {
    for release in world::names() {
        let begun = world::begin(release, now()).unwrap();
        for set in std::iter::once("backups").chain(world::findings()) {
            let mut world = begun.clone();
            super::add(&mut world, set).unwrap_or_else(|error| panic!("{release}+{set}: {error}"));
            world.complete();
            check(set, &world);
        }
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn table() -> Vec<Value> {
    serde_saphyr::from_str(TABLE).unwrap()
}
