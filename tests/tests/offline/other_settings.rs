//! Snapshot classes and `csi-online-expand-validation`, where they are not as they should be.

use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, storage};

#[test]
fn online_expansion_is_validated_by_a_setting() {
    let answer = |value: &str| {
        let mut world = storage("v1.8.2");
        world.set_setting("csi-online-expand-validation", value);
        let desk = Desk::with(&world);
        desk.verdicts(
            "ceph-rbd harvester-longhorn lvm-thin",
            &["expand-online", "expand-offline"],
        )
    };
    assert_snapshot!(answer("not JSON"), @"
    ceph-rbd: expand-online no (online-expand-not-json), expand-offline yes
    harvester-longhorn: expand-online no (online-expand-not-json), expand-offline yes
    lvm-thin: expand-online no (online-expand-not-json), expand-offline likely (node-side-expand)
    ");
    assert_snapshot!(answer("[]"), @"
    ceph-rbd: expand-online no (online-expand-not-json), expand-offline yes
    harvester-longhorn: expand-online no (online-expand-not-json), expand-offline yes
    lvm-thin: expand-online no (online-expand-not-json), expand-offline likely (node-side-expand)
    ");
    assert_snapshot!(answer(""), @"
    ceph-rbd: expand-online no (online-expand-not-enabled), expand-offline yes
    harvester-longhorn: expand-online yes, expand-offline yes
    lvm-thin: expand-online no (online-expand-not-enabled), expand-offline likely (node-side-expand)
    ");
    assert_snapshot!(answer(r#"{"rook-ceph.rbd.csi.ceph.com":"true"}"#), @"
    ceph-rbd: expand-online no (online-expand-not-json), expand-offline yes
    harvester-longhorn: expand-online no (online-expand-not-json), expand-offline yes
    lvm-thin: expand-online no (online-expand-not-json), expand-offline likely (node-side-expand)
    ");
    assert_snapshot!(answer(r#"{"rook-ceph.rbd.csi.ceph.com":false}"#), @"
    ceph-rbd: expand-online no (online-expand-not-enabled), expand-offline yes
    harvester-longhorn: expand-online yes, expand-offline yes
    lvm-thin: expand-online no (online-expand-not-enabled), expand-offline likely (node-side-expand)
    ");
    assert_snapshot!(answer(r#"{"lvm.driver.harvesterhci.io":true}"#), @"
    ceph-rbd: expand-online no (online-expand-not-enabled), expand-offline yes
    harvester-longhorn: expand-online yes, expand-offline yes
    lvm-thin: expand-online likely (node-side-expand), expand-offline likely (node-side-expand)
    ");
}

#[test]
fn a_setting_that_is_not_there_leaves_it_open() {
    let mut world = storage("v1.8.2");
    assert_eq!(world.remove("Setting", "csi-online-expand-validation"), 1);
    let desk = Desk::with(&world);
    assert_snapshot!(desk.verdicts("ceph-rbd harvester-longhorn", &["expand-online"]), @"
    ceph-rbd: expand-online unknown (setting-missing)
    harvester-longhorn: expand-online unknown (setting-missing)
    ");
}

#[test]
fn a_gate_of_kubevirt_must_be_open_for_online_expansion() {
    let mut world = storage("v1.8.2");
    let gates = json!({"spec": {"configuration": {"developerConfiguration": {"featureGates": ["HostDevices"]}}}});
    let named = world.of_kind("KubeVirt").next().unwrap()["metadata"].clone();
    let text = |field: &str| named[field].as_str().unwrap().to_owned();
    assert!(world.merge("KubeVirt", &text("namespace"), &text("name"), &gates));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.verdicts("harvester-longhorn", &["expand-online", "expand-offline"]), @"harvester-longhorn: expand-online no (expand-disks-gate-off), expand-offline yes");
}

#[test]
fn two_default_snapshot_classes() {
    let mut world = storage("v1.8.2");
    let default = json!({"metadata": {"annotations": {"snapshot.storage.kubernetes.io/is-default-class": "true"}}});
    assert!(world.merge(
        "VolumeSnapshotClass",
        "",
        "csi-rbdplugin-snapclass",
        &default
    ));
    world.push(json!({
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass",
        "metadata": {"name": "rbd-second", "annotations": {"snapshot.storage.kubernetes.io/is-default-class": "true"}},
        "driver": "rook-ceph.rbd.csi.ceph.com", "deletionPolicy": "Delete",
    }));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.ask("check-driver ceph-rbd"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    ceph-rbd       rook-ceph.rbd.csi.ceph.com   no[1]         no[1]             no[2]       yes     yes

    [1] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
    [2] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    ----- stderr -----
    Warning: rook-ceph.rbd.csi.ceph.com has 2 default snapshot classes (csi-rbdplugin-snapclass, rbd-second): a VolumeSnapshot that names none fails
    ");
    assert_snapshot!(desk.ask("check-driver ceph-rbd --suggest-config"), @"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    ceph-rbd: Several snapshot classes belong to rook-ceph.rbd.csi.ceph.com (csi-rbdplugin-snapclass, rbd-second); choose one with --snapshot-class.
    ");
}
