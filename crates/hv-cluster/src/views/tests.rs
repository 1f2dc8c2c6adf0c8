//! Objects in every half-made state are read: a controller stopped at any moment leaves some.

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    Backup, BoundSnapshotContent, LonghornBackup, LonghornBackupTarget, LonghornBackupVolume,
    Restore, Setting, Snapshot, VolumeRemoteBackup,
};

fn backup() -> Value {
    json!({
        "metadata": {"name": "nightly", "namespace": "prod", "uid": "u", "labels": {"a": "b"},
            "ownerReferences": [{"kind": "X", "name": "x", "uid": "y"}]},
        "spec": {"type": "backup", "source": {"kind": "VirtualMachine", "name": "web"}},
        "status": {
            "sourceUID": "s", "creationTime": "2026-08-01T10:00:00Z", "progress": 100, "readyToUse": true,
            "backupTarget": {"endpoint": "e", "bucketName": "b", "bucketRegion": "r"},
            "csiDriverVolumeSnapshotClassNames": {"driver.longhorn.io": "longhorn"},
            "conditions": [{"type": "Ready", "status": "True", "message": "m", "reason": "r"}],
            "error": {"message": "m"},
            "secretBackups": [{"name": "ci", "data": {"userdata": "aHVzaA=="}}],
            "source": {"metadata": {"name": "web"}, "spec": {"template": {"spec": {
                "networks": [{"multus": {"networkName": "prod/vlan1"}}],
                "volumes": [{"name": "root", "persistentVolumeClaim": {"claimName": "web-root"}}]}}}},
            "volumeBackups": [{"name": "nightly-volume-web-root", "volumeName": "root",
                "longhornBackupName": "backup-1", "progress": 100,
                "persistentVolumeClaim": {"metadata": {"name": "web-root", "annotations": {"x": "y"}},
                    "spec": {"storageClassName": "c", "volumeName": "pvc-1"}}}],
        },
    })
}

fn others() -> Value {
    json!({
        "metadata": {"name": "a", "labels": {"backup-volume": "pvc-1"}},
        "value": "{}", "default": "",
        "spec": {"deletionPolicy": "Delete", "driver": "d", "backupTargetURL": "u", "pollInterval": "5m",
            "source": {"snapshotHandle": "bak://v/b", "persistentVolumeClaimName": "p"},
            "volumeSnapshotRef": {"namespace": "n", "name": "s", "uid": "u"},
            "target": {"name": "t"}, "newVM": true, "virtualMachineBackupName": "b"},
        "status": {"state": "Completed", "volumeName": "v", "available": true, "handle": "bak://v/b",
            "conditions": [{"type": "Unavailable", "status": "False"}], "error": {"message": "m"},
            "complete": false, "deletedVolumes": ["a"], "boundVolumeSnapshotContentName": "c",
            "restores": [{"volumeName": "v", "persistentVolumeClaimSpec": {"spec": {"storageClassName": "c"}}}]},
    })
}

/// Puts something else in the place of the `at`-th value below the metadata's name.
fn spoil(value: &mut Value, at: &mut usize, odd: &Value) {
    let children: Vec<&mut Value> = match value {
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| *name != "metadata")
            .map(|(_, field)| field)
            .collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        if *at == 0 {
            *child = odd.clone();
            *at = usize::MAX;
            return;
        }
        *at -= 1;
        spoil(child, at, odd);
        if *at == usize::MAX {
            return;
        }
    }
}

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!("null")),
        Just(json!(7)),
        Just(json!(-1.5e300)),
        Just(json!(true)),
        Just(json!([])),
        Just(json!([1, null, {"a": []}])),
        Just(json!({})),
        Just(json!({"more": {"name": 7}})),
        ".{0,8}".prop_map(Value::from),
    ]
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, TestCaseError> {
    serde_json::from_value(value.clone())
        .map_err(|error| TestCaseError::fail(format!("{error}: {value}")))
}

proptest! {
    #[test]
    fn every_half_made_object_is_read(first in 0_usize..90, second in 0_usize..90, odd in odd()) {
        let mut object = backup();
        for mut at in [first, second] {
            spoil(&mut object, &mut at, &odd);
        }
        let read_backup = read::<Backup>(&object)?;
        prop_assert_eq!(read_backup.metadata.name, "nightly");
        let mut object = others();
        for mut at in [first % 40, second % 40] {
            spoil(&mut object, &mut at, &odd);
        }
        read::<Restore>(&object)?;
        read::<Snapshot>(&object)?;
        read::<BoundSnapshotContent>(&object)?;
        read::<LonghornBackup>(&object)?;
        read::<LonghornBackupVolume>(&object)?;
        read::<LonghornBackupTarget>(&object)?;
        read::<Setting>(&object)?;
        read::<VolumeRemoteBackup>(&object)?;
    }
}

#[test]
fn secrets_are_never_kept() {
    let read: Backup = serde_json::from_value(backup()).unwrap();
    assert_eq!(read.status.secret_backups[0].name, "ci");
    assert!(!format!("{read:?}").contains("aHVzaA"));
}

#[test]
fn a_backup_without_disks_is_told_from_one_with_some() {
    for (records, expected) in [
        (json!(null), None),
        (json!([]), None),
        (json!("null"), None),
        (json!([{"name": "a"}]), Some(1)),
        (json!([{"name": "a"}, 7]), Some(1)),
    ] {
        let mut object = backup();
        object["status"]["volumeBackups"] = records;
        let read: Backup = serde_json::from_value(object).unwrap();
        assert_eq!(
            read.status.volume_backups.map(|records| records.len()),
            expected
        );
    }
}
