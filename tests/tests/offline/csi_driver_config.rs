//! Every way in which `csi-driver-config` can be wrong.

use insta::assert_snapshot;

use crate::desk::{Desk, storage};

const CAPABILITIES: [&str; 3] = ["vm-snapshot", "volume-snapshot", "vm-backup"];
const LONGHORN: &str = r#""driver.longhorn.io":{"volumeSnapshotClassName":"longhorn-snapshot","backupVolumeSnapshotClassName":"longhorn"}"#;

/// World v1.8.2 with this value of the setting.
fn with_value(value: &str) -> Desk {
    let mut world = storage("v1.8.2");
    world.set_setting("csi-driver-config", value);
    Desk::with(&world)
}

/// The first line, and what Longhorn and Ceph can do.
fn answer(value: &str) -> String {
    let desk = with_value(value);
    let verdicts = desk.verdicts("harvester-longhorn ceph-rbd", &CAPABILITIES);
    let run = desk.ask("check-driver ceph-rbd");
    let (_, setting) = run.headline().split_once("; ").unwrap();
    format!("{setting}\n{verdicts}")
}

fn ceph(entry: &str) -> String {
    format!(r#"{{{LONGHORN},"rook-ceph.rbd.csi.ceph.com":{entry}}}"#)
}

#[test]
fn value_that_is_no_map_of_drivers_to_classes() {
    assert_snapshot!(answer("not JSON {"), @"
    csi-driver-config: value cannot be parsed
    harvester-longhorn: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (config-not-json)
    ceph-rbd: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer("[]"), @"
    csi-driver-config: value cannot be parsed
    harvester-longhorn: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (config-not-json)
    ceph-rbd: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer(&ceph(r#""csi-rbdplugin-snapclass""#)), @"
    csi-driver-config: value cannot be parsed
    harvester-longhorn: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (config-not-json)
    ceph-rbd: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer(&ceph(r#"{"volumeSnapshotClassName":7}"#)), @"
    csi-driver-config: value cannot be parsed
    harvester-longhorn: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (config-not-json)
    ceph-rbd: vm-snapshot no (config-not-json), volume-snapshot no (config-not-json), vm-backup no (third-party-snapshot-only)
    ");
}

#[test]
fn a_bad_value_is_replaced_by_a_sound_one() {
    let desk = with_value("not JSON {");
    assert_snapshot!(desk.ask("check-driver ceph-rbd"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value cannot be parsed
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    ceph-rbd       rook-ceph.rbd.csi.ceph.com   no[1]         no[1]             no[2]       yes     yes

    [1] config-not-json             The setting csi-driver-config is no JSON map from driver to classes, so Harvester refuses every snapshot.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    [2] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver ceph-rbd --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # ceph-rbd: vm-snapshot turns from no to yes
    # ceph-rbd: volume-snapshot turns from no to yes
    # besides: The present value cannot be parsed; entries that are sound stay.
    kubectl patch settings.harvesterhci.io csi-driver-config --type merge -p '{"value":"{\"driver.longhorn.io\":{\"backupVolumeSnapshotClassName\":\"longhorn\",\"volumeSnapshotClassName\":\"longhorn-snapshot\"},\"rook-ceph.rbd.csi.ceph.com\":{\"volumeSnapshotClassName\":\"csi-rbdplugin-snapclass\"}}"}'
    ----- stderr -----
    "#);
}

#[test]
fn value_that_is_empty_or_null() {
    assert_snapshot!(answer(""), @"
    csi-driver-config: default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer("null"), @"
    csi-driver-config: default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer("{}"), @"
    csi-driver-config: value hides part of the default
    harvester-longhorn: vm-snapshot yes, volume-snapshot no (hidden-by-value), vm-backup yes
    ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer(&ceph("null")), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (snapshot-class-not-set), volume-snapshot no (snapshot-class-not-set), vm-backup no (third-party-snapshot-only)
    ");
}

#[test]
fn drivers_that_nobody_knows_change_nothing() {
    let value = format!(
        r#"{{{LONGHORN},"csi.nobody.example":{{"volumeSnapshotClassName":"x","more":[1]}}}}"#
    );
    assert_snapshot!(answer(&value), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config), vm-backup no (third-party-snapshot-only)
    ");
}

#[test]
fn classes_that_do_not_fit() {
    assert_snapshot!(answer(&ceph(r#"{"volumeSnapshotClassName":"nowhere"}"#)), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (snapshot-class-missing), volume-snapshot no (snapshot-class-missing), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer(&ceph(r#"{"volumeSnapshotClassName":"lvm-snapshot"}"#)), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (snapshot-class-wrong-driver), volume-snapshot no (snapshot-class-wrong-driver), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer(&ceph(r#"{"volumeSnapshotClassName":""}"#)), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (snapshot-class-not-set), volume-snapshot no (snapshot-class-not-set), vm-backup no (third-party-snapshot-only)
    ");
    assert_snapshot!(answer(&ceph("{}")), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot yes, vm-backup yes
    ceph-rbd: vm-snapshot no (snapshot-class-not-set), volume-snapshot no (snapshot-class-not-set), vm-backup no (third-party-snapshot-only)
    ");
}

#[test]
fn a_value_without_longhorn_hides_it_from_volume_snapshots_only() {
    let value = r#"{"lvm.driver.harvesterhci.io":{"volumeSnapshotClassName":"lvm-snapshot"}}"#;
    assert_snapshot!(answer(value), @"
    csi-driver-config: value hides part of the default
    harvester-longhorn: vm-snapshot yes, volume-snapshot no (hidden-by-value), vm-backup yes
    ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config), vm-backup no (third-party-snapshot-only)
    ");
    let desk = with_value(value);
    assert_snapshot!(desk.verdicts("lvm-thin", &CAPABILITIES), @"lvm-thin: vm-snapshot yes, volume-snapshot yes, vm-backup no (third-party-snapshot-only)");
    assert_snapshot!(desk.ask("check-driver harvester-longhorn --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # harvester-longhorn: volume-snapshot turns from no to yes
    # besides: Volume snapshots of driver.longhorn.io are offered again; the present value hides them.
    kubectl patch settings.harvesterhci.io csi-driver-config --type merge -p '{"value":"{\"driver.longhorn.io\":{\"backupVolumeSnapshotClassName\":\"longhorn\",\"volumeSnapshotClassName\":\"longhorn-snapshot\"},\"lvm.driver.harvesterhci.io\":{\"volumeSnapshotClassName\":\"lvm-snapshot\"}}"}'
    ----- stderr -----
    "#);
}

#[test]
fn the_class_of_backups_makes_no_snapshots() {
    let value = r#"{"driver.longhorn.io":{"volumeSnapshotClassName":"longhorn","backupVolumeSnapshotClassName":"longhorn"}}"#;
    // VM snapshots go by the default, where it is right.
    assert_snapshot!(answer(value), @"
    csi-driver-config: value over default
    harvester-longhorn: vm-snapshot yes, volume-snapshot unlikely (backup-class-as-snapshot-class), vm-backup yes
    ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config), vm-backup no (third-party-snapshot-only)
    ");
    let mut world = storage("v1.8.2");
    let both = serde_json::json!({"default": value, "value": ""});
    assert!(world.merge("Setting", "", "csi-driver-config", &both));
    assert_snapshot!(Desk::with(&world).verdicts("harvester-longhorn", &CAPABILITIES), @"harvester-longhorn: vm-snapshot unlikely (backup-class-as-snapshot-class), volume-snapshot unlikely (backup-class-as-snapshot-class), vm-backup yes");
}

#[test]
fn a_setting_that_is_not_there() {
    let mut world = storage("v1.8.2");
    assert_eq!(world.remove("Setting", "csi-driver-config"), 1);
    let desk = Desk::with(&world);
    assert_snapshot!(desk.ask("check-driver harvester-longhorn ceph-rbd"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: missing
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS         DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP    CLONE   LIVE-MIGRATION
    harvester-longhorn   driver.longhorn.io/v1        unknown[1]    unknown[1]        unknown[1]   yes     yes
    ceph-rbd             rook-ceph.rbd.csi.ceph.com   unknown[1]    unknown[1]        no[2]        yes     yes

    [1] setting-missing             The setting csi-driver-config does not exist.
    [2] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    ----- stderr -----
    ");
}
