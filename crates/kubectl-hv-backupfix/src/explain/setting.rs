//! Which objects forbid a change of the setting `backup-target`.

use hv_cli::plural;
use hv_cluster::release::Release;
use hv_cluster::views::{Backup, Restore};

use super::document::{BackupExplanation, Concern, Part};
use super::inquiry::{demotion, judged, unread};
use super::walk::{Answer, Reply, Stage, Walk, overall, since};
use crate::catalog::Catalog;
use crate::finding::{Finding, ObjectRef};
use crate::index::Index;
use crate::judge::{Wanted, backup_ref, judge};
use crate::target::{Target, TargetSetting, place};

/// Explains it.
pub(crate) fn explain(index: &Index<'_>, catalog: &Catalog, newest: Release) -> BackupExplanation {
    let (release, judged_as) = judged(Some(&index.inventory.release), newest);
    let mut told = BackupExplanation::of(ObjectRef::new("Setting", "", "backup-target"));
    told.judged_as = judged_as;
    let backups: Vec<Concern> = index
        .inventory
        .backups
        .items
        .iter()
        .filter_map(unready)
        .collect();
    let restores: Vec<Concern> = index
        .inventory
        .restores
        .items
        .iter()
        .filter_map(unfinished)
        .collect();
    let inventory = index.inventory;
    let what = "virtualmachinebackups.harvesterhci.io";
    let unread_backups = unread(inventory, inventory.backups.gap.as_ref(), what);
    let what = "virtualmachinerestores.harvesterhci.io";
    let unread_restores = unread(inventory, inventory.restores.gap.as_ref(), what);
    let mut walk = Walk::new(Stage::Request);
    let question = "every backup and snapshot is ready and stays, in all namespaces";
    walk.tell(
        None,
        question,
        reply(&backups, unread_backups, REFUSED_BY_BACKUPS),
    );
    let question = "every restore is complete and stays, in all namespaces";
    walk.tell(
        None,
        question,
        reply(&restores, unread_restores, REFUSED_BY_RESTORES),
    );
    told.steps = walk.into_steps();
    told.answer = overall(&told.steps);
    told.conclusion = match told.answer {
        Answer::No => "a change of the backup target is refused".to_owned(),
        Answer::Unknown => {
            "nothing that could be read forbids a change of the backup target".to_owned()
        }
        _ => "nothing forbids a change of the backup target".to_owned(),
    };
    told.remarks = remarks(index, &release, told.answer);
    told.remarks.extend(nil(index, &release));
    told.help = help(&told);
    told.concerned = backups.into_iter().chain(restores).collect();
    told.concerned.extend(way_out(index, &release));
    told.findings = findings(index, catalog);
    told
}

const REFUSED_BY_BACKUPS: &str = "There is VMBackup in creating or deleting progress";
const REFUSED_BY_RESTORES: &str =
    "Can't update the backup target. There is a VM either in the process of creating or deleting";

fn reply(found: &[Concern], unread: Option<String>, refusal: &str) -> Reply {
    match (found, unread) {
        ([], None) => Reply::Yes,
        ([], Some(why)) => Reply::Unknown(why),
        (found, _) => {
            let count = plural::count(found.len(), "object");
            Reply::No(format!("{count} not; Harvester refuses with \"{refusal}\""))
        }
    }
}

/// Why a backup forbids it.
fn unready(backup: &Backup) -> Option<Concern> {
    let status = &backup.status;
    let why = match (&status.error, backup.metadata.is_deleting()) {
        (_, true) => format!(
            "is being deleted since {}",
            backup.metadata.deletion_timestamp
        ),
        _ if backup.is_ready() => return None,
        (Some(error), false) => format!("ended in an error: {}", error.message),
        (None, false) if status.volume_backups.is_none() => {
            "has no disks, so it never becomes ready".to_owned()
        }
        (None, false) => match demotion(backup) {
            Some(reason) => format!("was demoted: {reason}"),
            None => format!("is in progress, at {} %", status.progress.unwrap_or(0)),
        },
    };
    Some(Concern {
        object: backup_ref(backup),
        part: Part::Blocks,
        why,
    })
}

/// Why a restore forbids it.
fn unfinished(restore: &Restore) -> Option<Concern> {
    let meta = &restore.metadata;
    let why = match (meta.is_deleting(), restore.status.complete) {
        (true, _) => format!("is being deleted since {}", meta.deletion_timestamp),
        (false, Some(true)) => return None,
        (false, _) => "is not complete; one that failed counts too".to_owned(),
    };
    let object = ObjectRef::new("VirtualMachineRestore", &meta.namespace, &meta.name);
    Some(Concern {
        object,
        part: Part::Blocks,
        why,
    })
}

/// What still passes, and what does not.
fn remarks(index: &Index<'_>, release: &Release, answer: Answer) -> Vec<String> {
    let mut remarks = Vec::new();
    match &index.target {
        TargetSetting::Set(target) if target.kind == "s3" => {
            remarks.push(fast(release));
        }
        TargetSetting::Set(_) => {
            remarks.push(
                "of an NFS target every write is asked so, an annotation or the interval alone too"
                    .to_owned(),
            );
            if answer == Answer::No && since(release, "1.4.2") {
                remarks.push(
                    "Harvester's own note of a finished pass is refused as well, so passes follow each \
                     other, after 30 seconds at most and later after 2 minutes"
                        .to_owned(),
                );
            }
        }
        TargetSetting::Unset => {
            remarks.push("no backup target is set; setting one is asked so too".to_owned());
        }
        TargetSetting::Unreadable(_) | TargetSetting::Unknown(_) => {}
    }
    remarks.push(
        "the fields of the new value are looked at after that, and then the new target itself"
            .to_owned(),
    );
    remarks
}

fn fast(release: &Release) -> String {
    let what = match since(release, "1.4.2") {
        true => "the interval or the certificate",
        false => "the certificate",
    };
    format!(
        "a change of {what} alone passes in any case, as long as both keys stay empty (a new \
         certificate is taken and not used then)"
    )
}

/// Up to 1.6 an absent field makes the admission itself fail.
fn nil(index: &Index<'_>, release: &Release) -> Option<String> {
    if since(release, "1.7") {
        return None;
    }
    let backups = index.inventory.backups.items.iter();
    let backup = backups
        .filter(|backup| backup.status.ready_to_use.is_none() && backup.status.error.is_some())
        .map(|backup| format!("{}/{}", backup.metadata.namespace, backup.metadata.name))
        .next()?;
    Some(format!(
        "backup {backup} has no status.readyToUse, so by its code the admission itself fails on this \
         release"
    ))
}

fn help(told: &BackupExplanation) -> Vec<String> {
    let mut help = Vec::new();
    if told.answer == Answer::No {
        help.push("wait for what is in progress, mend or delete what is not".to_owned());
    }
    help.push(
        "an empty value passes always, and is the dangerous way out: set every VolumeSnapshotContent of \
         a backup that is being deleted to Retain first, or its data may go with it; nothing can be \
         restored before the same target is set again, word for word"
            .to_owned(),
    );
    help
}

/// What the empty value, or another target after it, does.
fn way_out(index: &Index<'_>, release: &Release) -> Vec<Concern> {
    let TargetSetting::Set(target) = &index.target else {
        return Vec::new();
    };
    let backups = index
        .inventory
        .backups
        .items
        .iter()
        .filter(|backup| !backup.is_snapshot());
    backups
        .filter_map(|backup| fate(backup, target, release))
        .collect()
}

fn fate(backup: &Backup, target: &Target, release: &Release) -> Option<Concern> {
    let lies_on = backup.status.backup_target.as_ref()?;
    let object = backup_ref(backup);
    if backup.metadata.is_deleting() {
        let why =
            "by an empty value: its deletion goes on; its data usually stays, but that is a race"
                .to_owned();
        return Some(Concern {
            object,
            part: Part::Released,
            why,
        });
    }
    // From 1.6 on a pass looks at every backup that is ready, wherever it lies.
    if !since(release, "1.6")
        || !backup.is_ready()
        || demotion(backup).is_some()
        || *lies_on != target.place()
    {
        return None;
    }
    let what = match since(release, "1.7") && !since(release, "1.9") {
        true => "its condition only, readyToUse stays",
        false => "until it is looked at again",
    };
    let why = format!("by another target than {}: {what}", place(lies_on));
    Some(Concern {
        object,
        part: Part::Demoted,
        why,
    })
}

fn findings(index: &Index<'_>, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = judge(index, catalog, Wanted::default(), None).findings;
    findings.retain(|finding| {
        matches!(finding.object.kind.as_str(), "Setting" | "BackupTarget")
            && finding.object.name != "csi-driver-config"
    });
    findings
}
