//! What is left over, state by state, and what its deletion does.

use std::path::Path;

use serde_json::{Value, json};

use super::document::{Class, Data, Orphan};
use super::folder::Target;
use super::{Leftovers, find};
use crate::catalog::Catalog;
use crate::delete_advice::stage::Stage;

const CONTENT: &str = "VolumeSnapshotContent";

fn look(stage: &Stage, namespace: Option<&str>) -> Leftovers {
    find(
        &stage.inventory(),
        &Catalog::builtin().unwrap(),
        namespace,
        None,
    )
}

fn found(stage: &Stage) -> Vec<(String, Class, Data, bool)> {
    let told = |item: Orphan| {
        (
            item.object.name,
            item.class,
            item.deletion.data,
            item.proven,
        )
    };
    look(stage, Some("prod"))
        .items
        .into_iter()
        .map(told)
        .collect()
}

fn sound() -> Stage {
    Stage::on("v1.8.2")
}

fn content(name: &str, snapshot: &str, handle: &str, policy: &str) -> Value {
    json!({
        "metadata": {"name": name},
        "spec": {
            "driver": "driver.longhorn.io", "deletionPolicy": policy,
            "source": {"snapshotHandle": handle},
            "volumeSnapshotRef": {"namespace": "prod", "name": snapshot, "uid": "uid-gone"},
        },
        "status": {"snapshotHandle": handle},
    })
}

#[test]
fn a_sound_cluster_leaves_nothing_over() {
    assert_eq!(found(&sound()), []);
}

#[test]
fn pairs_without_a_backup_are_told_with_what_their_deletion_does() {
    let gone = sound().without("VirtualMachineBackup", "nightly");
    let right = "bak://pvc-1/backup-1";
    let snapshot = (
        "nightly-volume-web".to_owned(),
        Class::OrphanSnapshot,
        Data::Deleted,
        true,
    );
    assert_eq!(found(&gone), [snapshot]);
    let retained = gone.clone().set(
        CONTENT,
        "snapcontent-1",
        "/spec/deletionPolicy",
        json!("Retain"),
    );
    assert_eq!(found(&retained)[0].2, Data::Kept);
    for (policy, handle, release, class, data) in [
        (
            "Delete",
            right,
            "v1.8.2",
            Class::StrayContent,
            Data::Deleted,
        ),
        (
            "Delete",
            "bs://web/backup-1",
            "v1.8.2",
            Class::StrayContent,
            Data::Kept,
        ),
        (
            "Delete",
            "bs://web/backup-1",
            "v1.4.3",
            Class::StrayContent,
            Data::Deleted,
        ),
        (
            "Delete",
            "bs://web/backup-1",
            "",
            Class::StrayContent,
            Data::Unknown,
        ),
        (
            "Delete",
            "bak://pvc-1/backup-9",
            "v1.8.2",
            Class::StrayContent,
            Data::Kept,
        ),
        ("Retain", right, "v1.8.2", Class::StrayContent, Data::Kept),
    ] {
        let stage = Stage::on(release).with(CONTENT, content("old-vsc", "old", handle, policy));
        let expected = ("old-vsc".to_owned(), class, data, true);
        assert_eq!(found(&stage), [expected], "{policy} {handle} {release}");
    }
    let restore = content("restore-lab-again-x", "restore-again-x", right, "Retain");
    let expected = (
        "restore-lab-again-x".to_owned(),
        Class::RestoreContent,
        Data::Kept,
        true,
    );
    assert_eq!(found(&sound().with(CONTENT, restore)), [expected]);
}

#[test]
fn others_that_need_the_same_data_are_told() {
    let stage = sound().with(
        CONTENT,
        content("old-vsc", "old", "bak://pvc-1/backup-1", "Delete"),
    );
    let items = look(&stage, None).items;
    assert_eq!(items[0].also_held_by, ["VirtualMachineBackup/prod/nightly"]);
}

#[test]
fn pairs_that_a_rename_left_behind_are_told() {
    let name = "/status/volumeBackups/0/name";
    for (now, part) in [
        ("nightly-volume-web-snap-revise", "renamed"),
        ("other", "no longer"),
    ] {
        let stage = sound().set("VirtualMachineBackup", "nightly", name, json!(now));
        let items = look(&stage, None).items;
        let kinds: Vec<_> = items
            .iter()
            .map(|item| (item.object.kind.as_str(), item.class))
            .collect();
        let expected = [
            ("VolumeSnapshot", Class::RenamedPair),
            (CONTENT, Class::RenamedPair),
        ];
        assert_eq!(kinds, expected);
        assert!(items[0].note.contains(part), "{}", items[0].note);
        assert_eq!(items[0].deletion.data, Data::Deleted);
    }
    // A backup that has no record yet has left nothing behind.
    let records = "/status/volumeBackups";
    assert_eq!(
        found(&sound().set("VirtualMachineBackup", "nightly", records, json!([]))).len(),
        0
    );
}

#[test]
fn backups_of_longhorn_that_nothing_leads_to() {
    let labels = |job: &str| {
        json!({
            "KubernetesStatus": "{\"namespace\":\"prod\",\"pvcName\":\"web\"}",
            "RecurringJob": job,
        })
    };
    let backup = |labels: Value| {
        json!({
            "metadata": {"name": "backup-9", "namespace": "longhorn-system"},
            "status": {"state": "Completed", "volumeName": "pvc-1", "labels": labels},
        })
    };
    let lone = || sound().with("Backup", backup(labels("hourly")));
    let items = look(&lone(), Some("prod")).items;
    assert!(items[0].note.contains("claim prod/web") && items[0].note.contains("job hourly"));
    assert_eq!(
        (items[0].class, items[0].deletion.data),
        (Class::UnreferencedBackup, Data::Deleted)
    );
    let remote = json!({
        "metadata": {"name": "remote", "namespace": "prod"},
        "status": {"handle": "bak://pvc-1/backup-9"},
    });
    let wrong = content("kept", "nightly-volume-web", "bs://web/backup-9", "Retain");
    assert_eq!(
        look(&lone().with("VolumeRemoteBackup", remote), None)
            .items
            .len(),
        0
    );
    let led = look(&lone().with(CONTENT, wrong), None).items;
    assert!(
        led.iter()
            .all(|item| item.class != Class::UnreferencedBackup)
    );
    // Of no known namespace: shown for all namespaces, counted for one.
    let lost = sound().with("Backup", backup(json!(null)));
    assert_eq!(look(&lost, None).items.len(), 1);
    let narrow = look(&lost, Some("prod"));
    assert_eq!((narrow.items.len(), narrow.left_out), (0, 1));
}

#[test]
fn what_cannot_be_read_is_never_called_left_over_for_certain() {
    let lone = json!({"metadata": {"name": "backup-9", "namespace": "longhorn-system"}});
    for kind in ["VirtualMachineBackup", CONTENT, "VolumeRemoteBackup"] {
        let found = look(&sound().with("Backup", lone.clone()).denied(kind), None);
        let lone = found
            .items
            .iter()
            .find(|item| item.object.name == "backup-9")
            .unwrap();
        assert!(!lone.proven, "{kind}");
        assert!(
            found.not_judged.iter().any(|why| why.contains("forbidden")),
            "{kind}"
        );
    }
    let covering = look(&sound().with("Backup", lone).covering(&["prod"]), None);
    assert!(!covering.items[0].proven);
    let elsewhere = look(
        &sound().covering(&["default"]).denied("VolumeSnapshot"),
        None,
    );
    assert_eq!(elsewhere.items.len(), 0);
    assert!(
        elsewhere.not_judged[0].contains("1 VolumeSnapshotContent"),
        "{:?}",
        elsewhere.not_judged
    );
}

#[test]
fn a_folder_tells_records_without_data_and_data_without_records() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hv-backupstore/tests/store");
    let target = Target::open(&store).unwrap();
    let found = find(
        &sound().inventory(),
        &Catalog::builtin().unwrap(),
        None,
        Some(&target),
    );
    let told: Vec<(String, Class)> = found
        .items
        .iter()
        .map(|item| (item.object.name.clone(), item.class))
        .collect();
    let expected = EXPECTED.map(|(name, class)| (name.to_owned(), class));
    assert_eq!(told, expected);
    assert!(Target::open(Path::new("/nowhere")).is_err());
}

/// The flat record has no description of its volume, without which Longhorn does not see its data.
const EXPECTED: [(&str, Class); 5] = [
    ("weekly", Class::RecordWithoutData),
    ("gone", Class::RecordWithoutData),
    (
        "pvc-11111111-1111-4111-8111-111111111111/backup-0e8feef8a7a93609",
        Class::DataWithoutRecord,
    ),
    (
        "pvc-22222222-2222-4222-8222-222222222222/backup-ffffffffffffff01",
        Class::DataWithoutRecord,
    ),
    (
        "pvc-44444444-4444-4444-8444-444444444444/backup-ffffffffffffff02",
        Class::DataWithoutRecord,
    ),
];
