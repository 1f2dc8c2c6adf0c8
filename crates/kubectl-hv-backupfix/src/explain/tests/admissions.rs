//! What the admission of a restore asks.

use hv_cluster::views::Schedule;
use serde_json::{Value, json};

use super::bed::Bed;
use super::end;
use super::rows::{ALL, RECORD, SINCE_1_5, check, on_backup, set, told, told_with};
use crate::explain::walk::{Answer, Stage};
use crate::index::Found;

#[test]
fn the_admission_refuses_by_the_rules_of_each_release() {
    const ADMISSION: Option<Stage> = Some(Stage::Admission);
    check(&[
        (
            "being deleted",
            &on_backup("/metadata/deletionTimestamp", json!("2026-08-01T10:00:00Z")),
            &[(
                ALL,
                ADMISSION,
                "it is being deleted since 2026-08-01T10:00:00Z",
            )],
        ),
        (
            "an error",
            &|bed| {
                bed.set("backups", "nightly", "/status/readyToUse", json!(false));
                bed.set(
                    "backups",
                    "nightly",
                    "/status/error",
                    json!({"message": "no space"}),
                );
            },
            &[(
                ALL,
                ADMISSION,
                "it is ready: it ended in an error: no space",
            )],
        ),
        (
            "another kind",
            &on_backup("/spec/source/kind", json!("Pod")),
            &[
                ("1.8.2", None, ""),
                (
                    "1.9.0-rc6",
                    ADMISSION,
                    "unsupported backup source kind: Pod",
                ),
            ],
        ),
        (
            "a snapshot class that is gone",
            &|bed| bed.drop("snapshot_classes", "longhorn"),
            &[(ALL, ADMISSION, "there is no VolumeSnapshotClass longhorn")],
        ),
        (
            "a network that is gone",
            &|bed| bed.drop("networks", "vlan1"),
            &[
                ("1.3.2", None, ""),
                (
                    "1.4.0 1.8.2 1.9.0-rc6",
                    ADMISSION,
                    "NetworkAttachmentDefinition prod/vlan1",
                ),
            ],
        ),
        (
            "a network without a namespace",
            &on_backup(
                "/status/source/spec/template/spec/networks/0",
                json!({"multus": {"networkName": "vlan1"}}),
            ),
            &[
                ("1.3.2", None, ""),
                ("1.4.0 1.9.0-rc6", ADMISSION, "names no namespace"),
            ],
        ),
        (
            "no description of the VM",
            &on_backup("/status/source", Value::Null),
            &[
                ("1.3.2", None, ""),
                ("1.4.3 1.9.0-rc6", ADMISSION, "the admission itself fails"),
            ],
        ),
        (
            "no target set",
            &set("settings", "backup-target", "/value".to_owned(), json!("")),
            &[(
                ALL,
                ADMISSION,
                "a backup target is set: backup target is not set",
            )],
        ),
        (
            "another target",
            &on_backup("/status/backupTarget/endpoint", json!("https://s3.lan/")),
            &[(ALL, ADMISSION, "they are compared as text")],
        ),
        (
            "no target of its own",
            &on_backup("/status/backupTarget", Value::Null),
            &[
                ("1.3.2", ADMISSION, "the admission itself fails"),
                ("1.4.0 1.8.2", ADMISSION, "backupTarget is absent"),
            ],
        ),
        (
            "no Longhorn Backup",
            &on_backup(&format!("{RECORD}/longhornBackupName"), Value::Null),
            &[
                (SINCE_1_5, ADMISSION, "not from LH: disk-0"),
                ("1.4.3", None, ""),
            ],
        ),
    ]);
    let deleting = "/metadata/deletionTimestamp";
    let mut bed = Bed::sound("1.9.0-rc6");
    bed.set(
        "backups",
        "nightly",
        deleting,
        json!("2026-08-01T10:00:00Z"),
    );
    bed.set("backups", "nightly", "/status/readyToUse", json!(false));
    assert!(
        end(&told(&bed)).unwrap().1.contains("ready"),
        "1.9 asks for readiness first"
    );
    bed.release = Bed::sound("1.8.2").release;
    assert!(
        end(&told(&bed)).unwrap().1.contains("deleted"),
        "1.8 asks for deletion first"
    );
}

#[test]
fn a_schedule_that_runs_is_asked_about_from_1_4_on() {
    let schedule = |suspend: bool| {
        let object =
            json!({"metadata": {"name": "s", "namespace": "prod"}, "spec": {"suspend": suspend}});
        Found::Yes(serde_json::from_value::<Schedule>(object).unwrap())
    };
    for (release, schedule, stops) in [
        ("1.3.2", schedule(false), false),
        ("1.4.0", schedule(false), true),
        ("1.9.0-rc6", schedule(false), true),
        ("1.8.2", schedule(true), false),
    ] {
        let told = told_with(&Bed::sound(release), &schedule);
        assert_eq!(end(&told).is_some(), stops, "{release}");
    }
    let told = told_with(
        &Bed::sound("1.8.2"),
        &Found::Unknown("forbidden".to_owned()),
    );
    assert_eq!(told.answer, Answer::Unknown);
    assert_eq!(told.exit(), hv_cli::ExitKind::NoVerdict);
}
