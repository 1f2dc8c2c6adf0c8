//! Changes of the setting, asked about in advance.

use serde_json::{Value, json};

use super::bed::{Bed, RELEASES, catalog, newest};
use crate::explain::document::{BackupExplanation, Part};
use crate::explain::setting;
use crate::explain::walk::Answer;
use crate::index::Index;

fn told(bed: &Bed) -> BackupExplanation {
    let inventory = bed.inventory();
    setting::explain(&Index::new(&inventory), catalog(), newest())
}

fn blockers(told: &BackupExplanation) -> Vec<(String, String)> {
    let blocking = told
        .concerned
        .iter()
        .filter(|concern| concern.part == Part::Blocks);
    blocking
        .map(|concern| (concern.object.word(), concern.why.clone()))
        .collect()
}

fn nfs(bed: &mut Bed) {
    bed.set(
        "settings",
        "backup-target",
        "/value",
        json!(r#"{"type":"nfs","endpoint":"nfs://h:/e"}"#),
    );
}

#[test]
fn nothing_blocks_where_everything_is_done() {
    for release in RELEASES {
        let mut bed = Bed::sound(release);
        bed.put(
            "restores",
            json!({"metadata": {"name": "r", "namespace": "prod"}, "status": {"complete": true}}),
        );
        let told = told(&bed);
        assert_eq!(
            (told.answer, blockers(&told).len()),
            (Answer::Yes, 0),
            "{release}"
        );
    }
}

#[test]
fn backups_and_restores_block_in_every_state_but_done() {
    let restore = |status: Value, deleted: &str| json!({"metadata": {"name": "r", "namespace": "test", "deletionTimestamp": deleted}, "status": status});
    let backup = |kind: &str, status: Value, deleted: &str| json!({"metadata": {"name": "b", "namespace": "test", "deletionTimestamp": deleted}, "spec": {"type": kind}, "status": status});
    let disks = json!([{"name": "x", "volumeName": "d"}]);
    let cases = [
        (
            "backups",
            backup(
                "backup",
                json!({"volumeBackups": disks, "progress": 40}),
                "",
            ),
            Some("is in progress, at 40 %"),
        ),
        (
            "backups",
            backup("snapshot", json!({"volumeBackups": disks}), ""),
            Some("is in progress"),
        ),
        (
            "backups",
            backup("backup", json!({}), ""),
            Some("has no disks"),
        ),
        (
            "backups",
            backup("backup", json!({"error": {"message": "boom"}}), ""),
            Some("ended in an error: boom"),
        ),
        (
            "backups",
            backup(
                "backup",
                json!({"readyToUse": true}),
                "2026-08-01T00:00:00Z",
            ),
            Some("is being deleted since"),
        ),
        (
            "backups",
            backup(
                "backup",
                json!({"readyToUse": false, "volumeBackups": disks, "conditions": [
                {"type": "Ready", "status": "False", "message": "Change back to non-ready", "reason": "gone"}]}),
                "",
            ),
            Some("was demoted: gone"),
        ),
        // An error alone does not count while it is ready.
        (
            "backups",
            backup(
                "backup",
                json!({"readyToUse": true, "error": {"message": "old"}}),
                "",
            ),
            None,
        ),
        (
            "restores",
            restore(json!({"complete": false}), ""),
            Some("is not complete"),
        ),
        ("restores", restore(json!({}), ""), Some("is not complete")),
        (
            "restores",
            restore(json!({"complete": true}), "2026-08-01T00:00:00Z"),
            Some("is being deleted"),
        ),
        ("restores", restore(json!({"complete": true}), ""), None),
    ];
    for (list, object, expected) in cases {
        for release in RELEASES {
            let mut bed = Bed::sound(release);
            bed.put(list, object.clone());
            let told = told(&bed);
            let found = blockers(&told);
            match expected {
                None => assert!(found.is_empty(), "{release} {object}: {found:?}"),
                Some(words) => {
                    assert_eq!(
                        (found.len(), told.answer),
                        (1, Answer::No),
                        "{release} {object}"
                    );
                    assert!(found[0].1.contains(words), "{release}: {found:?}");
                    assert_eq!(told.exit(), hv_cli::ExitKind::Failed);
                }
            }
        }
    }
}

#[test]
fn what_passes_depends_on_the_kind_of_target() {
    let remark = |bed: &Bed, words: &str| {
        told(bed)
            .remarks
            .iter()
            .any(|remark| remark.contains(words))
    };
    let s3 = Bed::sound("1.8.2");
    assert!(remark(&s3, "the interval or the certificate alone passes"));
    assert!(remark(
        &Bed::sound("1.3.2"),
        "a change of the certificate alone"
    ));
    let mut stuck = Bed::sound("1.8.2");
    nfs(&mut stuck);
    assert!(remark(&stuck, "an annotation or the interval alone too"));
    assert!(!remark(&stuck, "note of a finished pass"));
    stuck.put(
        "restores",
        json!({"metadata": {"name": "r", "namespace": "test"}, "status": {}}),
    );
    assert!(remark(&stuck, "note of a finished pass"));
    let mut old = Bed::sound("1.4.3");
    old.put("backups", json!({"metadata": {"name": "b", "namespace": "x"}, "status": {"error": {"message": "no"}}}));
    assert!(remark(&old, "the admission itself fails"));
    old.release = Bed::sound("1.8.2").release;
    assert!(!remark(&old, "the admission itself fails"));
}

#[test]
fn the_way_out_names_what_it_does_to_whom() {
    let parts = |release: &str, change: &dyn Fn(&mut Bed)| -> Vec<(Part, String)> {
        let mut bed = Bed::sound(release);
        change(&mut bed);
        let concerned = told(&bed).concerned;
        concerned
            .into_iter()
            .filter(|c| c.part != Part::Blocks)
            .map(|c| (c.part, c.why))
            .collect()
    };
    assert!(
        parts("1.5.2", &|_| {}).is_empty(),
        "no pass before 1.6 demotes"
    );
    for (release, words) in [
        ("1.6.1", "until it is looked at again"),
        ("1.8.2", "readyToUse stays"),
        ("1.9.0-rc6", "until"),
    ] {
        let found = parts(release, &|_| {});
        assert_eq!(found.len(), 1, "{release}");
        assert!(
            found[0].0 == Part::Demoted && found[0].1.contains(words),
            "{release}: {found:?}"
        );
    }
    let deleting = |bed: &mut Bed| {
        bed.set(
            "backups",
            "nightly",
            "/metadata/deletionTimestamp",
            json!("2026-08-01T00:00:00Z"),
        );
    };
    let found = parts("1.8.2", &deleting);
    assert!(
        found[0].0 == Part::Released && found[0].1.contains("a race"),
        "{found:?}"
    );
    let elsewhere = |bed: &mut Bed| {
        bed.set(
            "backups",
            "nightly",
            "/status/backupTarget/bucketName",
            json!("old"),
        );
    };
    assert!(
        parts("1.8.2", &elsewhere).is_empty(),
        "it is demoted already"
    );
}

#[test]
fn unread_lists_leave_it_open() {
    for list in ["backups", "restores"] {
        let mut bed = Bed::sound("1.8.2");
        bed.deny(list);
        assert_eq!(told(&bed).answer, Answer::Unknown, "{list}");
    }
    let mut inventory = Bed::sound("1.8.2").inventory();
    inventory.covered = Some(vec!["prod".to_owned()]);
    let told = setting::explain(&Index::new(&inventory), catalog(), newest());
    assert_eq!(
        told.answer,
        Answer::Unknown,
        "a bundle does not hold every namespace"
    );
}
