//! One pass over all records of a backup target.

use std::collections::{BTreeMap, BTreeSet};

use hv_backupstore::layout::RECORDS;
use hv_cluster::release::Release;

use super::case::{Filed, Surroundings};
use super::files::Files;
use super::replay::{Outcome, Replayed, replay};
use super::rules::Rules;
use super::summary::{Hides, PassEnd, PassSummary, RecordLine};
use crate::explain::walk::{Answer, since};

/// Every record with what becomes of it.
pub(crate) struct Pass<'a> {
    pub(crate) records: Vec<(&'a Filed, Replayed)>,
    pub(crate) summary: PassSummary,
}

/// Replays a pass.
pub(crate) fn pass<'a>(
    rules: &Rules,
    release: &Release,
    files: &'a Files,
    around: &Surroundings<'_>,
) -> Pass<'a> {
    let mut records: Vec<(&Filed, Replayed)> = files
        .filed
        .iter()
        .map(|filed| (filed, replay(rules, release, filed, around)))
        .collect();
    let mut ends = Vec::new();
    move_flat(&mut records);
    twins(&mut records, &mut ends);
    hide(&mut records, &mut ends);
    // Records of images came with 1.4, and are read before those of backups.
    if since(release, "1.4") {
        for image in files.bad_images.iter().filter(|image| image.is_sure) {
            ends.push(PassEnd {
                path: image.path.clone(),
                reason: "unreadable".to_owned(),
                hides: Hides::Everything,
            });
            for (_, replayed) in &mut records {
                not_reached(replayed);
            }
        }
    }
    let mut summary = PassSummary {
        records: records.len(),
        ends,
        ..PassSummary::default()
    };
    for (_, replayed) in &records {
        *summary.outcomes.entry(replayed.outcome).or_default() += 1;
        if let (Outcome::Skipped, Some(reason)) = (replayed.outcome, &replayed.reason) {
            *summary.reasons.entry(reason.clone()).or_default() += 1;
        }
    }
    Pass { records, summary }
}

/// Old records are moved first, over whatever is there; they are read again in the same pass only if
/// the folder of their namespace was listed before.
fn move_flat(records: &mut [(&Filed, Replayed)]) {
    let folders: BTreeSet<String> = records
        .iter()
        .filter_map(|(filed, _)| filed.folder.clone())
        .collect();
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    for (filed, replayed) in records.iter_mut().filter(|(filed, _)| filed.is_flat()) {
        if filed.record().is_none() {
            continue;
        }
        let (namespace, place) = place(filed);
        let is_listed = folders.contains(&namespace);
        let when = match (replayed.outcome, is_listed) {
            (Outcome::Moved, true) => {
                replayed.outcome = Outcome::Imported;
                "and read there in the same pass"
            }
            (_, true) => "and read there in the same pass",
            (_, false) => {
                "and read there by the next pass, which does not come if the interval is 0"
            }
        };
        let remark = format!("it is moved to {place}, over whatever is there, {when}");
        replayed.remarks.push(("moved".to_owned(), remark));
        moved.insert(place, filed.path.clone());
    }
    for (filed, replayed) in records.iter_mut().filter(|(filed, _)| !filed.is_flat()) {
        if let Some(by) = moved.get(&filed.path) {
            replayed.outcome = Outcome::Overwritten;
            replayed.reason = Some("overwritten".to_owned());
            replayed.remarks.push((
                "overwritten".to_owned(),
                format!("{by} is written over it before it is read"),
            ));
        }
    }
}

/// Two files of one backup: the second cannot be made while the first is not yet seen.
fn twins(records: &mut [(&Filed, Replayed)], ends: &mut Vec<PassEnd>) {
    let mut first: BTreeMap<(String, String), String> = BTreeMap::new();
    for (filed, replayed) in records.iter_mut() {
        if replayed.outcome != Outcome::Imported {
            continue;
        }
        let key = (filed.namespace().to_owned(), filed.name().to_owned());
        let Some(other) = first.get(&key) else {
            first.insert(key, filed.path.clone());
            continue;
        };
        replayed.outcome = Outcome::Skipped;
        replayed.reason = Some("name-taken".to_owned());
        let remark = format!(
            "{other} is of a backup of the same name: the first of the two is imported, and their \
             order is not known if they lie in different folders"
        );
        replayed.remarks.push(("name-taken".to_owned(), remark));
        ends.push(PassEnd {
            path: filed.path.clone(),
            reason: "name-taken".to_owned(),
            hides: Hides::Nothing,
        });
    }
}

/// What is never looked at because a record before it ends the pass.
fn hide(records: &mut [(&Filed, Replayed)], ends: &mut Vec<PassEnd>) {
    let mut is_hopeless = false;
    let mut ended: BTreeMap<String, String> = BTreeMap::new();
    for (filed, replayed) in records.iter().filter(|(_, r)| r.outcome == Outcome::Aborts) {
        // Old records are all read before anything is imported; their import comes with the others.
        let (folder, path) = place(filed);
        let hides = match filed.is_flat() && filed.record().is_none() {
            true => Hides::Everything,
            false => Hides::Following,
        };
        is_hopeless |= hides == Hides::Everything;
        let earliest = ended.entry(folder).or_insert_with(|| path.clone());
        *earliest = path.min(earliest.clone());
        let reason = replayed.reason.clone().unwrap_or_default();
        ends.push(PassEnd {
            path: filed.path.clone(),
            reason,
            hides,
        });
    }
    for (filed, replayed) in records.iter_mut() {
        let (folder, path) = place(filed);
        if is_hopeless || ended.get(&folder).is_some_and(|earliest| path > *earliest) {
            not_reached(replayed);
        }
    }
}

/// The folder and the path at which a record is met.
fn place(filed: &Filed) -> (String, String) {
    match (&filed.folder, filed.record()) {
        (Some(folder), _) => (folder.clone(), filed.path.clone()),
        (None, Some(record)) => {
            let path = format!("{RECORDS}/{}/{}.cfg", record.namespace, record.name);
            (record.namespace.clone(), path)
        }
        (None, None) => (String::new(), filed.path.clone()),
    }
}

fn not_reached(replayed: &mut Replayed) {
    // What is there stays there, and everything that ends a pass has to go.
    if !matches!(replayed.outcome, Outcome::Aborts | Outcome::There) {
        replayed.outcome = Outcome::NotReached;
        replayed.reason = None;
    }
}

impl Pass<'_> {
    /// A record in one line.
    pub(crate) fn line(filed: &Filed, replayed: &Replayed) -> RecordLine {
        let unknown = replayed.steps.iter().find_map(|step| match step.answer {
            Answer::Unknown => step.note.clone(),
            _ => None,
        });
        let remark = replayed.remarks.first().map(|(_, text)| text.clone());
        let note = match replayed.outcome {
            Outcome::Imported | Outcome::Moved | Outcome::Overwritten => remark,
            Outcome::There => None,
            Outcome::Unknown => unknown,
            Outcome::Skipped | Outcome::Aborts => replayed.found.clone().or(remark),
            Outcome::NotReached => Some("another record ends the pass before".to_owned()),
        };
        RecordLine {
            namespace: filed.namespace().to_owned(),
            name: filed.name().to_owned(),
            path: filed.path.clone(),
            outcome: replayed.outcome,
            reason: replayed
                .reason
                .clone()
                .filter(|_| replayed.outcome != Outcome::There),
            note,
        }
    }
}
