//! The backup target as a folder.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::names::store_folder;
use super::{load, text};
use crate::world;

#[test]
fn the_target_holds_a_record_and_the_data_of_every_backup() {
    for release in world::names() {
        let world = load(release, "backups");
        let mut expected = BTreeSet::new();
        for backup in world.of_kind("VirtualMachineBackup") {
            if text(backup, "/spec/type") == "snapshot" {
                continue;
            }
            let namespace = text(backup, "/metadata/namespace");
            let path = format!(
                "harvester/vmbackups/{namespace}/{}.cfg",
                text(backup, "/metadata/name")
            );
            let record: Value = serde_json::from_str(&world.target[&path]).unwrap();
            assert_eq!(record["backupSpec"], backup["spec"]);
            assert_eq!(record["vmSourceSpec"], backup["status"]["source"]);
            expected.insert(path);
            for disk in record["volumeBackups"].as_array().unwrap() {
                assert!(disk["readyToUse"].is_null());
                let volume = text(disk, "/persistentVolumeClaim/spec/volumeName");
                let folder = store_folder(volume);
                let name = text(disk, "/longhornBackupName");
                let path = format!("{folder}/backups/backup_{name}.cfg");
                let data: Value = serde_json::from_str(&world.target[&path]).unwrap();
                let longhorn = world.get("Backup", "longhorn-system", name).unwrap();
                for (own, field) in [
                    ("VolumeName", "volumeName"),
                    ("SnapshotName", "snapshotName"),
                    ("CreatedTime", "backupCreatedAt"),
                    ("SnapshotCreatedAt", "snapshotCreatedAt"),
                    ("Size", "size"),
                    ("Labels", "labels"),
                ] {
                    assert_eq!(data[own], longhorn["status"][field], "{own} of {path}");
                }
                expected.extend([path, format!("{folder}/volume.cfg")]);
            }
        }
        let files: BTreeSet<String> = world.target.keys().cloned().collect();
        assert_eq!(files, expected);
        for volume in world.of_kind("BackupVolume") {
            let name = text(volume, "/status/lastBackupName");
            let last = world.get("Backup", "longhorn-system", name).unwrap();
            let folder = store_folder(text(last, "/status/volumeName"));
            let file: Value =
                serde_json::from_str(&world.target[&format!("{folder}/volume.cfg")]).unwrap();
            assert_eq!(file["LastBackupName"], name);
            assert_eq!(file["Size"], volume["status"]["size"]);
        }
    }
}

#[test]
fn findings_on_the_target_change_its_files_only() {
    let sound = load("v1.8.2", "backups");
    for code in [
        "name-collision",
        "record-unreadable",
        "orphan-record",
        "orphan-data",
    ] {
        let broken = load("v1.8.2", code);
        assert_eq!(sound.objects, broken.objects, "{code}");
        assert_ne!(sound.target, broken.target, "{code}");
    }
    for path in load("v1.8.2", "orphan-data").target.keys() {
        if let Some(rest) = path.strip_prefix("backupstore/volumes/") {
            let volume = rest.split('/').nth(2).unwrap();
            assert!(path.starts_with(&store_folder(volume)), "{path}");
        }
    }
}

#[test]
fn the_target_is_written_as_it_is() {
    let world = load("v1.5.2", "record-unreadable");
    let folder = tempfile::tempdir().unwrap();
    world.write_target(folder.path()).unwrap();
    for (path, content) in &world.target {
        assert_eq!(
            &std::fs::read_to_string(folder.path().join(path)).unwrap(),
            content
        );
    }
    assert_eq!(world.target.len(), 5 + 1 + 1 + 7 + 11);
}
