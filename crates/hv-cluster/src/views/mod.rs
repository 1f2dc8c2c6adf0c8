//! Narrow views of cluster objects: only the fields that something reads, every one optional.
//!
//! They are for reading. What is written back is always the whole object, never a view.

mod backup;
mod configuration;
mod longhorn;
mod restore;
mod saved;
mod schedule;
mod snapshot;
mod storage;
#[cfg(test)]
mod tests;
mod workload;

pub use backup::{
    Backup, BackupSource, BackupStatus, BackupTargetRef, ClaimRef, Owned, Owner, Problem,
    VolumeBackup,
};
pub use longhorn::{LonghornBackup, LonghornBackupTarget, LonghornBackupVolume};
pub use restore::{Restore, RestoreStatus, VolumeRemoteBackup};
pub use schedule::Schedule;
pub use snapshot::{BoundSnapshotContent, Snapshot};

pub use configuration::{
    Cdi, ClaimPropertySet, Deployment, KubeVirt, Setting, StorageProfile,
    ValidatingWebhookConfiguration,
};
pub use storage::{
    Claim, CsiDriver, CsiNode, Lease, LonghornVolume, Pod, SnapshotClass, SnapshotContent,
    StorageClass, Volume,
};
pub use workload::{Image, Instance, Migration, Network, RunState, VirtualMachine, VmVolume};

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::lenient;

/// The part of `metadata` that is read of every object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    /// Name.
    pub name: String,
    /// Namespace, empty for cluster-scoped kinds.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
    /// Annotations that are read; the others, most of a large cluster's metadata, are not kept.
    #[serde(deserialize_with = "read_annotations")]
    pub annotations: BTreeMap<String, String>,
    /// Labels that are read.
    #[serde(deserialize_with = "read_labels")]
    pub labels: BTreeMap<String, String>,
    /// Set while the object is being deleted.
    #[serde(deserialize_with = "lenient::text")]
    pub deletion_timestamp: String,
}

/// Annotations that something reads through [`Meta`].
const ANNOTATIONS: &[&str] = &[
    "cdi.kubevirt.io/clone-strategy",
    "cdi.kubevirt.io/storage.populator.kind",
    "harvesterhci.io/goldenImage",
    "harvesterhci.io/hash",
    "harvesterhci.io/lastRefreshTime",
    "snapshot.storage.kubernetes.io/is-default-class",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/storage-provisioner",
];

/// Labels that something reads through [`Meta`].
const LABELS: &[&str] = &["app"];

fn read_annotations<'de, D>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    lenient::some(deserializer, |key| ANNOTATIONS.contains(&key))
}

fn read_labels<'de, D>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    lenient::some(deserializer, |key| LABELS.contains(&key))
}

impl Meta {
    /// Whether the object is being deleted.
    pub fn is_deleting(&self) -> bool {
        !self.deletion_timestamp.is_empty()
    }

    /// The value of an annotation, empty if it is not there.
    pub fn annotation(&self, key: &str) -> &str {
        debug_assert!(ANNOTATIONS.contains(&key), "{key} is not kept");
        self.annotations.get(key).map_or("", String::as_str)
    }
}

/// A status condition.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// Type, such as `AgentConnected`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: String,
    /// Machine word.
    #[serde(deserialize_with = "lenient::text")]
    pub reason: String,
    /// Text for people.
    #[serde(deserialize_with = "lenient::text")]
    pub message: String,
}

/// The condition of one type, if it is there.
pub fn condition<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}

/// Deserialises a list; whatever is no list becomes empty.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct ListVisitor<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list")
        }

        fn visit_unit<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_none<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_str<E>(self, _: &str) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_bool<E>(self, _: bool) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_i64<E>(self, _: i64) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_u64<E>(self, _: u64) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_f64<E>(self, _: f64) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Vec<T>, A::Error> {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                list.push(item);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_any(ListVisitor(PhantomData))
}
