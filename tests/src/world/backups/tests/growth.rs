//! Many backups.

use std::collections::BTreeSet;
use std::time::Instant;

use super::{load, now, text};
use crate::world;

#[test]
fn three_thousand_backups_come_in_seconds() {
    let mut world = load("v1.8.2", "backups");
    let before = world.objects.len();
    let started = Instant::now();
    world.grow_backups(3_000, 10_000).unwrap();
    let took = started.elapsed();
    assert_eq!(world.of_kind("VirtualMachineBackup").count(), 3_007);
    assert_eq!(world.of_kind("VolumeSnapshotContent").count(), 10_000);
    assert_eq!(world.of_kind("BackupTarget").count(), 1);
    assert_eq!(world.of_kind("Backup").count(), 6_011);
    assert_eq!(world.of_kind("BackupVolume").count(), 607);
    let names: BTreeSet<_> = world
        .objects
        .iter()
        .map(|object| ["/kind", "/metadata/namespace", "/metadata/name"].map(|at| text(object, at)))
        .collect();
    assert_eq!(
        names.len(),
        world
            .objects
            .iter()
            .filter(|o| o["kind"] != "Setting")
            .count()
            + world
                .of_kind("Setting")
                .map(|o| (text(o, "/metadata/namespace"), text(o, "/metadata/name")))
                .collect::<BTreeSet<_>>()
                .len()
    );
    assert!(
        took.as_secs() < 10,
        "{took:?} for {} objects",
        world.objects.len() - before
    );
}

#[test]
fn what_grows_is_sound_and_the_same_in_every_run() {
    for release in world::names() {
        let [world, again] = [0, 1].map(|_| {
            let mut world = world::load(release, now()).unwrap();
            world.grow_backups(45, 200).unwrap();
            world
        });
        assert_eq!(world.objects, again.objects, "{release}");
        let namespaces: BTreeSet<_> = world
            .of_kind("VirtualMachineBackup")
            .map(|backup| text(backup, "/metadata/namespace"))
            .collect();
        assert_eq!(namespaces.len(), 5, "one for each VM");
        let setting = world.get("Setting", "", "backup-target").unwrap();
        assert!(
            text(
                setting,
                "/metadata/annotations/harvesterhci.io~1lastRefreshTime"
            )
            .starts_with("20")
        );
        for backup in world.of_kind("VirtualMachineBackup") {
            for record in backup["status"]["volumeBackups"].as_array().unwrap() {
                let namespace = text(backup, "/metadata/namespace");
                let snapshot = world
                    .get("VolumeSnapshot", namespace, text(record, "/name"))
                    .unwrap();
                let content = text(snapshot, "/status/boundVolumeSnapshotContentName");
                let content = world.get("VolumeSnapshotContent", "", content).unwrap();
                assert_eq!(
                    content["spec"]["volumeSnapshotRef"]["uid"],
                    snapshot["metadata"]["uid"]
                );
                let longhorn = text(record, "/longhornBackupName");
                let longhorn = world.get("Backup", "longhorn-system", longhorn).unwrap();
                let volume = text(longhorn, "/status/volumeName");
                let handle = text(content, "/status/snapshotHandle");
                assert!(
                    handle.ends_with(&format!("//{volume}/{}", text(longhorn, "/metadata/name")))
                );
            }
        }
    }
}
