//! What the controller asks of a disk, and what is needed besides.

use serde_json::{Value, json};

use super::bed::VOLUME;
use super::rows::{ALL, BEFORE_1_5, RECORD, TO_1_8, check, on_backup, set};
use crate::explain::walk::Stage;

#[test]
fn the_controller_stops_or_crashes_by_the_rules_of_each_release() {
    const CONTROLLER: Option<Stage> = Some(Stage::Controller);
    const NEED: Option<Stage> = Some(Stage::Need);
    let handle = |text: &str| {
        set(
            "contents",
            "nightly-volume-web-disk-0-vsc",
            "/spec/source/snapshotHandle".to_owned(),
            json!(text),
        )
    };
    check(&[
        (
            "no snapshot",
            &|bed| bed.drop("snapshots", "nightly-volume-web-disk-0"),
            &[
                (BEFORE_1_5, NEED, "the claim is made and waits for ever"),
                (
                    TO_1_8,
                    CONTROLLER,
                    "not found, and is tried again by itself",
                ),
                (
                    "1.9.0-rc6",
                    CONTROLLER,
                    "not found, and is not tried again by itself",
                ),
            ],
        ),
        (
            "no content",
            &|bed| bed.drop("contents", "nightly-volume-web-disk-0-vsc"),
            &[
                (BEFORE_1_5, NEED, "there is no VolumeSnapshotContent"),
                (
                    TO_1_8,
                    CONTROLLER,
                    "\"nightly-volume-web-disk-0-vsc\" not found",
                ),
                ("1.9.0-rc6", CONTROLLER, "the Harvester controller crashes"),
            ],
        ),
        (
            "the wrong volume in the handle",
            &handle("bs://web-disk-0/backup-1"),
            &[
                (BEFORE_1_5, None, ""),
                (TO_1_8, None, ""),
                ("1.9.0-rc6", CONTROLLER, "crashes"),
            ],
        ),
        (
            "a handle that cannot be read",
            &handle("backup-1"),
            &[
                (BEFORE_1_5, NEED, "it cannot be read"),
                (TO_1_8, CONTROLLER, "backups.longhorn.io \"\" not found"),
                ("1.9.0-rc6", CONTROLLER, "crashes"),
            ],
        ),
        (
            "a content without a handle",
            &set(
                "contents",
                "nightly-volume-web-disk-0-vsc",
                "/spec/source".to_owned(),
                json!({}),
            ),
            &[
                (TO_1_8, CONTROLLER, "missing SnapshotHandle"),
                ("1.9.0-rc6", CONTROLLER, "crashes"),
            ],
        ),
        (
            "another backup in the handle",
            &|bed| {
                bed.put(
                    "lh_backups",
                    json!({"metadata": {"name": "backup-2", "namespace": "longhorn-system"},
                    "status": {"state": "Completed", "volumeName": VOLUME}}),
                );
                let handle = format!("bak://{VOLUME}/backup-2");
                bed.set(
                    "contents",
                    "nightly-volume-web-disk-0-vsc",
                    "/spec/source/snapshotHandle",
                    json!(handle),
                );
            },
            &[(
                ALL,
                NEED,
                "it names backup-2: that backup would be restored",
            )],
        ),
        (
            "no Longhorn Backup",
            &|bed| bed.drop("lh_backups", "backup-1"),
            &[
                (BEFORE_1_5, NEED, "Longhorn has no such Backup"),
                (
                    TO_1_8,
                    CONTROLLER,
                    "backups.longhorn.io \"backup-1\" not found",
                ),
                ("1.9.0-rc6", CONTROLLER, "crashes"),
            ],
        ),
        (
            "no BackupVolume",
            &|bed| bed.drop("lh_volumes", "bv-1"),
            &[
                (BEFORE_1_5, None, ""),
                (TO_1_8, CONTROLLER, "at every attempt"),
                ("1.9.0-rc6", CONTROLLER, "crashes"),
            ],
        ),
        (
            "two BackupVolumes",
            &|bed| {
                bed.put(
                    "lh_volumes",
                    json!({"metadata": {"name": "bv-2", "labels": {"backup-volume": VOLUME}}}),
                );
            },
            &[
                (BEFORE_1_5, None, ""),
                (TO_1_8, CONTROLLER, "found more than 1 backupvolume"),
                ("1.9.0-rc6", CONTROLLER, "crashes"),
            ],
        ),
        (
            "a snapshot taken here",
            &|bed| {
                bed.set(
                    "snapshots",
                    "nightly-volume-web-disk-0",
                    "/spec/source",
                    json!({"persistentVolumeClaimName": "web-disk-0"}),
                );
                bed.drop("lh_volumes", "bv-1");
            },
            &[(ALL, None, "")],
        ),
        (
            "a claim of another namespace",
            &on_backup(
                &format!("{RECORD}/persistentVolumeClaim/metadata/namespace"),
                json!("finance"),
            ),
            &[
                (TO_1_8, None, ""),
                (
                    "1.9.0-rc6",
                    CONTROLLER,
                    "VolumeSnapshot finance/nightly-volume-web-disk-0 exists",
                ),
            ],
        ),
    ]);
}

#[test]
fn what_nobody_asks_for_is_needed_all_the_same() {
    const NEED: Option<Stage> = Some(Stage::Need);
    let content = |pointer: &str, value: Value| {
        set(
            "contents",
            "nightly-volume-web-disk-0-vsc",
            pointer.to_owned(),
            value,
        )
    };
    let longhorn =
        |pointer: &str, value: Value| set("lh_backups", "backup-1", pointer.to_owned(), value);
    check(&[
        (
            "a content of another snapshot",
            &content("/spec/volumeSnapshotRef/namespace", json!("finance")),
            &[(
                ALL,
                NEED,
                "belongs to VolumeSnapshot finance/nightly-volume-web-disk-0",
            )],
        ),
        (
            "a content that goes",
            &content("/metadata/deletionTimestamp", json!("2026-08-01T10:00:00Z")),
            &[(ALL, NEED, "the VolumeSnapshotContent is")],
        ),
        (
            "a backup in progress",
            &longhorn("/status/state", json!("InProgress")),
            &[(ALL, NEED, "it is InProgress")],
        ),
        (
            "a backup that goes",
            &longhorn("/metadata/deletionTimestamp", json!("2026-08-01T10:00:00Z")),
            &[(ALL, NEED, "Longhorn is deleting it")],
        ),
        (
            "no class",
            &|bed| bed.drop("classes", "longhorn-ubuntu"),
            &[(ALL, NEED, "storage class longhorn-ubuntu exists")],
        ),
        (
            "no image",
            &|bed| bed.drop("images", "ubuntu"),
            &[(ALL, NEED, "image default/ubuntu exists")],
        ),
        (
            "a class that waits",
            &set(
                "classes",
                "longhorn-ubuntu",
                "/volumeBindingMode".to_owned(),
                json!("WaitForFirstConsumer"),
            ),
            &[(TO_1_8, None, ""), ("1.9.0-rc6", NEED, "start it by hand")],
        ),
        (
            "a target that is away",
            &set(
                "lh_targets",
                "default",
                "/status/available".to_owned(),
                json!(false),
            ),
            &[(ALL, NEED, "its BackupTarget is not available")],
        ),
    ]);
}
