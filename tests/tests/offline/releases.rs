//! How the release of Harvester is told, and what counts where it is not.

use insta::assert_snapshot;

use crate::desk::{Desk, storage};

const CAPABILITIES: [&str; 3] = ["vm-snapshot", "vm-restore", "vm-backup"];

fn answer(version: &str) -> String {
    let mut world = storage("v1.9.0-rc6");
    world.set_setting("server-version", version);
    let desk = Desk::with(&world);
    let run = desk.ask("check-driver longhorn-v2");
    let verdicts = desk.verdicts("harvester-longhorn longhorn-v2 lvm-thin", &CAPABILITIES);
    format!("{}\n{verdicts}", run.headline())
}

#[test]
fn builds_without_a_number_are_judged_as_the_newest() {
    assert_snapshot!(answer("master-abc-head"), @"
    Harvester master-abc-head, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default; judged as the newest known release
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot unlikely (lhv2-vm-backup-refused), vm-restore unlikely (lhv2-vm-backup-refused), vm-backup unlikely (lhv2-vm-backup-refused)
    lvm-thin: vm-snapshot likely (release-assumed), vm-restore unlikely (wffc-restore-hangs), vm-backup unlikely (third-party-backup-unrestorable)
    ");
    assert_snapshot!(answer("v1.8-head"), @"
    Harvester v1.8-head, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot yes, vm-restore yes, vm-backup yes
    lvm-thin: vm-snapshot yes, vm-restore yes, vm-backup no (third-party-snapshot-only)
    ");
}

#[test]
fn releases_newer_than_the_table_are_judged_as_the_newest() {
    assert_snapshot!(answer("v1.10.0"), @"
    Harvester v1.10.0, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default; judged as the newest known release
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot unlikely (lhv2-vm-backup-refused), vm-restore unlikely (lhv2-vm-backup-refused), vm-backup unlikely (lhv2-vm-backup-refused)
    lvm-thin: vm-snapshot likely (release-assumed), vm-restore unlikely (wffc-restore-hangs), vm-backup unlikely (third-party-backup-unrestorable)
    ");
    assert_snapshot!(answer("v2.0.0"), @"
    Harvester v2.0.0, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default; judged as the newest known release
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot unlikely (lhv2-vm-backup-refused), vm-restore unlikely (lhv2-vm-backup-refused), vm-backup unlikely (lhv2-vm-backup-refused)
    lvm-thin: vm-snapshot likely (release-assumed), vm-restore unlikely (wffc-restore-hangs), vm-backup unlikely (third-party-backup-unrestorable)
    ");
}

#[test]
fn releases_older_than_the_table_are_judged_as_the_oldest() {
    assert_snapshot!(answer("v1.3.2"), @"
    Harvester v1.3.2, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot likely (unchecked-before-1.5), vm-restore unlikely (lhv2-experimental), vm-backup unlikely (lhv2-experimental)
    lvm-thin: vm-snapshot likely (unchecked-before-1.5), vm-restore yes, vm-backup no (third-party-backup-misleading)
    ");
}

#[test]
fn words_that_are_no_version() {
    assert_snapshot!(answer("dev"), @"
    Harvester dev, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default; judged as the newest known release
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot unlikely (lhv2-vm-backup-refused), vm-restore unlikely (lhv2-vm-backup-refused), vm-backup unlikely (lhv2-vm-backup-refused)
    lvm-thin: vm-snapshot likely (release-assumed), vm-restore unlikely (wffc-restore-hangs), vm-backup unlikely (third-party-backup-unrestorable)
    ");
    assert_snapshot!(answer("v1.8.2-dirty"), @"
    Harvester v1.8.2-dirty, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot yes, vm-restore yes, vm-backup yes
    lvm-thin: vm-snapshot yes, vm-restore yes, vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer("1.8.2"), @"
    Harvester 1.8.2, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, vm-restore yes, vm-backup yes
    longhorn-v2: vm-snapshot yes, vm-restore yes, vm-backup yes
    lvm-thin: vm-snapshot yes, vm-restore yes, vm-backup no (third-party-snapshot-only)
    ");
}

#[test]
fn an_empty_setting_gives_way_to_the_image() {
    let mut world = storage("v1.8.2");
    let empty = serde_json::json!({"value": "", "default": ""});
    assert!(world.merge("Setting", "", "server-version", &empty));
    let run = Desk::with(&world).ask("check-driver ceph-rbd");
    assert_snapshot!(run.headline(), @"Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default");
}

#[test]
fn a_missing_setting_gives_way_to_the_image() {
    let mut world = storage("v1.8.2");
    assert_eq!(world.remove("Setting", "server-version"), 1);
    let run = Desk::with(&world).ask("check-driver ceph-rbd");
    assert_snapshot!(run.headline(), @"Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default");
}

#[test]
fn without_setting_and_image_the_release_is_unknown() {
    let mut world = storage("v1.8.2");
    assert_eq!(world.remove("Setting", "server-version"), 1);
    assert!(world.remove("Deployment", "harvester") > 0);
    let desk = Desk::with(&world);
    assert_snapshot!(desk.ask("check-driver harvester-longhorn longhorn-v2 lvm-thin"), @"
    exit code: 0
    ----- stdout -----
    Harvester unknown, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS         DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP    CLONE   LIVE-MIGRATION
    harvester-longhorn   driver.longhorn.io/v1        yes           yes               yes          yes     yes
    longhorn-v2          driver.longhorn.io/v2        unknown[1]    unknown[1]        unknown[1]   yes     yes
    lvm-thin             lvm.driver.harvesterhci.io   unknown[1]    yes               no[2]        yes     no[3]

    [1] release-unknown   The release of Harvester could not be read, and releases differ here. (the setting server-version is missing or empty)
    [2] release-unknown   Every known release of Harvester says no here; which one this is could not be read.
    [3] node-local        The volume lives on one node.
    ----- stderr -----
    ");
    let code = desk
        .ask("check-driver longhorn-v2 --require vm-snapshot")
        .code;
    assert_eq!(code, Some(7));
}
