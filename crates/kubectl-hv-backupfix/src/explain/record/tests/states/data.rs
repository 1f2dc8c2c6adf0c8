//! Records whose data, or Longhorn's object of it, is not there.

use serde_json::{Value, json};

use super::{ALL, EARLY, MIDDLE, Row, SINCE_1_4_2, SINCE_1_5, State, set_claim, set_disk};
use crate::explain::record::replay::Outcome::{Imported, Skipped};
use crate::explain::record::tests::{MemoryTarget, disk};
use crate::explain::tests::bed::VOLUME;

pub(super) const DATA: &[State] = &[
    (
        "no Longhorn Backup",
        |scene| set_disk(scene, "longhornBackupName", Value::Null),
        &[
            Row(
                EARLY,
                Imported,
                None,
                "takes a snapshot of claim prod/disk-0",
            ),
            Row(
                MIDDLE,
                Imported,
                None,
                "takes a snapshot of claim prod/disk-0",
            ),
            Row(SINCE_1_5, Skipped, Some((4, "not-longhorn")), ""),
        ],
    ),
    (
        "Longhorn Backup with an empty name",
        |scene| set_disk(scene, "longhornBackupName", json!("")),
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((6, "no-data")), ""),
        ],
    ),
    (
        "no volume named",
        |scene| set_claim(scene, "volumeName", json!("")),
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((5, "no-volume")), ""),
        ],
    ),
    (
        "volume with an odd name",
        |scene| set_claim(scene, "volumeName", json!("../etc")),
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((5, "no-volume")), ""),
        ],
    ),
    (
        "data gone",
        |scene| scene.target = MemoryTarget::with(&[(VOLUME, "backup-2")]),
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((6, "no-data")), ""),
        ],
    ),
    (
        "volume gone",
        |scene| scene.target = MemoryTarget::with(&[]),
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((6, "no-data")), ""),
        ],
    ),
    (
        "Longhorn has not polled",
        |scene| scene.bed.drop("lh_backups", "backup-1"),
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((7, "lh-backup-missing")), ""),
        ],
    ),
    (
        "Longhorn deletes it",
        |scene| {
            scene.bed.set(
                "lh_backups",
                "backup-1",
                "/metadata/deletionTimestamp",
                json!("2026-08-01T00:00:00Z"),
            );
        },
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((8, "lh-backup-deleting")), ""),
        ],
    ),
    (
        "Longhorn has not finished it",
        |scene| {
            scene.bed.set(
                "lh_backups",
                "backup-1",
                "/status",
                json!({"state": "InProgress", "volumeName": "pvc-other"}),
            );
        },
        &[Row(ALL, Imported, None, "")],
    ),
    (
        "a foreign driver with a Longhorn Backup",
        |scene| set_disk(scene, "csiDriverName", json!("rbd.csi.ceph.com")),
        &[Row(ALL, Imported, None, "disk-0 is on rbd.csi.ceph.com")],
    ),
    (
        "a foreign driver without",
        |scene| {
            set_disk(scene, "csiDriverName", json!("rbd.csi.ceph.com"));
            set_disk(scene, "longhornBackupName", Value::Null);
        },
        &[
            Row(
                "1.3.2 1.4.0 1.4.2 1.4.3",
                Imported,
                None,
                "takes a snapshot of claim",
            ),
            Row(SINCE_1_5, Skipped, Some((4, "not-longhorn")), ""),
        ],
    ),
    (
        "two disks: the first on foreign storage, the second without data",
        |scene| {
            let mut first = disk("disk-0");
            first["longhornBackupName"] = Value::Null;
            scene.record["volumeBackups"] = json!([first, disk("disk-1")]);
            scene.target = MemoryTarget::with(&[]);
        },
        &[
            Row(EARLY, Imported, None, "takes a snapshot of claim"),
            Row(MIDDLE, Skipped, Some((9, "no-data")), ""),
            Row(SINCE_1_5, Skipped, Some((6, "not-longhorn")), ""),
        ],
    ),
];
