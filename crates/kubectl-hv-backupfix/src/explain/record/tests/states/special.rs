//! Records that are imported as something else than they look.

use serde_json::{Value, json};

use super::{ALL, Row, SINCE_1_7, State, set_disk};
use crate::explain::record::replay::Outcome::{Aborts, Imported};

pub(super) const SPECIAL: &[State] = &[
    (
        "no disks, no VM",
        |scene| scene.record["volumeBackups"] = Value::Null,
        &[
            Row(
                "1.3.2 1.4.0 1.4.2 1.4.3 1.5.2 1.6.1",
                Imported,
                None,
                "takes it for a new backup",
            ),
            Row(SINCE_1_7, Aborts, Some((5, "incomplete")), ""),
        ],
    ),
    (
        "an empty list of disks",
        |scene| scene.record["volumeBackups"] = json!([]),
        &[
            Row("1.6.1", Imported, None, "takes it for a new backup"),
            Row(SINCE_1_7, Aborts, Some((5, "incomplete")), ""),
        ],
    ),
    (
        "no disks, but the VM",
        |scene| {
            scene.record["volumeBackups"] = Value::Null;
            scene.record["backupSpec"]["source"]["name"] = json!("web");
        },
        &[Row(
            ALL,
            Imported,
            None,
            "backs VM prod/web up as it is now",
        )],
    ),
    (
        "no description, no VM",
        |scene| scene.record["vmSourceSpec"] = Value::Null,
        &[
            Row(
                "1.3.2 1.4.0 1.4.2 1.4.3",
                Imported,
                None,
                "takes it for a new backup",
            ),
            Row("1.5.2 1.6.1", Aborts, Some((12, "incomplete")), ""),
            Row(SINCE_1_7, Aborts, Some((12, "incomplete")), ""),
        ],
    ),
    (
        "no description, but the VM",
        |scene| {
            scene.record["vmSourceSpec"] = Value::Null;
            scene.record["backupSpec"]["source"]["name"] = json!("web");
        },
        &[
            Row("1.5.2 1.6.1", Aborts, Some((12, "incomplete")), ""),
            Row(SINCE_1_7, Imported, None, "backs VM prod/web up"),
        ],
    ),
    (
        "a snapshot",
        |scene| scene.record["backupSpec"]["type"] = json!("snapshot"),
        &[
            Row(
                "1.3.2 1.4.3 1.8.2",
                Imported,
                None,
                "imported with the data on the backup target",
            ),
            Row(
                "1.9.0-rc6",
                Imported,
                None,
                "ignores the data on the backup target",
            ),
        ],
    ),
    (
        "no type",
        |scene| scene.record["backupSpec"]["type"] = Value::Null,
        &[Row(ALL, Imported, None, "")],
    ),
    (
        "a disk without a name",
        |scene| set_disk(scene, "name", Value::Null),
        &[Row(ALL, Imported, None, "never becomes ready")],
    ),
];
