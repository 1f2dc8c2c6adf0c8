//! Why a VM cannot be stopped, restarted or deleted, as far as backups are the cause.

use hv_cluster::Gap;
use hv_cluster::release::Release;
use hv_cluster::views::{Backup, RunState};

use super::document::{BackupExplanation, Concern, Part};
use super::inquiry::{judged, unread};
use super::removal::Removal;
use super::stretches::{Otherwise, compare};
use super::walk::{Answer, Reply, Stage, Step, Walk, overall, since};
use crate::finding::ObjectRef;
use crate::index::Index;
use crate::judge::backup_ref;

/// Explains it.
pub(crate) fn explain(index: &Index<'_>, machine: &RunState, newest: Release) -> BackupExplanation {
    let (release, judged_as) = judged(Some(&index.inventory.release), newest);
    let meta = &machine.metadata;
    let subject = ObjectRef::new("VirtualMachine", &meta.namespace, &meta.name);
    let mut told = BackupExplanation::of(subject);
    let backups = index.inventory.backups.items.iter();
    let busy: Vec<Concern> = backups.filter_map(|backup| busy(backup, machine)).collect();
    let removal = Removal::of(index, machine, &release);
    told.steps = steps(index, machine, &busy, &removal, &release);
    if judged_as.is_some() {
        let bounds: Vec<Release> = ["1.4", "1.9"]
            .into_iter()
            .filter_map(Release::parse)
            .collect();
        let decided = compare(&bounds, |release| {
            let removal = Removal::of(index, machine, release);
            conclusion(&steps(index, machine, &busy, &removal, release))
        });
        let otherwise = |(releases, outcome)| Otherwise { releases, outcome };
        told.otherwise = decided.into_iter().map(otherwise).collect();
    }
    told.answer = overall(&told.steps);
    told.conclusion = conclusion(&told.steps);
    told.judged_as = judged_as;
    told.help = help(&busy, &removal);
    told.remarks = removal.remarks();
    told.concerned = busy;
    told.concerned.extend(removal.concerned());
    told
}

fn steps(
    index: &Index<'_>,
    machine: &RunState,
    busy: &[Concern],
    removal: &Removal<'_>,
    release: &Release,
) -> Vec<Step> {
    let what = "virtualmachinebackups.harvesterhci.io";
    // Backups are in the namespace of their VM.
    let gap = index.inventory.backups.gap.as_ref();
    let gap = gap
        .filter(|gap| **gap != Gap::NotServed)
        .map(|gap| gap.describe(what));
    let mut walk = Walk::new(Stage::Request);
    let stop = stop(machine, busy, gap.as_deref(), release);
    walk.tell(None, "it can be stopped from Harvester", stop);
    let question = "it can be stopped or restarted by a request of KubeVirt";
    walk.tell(None, question, request(busy, gap.as_deref()));
    let note = "no backup is asked about when it is requested";
    walk.tell(
        None,
        "its deletion is let through",
        Reply::YesBut(note.to_owned()),
    );
    let unread = unread(index.inventory, index.inventory.backups.gap.as_ref(), what);
    walk.tell(None, "its deletion comes to its end", removal.reply(unread));
    walk.into_steps()
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

fn conclusion(steps: &[Step]) -> String {
    let words = [
        "stopped from Harvester",
        "stopped or restarted by a request of KubeVirt",
        "deleted",
        "deleted to its end",
    ];
    let refused: Vec<&str> = steps
        .iter()
        .zip(words)
        .filter(|(step, _)| step.answer == Answer::No)
        .map(|(_, word)| word)
        .collect();
    match refused.as_slice() {
        [] if overall(steps) == Answer::Unknown => {
            "no backup that could be read keeps it from being stopped, restarted or deleted"
                .to_owned()
        }
        [] => "no backup keeps it from being stopped, restarted or deleted".to_owned(),
        refused => format!("it cannot be {}", refused.join(", or ")),
    }
}

fn help(busy: &[Concern], removal: &Removal<'_>) -> Vec<String> {
    let mut help = Vec::new();
    if !busy.is_empty() {
        help.push("wait for the backup, or delete one that ended in an error".to_owned());
    }
    if removal.hangs() {
        help.push("delete the snapshots that hold the deletion up by themselves".to_owned());
    }
    help
}
