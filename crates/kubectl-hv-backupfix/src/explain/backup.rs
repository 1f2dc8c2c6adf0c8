//! Why a backup can or cannot be restored.

use hv_cli::ExitKind;
use hv_cluster::release::Release;
use hv_cluster::views::{Backup, Schedule};

use super::document::BackupExplanation;
use super::inquiry::{Inquiry, bounds, judged};
use super::stretches::{Otherwise, compare};
use super::walk::{Answer, Stage, Step, Walk, overall, stopped};
use super::{admission, controller, needs};
use crate::catalog::Catalog;
use crate::index::{Found, Index};
use crate::judge::{Wanted, backup_ref, judge};

/// Explains it for a restore into a new VM of the backup's own namespace.
pub(crate) fn explain(
    index: &Index<'_>,
    catalog: &Catalog,
    backup: &Backup,
    schedule: &Found<Schedule>,
    newest: Release,
) -> BackupExplanation {
    let (release, judged_as) = judged(Some(&index.inventory.release), newest);
    let namespace = backup.metadata.namespace.as_str();
    let inquiry = Inquiry {
        index,
        backup,
        schedule,
        namespace,
        release,
    };
    let mut told = BackupExplanation::of(backup_ref(backup));
    told.steps = steps(&inquiry);
    if judged_as.is_some() {
        let decided = compare(&bounds(), |release| {
            conclusion(&steps(&Inquiry {
                release: *release,
                ..inquiry
            }))
        });
        told.otherwise = decided
            .into_iter()
            .map(|(releases, outcome)| Otherwise { releases, outcome })
            .collect();
    }
    told.judged_as = judged_as;
    told.answer = overall(&told.steps);
    told.conclusion = conclusion(&told.steps);
    told.remarks = remarks(&inquiry);
    let names = [backup.metadata.name.clone()];
    let wanted = Wanted {
        namespace: Some(namespace),
        names: &names,
        labels: None,
    };
    told.findings = judge(index, catalog, wanted, None).findings;
    if told.exit() == ExitKind::Failed && told.answer != Answer::No {
        told.conclusion += ", but something is wrong with it";
    }
    told
}

/// The whole list.
pub(crate) fn steps(inquiry: &Inquiry<'_>) -> Vec<Step> {
    let mut walk = Walk::new(Stage::Admission);
    admission::ask(&mut walk, inquiry);
    disks(&mut walk, inquiry);
    walk.into_steps()
}

/// What the controller asks of the disks, and what is needed besides.
pub(crate) fn disks(walk: &mut Walk, inquiry: &Inquiry<'_>) {
    walk.stage(Stage::Controller);
    let disks = inquiry.backup.disks();
    let ways: Vec<controller::Way> = disks
        .iter()
        .map(|record| controller::ask(walk, inquiry, record))
        .collect();
    walk.stage(Stage::Need);
    for (record, way) in disks.iter().zip(ways) {
        needs::of_disk(walk, inquiry, record, way);
    }
    needs::of_all(walk, inquiry);
}

fn conclusion(steps: &[Step]) -> String {
    let Some(step) = stopped(steps) else {
        return match overall(steps) {
            Answer::Unknown => {
                "nothing that could be read stands in the way of a restore".to_owned()
            }
            _ => "nothing stands in the way of a restore".to_owned(),
        };
    };
    let what = match &step.disk {
        Some(disk) => format!("{} ({disk})", step.question),
        None => step.question.clone(),
    };
    match step.stage {
        Stage::Admission => format!("a restore is refused, asked whether {what}"),
        Stage::Controller => format!("a restore is let through and stops, asked whether {what}"),
        _ => format!("a restore is let through and does not succeed, not asked whether {what}"),
    }
}

fn remarks(inquiry: &Inquiry<'_>) -> Vec<String> {
    let mut remarks = vec![format!(
        "this is a restore into a new VM in namespace {}; the name, quota and MAC addresses of that \
         VM are looked at too",
        inquiry.namespace
    )];
    if inquiry.backup.is_snapshot() {
        remarks.push(
            "a snapshot is restored in its own namespace only, and replaces a VM only with the \
             policy retain"
                .to_owned(),
        );
        return remarks;
    }
    if let Some(remark) = held(inquiry) {
        remarks.push(remark);
    }
    remarks
}

/// Snapshots of the same claims, which forbid one kind of restore.
fn held(inquiry: &Inquiry<'_>) -> Option<String> {
    let claims: Vec<(&str, &str)> = inquiry.backup.disks().iter().map(key).collect();
    let snapshots = inquiry
        .index
        .inventory
        .backups
        .items
        .iter()
        .filter(|other| {
            other.is_snapshot()
                && other
                    .disks()
                    .iter()
                    .any(|record| claims.contains(&key(record)))
        });
    let names: Vec<String> = snapshots
        .map(|other| format!("{}/{}", other.metadata.namespace, other.metadata.name))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "a restore that replaces the VM and deletes its disks is refused while snapshots hold \
             them: {}",
            names.join(", ")
        )
    })
}

fn key(record: &hv_cluster::views::VolumeBackup) -> (&str, &str) {
    let claim = &record.persistent_volume_claim.metadata;
    (&claim.namespace, &claim.name)
}
