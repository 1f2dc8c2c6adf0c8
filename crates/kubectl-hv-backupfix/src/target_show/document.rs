//! The document of `target show`; what people read is a view of it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::ObjectRef;
use crate::report::ClusterFacts;

/// The backup target, from every side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupTargetReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `BackupTargetReport`.
    pub(crate) kind: &'static str,
    /// What was looked at.
    pub(crate) cluster: ClusterFacts,
    /// What Harvester was told.
    pub(crate) setting: SettingFacts,
    /// What Longhorn makes of it.
    pub(crate) longhorn: LonghornFacts,
    /// Passes over the records on the target.
    pub(crate) pass: PassFacts,
    /// Whether the setting can be changed now.
    pub(crate) change: ChangeFacts,
    /// Where backups lie, compared as text with the setting.
    pub(crate) backups: BackupFacts,
    /// Whether it can be reached from this machine.
    pub(crate) reach: ReachFacts,
}

/// What Harvester was told; credentials are never read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingFacts {
    /// `set`, `unset`, `unreadable` or `unknown`.
    pub(crate) state: &'static str,
    /// Why it is unreadable or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// `s3` or `nfs`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// URL of an S3 service, or of an NFS export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<String>,
    /// Bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bucket_name: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bucket_region: Option<String>,
    /// Seconds between two passes; 0 for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_interval_in_seconds: Option<i64>,
    /// The condition `configured`: `True`, `False`, another status, or `absent`.
    pub(crate) configured: String,
    /// Its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) configured_message: Option<String>,
}

/// What Longhorn makes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LonghornFacts {
    /// `available`, `unavailable`, `absent` or `unknown`.
    pub(crate) state: &'static str,
    /// Where it was read: `BackupTarget`, `Settings`, or `none`.
    pub(crate) source: &'static str,
    /// URL in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// URL that the setting means, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected_url: Option<String>,
    /// Why it is not available, or not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// How often it is looked at, as a Go duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) poll_interval: Option<String>,
    /// When it was last looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_synced_at: Option<String>,
}

/// Passes over the records on the target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassFacts {
    /// `due`, `next`, `never`, `untracked` (this release writes no times) or `none`.
    pub(crate) state: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// When the last one came to its end, as Harvester wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<String>,
    /// When the next one comes, or was to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    /// Whether the last one saw the present value; absent if nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) saw_this_value: Option<bool>,
}

/// Whether the setting can be changed now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeFacts {
    /// `free`, `blocked` or `unknown`.
    pub(crate) state: &'static str,
    /// What blocks it.
    pub(crate) blockers: Vec<Blocker>,
    /// Why there may be more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_read: Vec<String>,
}

/// Something that blocks a change of the setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Blocker {
    /// The object.
    pub(crate) object: ObjectRef,
    /// Why it blocks.
    pub(crate) reason: String,
}

/// Where backups lie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupFacts {
    /// Backups of which `status.backupTarget` is the setting, word for word.
    pub(crate) here: usize,
    /// Backups on other places.
    pub(crate) elsewhere: usize,
    /// Backups without `status.backupTarget`.
    pub(crate) without: usize,
    /// The other places.
    pub(crate) places: Vec<OtherPlace>,
    /// Why there may be more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_read: Vec<String>,
}

/// A place that is not the one that is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OtherPlace {
    /// URL of an S3 service, or of an NFS export.
    pub(crate) endpoint: String,
    /// Bucket.
    pub(crate) bucket_name: String,
    /// Region.
    pub(crate) bucket_region: String,
    /// How many backups lie there.
    pub(crate) count: usize,
    /// Some of them, as `NAMESPACE/NAME`.
    pub(crate) examples: Vec<String>,
    /// Where it first differs from the setting; absent if none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) difference: Option<Difference>,
}

/// Where two places first differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    /// `endpoint`, `bucketName` or `bucketRegion`.
    pub(crate) field: &'static str,
    /// The first character that differs, counted from 1.
    pub(crate) at: usize,
    /// What the backups have from there on.
    pub(crate) theirs: String,
    /// What the setting has from there on.
    pub(crate) set: String,
}

/// Whether the target can be reached from this machine, which says nothing about the cluster's way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReachFacts {
    /// `connected`, `refused`, `timed-out`, `unresolved`, `failed`, `skipped` or `no-address`.
    pub(crate) state: &'static str,
    /// What it says in words.
    pub(crate) note: String,
    /// Host and port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// Each address that was tried, and what came of it.
    pub(crate) tried: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::BackupTargetReport;

    #[test]
    fn the_committed_schema_is_that_of_the_document() {
        let path = "schemas/backup-target-report.schema.json";
        hv_testbed::generated::schema::<BackupTargetReport>(path);
    }
}
