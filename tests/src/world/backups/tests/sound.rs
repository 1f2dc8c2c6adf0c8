//! What refers to what in the sound set.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::digest::sha224;
use super::{load, text};
use crate::world::{self, World};

fn each_sound(mut check: impl FnMut(&World)) {
    for release in world::names() {
        check(&load(release, "backups"));
    }
}

fn get<'a>(world: &'a World, kind: &str, namespace: &str, name: &str) -> &'a Value {
    let found = world.get(kind, namespace, name);
    found.unwrap_or_else(|| panic!("{}: no {kind} {namespace}/{name}", world.name))
}

fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Longhorn's volumes of backups, by label where Longhorn sets one and by name before.
fn backup_volumes<'a>(world: &'a World, volume: &str) -> Vec<&'a Value> {
    let is_it = |object: &&Value| {
        text(object, "/metadata/labels/backup-volume") == volume
            || world.release() < "v1.5" && text(object, "/metadata/name") == volume
    };
    world.of_kind("BackupVolume").filter(is_it).collect()
}

#[test]
fn the_set_has_one_of_each() {
    each_sound(|world| {
        let count = |kind| world.of_kind(kind).count();
        assert_eq!(count("VirtualMachineBackup"), 7, "{}", world.name);
        assert_eq!(count("VirtualMachineRestore"), 2);
        assert_eq!(count("ScheduleVMBackup"), 1);
        assert_eq!(count("BackupTarget"), 1);
        assert_eq!(count("Backup"), 11);
        assert_eq!(count("BackupVolume"), 7);
        assert!(world.namespaces_in_bundle.iter().any(|name| name == "prod"));
    });
}

#[test]
fn every_disk_leads_to_its_data() {
    each_sound(|world| {
        for backup in world.of_kind("VirtualMachineBackup") {
            let (namespace, name) = (
                text(backup, "/metadata/namespace"),
                text(backup, "/metadata/name"),
            );
            let is_snapshot = text(backup, "/spec/type") == "snapshot";
            let records = items(backup, "/status/volumeBackups");
            assert!(!records.is_empty(), "{name}");
            for record in records {
                let snapshot = get(world, "VolumeSnapshot", namespace, text(record, "/name"));
                let content = text(snapshot, "/status/boundVolumeSnapshotContentName");
                let content = get(world, "VolumeSnapshotContent", "", content);
                let reference = &content["spec"]["volumeSnapshotRef"];
                assert_eq!(reference["name"], snapshot["metadata"]["name"]);
                assert_eq!(reference["namespace"], namespace);
                assert_eq!(reference["uid"], snapshot["metadata"]["uid"]);
                let handle = text(content, "/status/snapshotHandle");
                let volume = text(record, "/persistentVolumeClaim/spec/volumeName");
                if is_snapshot {
                    assert!(
                        handle.starts_with(&format!("snap://{volume}/snapshot-")),
                        "{handle}"
                    );
                    continue;
                }
                let longhorn = text(record, "/longhornBackupName");
                let (_, rest) = handle.split_once("://").unwrap();
                assert_eq!(rest, format!("{volume}/{longhorn}"), "{}", world.name);
                let longhorn = get(world, "Backup", "longhorn-system", longhorn);
                assert_eq!(longhorn["status"]["state"], "Completed");
                assert_eq!(text(longhorn, "/status/volumeName"), volume);
                assert_eq!(
                    backup_volumes(world, volume).len(),
                    1,
                    "{} {volume}",
                    world.name
                );
                from_where(world, backup, snapshot, content, longhorn);
            }
        }
    });
}

/// A backup made here came from a claim, a recovered one from a handle.
fn from_where(world: &World, backup: &Value, snapshot: &Value, content: &Value, longhorn: &Value) {
    let made_of = text(longhorn, "/status/snapshotName");
    if backup["status"]["sourceUID"].is_string() {
        let vm = text(backup, "/spec/source/name");
        let vm = get(
            world,
            "VirtualMachine",
            text(backup, "/metadata/namespace"),
            vm,
        );
        assert_eq!(backup["status"]["sourceUID"], vm["metadata"]["uid"]);
        let claim = text(snapshot, "/spec/source/persistentVolumeClaimName");
        get(
            world,
            "PersistentVolumeClaim",
            text(snapshot, "/metadata/namespace"),
            claim,
        );
        let uid = text(snapshot, "/metadata/uid");
        assert_eq!(made_of, format!("snapshot-{uid}"));
        assert_eq!(
            text(content, "/metadata/name"),
            format!("snapcontent-{uid}")
        );
        assert_eq!(content["spec"]["sourceVolumeMode"], "Block");
    } else {
        assert_eq!(
            snapshot["spec"]["source"]["volumeSnapshotContentName"],
            content["metadata"]["name"]
        );
        assert!(content["status"]["restoreSize"].is_null());
        assert_eq!(longhorn["spec"]["snapshotName"], "");
    }
}

#[test]
fn every_owner_is_there_under_its_uid() {
    each_sound(|world| {
        let uids: BTreeSet<&str> = world
            .objects
            .iter()
            .map(|object| text(object, "/metadata/uid"))
            .collect();
        for object in &world.objects {
            for owner in items(object, "/metadata/ownerReferences") {
                assert!(
                    uids.contains(text(owner, "/uid")),
                    "{}: {object}",
                    world.name
                );
            }
        }
    });
}

#[test]
fn restores_are_complete_and_their_claims_come_from_snapshots() {
    each_sound(|world| {
        for restore in world.of_kind("VirtualMachineRestore") {
            assert_eq!(restore["status"]["complete"], true);
            let namespace = text(restore, "/metadata/namespace");
            let vm = get(
                world,
                "VirtualMachine",
                namespace,
                text(restore, "/spec/target/name"),
            );
            assert_eq!(restore["status"]["targetUID"], vm["metadata"]["uid"]);
            assert_eq!(vm["status"]["ready"], true);
            for record in items(restore, "/status/restores") {
                let name = text(record, "/persistentVolumeClaimSpec/metadata/name");
                let claim = get(world, "PersistentVolumeClaim", namespace, name);
                assert_eq!(claim["status"]["phase"], "Bound");
                let owners = items(claim, "/metadata/ownerReferences").len();
                assert_eq!(
                    owners,
                    usize::from(world.release() < "v1.9"),
                    "{}",
                    world.name
                );
                let snapshot = text(claim, "/spec/dataSource/name");
                let snapshot = get(world, "VolumeSnapshot", namespace, snapshot);
                let content = text(snapshot, "/status/boundVolumeSnapshotContentName");
                let content = get(world, "VolumeSnapshotContent", "", content);
                let policy = if namespace == "prod" {
                    "Delete"
                } else {
                    "Retain"
                };
                assert_eq!(content["spec"]["deletionPolicy"], policy);
                let engine = text(record, "/longhornEngineName");
                get(world, "Engine", "longhorn-system", engine);
            }
        }
    });
}

#[test]
fn the_setting_and_longhorn_agree() {
    each_sound(|world| {
        let setting = get(world, "Setting", "", "backup-target");
        let value: Value = serde_json::from_str(text(setting, "/value")).unwrap();
        assert_eq!(value["refreshIntervalInSeconds"], 600);
        assert_eq!(
            text(setting, "/metadata/annotations/harvesterhci.io~1hash"),
            sha224(text(setting, "/value"))
        );
        assert_eq!(
            text(
                setting,
                "/metadata/annotations/harvesterhci.io~1lastRefreshTime"
            ),
            "2026-11-21T09:58:00Z"
        );
        let target = get(world, "BackupTarget", "longhorn-system", "default");
        let url = format!(
            "s3://{}@{}/",
            text(&value, "/bucketName"),
            text(&value, "/bucketRegion")
        );
        assert_eq!(text(target, "/spec/backupTargetURL"), url);
        assert_eq!(text(target, "/spec/pollInterval"), "10m0s");
        assert_eq!(target["status"]["available"], true);
        let old = world.get("Setting", "longhorn-system", "backup-target");
        assert_eq!(old.is_some(), world.release() < "v1.5");
        for backup in world.of_kind("VirtualMachineBackup") {
            let has_two_times = items(backup, "/status/conditions")
                .iter()
                .all(|condition| condition["lastTransitionTime"].is_string());
            assert_eq!(has_two_times, world.release() >= "v1.9", "{}", world.name);
            let target = &backup["status"]["backupTarget"];
            if text(backup, "/spec/type") == "backup" {
                assert_eq!(target["endpoint"], value["endpoint"]);
                assert_eq!(target["bucketName"], value["bucketName"]);
                assert_eq!(target["bucketRegion"], value["bucketRegion"]);
            } else {
                assert!(target.is_null());
            }
        }
    });
}
