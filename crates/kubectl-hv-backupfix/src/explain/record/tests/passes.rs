//! Whole passes: what ends them, what comes after it, what is counted.

use serde_json::{Value, json};

use super::{MemoryTarget, filed, sound};
use crate::explain::record::case::{Filed, Surroundings};
use crate::explain::record::files::{BadImage, Files};
use crate::explain::record::pass::{Pass, pass};
use crate::explain::record::replay::Outcome;
use crate::explain::record::summary::Hides;
use crate::explain::tests::bed::{Bed, VOLUME, release, rules};
use crate::index::Index;

fn record(namespace: &str, name: &str) -> Value {
    let mut record = sound();
    record["namespace"] = json!(namespace);
    record["name"] = json!(name);
    record
}

fn at(path: &str, content: &Value) -> Filed {
    filed(&format!("harvester/vmbackups/{path}"), &content.to_string())
}

fn bad(path: &str) -> Filed {
    filed(&format!("harvester/vmbackups/{path}"), "")
}

/// What becomes of each file, what ends the pass, and the counts.
type Seen = (Vec<(String, Outcome)>, Vec<(String, Hides)>, String);

fn outcomes(text: &str, filed: Vec<Filed>) -> Seen {
    run(text, filed, Vec::new())
}

fn run(text: &str, filed: Vec<Filed>, bad_images: Vec<BadImage>) -> Seen {
    let inventory = Bed::sound(text).inventory();
    let index = Index::new(&inventory);
    let target = MemoryTarget::with(&[(VOLUME, "backup-1")]);
    let around = Surroundings {
        index: Ok(&index),
        stored: &target,
    };
    let files = Files { filed, bad_images };
    let Pass { records, summary } = pass(rules(), &release(text), &files, &around);
    let short = |path: &str| path.strip_prefix("harvester/").unwrap().to_owned();
    let outcomes = records
        .iter()
        .map(|(filed, replayed)| (short(&filed.path), replayed.outcome))
        .collect();
    let ends = summary
        .ends
        .iter()
        .map(|end| (short(&end.path), end.hides))
        .collect();
    (outcomes, ends, summary.words())
}

#[test]
fn outcomes_are_counted_by_cause() {
    let mut classless = record("prod", "c");
    classless["volumeBackups"][0]["persistentVolumeClaim"]["spec"]["storageClassName"] =
        json!("gone");
    let files = vec![
        at("prod/a.cfg", &record("prod", "a")),
        at("prod/b.cfg", &record("prod", "b")),
        at("prod/c.cfg", &classless),
        at("prod/nightly.cfg", &record("prod", "nightly")),
    ];
    let (_, ends, words) = outcomes("1.8.2", files);
    assert_eq!(words, "2 imported, 2 skipped (1 name-taken, 1 sc-missing)");
    assert!(ends.is_empty());
    assert_eq!(outcomes("1.8.2", Vec::new()).2, "no records");
}

#[test]
fn an_unreadable_record_hides_what_follows_it_in_its_folder() {
    let files = || {
        vec![
            at("prod/a.cfg", &record("prod", "a")),
            bad("prod/b.cfg.tmp.17"),
            at("prod/c.cfg", &record("prod", "c")),
            at("test/d.cfg", &record("test", "d")),
        ]
    };
    for text in ["1.3.2", "1.4.2", "1.8.2", "1.9.0-rc6"] {
        let (found, ends, _) = outcomes(text, files());
        let found: Vec<Outcome> = found.into_iter().map(|(_, outcome)| outcome).collect();
        assert_eq!(
            found,
            [
                Outcome::Imported,
                Outcome::Aborts,
                Outcome::NotReached,
                Outcome::Imported
            ],
            "{text}"
        );
        assert_eq!(
            ends,
            [("vmbackups/prod/b.cfg.tmp.17".to_owned(), Hides::Following)],
            "{text}"
        );
    }
}

#[test]
fn an_unreadable_old_record_hides_everything() {
    let files = vec![
        at("prod-a.cfg", &record("prod", "a")),
        bad("prod-b.cfg"),
        at("prod/c.cfg", &record("prod", "c")),
    ];
    let (found, ends, _) = outcomes("1.8.2", files);
    let found: Vec<Outcome> = found.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(
        found,
        [Outcome::NotReached, Outcome::Aborts, Outcome::NotReached]
    );
    assert_eq!(ends[0].1, Hides::Everything);
}

#[test]
fn old_records_are_moved_and_read_again_if_their_folder_was_listed() {
    let (found, _, words) = outcomes("1.8.2", vec![at("prod-old.cfg", &record("prod", "old"))]);
    assert_eq!((found[0].1, words.as_str()), (Outcome::Moved, "1 moved"));
    let files = vec![
        at("prod-old.cfg", &record("prod", "old")),
        at("prod/a.cfg", &record("prod", "a")),
    ];
    assert_eq!(outcomes("1.8.2", files).2, "2 imported");
    let files = vec![
        at("prod-a.cfg", &record("prod", "a")),
        at("prod/a.cfg", &record("prod", "a")),
    ];
    let (found, _, words) = outcomes("1.8.2", files);
    assert_eq!(found[1].1, Outcome::Overwritten);
    assert_eq!(words, "1 imported, 1 overwritten");
}

#[test]
fn two_files_of_one_backup_end_one_pass() {
    let files = vec![
        at("prod/a.cfg", &record("prod", "x")),
        at("test/a.cfg", &record("prod", "x")),
    ];
    let (found, ends, _) = outcomes("1.8.2", files);
    assert_eq!(
        (found[0].1, found[1].1),
        (Outcome::Imported, Outcome::Skipped)
    );
    assert_eq!(ends, [("vmbackups/test/a.cfg".to_owned(), Hides::Nothing)]);
}

#[test]
fn a_bad_record_of_an_image_comes_first_from_1_4_on() {
    let image = |is_sure| BadImage {
        path: "harvester/vmimages/prod/i.cfg".to_owned(),
        why: "empty".to_owned(),
        is_sure,
    };
    for (text, is_sure, expected) in [
        ("1.3.2", true, Outcome::Imported),
        ("1.4.0", true, Outcome::NotReached),
        ("1.9.0-rc6", true, Outcome::NotReached),
        ("1.8.2", false, Outcome::Imported),
    ] {
        let files = vec![at("prod/a.cfg", &record("prod", "a"))];
        let (found, ends, _) = run(text, files, vec![image(is_sure)]);
        assert_eq!(
            (found[0].1, ends.is_empty()),
            (expected, expected == Outcome::Imported),
            "{text}"
        );
    }
}
