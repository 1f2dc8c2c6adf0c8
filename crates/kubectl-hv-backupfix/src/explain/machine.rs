//! Why a VM cannot be stopped, restarted or deleted, as far as backups are the cause.

use hv_cluster::Gap;
use hv_cluster::release::Release;
use hv_cluster::views::{Backup, RunState};

use super::document::{BackupExplanation, Concern, Part};
use super::inquiry::judged;
use super::walk::{Reply, Stage, Walk, overall, since};
use crate::finding::ObjectRef;
use crate::index::{Found, Index};
use crate::judge::backup_ref;

/// Explains it.
pub(crate) fn explain(index: &Index<'_>, machine: &RunState, newest: Release) -> BackupExplanation {
    let (release, judged_as) = judged(Some(&index.inventory.release), newest);
    let meta = &machine.metadata;
    let mut told = BackupExplanation::of(ObjectRef::new(
        "VirtualMachine",
        &meta.namespace,
        &meta.name,
    ));
    let backups = &index.inventory.backups;
    let busy: Vec<Concern> = backups
        .items
        .iter()
        .filter_map(|backup| busy(backup, machine))
        .collect();
    let along: Vec<&Backup> = backups
        .items
        .iter()
        .filter(|backup| goes_along(backup, machine))
        .collect();
    let holding: Vec<Concern> = along
        .iter()
        .filter_map(|backup| holding(index, backup, &release))
        .collect();
    let unsure = along.iter().find_map(|backup| unsure(index, backup));
    let gap = backups.gap.as_ref().filter(|gap| **gap != Gap::NotServed);
    let gap = gap.map(|gap| gap.describe("virtualmachinebackups.harvesterhci.io"));

    let mut walk = Walk::new(Stage::Request);
    walk.tell(
        None,
        "it can be stopped from Harvester",
        stop(machine, &busy, gap.as_deref(), &release),
    );
    walk.tell(
        None,
        "it can be stopped or restarted by a request of KubeVirt",
        request(&busy, gap.as_deref()),
    );
    walk.tell(
        None,
        "its deletion is let through",
        Reply::YesBut("no backup is asked about when it is requested".to_owned()),
    );
    walk.tell(
        None,
        "its deletion comes to its end",
        delete(&holding, gap.or(unsure)),
    );
    told.steps = walk.into_steps();
    told.answer = overall(&told.steps);
    told.conclusion = conclusion(&told);
    told.judged_as = judged_as;
    told.help = help(&busy, &holding);
    told.concerned = busy;
    told.concerned.extend(holding);
    told.concerned
        .extend(along.iter().map(|backup| taken(backup, machine)));
    told.remarks = remarks(&along, machine);
    told
}

/// A backup that forbids to stop the VM: it goes by the uid, so imported backups never do.
fn busy(backup: &Backup, machine: &RunState) -> Option<Concern> {
    let status = &backup.status;
    let own = &machine.metadata.uid;
    if own.is_empty() || status.source_uid != *own {
        return None;
    }
    let why = match &status.error {
        Some(error) => format!("ended in an error: {}", error.message),
        None if !backup.is_ready() && backup.disks().is_empty() => {
            "has no disks, so it never becomes ready".to_owned()
        }
        None if !backup.is_ready() => {
            format!("is in progress, at {} %", status.progress.unwrap_or(0))
        }
        None => return None,
    };
    Some(Concern {
        object: backup_ref(backup),
        part: Part::Blocks,
        why,
    })
}

/// A snapshot that the deletion of the VM deletes: it goes by the name of the VM alone.
fn goes_along(backup: &Backup, machine: &RunState) -> bool {
    backup.is_snapshot() && backup.spec.source.name == machine.metadata.name
}

/// Why the deletion of the VM stops at a snapshot.
fn holding(index: &Index<'_>, backup: &Backup, release: &Release) -> Option<Concern> {
    let namespace = backup.metadata.namespace.as_str();
    let missing = backup.disks().iter().find_map(|record| {
        let claim = &record.persistent_volume_claim.metadata;
        if index.snapshot(namespace, &record.name).is_no() {
            return Some(format!(
                "can't get VolumeSnapshot {namespace}/{}",
                record.name
            ));
        }
        let gone = index.claim(&claim.namespace, &claim.name).is_no();
        gone.then(|| format!("can't get PVC {}/{}", claim.namespace, claim.name))
    });
    let why = missing.or_else(|| restoring(index, backup, release))?;
    Some(Concern {
        object: backup_ref(backup),
        part: Part::Holds,
        why,
    })
}

/// A restore of the snapshot, while which it cannot be deleted.
fn restoring(index: &Index<'_>, backup: &Backup, release: &Release) -> Option<String> {
    let restores = index.inventory.restores.items.iter();
    let own = &backup.metadata;
    let mut of_it = restores.filter(|restore| {
        let spec = &restore.spec;
        spec.virtual_machine_backup_name == own.name
            && spec.virtual_machine_backup_namespace == own.namespace
            && !restore.metadata.is_deleting()
    });
    let active = of_it.find(|restore| {
        let conditions = &restore.status.conditions;
        let progress = hv_cluster::views::condition(conditions, "InProgress");
        match since(release, "1.9") {
            true => {
                let has_failed =
                    progress.is_some_and(|p| p.status == "False" && p.reason == "Error");
                restore.status.complete == Some(false) && !has_failed
            }
            false => progress.is_some_and(|p| p.status == "True"),
        }
    })?;
    let meta = &active.metadata;
    Some(format!(
        "vmrestore {}/{} is in progress",
        meta.namespace, meta.name
    ))
}

/// What of a snapshot could not be read.
fn unsure(index: &Index<'_>, backup: &Backup) -> Option<String> {
    let namespace = backup.metadata.namespace.as_str();
    backup.disks().iter().find_map(|record| {
        let claim = &record.persistent_volume_claim.metadata;
        match (
            index.snapshot(namespace, &record.name),
            index.claim(&claim.namespace, &claim.name),
        ) {
            (Found::Unknown(why), _) | (_, Found::Unknown(why)) => Some(why),
            _ => None,
        }
    })
}

const REFUSED: &str = "there is vmbackup in progress for the vm; wait for it or remove it";

fn stop(machine: &RunState, busy: &[Concern], gap: Option<&str>, release: &Release) -> Reply {
    let strategy = match (machine.spec.run_strategy.as_str(), machine.spec.running) {
        ("", Some(true)) => "Always",
        ("", _) => "Halted",
        (strategy, _) => strategy,
    };
    if !since(release, "1.4") {
        return request(busy, gap);
    }
    match (strategy, busy, gap) {
        ("Always", [], Some(gap)) => Reply::Unknown(gap.to_owned()),
        ("Always", [], None) => Reply::Yes,
        ("Always", _, _) => Reply::No(REFUSED.to_owned()),
        (other, [_, ..], _) => Reply::YesBut(format!(
            "its runStrategy is {other}: only a change from Always to Halted is refused"
        )),
        (_, [], _) => Reply::Yes,
    }
}

fn request(busy: &[Concern], gap: Option<&str>) -> Reply {
    match (busy, gap) {
        ([], None) => Reply::Yes,
        ([], Some(gap)) => Reply::Unknown(gap.to_owned()),
        _ => Reply::No(REFUSED.to_owned()),
    }
}

fn delete(holding: &[Concern], gap: Option<String>) -> Reply {
    match (holding, gap) {
        ([], None) => Reply::Yes,
        ([], Some(gap)) => Reply::Unknown(gap),
        (holding, _) => {
            let count = hv_cli::plural::count(holding.len(), "snapshot");
            Reply::No(format!(
                "{count} of a VM of this name cannot be removed, so it hangs"
            ))
        }
    }
}

fn taken(backup: &Backup, machine: &RunState) -> Concern {
    let own = &machine.metadata;
    let why = match backup.metadata.namespace == own.namespace {
        true => "when the VM is deleted".to_owned(),
        false => format!(
            "when this VM is deleted, although it is of VM {}/{}",
            backup.metadata.namespace, own.name
        ),
    };
    Concern {
        object: backup_ref(backup),
        part: Part::GoesAlong,
        why,
    }
}

fn conclusion(told: &BackupExplanation) -> String {
    let refused: Vec<&str> = told
        .steps
        .iter()
        .zip(["stopped from Harvester", "stopped or restarted by a request of KubeVirt", "", "deleted to its end"])
        .filter(|(step, _)| step.answer == super::walk::Answer::No)
        .map(|(_, word)| word)
        .collect();
    match refused.as_slice() {
        [] => "no backup keeps it from being stopped, restarted or deleted".to_owned(),
        refused => format!("it cannot be {}", refused.join(", or ")),
    }
}

fn help(busy: &[Concern], holding: &[Concern]) -> Vec<String> {
    let mut help = Vec::new();
    if !busy.is_empty() {
        help.push("wait for the backup, or delete one that ended in an error".to_owned());
    }
    if !holding.is_empty() {
        help.push("delete the snapshots that hold the deletion up by themselves".to_owned());
    }
    help
}

fn remarks(along: &[&Backup], machine: &RunState) -> Vec<String> {
    let own = &machine.metadata.namespace;
    let foreign = along
        .iter()
        .filter(|backup| backup.metadata.namespace != *own)
        .count();
    let mut remarks = Vec::new();
    if foreign > 0 {
        let count = hv_cli::plural::count(foreign, "snapshot");
        remarks.push(format!(
            "{count} of VMs of the same name in other namespaces would be deleted along; Harvester \
             looks at the name alone"
        ));
    }
    remarks.push("backups on a backup target stay".to_owned());
    remarks
}
