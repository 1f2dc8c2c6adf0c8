//! VMs that backups keep from being stopped or deleted.

use hv_cluster::views::RunState;
use serde_json::{Value, json};

use super::bed::{Bed, RELEASES, newest};
use crate::explain::document::{BackupExplanation, Part};
use crate::explain::machine;
use crate::explain::walk::Answer;
use crate::index::Index;

fn told(bed: &Bed, strategy: &str) -> BackupExplanation {
    let object = json!({"metadata": {"name": "web", "namespace": "prod", "uid": "uid-of-web"},
        "spec": {"runStrategy": strategy}});
    let machine: RunState = serde_json::from_value(object).unwrap();
    let inventory = bed.inventory();
    machine::explain(&Index::new(&inventory), &machine, newest())
}

/// Answers: stop from Harvester, stop or restart by KubeVirt, deletion to its end.
fn answers(told: &BackupExplanation) -> [Answer; 3] {
    [
        told.steps[0].answer,
        told.steps[1].answer,
        told.steps[3].answer,
    ]
}

fn snapshot(namespace: &str, vm: &str) -> Value {
    json!({"metadata": {"name": "snap", "namespace": namespace}, "spec": {"type": "snapshot", "source": {"name": vm}},
        "status": {"readyToUse": true, "sourceUID": "uid-of-other", "volumeBackups": [{"name": "snap-volume-web-disk-0",
            "volumeName": "disk-0", "persistentVolumeClaim": {"metadata": {"name": "web-disk-0", "namespace": namespace}}}]}})
}

const YES: Answer = Answer::Yes;
const NO: Answer = Answer::No;

#[test]
fn a_backup_blocks_by_the_uid_of_its_vm() {
    let cases: [(&str, Value, bool); 6] = [
        (
            "ready",
            json!({"sourceUID": "uid-of-web", "readyToUse": true}),
            false,
        ),
        (
            "in progress",
            json!({"sourceUID": "uid-of-web", "readyToUse": false}),
            true,
        ),
        ("without status", json!({"sourceUID": "uid-of-web"}), true),
        (
            "ready with an error",
            json!({"sourceUID": "uid-of-web", "readyToUse": true, "error": {"message": "old"}}),
            true,
        ),
        (
            "of another VM",
            json!({"sourceUID": "uid-of-other", "readyToUse": false}),
            false,
        ),
        ("imported", json!({"readyToUse": false}), false),
    ];
    for (what, status, blocks) in cases {
        for release in RELEASES {
            let mut bed = Bed::sound(release);
            bed.set("backups", "nightly", "/status", status.clone());
            let always = answers(&told(&bed, "Always"));
            let expected = if blocks { NO } else { YES };
            assert_eq!(always, [expected, expected, YES], "{what} on {release}");
            // Up to 1.3 the button is a request of KubeVirt.
            let rerun = answers(&told(&bed, "RerunOnFailure"));
            let button = if release == "1.3.2" { expected } else { YES };
            assert_eq!(rerun, [button, expected, YES], "{what} on {release}");
        }
    }
}

#[test]
fn the_deletion_hangs_on_snapshots_by_the_name_of_the_vm() {
    let vs = |namespace: &str| json!({"metadata": {"name": "snap-volume-web-disk-0", "namespace": namespace}});
    let mut bed = Bed::sound("1.8.2");
    bed.put("backups", snapshot("prod", "web"));
    let hanging = told(&bed, "Halted");
    assert_eq!(answers(&hanging)[2], NO);
    let hold = hanging
        .concerned
        .iter()
        .find(|concern| concern.part == Part::Holds)
        .unwrap();
    assert_eq!(
        hold.why,
        "can't get VolumeSnapshot prod/snap-volume-web-disk-0"
    );

    bed.put("snapshots", vs("prod"));
    let fine = told(&bed, "Halted");
    assert_eq!(answers(&fine)[2], YES);
    assert!(
        fine.concerned
            .iter()
            .any(|concern| concern.part == Part::GoesAlong)
    );

    bed.drop("claims", "web-disk-0");
    let hanging = told(&bed, "Halted");
    let hold = hanging
        .concerned
        .iter()
        .find(|concern| concern.part == Part::Holds)
        .unwrap();
    assert_eq!(hold.why, "can't get PVC prod/web-disk-0");
}

#[test]
fn snapshots_of_other_namespaces_go_along() {
    let mut bed = Bed::sound("1.8.2");
    bed.put("backups", snapshot("finance", "web"));
    bed.put(
        "snapshots",
        json!({"metadata": {"name": "snap-volume-web-disk-0", "namespace": "finance"}}),
    );
    bed.put(
        "claims",
        json!({"metadata": {"name": "web-disk-0", "namespace": "finance"}}),
    );
    let told_one = told(&bed, "Halted");
    assert_eq!(answers(&told_one), [YES, YES, YES]);
    let along = told_one
        .concerned
        .iter()
        .find(|concern| concern.part == Part::GoesAlong)
        .unwrap();
    assert_eq!(along.object.namespace(), "finance");
    assert!(
        told_one.remarks[0].starts_with("1 snapshot of VMs of the same name in other namespaces")
    );
    bed.drop("backups", "snap");
    bed.put("backups", snapshot("prod", "other"));
    assert!(told(&bed, "Halted").concerned.is_empty());
}

#[test]
fn a_restore_of_the_snapshot_holds_it_up() {
    let restore = |complete: Value, status: &str, reason: &str| {
        json!({"metadata": {"name": "r", "namespace": "prod"},
            "spec": {"virtualMachineBackupName": "snap", "virtualMachineBackupNamespace": "prod"},
            "status": {"complete": complete, "conditions": [{"type": "InProgress", "status": status, "reason": reason}]}})
    };
    for (release, object, holds) in [
        ("1.8.2", restore(json!(false), "True", ""), true),
        ("1.8.2", restore(json!(false), "False", "Error"), false),
        ("1.9.0-rc6", restore(json!(false), "True", ""), true),
        ("1.9.0-rc6", restore(json!(false), "False", "Error"), false),
        ("1.9.0-rc6", restore(json!(true), "False", ""), false),
    ] {
        let mut bed = Bed::sound(release);
        bed.put("backups", snapshot("prod", "web"));
        bed.put(
            "snapshots",
            json!({"metadata": {"name": "snap-volume-web-disk-0", "namespace": "prod"}}),
        );
        bed.put("restores", object.clone());
        assert_eq!(
            answers(&told(&bed, "Halted"))[2] == NO,
            holds,
            "{release} {object}"
        );
    }
}

#[test]
fn what_cannot_be_read_leaves_it_open() {
    let mut bed = Bed::sound("1.8.2");
    bed.deny("backups");
    assert_eq!(answers(&told(&bed, "Always")), [Answer::Unknown; 3]);
    let mut bed = Bed::sound("1.8.2");
    bed.put("backups", snapshot("prod", "web"));
    bed.deny("snapshots");
    assert_eq!(answers(&told(&bed, "Always"))[2], Answer::Unknown);
}

#[test]
fn an_unknown_release_says_where_the_button_is_refused() {
    let mut bed = Bed::sound("1.8.2").of_unknown_release();
    let status = json!({"sourceUID": "uid-of-web", "readyToUse": false});
    bed.set("backups", "nightly", "/status", status);
    let told = told(&bed, "RerunOnFailure");
    let releases: Vec<&str> = told
        .otherwise
        .iter()
        .map(|other| other.releases.as_str())
        .collect();
    assert_eq!(releases, ["before 1.4", "1.4 and later"]);
}
