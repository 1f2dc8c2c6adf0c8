//! Views of snapshots and their contents with everything that binds them together.

use serde::Deserialize;

use super::{Owned, Problem};
use crate::lenient;

/// A `VolumeSnapshot`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Snapshot {
    /// Metadata.
    pub metadata: Owned,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: SnapshotSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: SnapshotStatus,
}

/// Where a snapshot comes from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotSpec {
    /// Exactly one of its fields is set.
    #[serde(deserialize_with = "lenient::part")]
    pub source: SnapshotSource,
}

/// Where a snapshot comes from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotSource {
    /// A claim, for snapshots taken in this cluster.
    #[serde(deserialize_with = "lenient::text")]
    pub persistent_volume_claim_name: String,
    /// A content that was made first.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_snapshot_content_name: String,
}

/// What came of a snapshot.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotStatus {
    /// The content it is bound to.
    #[serde(deserialize_with = "lenient::text")]
    pub bound_volume_snapshot_content_name: String,
    /// The last error.
    #[serde(deserialize_with = "lenient::optional")]
    pub error: Option<Problem>,
}

impl Snapshot {
    /// The content that it names or is bound to, empty if it has none yet.
    pub fn content(&self) -> &str {
        match self.spec.source.volume_snapshot_content_name.as_str() {
            "" => &self.status.bound_volume_snapshot_content_name,
            named => named,
        }
    }
}

/// A `VolumeSnapshotContent`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoundSnapshotContent {
    /// Metadata.
    pub metadata: Owned,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: BoundContentSpec,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: BoundContentStatus,
}

/// What a content binds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoundContentSpec {
    /// `Delete` or `Retain`.
    #[serde(deserialize_with = "lenient::text")]
    pub deletion_policy: String,
    /// CSI driver.
    #[serde(deserialize_with = "lenient::text")]
    pub driver: String,
    /// Where it came from.
    #[serde(deserialize_with = "lenient::part")]
    pub source: BoundContentSource,
    /// The snapshot it is for.
    #[serde(deserialize_with = "lenient::part")]
    pub volume_snapshot_ref: SnapshotRef,
}

/// Where a content came from: one of the two is set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoundContentSource {
    /// A volume, for snapshots taken in this cluster.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_handle: String,
    /// A snapshot that was there before.
    #[serde(deserialize_with = "lenient::text")]
    pub snapshot_handle: String,
}

/// The snapshot a content is for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotRef {
    /// Namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Uid, empty until it is bound.
    #[serde(deserialize_with = "lenient::text")]
    pub uid: String,
}

/// What came of a content.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoundContentStatus {
    /// The driver's name for the snapshot.
    #[serde(deserialize_with = "lenient::text")]
    pub snapshot_handle: String,
}

impl BoundSnapshotContent {
    /// The driver's name for the snapshot, empty if it has none yet.
    pub fn handle(&self) -> &str {
        match self.spec.source.snapshot_handle.as_str() {
            "" => &self.status.snapshot_handle,
            given => given,
        }
    }

    /// Whether deleting it deletes what it stands for.
    pub fn deletes(&self) -> bool {
        self.spec.deletion_policy != "Retain"
    }
}
