//! Classes and drivers by name.

use insta::assert_snapshot;

use crate::desk::{Desk, storage};

#[test]
fn drivers_are_judged_through_their_classes() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver csidriver/lvm.driver.harvesterhci.io"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    lvm-thin       lvm.driver.harvesterhci.io   yes           yes               no[1]       yes     no[2]

    [1] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [2] node-local                  The volume lives on one node.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver driver.longhorn.io -o name"), @"
    exit code: 0
    ----- stdout -----
    storageclass.storage.k8s.io/harvester-longhorn
    storageclass.storage.k8s.io/lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90
    storageclass.storage.k8s.io/longhorn-image-ubuntu
    storageclass.storage.k8s.io/longhorn-static
    storageclass.storage.k8s.io/longhorn-v2
    storageclass.storage.k8s.io/vmstate-persistence
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver gone.csi.example.org"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                 VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    leftover       gone.csi.example.org   no[1]         no[1]             no[1]       no[1]   no[1]

    [1] driver-gone   No node knows this driver; it is not installed.
    ----- stderr -----
    ");
}

#[test]
fn a_driver_without_a_class_is_judged_by_itself() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver old.csi.example.org"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE        LIVE-MIGRATION
    <none>         old.csi.example.org   no[1]         no[1]             no[2]       unknown[3]   unknown[3]

    [1] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
    [2] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [3] driver-not-known            Nothing is known of this driver.
    ----- stderr -----
    ");
}

#[test]
fn several_targets_keep_their_order() {
    let desk = Desk::with(&storage("v1.8.2"));
    let words = "check-driver nfs sc/ceph-rbd StorageClass.storage.k8s.io/nfs -o name";
    assert_snapshot!(desk.ask(words), @"
    exit code: 0
    ----- stdout -----
    storageclass.storage.k8s.io/nfs
    storageclass.storage.k8s.io/ceph-rbd
    storageclass.storage.k8s.io/nfs
    ----- stderr -----
    ");
}

#[test]
fn names_that_are_not_there_lead_to_those_that_are() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver ceph-rdb"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: there is no storage class or CSI driver "ceph-rdb"

    hint: did you mean "ceph-rbd"?
    "#);
    assert_snapshot!(desk.ask("check-driver sc/nothing-like-it"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: there is no storage class "nothing-like-it"

    hint: kubectl hv-snapshot check-driver lists every storage class
    "#);
}

#[test]
fn no_suggestion_repeats_what_was_typed() {
    let desk = Desk::with(&storage("v1.8.2"));
    for (target, name) in [
        ("csidriver/ceph-rbd", "ceph-rbd"),
        (
            "sc/lvm.driver.harvesterhci.io",
            "lvm.driver.harvesterhci.io",
        ),
    ] {
        let run = desk.ask(&format!("check-driver {target}"));
        assert_eq!(run.code, Some(1), "{run}");
        let again = format!("did you mean \"{name}\"?");
        assert!(!run.stderr.contains(&again), "{run}");
    }
}
