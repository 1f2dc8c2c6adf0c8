//! The whole answer for one backup.

use hv_cluster::views::{Backup, VolumeBackup};

use super::around;
use super::command::Kubectl;
use super::course::{Course, Record, Way, is_at_least};
use super::document::{DeleteAdvice, DiskAdvice, Step};
use super::driver::Effect;
use super::fate::Disk;
use super::hold::{Hold, Left, left_behind, made_for};
use super::outcome::Outcome;
use crate::index::{Found, Index};
use crate::judge::{Chain, Holder, Sharing, backup_ref};

/// A disk with what was decided about it.
struct Judged<'a> {
    record: &'a VolumeBackup,
    hold: Hold<'a>,
    advice: DiskAdvice,
    /// Contents that have to be on Retain if the data is to stay.
    exposed: Vec<&'a str>,
    /// Whether Longhorn has the backup that the record names.
    is_known: bool,
}

/// Decides what the deletion of a backup does.
pub(crate) fn advise<'a>(
    index: &'a Index<'a>,
    sharing: &Sharing<'a>,
    backup: &'a Backup,
    kubectl: &Kubectl,
) -> DeleteAdvice {
    let course = Course::of(index, backup);
    let disks: Vec<Judged<'a>> = backup
        .disks()
        .iter()
        .map(|record| disk(index, sharing, backup, &course, record))
        .collect();
    let outcomes: Vec<Outcome> = disks.iter().map(|disk| disk.advice.outcome).collect();
    DeleteAdvice {
        object: backup_ref(backup),
        outcome: outcomes.iter().copied().max(),
        way: match course.way {
            Way::Collect => "collect",
            Way::Force => "force",
            Way::Hang => "hang",
            Way::CollectOrHang => "collect-or-hang",
            Way::Unknown => "unknown",
        },
        refused_by: around::refusing(index, backup),
        record: match course.record {
            Record::Removed => "removed",
            Record::Kept => "kept",
            Record::None => "none",
            Record::Unknown => "unknown",
        },
        schedule: around::schedule(backup),
        to_keep: to_keep(&disks, &course, kubectl),
        to_delete: to_delete(backup, &disks, &course, kubectl),
        notes: around::notes(index, backup, &course, &outcomes),
        disks: disks.into_iter().map(|disk| disk.advice).collect(),
        reason: course.reason,
    }
}

fn disk<'a>(
    index: &'a Index<'a>,
    sharing: &Sharing<'a>,
    backup: &'a Backup,
    course: &Course,
    record: &'a VolumeBackup,
) -> Judged<'a> {
    let chain = Chain::of(index, backup, record);
    let hold = Hold::of(index, backup, record, &chain);
    let made: Vec<_> = made_for(index, backup, record)
        .into_iter()
        .filter(|(content, _)| content.deletes())
        .collect();
    let effects: Vec<Effect> = made.iter().map(|(_, effect)| effect.clone()).collect();
    let own = record.longhorn_backup_name.as_str();
    let left = left_behind(index, backup);
    let judged = Disk {
        hold: &hold,
        own,
        made_for: &effects,
        left_behind: &left,
        sweeps: is_at_least(index, "1.9"),
    };
    let fate = judged.fate(course);
    let others = |name: &str| sharing.others(name, Holder::backup(backup));
    let also_held_by = others(own);
    let mut outcome = fate.outcome;
    let mut reason = fate.reason;
    if outcome == Outcome::Leaked && !also_held_by.is_empty() {
        outcome = Outcome::Kept;
        reason = format!(
            "{reason}; {} still leads to the data",
            also_held_by.join(", ")
        );
    }
    let mut exposed = match (&hold, course.way) {
        (Hold::Asked(content, effect), _) if !matches!(effect, Effect::Nothing(_)) => {
            vec![content.metadata.name.as_str()]
        }
        (Hold::NoSnapshot | Hold::Unbound, Way::Force | Way::Unknown) => made
            .iter()
            .map(|(content, _)| content.metadata.name.as_str())
            .collect(),
        _ => Vec::new(),
    };
    let leads_here = |left: &&Left<'_>| match &left.effect {
        Some(Effect::Backup(id)) => id == own,
        Some(Effect::Unknown(_)) => true,
        _ => false,
    };
    let left = left
        .iter()
        .filter(leads_here)
        .filter_map(|left| left.content);
    exposed.extend(left.map(|content| content.metadata.name.as_str()));
    let content = hold.content();
    let endangers = fate.endangers.map(|id| match others(&id).as_slice() {
        [] => id,
        holders => format!("{id}, held by {}", holders.join(", ")),
    });
    let advice = DiskAdvice {
        disk: record.volume_name.clone(),
        outcome,
        reason,
        volume_snapshot: record.name.clone(),
        content: content.map(|content| content.metadata.name.clone()),
        deletion_policy: content.map(|content| content.spec.deletion_policy.clone()),
        handle: content
            .map(|content| content.handle().to_owned())
            .filter(|text| !text.is_empty()),
        longhorn_backup: Some(own.to_owned()).filter(|name| !name.is_empty()),
        also_held_by,
        endangers,
    };
    let is_known = matches!(chain.lh_backup, Found::Yes(_));
    Judged {
        record,
        hold,
        advice,
        exposed,
        is_known,
    }
}

fn to_keep(disks: &[Judged<'_>], course: &Course, kubectl: &Kubectl) -> Vec<Step> {
    let mut steps = Vec::new();
    for disk in disks {
        for content in &disk.exposed {
            let text = format!(
                "{}: set the content to Retain before the deletion",
                disk.advice.disk
            );
            steps.push(Step::run(text, kubectl.set_policy(content, "Retain")));
        }
    }
    let goes = match course.record {
        Record::Removed => "goes",
        Record::Unknown => "may go",
        Record::Kept | Record::None => return steps,
    };
    if !disks.is_empty() {
        steps.push(Step::words(format!(
            "the record {goes} all the same, and without it Harvester cannot import the backup again: copy it from the backup target first"
        )));
    }
    steps
}

/// What makes backup and data go; nothing is named that others still need.
fn to_delete(
    backup: &Backup,
    disks: &[Judged<'_>],
    course: &Course,
    kubectl: &Kubectl,
) -> Vec<Step> {
    match course.way {
        Way::Force => {
            let text = "the backup target has to be that of the backup again, word for word; then ask anew";
            return vec![Step::words(text)];
        }
        Way::Hang | Way::CollectOrHang => {
            let text = "the backup target has to be in order and reachable; then ask anew";
            return vec![Step::words(text)];
        }
        Way::Unknown => {
            return vec![Step::words(
                "what could not be read has to be read first; then ask anew",
            )];
        }
        Way::Collect => {}
    }
    let shared: Vec<&DiskAdvice> = disks
        .iter()
        .map(|disk| &disk.advice)
        .filter(|disk| !disk.also_held_by.is_empty())
        .collect();
    if !shared.is_empty() {
        let told = shared.iter().map(|disk| {
            let text = format!(
                "{}: {} needs the data too, which is not to be deleted before that",
                disk.disk,
                disk.also_held_by.join(", ")
            );
            Step::words(text)
        });
        let alone = Step::words(
            "to be rid of this backup alone, keep the data as above, then delete the backup",
        );
        return told.chain([alone]).collect();
    }
    let mut before = Vec::new();
    let mut after = Vec::new();
    for disk in disks {
        let name = &disk.advice.disk;
        match &disk.hold {
            Hold::Retained(content, Effect::Backup(id))
                if *id == disk.record.longhorn_backup_name =>
            {
                before.push(policy(name, &content.metadata.name, kubectl));
            }
            Hold::Retained(content, Effect::Snapshot(_) | Effect::Other(_)) => {
                before.push(policy(name, &content.metadata.name, kubectl));
            }
            _ if disk.advice.outcome == Outcome::Deleted => {}
            _ if disk.advice.outcome == Outcome::Unknown => {
                before.push(Step::words(format!(
                    "{name}: not known: {}",
                    disk.advice.reason
                )));
            }
            _ if disk.is_known => {
                let lh_backup = &disk.record.longhorn_backup_name;
                let command = kubectl.delete("backups.longhorn.io", "longhorn-system", lh_backup);
                let text = format!("{name}: then its data on the backup target");
                after.push(Step::run(text, command));
            }
            _ => {
                let place = match backup.is_snapshot() {
                    true => "among the snapshots of its volume",
                    false => "on the backup target",
                };
                let text =
                    format!("{name}: no object leads to its data, if there is any; look {place}");
                after.push(Step::words(text));
            }
        }
    }
    let meta = &backup.metadata;
    let delete = kubectl.delete(
        "virtualmachinebackups.harvesterhci.io",
        &meta.namespace,
        &meta.name,
    );
    before.push(Step::run("delete the backup", delete));
    before.append(&mut after);
    before
}

fn policy(disk: &str, content: &str, kubectl: &Kubectl) -> Step {
    let text = format!("{disk}: set the content back to Delete");
    Step::run(text, kubectl.set_policy(content, "Delete"))
}
