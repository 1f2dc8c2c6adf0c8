//! What Harvester's controller asks of each disk while it restores.

use hv_cluster::views::{Snapshot, VolumeBackup};

use super::inquiry::Inquiry;
use super::walk::{Reply, Walk};
use crate::index::Found;
use crate::judge::Handle;

/// How a disk is restored, as far as that decides what else is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Through the pair of snapshot and content that is there.
    Pair,
    /// Through a pair that Harvester makes anew, with the right handle.
    Anew,
}

/// Asks what is asked of a disk from 1.5 on; before that nothing is.
pub(crate) fn ask(walk: &mut Walk, inquiry: &Inquiry<'_>, record: &VolumeBackup) -> Way {
    if !inquiry.since("1.5") {
        return Way::Pair;
    }
    let disk = Some(record.volume_name.as_str());
    let own = inquiry.backup.metadata.namespace.as_str();
    let home = home(inquiry, record);
    // Up to 1.8 the claim's namespace decides which way is taken, from 1.9 on the backup's.
    let compared = if inquiry.since("1.9") { own } else { home };
    if inquiry.namespace != compared {
        let name = &record.longhorn_backup_name;
        walk.ask(disk, format!("Longhorn Backup {name} exists"), || {
            Reply::of(
                &inquiry.index.lh_backup(name),
                not_found(inquiry, "backups.longhorn.io", name),
            )
        });
        return Way::Anew;
    }
    let snapshot = inquiry.index.snapshot(home, &record.name);
    walk.ask(
        disk,
        format!("VolumeSnapshot {home}/{} exists", record.name),
        || match &snapshot {
            Found::Yes(found) if is_taken_here(found) => {
                Reply::YesBut("it was taken in this cluster and is used as it is".to_owned())
            }
            // Even on 1.9 this is no crash.
            found => Reply::of(
                found,
                fails(
                    inquiry,
                    &not_there("volumesnapshots.snapshot.storage.k8s.io", &record.name),
                ),
            ),
        },
    );
    match &snapshot {
        Found::Yes(found) if is_taken_here(found) => return Way::Pair,
        // What else is asked depends on where the snapshot came from.
        Found::Unknown(why) => {
            let question = "its content, if it was not taken here, leads to one BackupVolume";
            walk.ask(disk, question, || Reply::Unknown(why.clone()));
            return Way::Pair;
        }
        Found::Yes(_) | Found::No => {}
    }
    handle(walk, inquiry, record)
}

fn is_taken_here(snapshot: &Snapshot) -> bool {
    !snapshot.spec.source.persistent_volume_claim_name.is_empty()
}

/// The namespace in which the controller looks for the snapshot.
pub(crate) fn home<'a>(inquiry: &Inquiry<'a>, record: &'a VolumeBackup) -> &'a str {
    match record.persistent_volume_claim.metadata.namespace.as_str() {
        "" => &inquiry.backup.metadata.namespace,
        named => named,
    }
}

/// The content by its derived name, its handle, and what that leads to.
fn handle(walk: &mut Walk, inquiry: &Inquiry<'_>, record: &VolumeBackup) -> Way {
    let disk = Some(record.volume_name.as_str());
    let index = inquiry.index;
    // The controller does not follow the snapshot's reference.
    let name = format!("{}-vsc", record.name);
    let content = index.content(&name);
    walk.ask(disk, format!("VolumeSnapshotContent {name} exists"), || {
        let kind = "volumesnapshotcontents.snapshot.storage.k8s.io";
        Reply::of(&content, not_found(inquiry, kind, &name))
    });
    let text = match &content {
        Found::Yes(content) => content.spec.source.snapshot_handle.as_str(),
        _ => "",
    };
    let (volume, id) = match Handle::parse(text) {
        Handle::Names { volume, id, .. } => (volume, id),
        Handle::Odd => (String::new(), String::new()),
    };
    walk.ask(
        disk,
        "its handle names a volume and a backup",
        || match &content {
            Found::Unknown(why) => Reply::Unknown(why.clone()),
            _ if !id.is_empty() => Reply::YesBut(text.to_owned()),
            _ if text.is_empty() => Reply::No(grave(
                inquiry,
                &format!("vsc {name} missing SnapshotHandle"),
            )),
            _ => {
                let message = not_there("backups.longhorn.io", "");
                Reply::No(format!("{text}; {}", grave(inquiry, &message)))
            }
        },
    );
    let unread = match &content {
        Found::Unknown(why) => Some(why.clone()),
        _ => None,
    };
    let what = if id.is_empty() {
        "that it names".to_owned()
    } else {
        id.clone()
    };
    walk.ask(
        disk,
        format!("Longhorn Backup {what} exists"),
        || match &unread {
            Some(why) => Reply::Unknown(why.clone()),
            None => Reply::of(
                &index.lh_backup(&id),
                not_found(inquiry, "backups.longhorn.io", &id),
            ),
        },
    );
    let what = if volume.is_empty() {
        "that volume".to_owned()
    } else {
        volume.clone()
    };
    let mut way = Way::Pair;
    walk.ask(
        disk,
        format!("exactly one BackupVolume is of {what}"),
        || {
            if let Some(why) = unread {
                return Reply::Unknown(why);
            }
            let (reply, found) = volumes(inquiry, record, &volume, &id);
            way = found;
            reply
        },
    );
    way
}

fn volumes(inquiry: &Inquiry<'_>, record: &VolumeBackup, volume: &str, id: &str) -> (Reply, Way) {
    let found = match inquiry.index.lh_volumes(volume) {
        Found::Yes(found) => found.len(),
        Found::Unknown(why) => return (Reply::Unknown(why), Way::Pair),
        Found::No => 0,
    };
    match found {
        1 => (Reply::Yes, Way::Pair),
        0 if inquiry.since("1.9") => (Reply::No(CRASH.to_owned()), Way::Pair),
        0 => revised(inquiry, record, volume, id),
        _ => {
            let message = format!("found more than 1 backupvolume for volume {volume}");
            (Reply::No(grave(inquiry, &message)), Way::Pair)
        }
    }
}

/// From 1.5 to 1.8 a volume that is not found makes Harvester rename the record of the disk.
fn revised(inquiry: &Inquiry<'_>, record: &VolumeBackup, volume: &str, id: &str) -> (Reply, Way) {
    const ENDLESS: &str = "Harvester renames the disk's record to …-snap-revise at every attempt, \
                           and makes another pair each time";
    let right = match inquiry.index.lh_backup(&record.longhorn_backup_name) {
        Found::Yes(backup) => backup.volume().to_owned(),
        _ => return (Reply::No(ENDLESS.to_owned()), Way::Pair),
    };
    if right == volume || id.is_empty() {
        return (Reply::No(ENDLESS.to_owned()), Way::Pair);
    }
    match inquiry.index.lh_volumes(&right) {
        Found::Yes([_]) => {
            let note = format!(
                "there is none; Harvester renames the disk's record to {}-snap-revise, makes a pair \
                 with the right volume, {right}, and goes on",
                record.name
            );
            (Reply::YesBut(note), Way::Anew)
        }
        Found::Yes([_, _, ..]) => {
            let message = format!("found more than 1 backupvolume for volume {right}");
            (Reply::No(grave(inquiry, &message)), Way::Pair)
        }
        Found::Unknown(why) => (Reply::Unknown(why), Way::Pair),
        Found::Yes([]) | Found::No => (Reply::No(ENDLESS.to_owned()), Way::Pair),
    }
}

/// What 1.9 does where releases before it return an error.
const CRASH: &str =
    "the Harvester controller crashes, again at every start while the restore exists";

fn not_there(kind: &str, name: &str) -> String {
    format!("{kind} \"{name}\" not found")
}

fn not_found(inquiry: &Inquiry<'_>, kind: &str, name: &str) -> String {
    grave(inquiry, &not_there(kind, name))
}

/// What follows from an error that 1.9 does not survive.
fn grave(inquiry: &Inquiry<'_>, message: &str) -> String {
    let is_same = inquiry.namespace == inquiry.backup.metadata.namespace;
    match inquiry.since("1.9") && is_same {
        true => CRASH.to_owned(),
        false => fails(inquiry, message),
    }
}

/// What follows from an error.
fn fails(inquiry: &Inquiry<'_>, message: &str) -> String {
    let again = match inquiry.since("1.9") {
        true => "is not tried again by itself",
        false => "is tried again by itself",
    };
    format!("the restore stops with {message}, and {again}")
}
