//! Records whose storage classes are not as they should be.

use serde_json::{Value, json};

use super::{EARLY, Row, SINCE_1_4, SINCE_1_4_2, State, set_claim};
use crate::explain::record::replay::Outcome::{Imported, Skipped};
use crate::explain::record::tests::{MemoryTarget, disk};

pub(super) const CLASSES: &[State] = &[
    (
        "class missing",
        |scene| scene.bed.drop("classes", "longhorn-ubuntu"),
        &[
            Row("1.3.2", Imported, None, ""),
            Row("1.4.0", Skipped, Some((3, "sc-missing")), ""),
            Row(SINCE_1_4_2, Skipped, Some((2, "sc-missing")), ""),
        ],
    ),
    (
        "class missing and name taken",
        |scene| {
            scene.record["name"] = json!("nightly");
            scene.bed.drop("classes", "longhorn-ubuntu");
        },
        &[
            Row(EARLY, Skipped, Some((2, "name-taken")), ""),
            Row(SINCE_1_4_2, Skipped, Some((2, "sc-missing")), ""),
        ],
    ),
    (
        "class with an empty name",
        |scene| set_claim(scene, "storageClassName", json!("")),
        &[
            Row("1.3.2", Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((2, "sc-missing")), ""),
        ],
    ),
    (
        "class being deleted",
        |scene| {
            scene.bed.set(
                "classes",
                "longhorn-ubuntu",
                "/metadata/deletionTimestamp",
                json!("2026-08-01T00:00:00Z"),
            );
        },
        &[
            Row(EARLY, Imported, None, ""),
            Row(SINCE_1_4_2, Skipped, Some((3, "sc-deleting")), ""),
        ],
    ),
    (
        "class not named",
        |scene| set_claim(scene, "storageClassName", Value::Null),
        &[
            Row("1.3.2", Imported, None, ""),
            Row(SINCE_1_4, Imported, None, "names no storage class"),
        ],
    ),
    (
        "two disks: one without data, the other without a class",
        |scene| {
            let mut second = disk("disk-1");
            second["persistentVolumeClaim"]["spec"]["storageClassName"] = json!("gone");
            scene.record["volumeBackups"] = json!([disk("disk-0"), second]);
            scene.target = MemoryTarget::with(&[]);
        },
        &[
            Row("1.3.2", Imported, None, ""),
            Row("1.4.0", Skipped, Some((4, "sc-missing")), ""),
            // Every class is looked at before the first backup.
            Row(SINCE_1_4_2, Skipped, Some((4, "sc-missing")), ""),
        ],
    ),
];
