//! Leases, drivers and the kinds of snapshots: signs of life and their absence.

use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, storage};

const SNAPSHOTS: [&str; 4] = ["vm-snapshot", "volume-snapshot", "volume-restore", "clone"];

#[test]
fn a_snapshotter_that_stopped_renewing() {
    let mut world = storage("v1.9.0-rc6");
    let renewed = json!({"spec": {"renewTime": "2026-11-21T08:00:00.000000Z"}});
    let lease = "external-snapshotter-leader-driver-longhorn-io";
    assert!(world.merge("Lease", "longhorn-system", lease, &renewed));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.verdicts("harvester-longhorn lvm-thin", &SNAPSHOTS), @"
    harvester-longhorn: vm-snapshot unlikely (sidecar-stale), volume-snapshot unlikely (sidecar-stale), volume-restore unlikely (sidecar-stale), clone yes
    lvm-thin: vm-snapshot yes, volume-snapshot yes, volume-restore yes, clone yes
    ");
    assert_snapshot!(desk.ask("check-driver harvester-longhorn -o wide"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.9.0-rc6, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS         DRIVER               ENGINE   VM-SNAPSHOT   VOLUME-SNAPSHOT   VOLUME-RESTORE   VM-RESTORE    VM-BACKUP     CLONE   EXPORT-IMAGE   EXPAND-OFFLINE   EXPAND-ONLINE   LIVE-MIGRATION   GROUP-SNAPSHOT   SNAPSHOT-CLASS      BINDING     CLONE-STRATEGY   SIDECARS
    harvester-longhorn   driver.longhorn.io   v1       unlikely[1]   unlikely[1]       unlikely[1]      unlikely[1]   unlikely[1]   yes     yes            yes              yes             yes              no[2]            longhorn-snapshot   Immediate   snapshot         provisioner,attacher,resizer,snapshotter(stale)

    [1] sidecar-stale                  The driver's sidecar does not renew its Lease; it is not running.
    [2] group-snapshot-kinds-missing   The VolumeGroupSnapshot kinds are not installed.
    ----- stderr -----
    ");
}

#[test]
fn a_lease_is_fresh_up_to_twice_its_duration() {
    for (renewed, verdict) in [
        ("2026-11-21T09:59:30", "yes"),
        ("2026-11-21T09:59:29", "unlikely"),
    ] {
        let mut world = storage("v1.8.2");
        let patch = json!({"spec": {"renewTime": format!("{renewed}.000000Z"), "leaseDurationSeconds": 15}});
        let lease = "external-snapshotter-leader-driver-longhorn-io";
        assert!(world.merge("Lease", "longhorn-system", lease, &patch));
        let report = Desk::with(&world).report("check-driver harvester-longhorn");
        let snapshot = &report["items"][0]["capabilities"]["volume-snapshot"];
        assert_eq!(snapshot["verdict"], verdict, "{renewed}: {snapshot:#}");
    }
}

#[test]
fn a_snapshot_controller_that_stopped_renewing() {
    let mut world = storage("v1.8.2");
    let renewed = json!({"spec": {"renewTime": "2026-11-21T08:00:00.000000Z"}});
    assert!(world.merge(
        "Lease",
        "kube-system",
        "snapshot-controller-leader",
        &renewed
    ));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.verdicts("harvester-longhorn lvm-thin", &SNAPSHOTS), @"
    harvester-longhorn: vm-snapshot unlikely (snapshot-controller-stale), volume-snapshot unlikely (snapshot-controller-stale), volume-restore unlikely (snapshot-controller-stale), clone yes
    lvm-thin: vm-snapshot unlikely (snapshot-controller-stale), volume-snapshot unlikely (snapshot-controller-stale), volume-restore unlikely (snapshot-controller-stale), clone yes
    ");
}

#[test]
fn a_resizer_that_stopped_renewing() {
    let mut world = storage("v1.8.2");
    let renewed = json!({"spec": {"renewTime": "2026-11-21T08:00:00.000000Z"}});
    let lease = "external-resizer-driver-longhorn-io";
    assert!(world.merge("Lease", "longhorn-system", lease, &renewed));
    let capabilities = ["expand-offline", "expand-online", "vm-snapshot"];
    assert_snapshot!(Desk::with(&world).verdicts("harvester-longhorn", &capabilities), @"harvester-longhorn: expand-offline unlikely (sidecar-stale), expand-online unlikely (sidecar-stale), vm-snapshot yes");
}

#[test]
fn an_unknown_driver_shows_signs_of_life() {
    let mut world = storage("v1.8.2");
    world.push(json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": "external-resizer-csi-example-net", "namespace": "kube-system"},
        "spec": {"holderIdentity": "x", "leaseDurationSeconds": 15, "renewTime": "@micro-5s"},
    }));
    let capabilities = ["expand-offline", "clone"];
    assert_snapshot!(Desk::with(&world).verdicts("mystery", &capabilities), @"mystery: expand-offline likely (sidecar-alive), clone unknown (driver-not-known)");
}

#[test]
fn a_class_whose_driver_is_gone() {
    let mut world = storage("v1.9.0-rc6");
    assert_eq!(world.remove("CSIDriver", "rook-ceph.rbd.csi.ceph.com"), 1);
    for node in world
        .objects
        .iter_mut()
        .filter(|object| object["kind"] == "CSINode")
    {
        let drivers = node["spec"]["drivers"].as_array_mut().unwrap();
        drivers.retain(|driver| driver["name"] != "rook-ceph.rbd.csi.ceph.com");
    }
    assert_snapshot!(Desk::with(&world).verdicts("ceph-rbd", &SNAPSHOTS), @"ceph-rbd: vm-snapshot no (driver-gone), volume-snapshot no (driver-gone), volume-restore no (driver-gone), clone no (driver-gone)");
}

#[test]
fn without_the_kinds_of_snapshots_there_are_none() {
    let mut world = storage("v1.8.2");
    world.absent_groups.push("snapshot.storage.k8s.io".into());
    world.remove_kind("VolumeSnapshotClass");
    let desk = Desk::with(&world);
    // An entry in csi-driver-config, which ceph-rbd lacks, would not help.
    assert_snapshot!(desk.verdicts("harvester-longhorn ceph-rbd", &SNAPSHOTS), @"
    harvester-longhorn: vm-snapshot no (snapshot-kinds-missing), volume-snapshot no (snapshot-kinds-missing), volume-restore no (snapshot-kinds-missing), clone yes
    ceph-rbd: vm-snapshot no (snapshot-kinds-missing), volume-snapshot no (snapshot-kinds-missing), volume-restore no (snapshot-kinds-missing), clone yes
    ");
}

#[test]
fn with_the_kinds_of_group_snapshots_drivers_may_take_them() {
    let mut world = storage("v1.8.2");
    for kind in [
        "VolumeGroupSnapshot",
        "VolumeGroupSnapshotClass",
        "VolumeGroupSnapshotContent",
    ] {
        let singular = kind.to_lowercase();
        let plural = if singular.ends_with("class") {
            format!("{singular}es")
        } else {
            format!("{singular}s")
        };
        let group = "groupsnapshot.storage.k8s.io";
        world.push(json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{group}")},
            "spec": {
                "group": group, "scope": "Cluster",
                "names": {"kind": kind, "listKind": format!("{kind}List"), "plural": plural, "singular": singular},
                "versions": [{"name": "v1beta2", "served": true, "storage": true}],
            },
        }));
    }
    let classes = "trident-san ceph-rbd hostpath harvester-longhorn lvm-thin nfs mystery leftover";
    assert_snapshot!(Desk::with(&world).verdicts(classes, &["group-snapshot"]), @"
    trident-san: group-snapshot likely (depends-on-backend)
    ceph-rbd: group-snapshot likely (depends-on-backend)
    hostpath: group-snapshot yes
    harvester-longhorn: group-snapshot no (driver-no-group-snapshot)
    lvm-thin: group-snapshot no (driver-no-group-snapshot)
    nfs: group-snapshot no (driver-no-group-snapshot)
    mystery: group-snapshot unknown (driver-not-known)
    leftover: group-snapshot no (driver-gone)
    ");
}
