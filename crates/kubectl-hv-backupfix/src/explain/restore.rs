//! What a restore waits for, and what its deletion would take along.

use hv_cluster::release::Release;
use hv_cluster::views::{Backup, Restore, Schedule, condition};

use super::deletion;
use super::document::BackupExplanation;
use super::inquiry::{Inquiry, bounds, judged};
use super::stretches::{Otherwise, compare};
use super::walk::{Reply, Stage, Step, Walk, overall, stopped};
use super::{controller, needs};
use crate::catalog::Catalog;
use crate::finding::{Finding, ObjectRef};
use crate::index::{Found, Index};
use crate::judge::{Wanted, judge};

/// A restore and what surrounds it.
#[derive(Clone, Copy)]
pub(crate) struct Undertaking<'a> {
    pub(crate) index: &'a Index<'a>,
    pub(crate) restore: &'a Restore,
    pub(crate) release: Release,
}

/// Explains it.
pub(crate) fn explain(
    index: &Index<'_>,
    catalog: &Catalog,
    restore: &Restore,
    newest: Release,
) -> BackupExplanation {
    let (release, judged_as) = judged(Some(&index.inventory.release), newest);
    let undertaking = Undertaking {
        index,
        restore,
        release,
    };
    let meta = &restore.metadata;
    let mut told = BackupExplanation::of(ObjectRef::new(
        "VirtualMachineRestore",
        &meta.namespace,
        &meta.name,
    ));
    told.steps = steps(&undertaking);
    if judged_as.is_some() {
        let decide = |release: &Release| {
            conclusion(&steps(&Undertaking {
                release: *release,
                ..undertaking
            }))
        };
        let decided = compare(&bounds(), decide).into_iter();
        told.otherwise = decided
            .map(|(releases, outcome)| Otherwise { releases, outcome })
            .collect();
    }
    told.answer = overall(&told.steps);
    told.conclusion = conclusion(&told.steps);
    if let Some(message) = failure(restore).filter(|_| !undertaking.is_complete()) {
        told.conclusion = format!("it failed: {message}");
    }
    told.remarks = remarks(&undertaking, judged_as.is_none());
    (told.concerned, told.help) = deletion::concerned(&undertaking, judged_as.is_none());
    told.judged_as = judged_as;
    told.findings = findings(&undertaking, catalog);
    told
}

fn findings(undertaking: &Undertaking<'_>, catalog: &Catalog) -> Vec<Finding> {
    let meta = &undertaking.restore.metadata;
    let wanted = Wanted {
        namespace: Some(&meta.namespace),
        ..Wanted::default()
    };
    let mut findings = judge(undertaking.index, catalog, wanted, None).findings;
    findings.retain(|finding| {
        finding.object.kind == "VirtualMachineRestore" && finding.object.name == meta.name
    });
    findings
}

impl<'a> Undertaking<'a> {
    /// The backup that it names.
    pub(crate) fn backup(&self) -> Found<&'a Backup> {
        let (namespace, name) = self.backup_name();
        self.index.backup(namespace, name)
    }

    fn backup_name(&self) -> (&'a str, &'a str) {
        let spec = &self.restore.spec;
        let namespace = match spec.virtual_machine_backup_namespace.as_str() {
            "" => &self.restore.metadata.namespace,
            named => named,
        };
        (namespace, &spec.virtual_machine_backup_name)
    }

    /// Whether Harvester says that it is done.
    pub(crate) fn is_complete(&self) -> bool {
        self.restore.status.complete == Some(true)
    }

    /// The claims that it makes, each with its disk.
    pub(crate) fn claims(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let disks = self.restore.status.restores.iter();
        disks.map(|disk| (disk.volume_name.as_str(), disk.claim.metadata.name.as_str()))
    }

    pub(crate) fn since(&self, bound: &str) -> bool {
        super::walk::since(&self.release, bound)
    }
}

fn steps(undertaking: &Undertaking<'_>) -> Vec<Step> {
    let mut walk = Walk::new(Stage::Controller);
    if undertaking.is_complete() {
        walk.ask(None, "it is complete", || Reply::Yes);
        return walk.into_steps();
    }
    let (namespace, name) = undertaking.backup_name();
    let backup = undertaking.backup();
    walk.ask(None, format!("backup {namespace}/{name} exists"), || {
        Reply::of(&backup, "it waits for ever; delete it")
    });
    walk.ask(None, "the backup is ready", || match &backup {
        Found::Yes(backup) if backup.is_ready() => Reply::Yes,
        Found::Yes(_) => Reply::No(format!("it stops with VMBackup {name} is not ready")),
        other => Reply::of(other, ""),
    });
    let status = &undertaking.restore.status;
    walk.ask(
        None,
        "Harvester has listed the disks to be made",
        || match status.restores.is_empty() {
            false => Reply::Yes,
            true => Reply::No(stalled(undertaking)),
        },
    );
    disks(&mut walk, undertaking, &backup);
    let target = &undertaking.restore.spec.target.name;
    let namespace = &undertaking.restore.metadata.namespace;
    walk.ask(None, format!("VM {namespace}/{target} exists"), || {
        Reply::of(
            &undertaking.index.machine(namespace, target),
            "it is about to be made",
        )
    });
    walk.ask(None, "it is complete", || {
        Reply::No(match undertaking.since("1.9") {
            true => "the VM has to be started and ready".to_owned(),
            false => "the VM has to be ready".to_owned(),
        })
    });
    walk.into_steps()
}

/// Why the list of disks may stay empty.
fn stalled(undertaking: &Undertaking<'_>) -> String {
    let spec = &undertaking.restore.spec;
    let deletes = spec.new_vm != Some(true) && spec.deletion_policy != "retain";
    let namespace = &undertaking.restore.metadata.namespace;
    let source = match undertaking.backup() {
        Found::Yes(backup) => &backup.spec.source.name,
        _ => &spec.target.name,
    };
    let is_gone = undertaking.index.machine(namespace, source).is_no();
    match deletes && is_gone && undertaking.since("1.7") {
        true => format!("VM {source}, whose disks it is to delete, is gone, so it never begins"),
        false => "Harvester has not begun, or could not".to_owned(),
    }
}

fn disks(walk: &mut Walk, undertaking: &Undertaking<'_>, backup: &Found<&Backup>) {
    let index = undertaking.index;
    let namespace = undertaking.restore.metadata.namespace.as_str();
    let phase = |claim: &str| match index.claim(namespace, claim) {
        Found::Yes(found) => Found::Yes(found.status.phase.clone()),
        Found::No => Found::No,
        Found::Unknown(why) => Found::Unknown(why),
    };
    let schedule: Found<Schedule> = Found::No;
    if let Found::Yes(backup) = backup {
        let inquiry = Inquiry {
            index,
            backup,
            schedule: &schedule,
            namespace,
            release: undertaking.release,
        };
        // What has its claim, or may have it, was asked about before the claim was made.
        let is_due = |disk: &str| {
            let claim = undertaking.claims().find(|(name, _)| *name == disk);
            claim.is_none_or(|(_, claim)| phase(claim).is_no())
        };
        for record in backup
            .disks()
            .iter()
            .filter(|record| is_due(&record.volume_name))
        {
            let way = controller::ask(walk, &inquiry, record);
            walk.stage(Stage::Need);
            needs::of_disk(walk, &inquiry, record, way);
            walk.stage(Stage::Controller);
        }
        let waits = |(_, claim): (&str, &str)| !matches!(phase(claim), Found::Yes(phase) if phase == "Bound");
        if undertaking.claims().any(waits) {
            walk.stage(Stage::Need);
            needs::of_all(walk, &inquiry);
            walk.stage(Stage::Controller);
        }
    }
    for (disk, claim) in undertaking.claims() {
        let phase = phase(claim);
        walk.ask(
            Some(disk),
            format!("claim {claim} is bound"),
            || match &phase {
                Found::Yes(phase) if phase == "Bound" => Reply::Yes,
                Found::Yes(phase) => Reply::No(format!("it is {phase}")),
                other => Reply::of(other, "it is not made yet"),
            },
        );
    }
}

/// What Harvester says of a restore that failed.
fn failure(restore: &Restore) -> Option<&str> {
    let progress = condition(&restore.status.conditions, "InProgress")?;
    let has_failed = progress.status == "False" && progress.reason == "Error";
    has_failed.then_some(progress.message.as_str())
}

fn conclusion(steps: &[Step]) -> String {
    match stopped(steps) {
        None if steps.len() == 1 => "it is complete".to_owned(),
        None => "nothing that could be read holds it up".to_owned(),
        Some(step) => match &step.disk {
            Some(disk) => format!("it waits, asked whether {} ({disk})", step.question),
            None => format!("it waits, asked whether {}", step.question),
        },
    }
}

fn remarks(undertaking: &Undertaking<'_>, is_known: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    for kind in ["InProgress", "Ready"] {
        let found = condition(&undertaking.restore.status.conditions, kind);
        if let Some(found) = found.filter(|found| !found.message.is_empty()) {
            let reason = match found.reason.as_str() {
                "" => String::new(),
                reason => format!(", {reason}"),
            };
            remarks.push(format!(
                "its condition {kind} is {}{reason}: {}",
                found.status, found.message
            ));
        }
    }
    if undertaking.is_complete() {
        return remarks;
    }
    remarks.push(match (is_known, undertaking.since("1.9")) {
        (false, _) => {
            "up to 1.8 Harvester tries again by itself; from 1.9 on it does not, and any \
                       annotation on it makes it try"
                .to_owned()
        }
        (true, true) => {
            "Harvester does not try again by itself when the cause is gone; any annotation \
                         on it makes it try"
                .to_owned()
        }
        (true, false) => {
            "Harvester tries again by itself, at the latest every 2 minutes".to_owned()
        }
    });
    if undertaking.restore.metadata.is_deleting() {
        remarks.push(
            "it is being deleted; its finalizer waits while its backup exists and is not ready"
                .to_owned(),
        );
    }
    remarks
}
