//! What storage can do in a cluster: a verdict for each capability, with its evidence.
//!
//! Judging is pure: an [`Inventory`](crate::inventory::Inventory) and the built-in
//! [`Facts`](crate::facts::Facts) go in, [`Judgement`]s come out. Nothing here reads or waits.

mod change;
mod configuration;
mod csi_driver_config;
mod driver;
mod export_targets;
mod forecast;
mod image;
mod judgement;
mod policy;
mod sidecar;
mod situation;
mod subject;
mod suggestion;
mod unknown;
mod vm;
mod vm_evidence;
mod vm_state;
mod workload;

pub use change::Change;
pub use csi_driver_config::{CsiDriverConfig, Entry, EntryUse, Parsed};
pub use forecast::{Consistency, Forecast, Omitted};
pub use image::{ImageFacts, image_facts};
pub use judgement::{Capability, Evidence, Judgement, Layer, Verdict};
pub use situation::{Situation, lease_signs, named_snapshot_class};
pub use subject::Subject;
pub use suggestion::{Step, Suggestion, suggest};
pub use vm::{Admission, DiskAnswer, VmAnswer, VmJudge, claim_subject, claim_usage};
pub use workload::Use;

use std::collections::BTreeMap;
use std::sync::Arc;

/// The judgements of one target, one a capability.
pub type Capabilities = Arc<BTreeMap<Capability, Judgement>>;

/// Judges every capability of a storage class, a driver or a volume.
pub fn judge(situation: &Situation<'_>, subject: &Subject<'_>, usage: Use) -> Capabilities {
    let judged = Capability::ALL
        .iter()
        .map(|&capability| (capability, judge_one(situation, subject, usage, capability)))
        .collect();
    Arc::new(judged)
}

/// Judges one capability.
pub fn judge_one(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
) -> Judgement {
    let mut judgement = conclude(situation, subject, usage, capability);
    if judgement.verdict < Verdict::Likely {
        judgement.fix = suggestion::fix(situation, subject, usage, capability, &judgement.reason);
    }
    judgement
}

/// Judges one capability without looking for a remedy.
fn conclude(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
) -> Judgement {
    if subject.is_unknown() {
        return unknown::driver(situation, subject, usage, capability);
    }
    if subject.engine_is_open() {
        return unknown::engine(situation, subject, usage, capability);
    }
    let mut evidence = Vec::new();
    // The first of the worst is the reason that people see, so the order is part of the answer:
    // what no setting can heal comes before what one can.
    sidecar::registration(situation, subject, &mut evidence);
    sidecar::kinds(situation, capability, &mut evidence);
    policy::rules(situation, subject, capability, &mut evidence);
    configuration::layer(situation, subject, capability, &mut evidence);
    driver::layer(situation, subject, capability, &mut evidence);
    sidecar::signs_of_life(situation, subject, capability, &mut evidence);
    workload::layer(situation, subject, usage, capability, &mut evidence);
    Judgement::from_evidence(evidence)
}
