//! Records that cannot be read, or whose names are taken or odd.

use serde_json::json;

use super::{ALL, EARLY, Row, SINCE_1_4_2, State};
use crate::explain::record::replay::Outcome::{Aborts, Imported, Skipped, There};

pub(super) const NAMES: &[State] = &[
    ("sound", |_| {}, &[Row(ALL, Imported, None, "")]),
    (
        "empty object",
        |scene| scene.record = json!({}),
        &[
            Row("1.3.2", Aborts, Some((3, "bad-name")), ""),
            Row("1.4.0", Aborts, Some((3, "bad-name")), ""),
            Row(SINCE_1_4_2, Aborts, Some((3, "bad-name")), ""),
        ],
    ),
    (
        "of another type",
        |scene| scene.record = json!({"name": 7}),
        &[Row(ALL, Aborts, Some((1, "unreadable")), "")],
    ),
    (
        "name taken by another backup",
        |scene| scene.record["name"] = json!("nightly"),
        &[
            Row(EARLY, Skipped, Some((2, "name-taken")), ""),
            Row(SINCE_1_4_2, Skipped, Some((9, "name-taken")), ""),
        ],
    ),
    (
        "there already",
        |scene| {
            scene.record["name"] = json!("nightly");
            scene.record["backupSpec"]["source"]["name"] = json!("web");
        },
        &[
            Row(EARLY, There, Some((2, "name-taken")), ""),
            Row(SINCE_1_4_2, There, Some((9, "name-taken")), ""),
        ],
    ),
    (
        "there, but being deleted",
        |scene| {
            scene.record["name"] = json!("nightly");
            scene.record["backupSpec"]["source"]["name"] = json!("web");
            scene.bed.set(
                "backups",
                "nightly",
                "/metadata/deletionTimestamp",
                json!("2026-08-01T00:00:00Z"),
            );
        },
        &[
            Row(EARLY, Skipped, Some((2, "name-taken")), ""),
            Row(SINCE_1_4_2, Skipped, Some((9, "name-taken")), ""),
        ],
    ),
    (
        "name taken by a snapshot",
        |scene| {
            scene.record["name"] = json!("nightly");
            scene
                .bed
                .set("backups", "nightly", "/spec/type", json!("snapshot"));
        },
        &[
            Row(EARLY, Skipped, Some((2, "name-taken")), ""),
            Row(SINCE_1_4_2, Skipped, Some((9, "name-taken")), ""),
        ],
    ),
    (
        "no name of the VM",
        |scene| scene.record["backupSpec"]["source"]["name"] = json!(""),
        &[
            Row("1.3.2", Aborts, Some((4, "no-vm-name")), ""),
            Row("1.4.0", Aborts, Some((5, "no-vm-name")), ""),
            Row(SINCE_1_4_2, Aborts, Some((11, "no-vm-name")), ""),
        ],
    ),
    (
        "a name that Kubernetes does not take",
        |scene| scene.record["namespace"] = json!("Prod_1"),
        &[
            Row("1.3.2", Aborts, Some((3, "bad-name")), ""),
            Row(SINCE_1_4_2, Aborts, Some((10, "bad-name")), ""),
        ],
    ),
    (
        "no namespace",
        |scene| scene.record["namespace"] = json!(""),
        &[Row(ALL, Imported, None, "it calls itself default/weekly")],
    ),
    (
        "another place than its names say",
        |scene| scene.record["name"] = json!("monthly"),
        &[Row(
            ALL,
            Imported,
            None,
            "harvester/vmbackups/prod/monthly.cfg",
        )],
    ),
];
