//! One change of a sound backup a row, and what ends the list on which releases.

use hv_cluster::views::Schedule;
use serde_json::Value;

use super::bed::{Bed, catalog, newest};
use super::end;
use crate::explain::backup;
use crate::explain::document::BackupExplanation;
use crate::explain::walk::Stage;
use crate::index::{Found, Index};

pub(super) fn told_with(bed: &Bed, schedule: &Found<Schedule>) -> BackupExplanation {
    let inventory = bed.inventory();
    let index = Index::new(&inventory);
    backup::explain(
        &index,
        catalog(),
        &inventory.backups.items[0],
        schedule,
        newest(),
    )
}

pub(super) fn told(bed: &Bed) -> BackupExplanation {
    told_with(bed, &Found::No)
}

/// What ends the list on one release, after a change.
fn after(release: &str, change: &dyn Fn(&mut Bed)) -> (Option<Stage>, String) {
    let mut bed = Bed::sound(release);
    change(&mut bed);
    let told = told(&bed);
    match end(&told) {
        Some((stage, question, note)) => (Some(stage), format!("{question}: {note}")),
        None => (None, String::new()),
    }
}

pub(super) const RECORD: &str = "/status/volumeBackups/0";

/// One change, and what ends the list on which releases: stage and words of question and note.
type Row<'a> = (
    &'a str,
    &'a dyn Fn(&mut Bed),
    &'a [(&'a str, Option<Stage>, &'a str)],
);

pub(super) fn check(rows: &[Row<'_>]) {
    for (what, change, expected) in rows {
        for (releases, stage, words) in *expected {
            for release in releases.split(' ') {
                let (found, text) = after(release, change);
                assert_eq!(found, *stage, "{what} on {release}: {text}");
                assert!(text.contains(words), "{what} on {release}: {text}");
            }
        }
    }
}

pub(super) fn set(
    list: &'static str,
    name: &'static str,
    pointer: String,
    value: Value,
) -> impl Fn(&mut Bed) {
    move |bed| bed.set(list, name, &pointer, value.clone())
}

pub(super) fn on_backup(pointer: &str, value: Value) -> impl Fn(&mut Bed) {
    set("backups", "nightly", pointer.to_owned(), value)
}

pub(super) const ALL: &str = "1.3.2 1.4.0 1.4.3 1.5.2 1.6.1 1.7.3 1.8.2 1.9.0-rc6";
pub(super) const BEFORE_1_5: &str = "1.3.2 1.4.0 1.4.3";
pub(super) const SINCE_1_5: &str = "1.5.2 1.6.1 1.7.3 1.8.2 1.9.0-rc6";
pub(super) const TO_1_8: &str = "1.5.2 1.6.1 1.7.3 1.8.2";
