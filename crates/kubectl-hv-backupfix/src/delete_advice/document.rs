//! The document of `delete-advice`; the table is a view of it.

use schemars::JsonSchema;
use serde::Serialize;

use super::outcome::Outcome;
use crate::finding::ObjectRef;
use crate::report::ClusterFacts;

/// What the deletion of backups does to their data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteAdviceList {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `DeleteAdviceList`.
    pub(crate) kind: &'static str,
    /// What was looked at.
    pub(crate) cluster: ClusterFacts,
    /// One answer a backup, in the order asked for.
    pub(crate) items: Vec<DeleteAdvice>,
}

/// What the deletion of a backup does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteAdvice {
    /// The backup.
    pub(crate) object: ObjectRef,
    /// The gravest outcome of its disks; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Outcome>,
    /// How Harvester goes about it: `collect`, `force`, `hang`, `collect-or-hang` or `unknown`.
    pub(crate) way: &'static str,
    /// Why it does so.
    pub(crate) reason: String,
    /// Restores because of which the deletion is refused at present, as `NAMESPACE/NAME`.
    pub(crate) refused_by: Vec<String>,
    /// The record on the backup target: `removed`, `kept`, `none` or `unknown`.
    pub(crate) record: &'static str,
    /// The schedule that made the backup, and deletes it when it has more than it retains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schedule: Option<String>,
    /// One answer a disk.
    pub(crate) disks: Vec<DiskAdvice>,
    /// What to do before the deletion so that the data stays.
    pub(crate) to_keep: Vec<Step>,
    /// What to do so that backup and data go.
    pub(crate) to_delete: Vec<Step>,
    /// What else there is to know.
    pub(crate) notes: Vec<String>,
}

/// What the deletion does to the data of a disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiskAdvice {
    /// The disk, by its volumeName.
    pub(crate) disk: String,
    /// What becomes of its data.
    pub(crate) outcome: Outcome,
    /// Why.
    pub(crate) reason: String,
    /// The `VolumeSnapshot`.
    pub(crate) volume_snapshot: String,
    /// The `VolumeSnapshotContent` that it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<String>,
    /// The policy of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deletion_policy: Option<String>,
    /// The handle of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handle: Option<String>,
    /// The Longhorn backup that the record names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) longhorn_backup: Option<String>,
    /// What else needs that Longhorn backup, as `KIND/NAMESPACE/NAME`.
    pub(crate) also_held_by: Vec<String>,
    /// Another Longhorn backup that is deleted, or may be, in place of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endangers: Option<String>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    /// What, and why.
    pub(crate) text: String,
    /// The command for it, if one does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<String>,
}

impl Step {
    /// Something without a command.
    pub(crate) fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            command: None,
        }
    }

    /// Something with its command.
    pub(crate) fn run(text: impl Into<String>, command: String) -> Self {
        Self {
            text: text.into(),
            command: Some(command),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeleteAdviceList;

    #[test]
    fn the_committed_schema_is_that_of_the_document() {
        hv_testbed::generated::schema::<DeleteAdviceList>("schemas/delete-advice-list.schema.json");
    }
}
