//! What a record can be like, and what becomes of it on which releases.

mod classes;
mod data;
mod names;
mod special;

use serde_json::Value;

use super::Scene;
use crate::explain::record::replay::Outcome;

/// What becomes of a record on some releases: outcome, step and reason, and words of a remark.
pub(super) struct Row(
    pub(super) &'static str,
    pub(super) Outcome,
    pub(super) Option<(usize, &'static str)>,
    pub(super) &'static str,
);

/// A state: its name, how a sound record gets into it, what follows.
pub(super) type State = (&'static str, fn(&mut Scene), &'static [Row]);

const ALL: &str = "1.3.2 1.4.0 1.4.2 1.4.3 1.5.2 1.6.1 1.7.3 1.8.2 1.9.0-rc6";
const EARLY: &str = "1.3.2 1.4.0";
const MIDDLE: &str = "1.4.2 1.4.3";
const SINCE_1_4: &str = "1.4.0 1.4.2 1.4.3 1.5.2 1.6.1 1.7.3 1.8.2 1.9.0-rc6";
const SINCE_1_4_2: &str = "1.4.2 1.4.3 1.5.2 1.6.1 1.7.3 1.8.2 1.9.0-rc6";
const SINCE_1_5: &str = "1.5.2 1.6.1 1.7.3 1.8.2 1.9.0-rc6";
const SINCE_1_7: &str = "1.7.3 1.8.2 1.9.0-rc6";

/// Every state.
pub(super) fn all() -> impl Iterator<Item = &'static State> {
    [names::NAMES, classes::CLASSES, data::DATA, special::SPECIAL]
        .into_iter()
        .flatten()
}

fn set_disk(scene: &mut Scene, field: &str, value: Value) {
    scene.record["volumeBackups"][0][field] = value;
}

fn set_claim(scene: &mut Scene, field: &str, value: Value) {
    scene.record["volumeBackups"][0]["persistentVolumeClaim"]["spec"][field] = value;
}
