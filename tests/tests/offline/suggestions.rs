//! `--suggest-config`: the exact change, and what is said where there is none.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::{Desk, storage};

#[test]
fn an_entry_in_csi_driver_config() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver ceph-rbd --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # ceph-rbd: vm-snapshot turns from no to yes
    # ceph-rbd: volume-snapshot turns from no to yes
    kubectl patch settings.harvesterhci.io csi-driver-config --type merge -p '{"value":"{\"csi.trident.netapp.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"trident-snapshotclass\"},\"driver.longhorn.io\":{\"backupVolumeSnapshotClassName\":\"longhorn\",\"volumeSnapshotClassName\":\"longhorn-snapshot\"},\"hostpath.csi.k8s.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"csi-hostpath-snapclass\"},\"lvm.driver.harvesterhci.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"lvm-snapshot\"},\"nfs.csi.k8s.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"csi-nfs-snapclass\"},\"rook-ceph.rbd.csi.ceph.com\":{\"volumeSnapshotClassName\":\"csi-rbdplugin-snapclass\"}}"}'
    ----- stderr -----
    "#);
}

#[test]
fn the_suggestion_turns_the_verdict() {
    let mut world = storage("v1.8.2");
    let before = Desk::with(&world);
    let run = before.ask("check-driver ceph-rbd --suggest-config -o json");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let step = &report["items"][0];
    assert_eq!(
        step["changes"][0]["object"],
        "settings.harvesterhci.io/csi-driver-config"
    );
    let patch = &step["changes"][0]["manifest"];
    let value: Value = serde_json::from_str(patch["value"].as_str().unwrap()).unwrap();
    assert_eq!(
        value["driver.longhorn.io"],
        json!({"volumeSnapshotClassName": "longhorn-snapshot", "backupVolumeSnapshotClassName": "longhorn"})
    );
    assert!(world.merge("Setting", "", "csi-driver-config", patch));
    let after = Desk::with(&world);
    let capabilities = ["vm-snapshot", "volume-snapshot"];
    assert_snapshot!(before.verdicts("ceph-rbd", &capabilities), @"ceph-rbd: vm-snapshot no (not-in-csi-driver-config), volume-snapshot no (not-in-csi-driver-config)");
    assert_snapshot!(after.verdicts("ceph-rbd", &capabilities), @"ceph-rbd: vm-snapshot yes, volume-snapshot yes");
    // Nothing else was lost.
    let lines = |desk: &Desk| desk.verdicts("", &["vm-snapshot", "volume-snapshot", "vm-backup"]);
    let others = |text: String| {
        text.lines()
            .filter(|line| !line.starts_with("ceph-rbd"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(others(lines(&before)), others(lines(&after)));
}

#[test]
fn expansion_and_modes_and_classes() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver lvm-thin --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # lvm-thin: expand-online turns from no to likely
    kubectl patch settings.harvesterhci.io csi-online-expand-validation --type merge -p '{"value":"{\"driver.longhorn.io\":true,\"lvm.driver.harvesterhci.io\":true,\"rook-ceph.rbd.csi.ceph.com\":true}"}'
    ----- stderr -----
    "#);
    assert_snapshot!(desk.ask("check-driver hostpath --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # hostpath: expand-offline turns from no to likely
    kubectl patch storageclass hostpath --type merge -p '{"allowVolumeExpansion":true}'
    ----- stderr -----
    "#);
    assert_snapshot!(desk.ask("check-driver mystery --suggest-config"), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    mystery: With an entry in csi-driver-config vm-snapshot would be unknown (driver-not-known): Nothing is known of this driver.
    ");
    assert_snapshot!(desk.ask("check-driver nfs --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # nfs: expand-online turns from no to likely
    kubectl patch settings.harvesterhci.io csi-online-expand-validation --type merge -p '{"value":"{\"driver.longhorn.io\":true,\"nfs.csi.k8s.io\":true,\"rook-ceph.rbd.csi.ceph.com\":true}"}'
    ----- stderr -----
    nfs: No setting changes that vm-snapshot is unlikely (not-point-in-time): A snapshot is an archive of the live directory, torn while the VM runs; not advised.
    "#);
    assert_snapshot!(desk.ask("check-driver leftover --suggest-config"), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    leftover: With an entry in csi-driver-config vm-snapshot would be no (driver-gone): No node knows this driver; it is not installed.
    ");
    assert_snapshot!(desk.ask("check-driver harvester-longhorn --suggest-config"), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    harvester-longhorn: no change of the configuration turns a verdict to yes or likely.
    ");
}

#[test]
fn a_snapshot_class_is_made_where_the_driver_has_none() {
    let mut world = storage("v1.8.2");
    assert_eq!(
        world.remove("VolumeSnapshotClass", "csi-rbdplugin-snapclass"),
        1
    );
    let desk = Desk::with(&world);
    assert_snapshot!(desk.ask("check-driver ceph-rbd --suggest-config"), @r#"
    exit code: 0
    ----- stdout -----
    # ceph-rbd: vm-snapshot turns from no to yes
    # ceph-rbd: volume-snapshot turns from no to yes
    kubectl apply -f - <<'EOF'
    {"apiVersion":"snapshot.storage.k8s.io/v1","deletionPolicy":"Delete","driver":"rook-ceph.rbd.csi.ceph.com","kind":"VolumeSnapshotClass","metadata":{"name":"rook-ceph-rbd-csi-ceph-com-snapshot"},"parameters":{"clusterID":"rook-ceph","csi.storage.k8s.io/snapshotter-secret-name":"rook-csi-rbd-provisioner","csi.storage.k8s.io/snapshotter-secret-namespace":"rook-ceph"}}
    EOF
    kubectl patch settings.harvesterhci.io csi-driver-config --type merge -p '{"value":"{\"csi.trident.netapp.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"trident-snapshotclass\"},\"driver.longhorn.io\":{\"backupVolumeSnapshotClassName\":\"longhorn\",\"volumeSnapshotClassName\":\"longhorn-snapshot\"},\"hostpath.csi.k8s.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"csi-hostpath-snapclass\"},\"lvm.driver.harvesterhci.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"lvm-snapshot\"},\"nfs.csi.k8s.io\":{\"backupVolumeSnapshotClassName\":\"\",\"volumeSnapshotClassName\":\"csi-nfs-snapclass\"},\"rook-ceph.rbd.csi.ceph.com\":{\"volumeSnapshotClassName\":\"rook-ceph-rbd-csi-ceph-com-snapshot\"}}"}'
    ----- stderr -----
    "#);
}

#[test]
fn all_classes_at_once_build_on_each_other() {
    let desk = Desk::with(&storage("v1.8.2"));
    let run = desk.ask("check-driver --suggest-config -o json");
    assert_eq!(run.code, Some(0), "{run}");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let online: Vec<Value> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|step| step["changes"].as_array().unwrap())
        .filter(|change| {
            change["object"] == "settings.harvesterhci.io/csi-online-expand-validation"
        })
        .map(|change| serde_json::from_str(change["manifest"]["value"].as_str().unwrap()).unwrap())
        .collect();
    assert!(online.len() > 1, "{report:#}");
    for pair in online.windows(2) {
        for driver in pair[0].as_object().unwrap().keys() {
            assert!(
                pair[1].get(driver).is_some(),
                "{driver} is lost: {}",
                pair[1]
            );
        }
    }
}

#[test]
fn one_of_several_snapshot_classes_must_be_named() {
    let mut world = storage("v1.8.2");
    world.push(json!({
        "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass",
        "metadata": {"name": "rbd-retain"},
        "driver": "rook-ceph.rbd.csi.ceph.com", "deletionPolicy": "Retain",
    }));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.ask("check-driver ceph-rbd --suggest-config"), @"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    ceph-rbd: Several snapshot classes belong to rook-ceph.rbd.csi.ceph.com (csi-rbdplugin-snapclass, rbd-retain); choose one with --snapshot-class.
    ");
    let named = desk.ask("check-driver ceph-rbd --suggest-config --snapshot-class rbd-retain");
    assert_eq!(named.code, Some(0), "{named}");
    assert!(
        named
            .stdout
            .contains(r#"\"volumeSnapshotClassName\":\"rbd-retain\""#),
        "{named}"
    );
    let unknown = "check-driver ceph-rbd --suggest-config --snapshot-class rbd-nothing";
    assert_snapshot!(desk.ask(unknown), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    ceph-rbd: The snapshot class "rbd-nothing" is none of rook-ceph.rbd.csi.ceph.com.
    "#);
    let foreign = "check-driver ceph-rbd --suggest-config --snapshot-class lvm-snapshot";
    assert_snapshot!(desk.ask(foreign), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    ceph-rbd: The snapshot class "lvm-snapshot" is none of rook-ceph.rbd.csi.ceph.com.
    "#);
}

#[test]
fn a_vm_has_no_configuration() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/db01 --suggest-config"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: --suggest-config speaks of storage classes and drivers

    hint: name the class of the disk
    ");
}
