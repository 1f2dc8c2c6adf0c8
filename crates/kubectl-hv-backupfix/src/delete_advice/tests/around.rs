//! What else is told: neighbours, restores, schedules, and what to do.

use serde_json::json;

use super::{ask, broken};
use crate::delete_advice::stage::Stage;

#[test]
fn another_backup_that_a_handle_names_is_told() {
    let advice = ask(&broken(Stage::on("v1.8.2"), "wrong-id"));
    let other = "backup-2, held by VirtualMachineBackup/prod/weekly";
    assert_eq!(advice.disks[0].endangers.as_deref(), Some(other));
    let retain = advice.to_keep[0].command.as_deref().unwrap();
    assert!(
        retain.contains("snapcontent-1") && retain.contains(r#""Retain""#),
        "{retain}"
    );
}

#[test]
fn what_others_need_is_never_named_for_deletion() {
    let shared = Stage::on("v1.8.2").with_backup("weekly", "1");
    for stage in [shared.clone(), broken(shared, "odd-handle")] {
        let advice = ask(&stage);
        assert_eq!(
            advice.disks[0].also_held_by,
            ["VirtualMachineBackup/prod/weekly"]
        );
        assert!(
            advice.to_delete.iter().all(|step| step.command.is_none()),
            "{:?}",
            advice.to_delete
        );
    }
}

#[test]
fn leaked_data_has_a_way_to_be_deleted_after_the_backup() {
    let advice = ask(&broken(Stage::on("v1.8.2"), "wrong-volume"));
    let commands: Vec<_> = advice
        .to_delete
        .iter()
        .filter_map(|step| step.command.as_deref())
        .collect();
    assert_eq!(
        commands,
        [
            "kubectl delete virtualmachinebackups.harvesterhci.io nightly -n prod",
            "kubectl delete backups.longhorn.io backup-1 -n longhorn-system",
        ]
    );
}

#[test]
fn restores_refuse_by_the_rule_of_the_release() {
    let restore = |complete, status: &str, reason: &str| {
        json!({
            "metadata": {"name": "again", "namespace": "prod"},
            "spec": {"virtualMachineBackupName": "nightly"},
            "status": {"complete": complete, "conditions": [{"type": "InProgress", "status": status, "reason": reason}]},
        })
    };
    for (release, restore, expected) in [
        ("v1.8.2", restore(json!(false), "True", ""), 1),
        ("v1.8.2", restore(json!(null), "False", ""), 0),
        ("v1.8.2", restore(json!(false), "False", "Error"), 0),
        ("v1.9.0-rc6", restore(json!(false), "False", ""), 1),
        ("v1.9.0-rc6", restore(json!(null), "True", ""), 1),
        ("v1.9.0-rc6", restore(json!(false), "False", "Error"), 0),
        ("v1.9.0-rc6", restore(json!(true), "False", ""), 0),
        ("", restore(json!(null), "False", ""), 1),
    ] {
        let advice = ask(&Stage::on(release).with("VirtualMachineRestore", restore.clone()));
        assert_eq!(advice.refused_by.len(), expected, "{release:?} {restore}");
    }
}

#[test]
fn schedules_and_neighbours_are_told() {
    let stage = broken(Stage::on("v1.8.2"), "moved");
    let stage = stage.set(
        "VirtualMachineBackup",
        "nightly",
        "/metadata/annotations",
        json!({"harvesterhci.io/svmbackupId": "prod/every-night"}),
    );
    let advice = ask(&stage);
    assert_eq!(advice.schedule.as_deref(), Some("prod/every-night"));
    assert!(
        advice.notes.iter().any(|note| note.contains("foreground")),
        "{:?}",
        advice.notes
    );
    assert!(
        advice.disks[0].reason.contains("3 of 15"),
        "{:?}",
        advice.disks
    );
    let neighbour = json!({"metadata": {"name": "nightly.cfg.old", "namespace": "prod"}});
    let advice = ask(&Stage::on("v1.8.2").with("VirtualMachineBackup", neighbour));
    assert!(
        advice
            .notes
            .iter()
            .any(|note| note.contains("nightly.cfg.old")),
        "{:?}",
        advice.notes
    );
}

#[test]
fn longhorn_deletes_only_where_it_looks_itself() {
    let url = "/spec/backupTargetURL";
    for (place, expected) in [("s3://hv@eu/", 0), ("s3://old@eu/", 1), ("", 0)] {
        let stage = Stage::on("v1.8.2").set("BackupTarget", "default", url, json!(place));
        let notes = ask(&stage).notes;
        let told = notes.iter().filter(|note| note.contains("Longhorn uses"));
        assert_eq!(told.count(), expected, "{place}: {notes:?}");
    }
}

#[test]
fn a_backup_without_disks_touches_no_data() {
    let stage = Stage::on("v1.8.2").set(
        "VirtualMachineBackup",
        "nightly",
        "/status/volumeBackups",
        json!([]),
    );
    let advice = ask(&stage);
    assert_eq!(advice.outcome, None);
    assert!(advice.to_keep.is_empty());
}
