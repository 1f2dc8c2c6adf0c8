//! What a plan says of its VMs, for the reports of those who run it.

use hv_change::Plan;
use hv_vm::header::{Header, Note, VmName};
use hv_vm::mapping::Rendered;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::steps::text_of;

/// The VMs of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct About {
    /// In the order of the plan.
    pub(crate) vms: Vec<AboutVm>,
    /// What `--patch` changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) patched: Vec<AboutPatch>,
}

/// An object that a rule changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AboutPatch {
    /// Which rule of the file, counted from 0.
    pub(crate) rule: usize,
    /// Kind and name.
    pub(crate) object: String,
    /// What it changed, in words.
    pub(crate) changes: Vec<String>,
}

/// A VM of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AboutVm {
    /// Namespace and name in the source.
    pub(crate) source: String,
    /// Namespace and name on the target.
    pub(crate) target: String,
    /// uid of the source cluster.
    pub(crate) origin: String,
    /// The VM through all its moves.
    pub(crate) lineage: String,
    /// Which revision it is.
    pub(crate) revision: u64,
    /// What the guest or an administrator will notice.
    pub(crate) notes: Vec<Note>,
}

/// What a plan says of its VMs.
pub(crate) fn about<'a>(
    vms: impl Iterator<Item = (&'a Header, &'a VmName, &'a Rendered)>,
    patched: Vec<AboutPatch>,
) -> Value {
    let vms = vms.map(|(header, target, rendered)| AboutVm {
        source: text_of(&header.vm),
        target: text_of(target),
        origin: header.source.cluster_id.clone(),
        lineage: header.lineage_id.clone(),
        revision: header.revision,
        notes: rendered.notes.clone(),
    });
    let about = About {
        vms: vms.collect(),
        patched,
    };
    serde_json::to_value(about).unwrap_or_default()
}

/// Reads it back; a plan of a later release may say more.
pub(crate) fn read(plan: &Plan) -> About {
    serde_json::from_value(plan.about.clone()).unwrap_or_default()
}
