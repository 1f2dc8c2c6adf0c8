//! What renames left behind, which goes with the backup.

use serde_json::json;

use super::{CONTENT, ask, broken};
use crate::delete_advice::document::Step;
use crate::delete_advice::outcome::Outcome;
use crate::delete_advice::stage::Stage;

/// A pair of the backup under its old name; the record has a new one.
fn renamed(stage: Stage, handle: &str) -> Stage {
    let owner = json!([{"kind": "VirtualMachineBackup", "name": "nightly", "uid": "uid-nightly"}]);
    let stage = stage.with("VolumeSnapshot", json!({
        "metadata": {"name": "old", "namespace": "prod", "uid": "uid-old", "ownerReferences": owner},
        "spec": {"source": {"volumeSnapshotContentName": "old-vsc"}},
    }));
    stage.with(
        CONTENT,
        json!({
            "metadata": {"name": "old-vsc"},
            "spec": {
                "driver": "driver.longhorn.io", "deletionPolicy": "Delete",
                "source": {"snapshotHandle": handle},
                "volumeSnapshotRef": {"namespace": "prod", "name": "old", "uid": "uid-old"},
            },
            "status": {"snapshotHandle": handle},
        }),
    )
}

#[test]
fn what_renames_left_behind_takes_the_data_along() {
    let right = "bak://pvc-1/backup-1";
    for (how, handle, expected) in [
        ("sound", right, Outcome::Deleted),
        ("retain", right, Outcome::Deleted),
        ("retain+moved", right, Outcome::Deleted),
        ("no-snapshot+moved", right, Outcome::Deleted),
        ("offline", right, Outcome::Hangs),
        ("retain+settings-denied", right, Outcome::Unknown),
        ("retain+lh-backups-denied", right, Outcome::Unknown),
        ("retain", "bs://web/backup-1", Outcome::Kept),
        ("retain", "bak://pvc-1/backup-9", Outcome::Kept),
    ] {
        let stage = how
            .split('+')
            .fold(renamed(Stage::on("v1.8.2"), handle), broken);
        let advice = ask(&stage);
        assert_eq!(advice.disks[0].outcome, expected, "{how} {handle}");
        let retains = |step: &Step| {
            step.command
                .as_ref()
                .is_some_and(|command| command.contains("old-vsc"))
        };
        assert_eq!(
            advice.to_keep.iter().any(retains),
            handle == right,
            "{how} {handle}"
        );
    }
    let unseen = broken(Stage::on("v1.8.2"), "retain").covering(&["default"]);
    assert_eq!(ask(&unseen).disks[0].outcome, Outcome::Unknown);
    let stage = renamed(
        Stage::on("v1.8.2").with_backup("weekly", "2"),
        "bak://pvc-2/backup-2",
    );
    let notes = ask(&stage).notes;
    assert!(
        notes.iter().any(|note| note.contains("Backup backup-2")),
        "{notes:?}"
    );
}
