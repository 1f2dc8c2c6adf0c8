//! Release by state of the record: what becomes of it, at which step, and why.

use serde_json::{Value, json};

use super::states::{self, Row};
use super::{MemoryTarget, PATH, Scene, unreadable_here};
use crate::explain::record::case::{Filed, Surroundings};
use crate::explain::record::replay::Outcome::{self, Aborts, Imported, Skipped};
use crate::explain::record::replay::replay;
use crate::explain::stretches::compare;
use crate::explain::tests::bed::{RELEASES, VOLUME, release, rules};
use crate::explain::walk::Answer;

#[test]
fn records_are_replayed_as_each_release_decides() {
    let mut cases = 0;
    for (what, change, rows) in states::all() {
        for Row(releases, outcome, decided, remark) in *rows {
            for release in releases.split(' ') {
                let mut scene = Scene::of(release);
                change(&mut scene);
                let replayed = scene.replayed(release);
                let found = replayed.step.zip(replayed.reason.as_deref());
                let shown = format!("{what} on {release}: {replayed:#?}");
                assert_eq!((replayed.outcome, found), (*outcome, *decided), "{shown}");
                assert!(
                    replayed
                        .remarks
                        .iter()
                        .any(|(_, text)| text.contains(remark))
                        || remark.is_empty(),
                    "{shown}"
                );
                let fine =
                    matches!(outcome, Imported) && remark.is_empty() && !what.contains("class");
                assert!(!fine || replayed.remarks.is_empty(), "{shown}");
                cases += 1;
            }
        }
    }
    assert!(cases >= 200, "{cases} cases");
}

#[test]
fn the_list_ends_with_the_first_no_and_says_what_harvester_does() {
    let mut scene = Scene::of("1.8.2");
    scene.bed.drop("classes", "longhorn-ubuntu");
    let replayed = scene.replayed("1.8.2");
    let questions: Vec<(&str, Answer)> = replayed
        .steps
        .iter()
        .map(|step| (step.question.as_str(), step.answer))
        .collect();
    let expected = [
        ("record is readable", Answer::Yes),
        ("storage class longhorn-ubuntu exists", Answer::No),
        (
            "storage class longhorn-ubuntu is not being deleted",
            Answer::NotReached,
        ),
        ("disk-0 has a Longhorn Backup", Answer::NotReached),
        (
            "disk-0 names a volume that Longhorn can have",
            Answer::NotReached,
        ),
        (
            &format!("the backup target holds backup-1 of {VOLUME}"),
            Answer::NotReached,
        ),
        ("Longhorn Backup backup-1 exists", Answer::NotReached),
        (
            "Longhorn Backup backup-1 is not being deleted",
            Answer::NotReached,
        ),
        ("no VMBackup prod/weekly exists", Answer::NotReached),
        (
            "prod/weekly is a name that Kubernetes takes",
            Answer::NotReached,
        ),
        ("record names its VM", Answer::NotReached),
        (
            "record has its VM and its disks, or VM prod/shop exists",
            Answer::NotReached,
        ),
    ];
    assert_eq!(questions, expected);
    let note = replayed.steps[1].note.as_deref().unwrap();
    let log = "skip creating vm backup, because the storage class is not found";
    assert_eq!(
        note,
        format!("Harvester skips this record here and logs \"{log}\" (1.4 and later)")
    );
    let help = replayed.help.unwrap();
    assert_eq!(
        help,
        "create the class longhorn-ubuntu (image default/ubuntu must come first), or import with a map"
    );
}

#[test]
fn without_a_cluster_only_the_files_tell() {
    let scene = Scene::of("1.8.2");
    for release in RELEASES {
        assert_eq!(scene.alone(release).outcome, Outcome::Unknown, "{release}");
    }
    // What the files prove is proven.
    let gone = Scene {
        target: MemoryTarget::with(&[]),
        ..Scene::of("1.8.2")
    };
    let replayed = gone.alone("1.8.2");
    assert_eq!(
        (replayed.outcome, replayed.reason.as_deref()),
        (Skipped, Some("no-data"))
    );
    // A record that would end the pass is skipped first if its class is missing.
    let mut unnamed = Scene::of("1.8.2");
    unnamed.record["backupSpec"]["source"]["name"] = json!("");
    assert_eq!(unnamed.alone("1.8.2").outcome, Outcome::Unknown);
    assert_eq!(unnamed.replayed("1.8.2").outcome, Aborts);
}

#[test]
fn what_cannot_be_read_is_unknown_not_a_no() {
    let mut scene = Scene::of("1.8.2");
    scene.target = MemoryTarget(None);
    let replayed = scene.replayed("1.8.2");
    assert_eq!(replayed.outcome, Outcome::Unknown);
    assert_eq!(replayed.steps[5].note.as_deref(), Some("not copied"));
    for list in ["classes", "lh_backups", "backups"] {
        let mut scene = Scene::of("1.8.2");
        scene.bed.deny(list);
        assert_eq!(scene.replayed("1.8.2").outcome, Outcome::Unknown, "{list}");
    }
    let file = Filed {
        path: PATH.to_owned(),
        folder: Some("prod".to_owned()),
        content: unreadable_here(),
    };
    let around = Surroundings {
        index: Err("no cluster"),
        stored: &MemoryTarget(None),
    };
    let replayed = replay(rules(), &release("1.8.2"), &file, &around);
    assert_eq!(
        (replayed.outcome, replayed.steps.len()),
        (Outcome::Unknown, 1)
    );
}

#[test]
fn an_unknown_release_is_compared_stretch_by_stretch() {
    let mut scene = Scene::of("1.8.2");
    scene.record["volumeBackups"] = Value::Null;
    let inventory = scene.bed.inventory();
    let index = crate::index::Index::new(&inventory);
    let around = Surroundings {
        index: Ok(&index),
        stored: &scene.target,
    };
    let filed = super::filed(PATH, &scene.record.to_string());
    let told = compare(&rules().bounds(), |release| {
        replay(rules(), release, &filed, &around).outcome
    });
    let told: Vec<(&str, Outcome)> = told
        .iter()
        .map(|(words, outcome)| (words.as_str(), *outcome))
        .collect();
    assert_eq!(told, [("before 1.7", Imported), ("1.7 and later", Aborts)]);
}
