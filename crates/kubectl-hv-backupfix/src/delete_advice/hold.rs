//! What holds the data of a disk: the content that its snapshot is bound to, and what that would do.

use hv_cluster::views::{Backup, BoundSnapshotContent, Owner, VolumeBackup};

use super::driver::{Effect, effect};
use crate::index::{Found, Index};
use crate::judge::Chain;

/// What holds the data of a disk.
#[derive(Clone, Debug)]
pub(crate) enum Hold<'a> {
    /// The snapshot is gone, so nothing leads from the backup to a content.
    NoSnapshot,
    /// The snapshot is bound to nothing.
    Unbound,
    /// Something is missing that may still be made.
    Unfinished,
    /// The content belongs to another snapshot.
    Foreign(&'a BoundSnapshotContent),
    /// The content keeps the data when it goes.
    Retained(&'a BoundSnapshotContent, Effect),
    /// The driver is asked when the content goes.
    Asked(&'a BoundSnapshotContent, Effect),
    /// It cannot be told; why.
    Unknown(String),
}

impl<'a> Hold<'a> {
    /// Follows the record of a disk.
    pub(crate) fn of(
        index: &'a Index<'a>,
        backup: &'a Backup,
        record: &'a VolumeBackup,
        chain: &Chain<'a>,
    ) -> Self {
        let unfinished = !backup.is_ready() && backup.status.error.is_none();
        match (&chain.snapshot, &chain.content) {
            (Found::Unknown(why), _) | (_, Found::Unknown(why)) => Self::Unknown(why.clone()),
            (Found::No, _) | (_, Found::No) if unfinished => Self::Unfinished,
            (Found::No, _) => Self::NoSnapshot,
            (_, Found::No) => Self::Unbound,
            (_, Found::Yes(content)) => {
                if chain.is_bound(backup, record) == Some(false) {
                    Self::Foreign(content)
                } else if content.deletes() {
                    Self::Asked(content, effect(index, content))
                } else {
                    Self::Retained(content, effect(index, content))
                }
            }
        }
    }

    /// The content, if the backup leads to one.
    pub(crate) fn content(&self) -> Option<&'a BoundSnapshotContent> {
        match self {
            Self::Foreign(content) | Self::Retained(content, _) | Self::Asked(content, _) => {
                Some(content)
            }
            _ => None,
        }
    }
}

/// Contents that were made for the snapshot of a record, whether it is there or not.
pub(crate) fn made_for<'a>(
    index: &'a Index<'a>,
    backup: &Backup,
    record: &VolumeBackup,
) -> Vec<(&'a BoundSnapshotContent, Effect)> {
    let contents = index.inventory.contents.items.iter().filter(|content| {
        let bound = &content.spec.volume_snapshot_ref;
        bound.namespace == backup.metadata.namespace && bound.name == record.name
    });
    contents
        .map(|content| (content, effect(index, content)))
        .collect()
}

/// A snapshot that a backup owns and no record of it names any more, as renames leave them.
#[derive(Clone, Debug)]
pub(crate) struct Left<'a> {
    /// The snapshot.
    pub(crate) snapshot: &'a str,
    /// Its content, where it is known.
    pub(crate) content: Option<&'a BoundSnapshotContent>,
    /// What its deletion does; nothing if the content is gone or on Retain.
    pub(crate) effect: Option<Effect>,
}

/// What renames left behind. The garbage collector takes it along whichever way the deletion goes.
pub(crate) fn left_behind<'a>(index: &'a Index<'a>, backup: &'a Backup) -> Vec<Left<'a>> {
    let is_named = |name: &str| backup.disks().iter().any(|record| record.name == name);
    let is_owned =
        |owner: &Owner| owner.kind == "VirtualMachineBackup" && owner.uid == backup.metadata.uid;
    let snapshots = index.inventory.snapshots.items.iter().filter(|snapshot| {
        let meta = &snapshot.metadata;
        meta.namespace == backup.metadata.namespace
            && meta.owner_references.iter().any(is_owned)
            && !is_named(&meta.name)
    });
    let mut left: Vec<Left<'a>> = snapshots
        .map(|snapshot| {
            let (content, effect) = match index.content(snapshot.content()) {
                Found::Yes(content) if content.deletes() => {
                    (Some(content), Some(effect(index, content)))
                }
                Found::Yes(content) => (Some(content), None),
                Found::No => (None, None),
                Found::Unknown(why) => (None, Some(Effect::Unknown(why))),
            };
            Left {
                snapshot: &snapshot.metadata.name,
                content,
                effect,
            }
        })
        .collect();
    // Where snapshots of the namespace were not all read, there may be more of them.
    if let Found::Unknown(why) = index.snapshot(&backup.metadata.namespace, "") {
        left.push(Left {
            snapshot: "",
            content: None,
            effect: Some(Effect::Unknown(why)),
        });
    }
    left
}
