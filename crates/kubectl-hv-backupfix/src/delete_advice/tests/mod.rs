//! Release by release and state by state: what becomes of the data.

mod around;
mod leftovers;
mod outcomes;

use hv_cli::ConnectionArgs;
use serde_json::json;

use super::advise::advise;
use super::command::Kubectl;
use super::document::DeleteAdvice;
use super::stage::{Stage, setting, target};
use crate::index::{Found, Index};
use crate::judge::Sharing;

const CONTENT: &str = "VolumeSnapshotContent";
const HANDLE: &str = "/status/snapshotHandle";

fn ask(stage: &Stage) -> DeleteAdvice {
    let inventory = stage.inventory();
    let index = Index::new(&inventory);
    let sharing = Sharing::of(&index);
    let Found::Yes(backup) = index.backup("prod", "nightly") else {
        panic!()
    };
    advise(
        &index,
        &sharing,
        backup,
        &Kubectl::new(&ConnectionArgs::default()),
    )
}

/// Changes of the stage by name, so that a failing row says which it is.
fn broken(stage: Stage, how: &str) -> Stage {
    let moved = |stage: Stage, setting| {
        stage
            .without("Setting", "backup-target")
            .with("Setting", setting)
    };
    let offline =
        |stage: Stage| stage.set("BackupTarget", "default", "/status/available", json!(false));
    match how {
        "sound" => stage,
        "moved" => moved(stage, target("https://s3.lan/")),
        "unset" => moved(stage, setting("")),
        "no-json" => moved(stage, setting("{\"secretAccessKey\": \"hush")),
        "offline" => offline(stage),
        "availability-unknown" => {
            stage.set("BackupTarget", "default", "/status/available", json!(null))
        }
        "settings-denied" => stage.denied("Setting"),
        "retain" => stage.set(
            CONTENT,
            "snapcontent-1",
            "/spec/deletionPolicy",
            json!("Retain"),
        ),
        "wrong-volume" => stage.set(CONTENT, "snapcontent-1", HANDLE, json!("bs://web/backup-1")),
        "wrong-id" => stage.with_backup("weekly", "2").set(
            CONTENT,
            "snapcontent-1",
            HANDLE,
            json!("bak://pvc-1/backup-2"),
        ),
        "odd-handle" => stage.set(CONTENT, "snapcontent-1", HANDLE, json!("pvc-1/backup-1")),
        "handle-without-id" => stage.set(CONTENT, "snapcontent-1", HANDLE, json!("bak://pvc-1/")),
        "handle-of-another-type" => stage.set(
            CONTENT,
            "snapcontent-1",
            HANDLE,
            json!("BAK://pvc-1/backup-1"),
        ),
        "no-handle" => stage.set(CONTENT, "snapcontent-1", HANDLE, json!(null)),
        "no-snapshot" => stage.without("VolumeSnapshot", "nightly-volume-web"),
        "no-content" => stage.without(CONTENT, "snapcontent-1"),
        "foreign-content" => stage.set(
            CONTENT,
            "snapcontent-1",
            "/spec/volumeSnapshotRef/uid",
            json!("older"),
        ),
        "no-lh-backup" => stage.without("Backup", "backup-1"),
        "no-backup-volume" => stage.without("BackupVolume", "pvc-1-abc"),
        "lh-backups-denied" => stage.denied("Backup"),
        "contents-denied" => stage.denied(CONTENT),
        "object-only" => stage.set(
            "Backup",
            "backup-1",
            "/metadata/labels",
            json!({"backup-volume": "pvc-1", "longhorn.io/delete-custom-resource-only": "true"}),
        ),
        "in-progress" => {
            let stage = stage.without("VolumeSnapshot", "nightly-volume-web");
            stage.set(
                "VirtualMachineBackup",
                "nightly",
                "/status/readyToUse",
                json!(false),
            )
        }
        "no-target" => stage.set(
            "VirtualMachineBackup",
            "nightly",
            "/status/backupTarget",
            json!(null),
        ),
        "snapshot" => {
            let stage = stage.set(
                "VirtualMachineBackup",
                "nightly",
                "/spec/type",
                json!("snapshot"),
            );
            let stage = stage.set(
                "VirtualMachineBackup",
                "nightly",
                "/status/backupTarget",
                json!(null),
            );
            stage.set(
                CONTENT,
                "snapcontent-1",
                HANDLE,
                json!("snap://pvc-1/snapshot-1"),
            )
        }
        "third-party" => stage.set(
            CONTENT,
            "snapcontent-1",
            "/spec/driver",
            json!("lvm.example.com"),
        ),
        "empty-target" => moved(stage, setting("")).set(
            "VirtualMachineBackup",
            "nightly",
            "/status/backupTarget",
            json!({}),
        ),
        other => panic!("{other}"),
    }
}
