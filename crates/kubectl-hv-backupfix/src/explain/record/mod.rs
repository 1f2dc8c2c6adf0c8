//! What becomes of the records on a backup target when Harvester's pass meets them.

mod case;
mod check;
mod files;
mod pass;
mod replay;
mod rules;
mod summary;
#[cfg(test)]
mod tests;

use hv_cluster::release::Release;

pub(crate) use case::Surroundings;
pub(crate) use files::{Files, open, read};
pub(crate) use replay::Outcome;
pub(crate) use rules::Rules;
pub(crate) use summary::{PassSummary, RecordLine};

use self::pass::{Pass, pass};
use self::replay::{Replayed, replay};
use super::document::BackupExplanation;
use super::stretches::{Otherwise, compare};
use super::walk::Answer;
use crate::catalog::Catalog;
use crate::finding::ObjectRef;
use crate::index::Index;
use crate::judge::{Wanted, judge};
use crate::target::{Pass as Due, TargetSetting, pass as due};

/// What the records of a target are judged with.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) catalog: &'a Catalog,
    pub(crate) around: Surroundings<'a>,
    pub(crate) release: Release,
    /// Whether that is the release of the cluster.
    pub(crate) is_known: bool,
}

/// Explains one record; nothing if it is not among the files.
pub(crate) fn explain(desk: &Desk<'_>, files: &Files, path: &str) -> Option<BackupExplanation> {
    let all = pass(desk.rules, &desk.release, files, &desk.around);
    let (filed, replayed) = all
        .records
        .into_iter()
        .find(|(filed, _)| filed.path == path)?;
    let mut told = document(desk, &filed.path);
    told.answer = answer(std::iter::once(replayed.outcome));
    told.conclusion = conclusion(&replayed);
    if replayed.outcome == Outcome::NotReached {
        let alone = replay(desk.rules, &desk.release, filed, &desk.around);
        told.conclusion = format!("{}; without that, {}", told.conclusion, conclusion(&alone));
    }
    if !desk.is_known {
        let decide =
            |release: &Release| conclusion(&replay(desk.rules, release, filed, &desk.around));
        let decided = compare(&desk.rules.bounds(), decide).into_iter();
        told.otherwise = decided
            .map(|(releases, outcome)| Otherwise { releases, outcome })
            .collect();
    }
    told.help = replayed.help.into_iter().collect();
    told.remarks = replayed.remarks.into_iter().map(|(_, text)| text).collect();
    told.steps = replayed.steps;
    told.remarks.extend(remarks(desk, files));
    told.pass = Some(all.summary);
    Some(told)
}

/// Lists the records, of a namespace or of all.
pub(crate) fn list(desk: &Desk<'_>, files: &Files, namespace: Option<&str>) -> BackupExplanation {
    let all = pass(desk.rules, &desk.release, files, &desk.around);
    let wanted = |filed: &case::Filed| namespace.is_none_or(|wanted| filed.namespace() == wanted);
    let mut lines: Vec<RecordLine> = all
        .records
        .iter()
        .filter(|(filed, _)| wanted(filed))
        .map(|(filed, replayed)| Pass::line(filed, replayed))
        .collect();
    lines.sort_by(|one, other| {
        let key =
            |line: &RecordLine| (line.namespace.clone(), line.name.clone(), line.path.clone());
        key(one).cmp(&key(other))
    });
    let mut told = document(desk, hv_backupstore::layout::RECORDS);
    told.answer = answer(lines.iter().map(|line| line.outcome));
    told.conclusion = all.summary.words();
    told.remarks = remarks(desk, files);
    told.records = Some(lines);
    told.pass = Some(all.summary);
    told
}

fn document(desk: &Desk<'_>, path: &str) -> BackupExplanation {
    let mut told = BackupExplanation::of(ObjectRef::new("Record", "", path));
    told.judged_as = (!desk.is_known).then(|| desk.release.to_string());
    told
}

fn answer(outcomes: impl Iterator<Item = Outcome>) -> Answer {
    let mut answer = Answer::Yes;
    for outcome in outcomes {
        match outcome {
            // The record that is written over it is told of by itself.
            Outcome::Overwritten => {}
            outcome if outcome.is_fine() => {}
            Outcome::Unknown => {
                if answer == Answer::Yes {
                    answer = Answer::Unknown;
                }
            }
            _ => answer = Answer::No,
        }
    }
    answer
}

fn conclusion(replayed: &Replayed) -> String {
    let reason = replayed.reason.as_deref().unwrap_or_default();
    match replayed.outcome {
        Outcome::Imported => "it is imported".to_owned(),
        Outcome::There => "it is imported already".to_owned(),
        Outcome::Moved => "it is moved, and imported by the next pass".to_owned(),
        Outcome::Overwritten => "another record takes its place before it is read".to_owned(),
        Outcome::Skipped => format!("it is skipped ({reason})"),
        Outcome::Aborts => format!("it ends the whole pass ({reason})"),
        Outcome::NotReached => {
            "it is never reached, because another record ends the pass".to_owned()
        }
        Outcome::Unknown => "not all of it could be read".to_owned(),
    }
}

/// What is to be said of the pass itself.
fn remarks(desk: &Desk<'_>, files: &Files) -> Vec<String> {
    let unsure = files.bad_images.iter().filter(|image| !image.is_sure);
    let mut remarks: Vec<String> = unsure
        .map(|image| {
            format!(
                "{} may end every pass before the first backup: {}",
                image.path, image.why
            )
        })
        .collect();
    let Ok(index) = desk.around.index else {
        return remarks;
    };
    match &index.target {
        TargetSetting::Set(target) => {
            remarks.push(format!(
                "judged as if this folder was the backup target that is set, {}",
                crate::target::place(&target.place())
            ));
            let setting = index.inventory.setting("backup-target");
            let is_over = setting.is_some_and(|setting| due(setting, target) == Due::Never);
            if is_over && super::walk::since(&desk.release, "1.4.2") {
                remarks.push("no pass comes by itself: refreshIntervalInSeconds is 0".to_owned());
            }
        }
        TargetSetting::Unset => {
            remarks.push("no backup target is set, so no pass comes before one is".to_owned());
        }
        TargetSetting::Unreadable(_) | TargetSetting::Unknown(_) => {}
    }
    remarks.extend(blocked(desk, index));
    remarks
}

/// A backup that ends every pass after the import of the records.
fn blocked(desk: &Desk<'_>, index: &Index<'_>) -> Option<String> {
    let findings = judge(index, desk.catalog, Wanted::default(), None).findings;
    let blocking = findings
        .iter()
        .find(|finding| finding.code == "scan-blocked")?;
    let object = &blocking.object;
    Some(format!(
        "backup {}/{} ends every pass after the records were imported ({}), so it starts again after \
         5 seconds",
        object.namespace(),
        object.name,
        blocking.message
    ))
}
