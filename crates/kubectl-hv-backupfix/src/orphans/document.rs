//! The document of `orphans`; the table is a view of it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::ObjectRef;
use crate::report::ClusterFacts;

/// What is left over, and where it leads.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrphanList {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `OrphanList`.
    pub(crate) kind: &'static str,
    /// What was looked at.
    pub(crate) cluster: ClusterFacts,
    /// The folder of the backup target that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_dir: Option<String>,
    /// What is left over, by kind.
    pub(crate) items: Vec<Orphan>,
    /// What to make of each class that was found.
    pub(crate) advice: Vec<Advice>,
    /// What could not be judged, each with its reason.
    pub(crate) not_judged: Vec<String>,
    /// How many things of no known namespace were left out because one namespace was asked for.
    pub(crate) left_out: usize,
}

/// Something that is left over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Orphan {
    /// What it is; `Record` and `Data` are files of a backup target.
    pub(crate) object: ObjectRef,
    /// Why it is left over.
    pub(crate) class: Class,
    /// The same in words.
    pub(crate) note: String,
    /// Whether it is certain; if not, something that may lead to it could not be read.
    pub(crate) proven: bool,
    /// The policy of the content, or of that of the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    /// The data behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) leads_to: Option<String>,
    /// What else leads to the same data, as `KIND/NAMESPACE/NAME`.
    pub(crate) also_held_by: Vec<String>,
    /// What its deletion would do to that data.
    pub(crate) deletion: Deletion,
}

/// What the deletion of something does to data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deletion {
    /// Whether data goes with it.
    pub(crate) data: Data,
    /// Why, in one sentence without a full stop.
    pub(crate) reason: String,
}

/// Whether data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Data {
    /// It is deleted.
    Deleted,
    /// It stays, or there is none.
    Kept,
    /// It cannot be told.
    Unknown,
}

/// Why something is left over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Class {
    /// A snapshot whose backup is gone.
    OrphanSnapshot,
    /// A snapshot that went to a claim when its VM was deleted.
    HandedOver,
    /// A pair whose backup goes by another name since a restore.
    RenamedPair,
    /// A content whose snapshot or backup is gone.
    StrayContent,
    /// A content of a restore, on Retain.
    RestoreContent,
    /// A backup of Longhorn that nothing leads to.
    UnreferencedBackup,
    /// A record whose data is gone.
    RecordWithoutData,
    /// Data that no record names.
    DataWithoutRecord,
}

/// What to make of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Advice {
    /// The class.
    pub(crate) class: Class,
    /// What to do, and what not.
    pub(crate) text: &'static str,
}

impl Class {
    /// What to make of it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::OrphanSnapshot => {
                "See whether its data is still needed. To be rid of the object only, set its content to Retain, then delete it; without Retain the data goes with it."
            }
            Self::HandedOver => {
                "It keeps the state of a disk of a VM that was deleted, and goes with its claim. Delete it if nobody needs that state."
            }
            Self::RenamedPair => {
                "It leads to the data of a backup that is in use. Set its content to Retain before anything else, then delete the snapshot, then the content."
            }
            Self::StrayContent => {
                "Set it to Retain, see what else leads to the same data, then delete it. Where the policy is Delete, deleting it may delete data that a backup needs."
            }
            Self::RestoreContent => {
                "The restore is over, and on Retain it deletes nothing. Delete it when no restore of that name runs."
            }
            Self::UnreferencedBackup => {
                "It may be a recurring or hand-made backup of Longhorn's own, or one of another cluster with this backup target, or wait to be imported. Ask before you delete it: its data goes with it."
            }
            Self::RecordWithoutData => {
                "It is never imported, or comes back as a backup without data. Another cluster with this target may be writing it; ask before you move it away."
            }
            Self::DataWithoutRecord => {
                "It may be a backup of Longhorn's own, or of another cluster, or one whose record was removed. Never delete files of Longhorn by hand; let Longhorn delete the backup."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OrphanList;

    #[test]
    fn the_committed_schema_is_that_of_the_document() {
        hv_testbed::generated::schema::<OrphanList>("schemas/orphan-list.schema.json");
    }
}
