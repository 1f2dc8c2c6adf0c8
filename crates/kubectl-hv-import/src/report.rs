//! The documents that preflight, apply, resume and undo print; the tables are views of them.

use hv_vm::header::VmName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands in the way of an import.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreflightReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `PreflightReport`.
    pub(crate) kind: &'static str,
    /// Checks that have something to say, by VM; blockers first.
    pub(crate) items: Vec<PreflightItem>,
    /// Counts.
    pub(crate) summary: PreflightSummary,
}

/// The outcome of one check of one VM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreflightItem {
    /// The VM in the source.
    pub(crate) vm: VmName,
    /// What the check belongs to.
    pub(crate) group: Group,
    /// What was looked at, such as `class longhorn-image-8x`.
    pub(crate) check: String,
    /// The outcome.
    pub(crate) result: Verdict,
    /// Stable code, such as `class-missing`.
    pub(crate) code: String,
    /// What was found; may be empty where all is well.
    pub(crate) message: String,
    /// The flag or the entry of the map that changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
}

/// What checks belong to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Group {
    /// Whether the bundle is whole.
    Bundle,
    /// Releases and fields.
    Version,
    /// What the user may do.
    Rights,
    /// Names that are taken.
    Names,
    /// Who else manages something.
    Owner,
    /// Disks and their classes.
    Storage,
    /// Images.
    Image,
    /// Networks.
    Network,
    /// MAC addresses and firmware.
    Identity,
    /// Secrets and what is as secret.
    Secrets,
    /// Limits of a namespace.
    Quota,
    /// Nodes, processors, devices.
    Devices,
    /// The cluster's own admission.
    Admission,
}

impl Group {
    /// The word people read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Version => "version",
            Self::Rights => "rights",
            Self::Names => "names",
            Self::Owner => "owner",
            Self::Storage => "storage",
            Self::Image => "image",
            Self::Network => "network",
            Self::Identity => "identity",
            Self::Secrets => "secrets",
            Self::Quota => "quota",
            Self::Devices => "devices",
            Self::Admission => "admission",
        }
    }
}

/// The outcome of a check.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// Nothing can be imported like this.
    Block,
    /// It can be imported, and somebody should know this before.
    Warn,
    /// All is well.
    Ok,
}

impl Verdict {
    /// The word people read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Warn => "warn",
            Self::Ok => "ok",
        }
    }
}

/// Counts over the items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreflightSummary {
    /// VMs that were looked at.
    pub(crate) vms: usize,
    /// VMs with a blocker.
    pub(crate) blocked_vms: usize,
    /// Blockers.
    pub(crate) blockers: usize,
    /// Warnings.
    pub(crate) warnings: usize,
}

impl PreflightReport {
    /// Puts the items in order and counts them.
    pub(crate) fn new(vms: usize, mut items: Vec<PreflightItem>) -> Self {
        items.sort_by(|a, b| {
            let key = |item: &PreflightItem| (item.vm.clone(), item.result, item.group);
            key(a).cmp(&key(b)).then_with(|| a.check.cmp(&b.check))
        });
        items.dedup();
        let count = |result| items.iter().filter(|item| item.result == result).count();
        let mut blocked: Vec<&VmName> = items
            .iter()
            .filter(|item| item.result == Verdict::Block)
            .map(|item| &item.vm)
            .collect();
        blocked.dedup();
        let summary = PreflightSummary {
            vms,
            blocked_vms: blocked.len(),
            blockers: count(Verdict::Block),
            warnings: count(Verdict::Warn),
        };
        Self {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "PreflightReport",
            items,
            summary,
        }
    }

    /// Whether anything blocks.
    pub(crate) fn is_blocked(&self) -> bool {
        self.summary.blockers > 0
    }
}

/// What became of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `ImportReport`.
    pub(crate) kind: &'static str,
    /// The plan's id.
    pub(crate) plan: String,
    /// Objects, in the order of the plan.
    pub(crate) items: Vec<Imported>,
    /// What the guests or an administrator will notice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// Counts.
    pub(crate) summary: ImportSummary,
}

/// What became of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Imported {
    /// Kind and name, such as `Secret dr/db01-ci`.
    pub(crate) object: String,
    /// The VM that it is for, as it is called on the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vm: Option<VmName>,
    /// What was done.
    pub(crate) result: Outcome,
    /// Why it was skipped, refused or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// What was done with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) enum Outcome {
    /// It was made.
    Created,
    /// It was as it should be already.
    Unchanged,
    /// It was left out, since something before it was not done.
    Skipped,
    /// The cluster does not take it.
    Refused,
    /// It could not be done.
    Failed,
}

impl Outcome {
    /// The word people read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Unchanged => "Unchanged",
            Self::Skipped => "Skipped",
            Self::Refused => "Refused",
            Self::Failed => "Failed",
        }
    }
}

/// Counts over the objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportSummary {
    /// Objects of the plan.
    pub(crate) objects: usize,
    /// Objects that were made.
    pub(crate) created: usize,
    /// Objects that were as they should be.
    pub(crate) unchanged: usize,
    /// Objects that were left out.
    pub(crate) skipped: usize,
    /// Objects that the cluster does not take.
    pub(crate) refused: usize,
    /// Objects that could not be made.
    pub(crate) failed: usize,
    /// Whether the run was stopped before its end.
    pub(crate) interrupted: bool,
}

impl ImportReport {
    /// Counts the items.
    pub(crate) fn new(
        plan: impl Into<String>,
        interrupted: bool,
        items: Vec<Imported>,
        notes: Vec<String>,
    ) -> Self {
        let count = |outcome| items.iter().filter(|item| item.result == outcome).count();
        let summary = ImportSummary {
            objects: items.len(),
            created: count(Outcome::Created),
            unchanged: count(Outcome::Unchanged),
            skipped: count(Outcome::Skipped),
            refused: count(Outcome::Refused),
            failed: count(Outcome::Failed),
            interrupted,
        };
        Self {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "ImportReport",
            plan: plan.into(),
            items,
            notes,
            summary,
        }
    }
}

#[cfg(test)]
mod tests {
    use hv_testbed::generated::schema;

    use super::*;

    #[test]
    fn the_committed_schemas_are_those_of_the_documents() {
        schema::<PreflightReport>("schemas/preflight-report.schema.json");
        schema::<ImportReport>("schemas/import-report.schema.json");
    }
}
