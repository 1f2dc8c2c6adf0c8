//! The document that `vm` and `template` print; the table is a view of it.

use hv_vm::header::{Origin, VmName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an export did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `ExportReport`.
    pub(crate) kind: &'static str,
    /// Where it was read.
    pub(crate) source: Origin,
    /// VMs, by namespace and name.
    pub(crate) items: Vec<Exported>,
    /// Counts.
    pub(crate) summary: Summary,
}

/// What became of one VM.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exported {
    /// The VM.
    pub(crate) vm: VmName,
    /// What was done.
    pub(crate) result: Outcome,
    /// Why it was skipped or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Disks.
    pub(crate) disks: usize,
    /// Network interfaces.
    pub(crate) nics: usize,
    /// Secrets that it needs.
    pub(crate) secrets: usize,
    /// What became of them: `omitted`, `encrypted`, `plaintext`, or `partly` if not all alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secrets_state: Option<String>,
    /// Revision in this store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<u64>,
    /// Digest of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// Folder in the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// What changed since the revision before, in words.
    pub(crate) changes: Vec<String>,
    /// Objects that it names and that are not in the bundle, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unread: Vec<String>,
    /// What needs care.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
}

/// What was done with a VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) enum Outcome {
    /// Its folder was written.
    Written,
    /// Its folder holds the very same bytes.
    Unchanged,
    /// It was left out on purpose.
    Skipped,
    /// It could not be exported; what was there before is untouched.
    Failed,
}

impl Outcome {
    /// The word people read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Written => "Written",
            Self::Unchanged => "Unchanged",
            Self::Skipped => "Skipped",
            Self::Failed => "Failed",
        }
    }
}

/// Counts over the VMs.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// VMs that were looked at.
    pub(crate) vms: usize,
    /// Folders that were written.
    pub(crate) written: usize,
    /// Folders that stayed as they were.
    pub(crate) unchanged: usize,
    /// VMs that were left out on purpose.
    pub(crate) skipped: usize,
    /// VMs that could not be exported.
    pub(crate) failed: usize,
    /// VMs of the store that are no longer in the cluster.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) vanished: Vec<VmName>,
    /// Those of them whose folders were removed.
    pub(crate) pruned: usize,
    /// Requests to the API server; absent for a support bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<usize>,
}

impl Summary {
    /// Counts results.
    pub(crate) fn of(items: &[Exported]) -> Self {
        let count = |outcome| items.iter().filter(|item| item.result == outcome).count();
        Self {
            vms: items.len(),
            written: count(Outcome::Written),
            unchanged: count(Outcome::Unchanged),
            skipped: count(Outcome::Skipped),
            failed: count(Outcome::Failed),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use hv_testbed::generated::schema;

    use super::*;

    #[test]
    fn the_committed_schemas_are_those_of_the_documents() {
        schema::<ExportReport>("schemas/export-report.schema.json");
        schema::<crate::show::BundleList>("schemas/bundle-list.schema.json");
        schema::<crate::show::FieldReport>("schemas/field-report.schema.json");
        schema::<crate::verify::VerifyReport>("schemas/verify-report.schema.json");
        schema::<crate::diff::DiffReport>("schemas/diff-report.schema.json");
        schema::<crate::log::RevisionList>("schemas/revision-list.schema.json");
        schema::<hv_vm::Header>("schemas/virtual-machine-bundle.schema.json");
    }
}
