//! What Harvester's admission asks when a restore is made.

use hv_cluster::views::Schedule;

use super::inquiry::{Inquiry, demotion};
use super::walk::{Reply, Stage, Walk};
use crate::index::Found;
use crate::judge::missing;
use crate::target::{TargetSetting, place};

/// The annotation that names the schedule that made a backup.
pub(crate) const SCHEDULE: &str = "harvesterhci.io/svmbackupId";

/// Asks all of it, in the order of the release.
pub(crate) fn ask(walk: &mut Walk, inquiry: &Inquiry<'_>) {
    walk.stage(Stage::Admission);
    walk.ask(None, format!("backup {} exists", inquiry.name()), || {
        Reply::Yes
    });
    if inquiry.since("1.9") {
        walk.ask(None, "it is ready", || ready(inquiry));
        walk.ask(None, "it is of a VM", || kind(inquiry));
        walk.ask(None, "it is not being deleted", || staying(inquiry));
    } else {
        walk.ask(None, "it is not being deleted", || staying(inquiry));
        walk.ask(None, "it is ready", || ready(inquiry));
    }
    if inquiry.since("1.4") {
        walk.ask(None, "no schedule that made it is running", || {
            schedule(inquiry.schedule)
        });
    }
    walk.ask(None, "its snapshot classes exist", || classes(inquiry));
    if inquiry.since("1.4") {
        walk.ask(None, "the networks of its VM exist", || networks(inquiry));
    }
    if inquiry.backup.is_snapshot() {
        return;
    }
    walk.ask(None, "a backup target is set", || target(inquiry));
    walk.ask(None, "it lies on that backup target", || {
        same_target(inquiry)
    });
    if inquiry.since("1.5") {
        walk.ask(None, "every disk has a Longhorn Backup", || {
            longhorn_only(inquiry)
        });
    }
}

fn staying(inquiry: &Inquiry<'_>) -> Reply {
    match inquiry.backup.metadata.deletion_timestamp.as_str() {
        "" => Reply::Yes,
        since => Reply::No(format!("it is being deleted since {since}")),
    }
}

fn ready(inquiry: &Inquiry<'_>) -> Reply {
    let backup = inquiry.backup;
    let demoted = demotion(backup);
    if backup.is_ready() {
        return match demoted {
            Some(reason) => Reply::YesBut(format!(
                "a pass over the backup target wants it not ready ({reason}), but only \
                 status.readyToUse counts"
            )),
            None => Reply::Yes,
        };
    }
    let progress = backup.status.progress.unwrap_or(0);
    Reply::No(match (&backup.status.error, demoted) {
        (Some(error), _) => format!("it ended in an error: {}", error.message),
        (None, Some(reason)) => format!("a pass over the backup target demoted it: {reason}"),
        (None, None) => format!("it is in progress, at {progress} %"),
    })
}

fn kind(inquiry: &Inquiry<'_>) -> Reply {
    match inquiry.backup.spec.source.kind.as_str() {
        "VirtualMachine" => Reply::Yes,
        other => Reply::No(format!("unsupported backup source kind: {other}")),
    }
}

fn schedule(schedule: &Found<Schedule>) -> Reply {
    match schedule {
        Found::Yes(found) if found.spec.suspend != Some(true) => {
            let meta = &found.metadata;
            Reply::No(format!(
                "schedule {}/{} has to be suspended first",
                meta.namespace, meta.name
            ))
        }
        Found::Unknown(why) => Reply::Unknown(why.clone()),
        Found::Yes(_) | Found::No => Reply::Yes,
    }
}

/// Turns what is missing into a reply.
fn lacking((gone, unknown): (Vec<String>, Option<String>), what: &str) -> Reply {
    match (gone.as_slice(), unknown) {
        ([], None) => Reply::Yes,
        ([], Some(why)) => Reply::Unknown(why),
        (gone, _) => Reply::No(format!("there is no {what} {}", gone.join(", "))),
    }
}

fn classes(inquiry: &Inquiry<'_>) -> Reply {
    let names = inquiry
        .backup
        .status
        .csi_driver_volume_snapshot_class_names
        .values();
    let look = |name: &str| inquiry.index.snapshot_class(name);
    lacking(
        missing(names.map(String::as_str), look),
        "VolumeSnapshotClass",
    )
}

fn networks(inquiry: &Inquiry<'_>) -> Reply {
    let Some(source) = &inquiry.backup.status.source else {
        return Reply::No(
            "status.source is absent, so by its code the admission itself fails".to_owned(),
        );
    };
    let networks = source.spec.template.spec.networks.iter();
    let names = networks.filter_map(|network| network.multus.as_ref());
    let names: Vec<&str> = names.map(|network| network.network_name.as_str()).collect();
    if let Some(bare) = names.iter().find(|name| !name.contains('/')) {
        let note = format!("network {bare} names no namespace, so Harvester never finds it");
        return Reply::No(note);
    }
    let look = |name: &str| {
        let (namespace, name) = name.split_once('/').unwrap_or_default();
        inquiry.index.network(namespace, name)
    };
    lacking(
        missing(names.iter().copied(), look),
        "NetworkAttachmentDefinition",
    )
}

fn target(inquiry: &Inquiry<'_>) -> Reply {
    match &inquiry.index.target {
        TargetSetting::Set(_) => Reply::Yes,
        TargetSetting::Unset => Reply::No("backup target is not set".to_owned()),
        TargetSetting::Unreadable(why) => Reply::No(format!(
            "the setting backup-target is no JSON object ({why})"
        )),
        TargetSetting::Unknown(why) => Reply::Unknown(why.clone()),
    }
}

fn same_target(inquiry: &Inquiry<'_>) -> Reply {
    let Some(lies_on) = &inquiry.backup.status.backup_target else {
        return Reply::No(match inquiry.since("1.4") {
            true => "status.backupTarget is absent".to_owned(),
            false => "status.backupTarget is absent, so by its code the admission itself fails"
                .to_owned(),
        });
    };
    match (&inquiry.index.target, inquiry.index.is_on_target(lies_on)) {
        (_, Some(true)) => Reply::Yes,
        (TargetSetting::Set(set), Some(false)) => {
            let (lies_on, set) = (place(lies_on), place(&set.place()));
            Reply::No(format!(
                "it lies on {lies_on}, set is {set}; they are compared as text"
            ))
        }
        _ => Reply::Unknown("the backup target that is set is not known".to_owned()),
    }
}

fn longhorn_only(inquiry: &Inquiry<'_>) -> Reply {
    let disks = inquiry.backup.disks().iter();
    let bare: Vec<&str> = disks
        .filter(|record| record.longhorn_backup_name.is_empty())
        .map(|record| record.volume_name.as_str())
        .collect();
    match bare.as_slice() {
        [] => Reply::Yes,
        bare => Reply::No(format!("not from LH: {}", bare.join(", "))),
    }
}
