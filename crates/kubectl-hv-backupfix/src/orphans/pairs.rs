//! Snapshots and contents that nobody needs any more.

use std::collections::{BTreeMap, BTreeSet};

use hv_cluster::views::{Backup, BoundSnapshotContent, Snapshot};

use super::document::{Class, Data, Deletion, Orphan};
use super::search::Search;
use crate::delete_advice::{Effect, effect};
use crate::finding::ObjectRef;
use crate::index::{Found, Index};
use crate::judge::{Handle, Holder, orphan, stray};

/// Finds them, and what could not be judged.
pub(super) fn find(search: &mut Search<'_>) {
    let index = search.bench.index;
    let renamed = renamed(index);
    for snapshot in &index.inventory.snapshots.items {
        let meta = &snapshot.metadata;
        if !search.takes(&meta.namespace) || meta.is_deleting() {
            continue;
        }
        let key = (meta.namespace.as_str(), meta.name.as_str());
        let (class, note) = match (orphan(search.bench, snapshot), renamed.get(&key)) {
            (Some((note, _)), _) if meta.owner("VirtualMachineBackup").is_some() => {
                (Class::OrphanSnapshot, note)
            }
            (Some((note, _)), _) => (Class::HandedOver, note),
            (None, Some(note)) => (Class::RenamedPair, note.clone()),
            (None, None) => continue,
        };
        let found = of_snapshot(search, snapshot, class, &note);
        search.items.push(found);
    }
    let mut unjudged: BTreeMap<String, usize> = BTreeMap::new();
    for content in &index.inventory.contents.items {
        let bound = &content.spec.volume_snapshot_ref;
        if !search.takes(&bound.namespace) || content.metadata.is_deleting() {
            continue;
        }
        let (class, note) = match stray(search.bench, content) {
            Some(note) if is_restore(content) && !content.deletes() => {
                (Class::RestoreContent, note)
            }
            Some(note) => (Class::StrayContent, note),
            None => {
                let key = (bound.namespace.as_str(), bound.name.as_str());
                let Some(note) = renamed.get(&key) else {
                    if let Found::Unknown(why) = index.snapshot(&bound.namespace, &bound.name) {
                        *unjudged.entry(why).or_default() += 1;
                    }
                    continue;
                };
                (Class::RenamedPair, note.clone())
            }
        };
        let found = of_content(search, content, class, note);
        search.items.push(found);
    }
    for (why, count) in unjudged {
        let contents = hv_cli::plural::count(count, "VolumeSnapshotContent");
        search.not_judged.push(format!("{contents}: {why}"));
    }
}

fn is_restore(content: &BoundSnapshotContent) -> bool {
    content.metadata.name.starts_with("restore-")
}

/// Snapshots of a backup that is there and goes by other names now.
fn renamed<'a>(index: &'a Index<'a>) -> BTreeMap<(&'a str, &'a str), String> {
    let mut found = BTreeMap::new();
    for snapshot in &index.inventory.snapshots.items {
        let meta = &snapshot.metadata;
        let Some(owner) = meta.owner("VirtualMachineBackup") else {
            continue;
        };
        let Found::Yes(backup) = index.owning_backup(&meta.namespace, &owner.uid) else {
            continue;
        };
        if let Some(note) = left_behind(backup, &meta.name) {
            found.insert((meta.namespace.as_str(), meta.name.as_str()), note);
        }
    }
    found
}

/// Why a backup has left a snapshot behind, if it has; one without records names none yet.
pub(super) fn left_behind(backup: &Backup, snapshot: &str) -> Option<String> {
    let names: BTreeSet<&str> = backup
        .disks()
        .iter()
        .map(|record| record.name.as_str())
        .collect();
    if names.is_empty() || names.contains(snapshot) {
        return None;
    }
    let own = &backup.metadata.name;
    let start = format!("{snapshot}-snap-revise");
    Some(match names.iter().find(|name| name.starts_with(&start)) {
        Some(now) => format!("backup {own} goes by {now} since a restore renamed it"),
        None => format!("backup {own} no longer names it"),
    })
}

fn of_snapshot(search: &Search<'_>, snapshot: &Snapshot, class: Class, note: &str) -> Orphan {
    let meta = &snapshot.metadata;
    let index = search.bench.index;
    let object = ObjectRef::new("VolumeSnapshot", &meta.namespace, &meta.name);
    let name = snapshot.content();
    let gone = |reason: String, data| Orphan {
        object: object.clone(),
        class,
        note: note.to_owned(),
        proven: true,
        policy: None,
        leads_to: None,
        also_held_by: Vec::new(),
        deletion: Deletion { data, reason },
    };
    if name.is_empty() {
        return gone("it leads to no content".to_owned(), Data::Kept);
    }
    match index.content(name) {
        Found::No => gone(format!("its content {name} is gone"), Data::Kept),
        Found::Unknown(why) => gone(why, Data::Unknown),
        Found::Yes(content) => {
            let inner = of_content(search, content, class, note.to_owned());
            let leads_to = inner
                .leads_to
                .map_or_else(|| name.to_owned(), |to| format!("{name} > {to}"));
            Orphan {
                object: object.clone(),
                leads_to: Some(leads_to),
                ..inner
            }
        }
    }
}

fn of_content(
    search: &Search<'_>,
    content: &BoundSnapshotContent,
    class: Class,
    note: String,
) -> Orphan {
    let name = &content.metadata.name;
    let backup = named_backup(content);
    let others = |id: String| search.sharing.others(&id, Holder::content(content));
    let policy = match content.spec.deletion_policy.as_str() {
        "" => None,
        policy => Some(policy.to_owned()),
    };
    Orphan {
        object: ObjectRef::new("VolumeSnapshotContent", "", name),
        class,
        note,
        proven: true,
        policy,
        leads_to: leads_to(search.bench.index, content),
        also_held_by: backup.map_or_else(Vec::new, others),
        deletion: deletion(search.bench.index, content),
    }
}

/// The Longhorn backup that a content names, whether the rest of its handle is right or not.
pub(super) fn named_backup(content: &BoundSnapshotContent) -> Option<String> {
    match Handle::parse(content.handle()) {
        Handle::Names { kind, id, .. } if matches!(kind.as_str(), "bak" | "bs") => Some(id),
        _ => None,
    }
}

fn leads_to(index: &Index<'_>, content: &BoundSnapshotContent) -> Option<String> {
    let handle = content.handle();
    match Handle::parse(handle) {
        _ if handle.is_empty() => None,
        Handle::Names { kind, id, .. } if matches!(kind.as_str(), "bak" | "bs") => {
            Some(match index.lh_backup(&id) {
                Found::Yes(_) => id,
                Found::No => format!("{id} (gone)"),
                Found::Unknown(_) => format!("{id} (not known)"),
            })
        }
        _ => Some(handle.to_owned()),
    }
}

/// What its deletion does; nothing is said to be without effect unless the reason is known.
fn deletion(index: &Index<'_>, content: &BoundSnapshotContent) -> Deletion {
    if !content.deletes() {
        return Deletion {
            data: Data::Kept,
            reason: "on Retain the driver is not asked".to_owned(),
        };
    }
    let (data, reason) = match effect(index, content) {
        Effect::Backup(id) => (
            Data::Deleted,
            format!("Longhorn deletes Backup {id} with its data"),
        ),
        Effect::Snapshot(what) => (
            Data::Deleted,
            format!("Longhorn deletes its snapshot {what}"),
        ),
        Effect::Other(driver) => (
            Data::Deleted,
            format!("the driver {driver} deletes its snapshot"),
        ),
        Effect::Nothing(why) => (Data::Kept, why),
        Effect::Refused(why) => (Data::Kept, format!("{why}; the object stays in deletion")),
        Effect::Unknown(why) => (Data::Unknown, why),
    };
    Deletion { data, reason }
}
