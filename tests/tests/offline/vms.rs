//! VMs: one with its disks and its forecast, and lists of many.

use insta::assert_snapshot;

use crate::desk::{Desk, world};

#[test]
fn one_vm_shows_disks_forecast_and_reasons() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/db01 -n prod"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME   DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    db01   2       yes           yes               no[1]       yes     no[2]            crash-consistent

    DISK     PVC           STORAGECLASS         DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   db01-disk-0   harvester-longhorn   driver.longhorn.io/v1        yes           yes               yes         yes     yes
    disk-1   db01-disk-1   lvm-thin             lvm.driver.harvesterhci.io   yes           yes               no[1]       yes     no[3]

    A VM snapshot of db01 would hold: disk-0, disk-1
    Consistency: crash-consistent. The guest is frozen for 1 s before each volume; a storage that takes longer cuts after the thaw. The disks are cut one after another.
    Restore: Disk "disk-1" waits for a first consumer: restore to a new VM; replacing this one hangs.
    Restore: Disk "disk-1" can be restored on its own node only.

    [1] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [2] not-live-migratable         KubeVirt says that the VM cannot be live-migrated: cannot migrate VMI: PVC db01-disk-1 is not shared, live migration requires that all PVCs must be shared (using ReadWriteMany access mode)
    [3] node-local                  The volume lives on one node.
    ----- stderr -----
    "#);
    assert_snapshot!(desk.ask("check-driver vm/win01 -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME    DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    win01   1       yes           yes               yes         yes     yes              crash-consistent

    DISK     PVC            STORAGECLASS         DRIVER                  VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   win01-disk-0   harvester-longhorn   driver.longhorn.io/v1   yes           yes               yes         yes     yes

    A VM snapshot of win01 would hold: disk-0
    Consistency: crash-consistent. The guest is frozen for 1 s before each volume; a storage that takes longer cuts after the thaw.
    A restore would meet nothing unusual.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver vm/db01 -n prod --no-headers"), @"
    exit code: 0
    ----- stdout -----
    db01   2     yes   yes   no    yes   no    crash-consistent

    disk-0   db01-disk-0   harvester-longhorn   driver.longhorn.io/v1        yes   yes   yes   yes   yes
    disk-1   db01-disk-1   lvm-thin             lvm.driver.harvesterhci.io   yes   yes   no    yes   no
    ----- stderr -----
    ");
}

#[test]
fn several_vms_keep_their_order() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm web02 web01 -n prod -o name"), @"
    exit code: 0
    ----- stdout -----
    virtualmachine.kubevirt.io/web02
    virtualmachine.kubevirt.io/web01
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver vm/web01 pvc/db01-disk-1 ceph-rbd -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME          STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    db01-disk-1   lvm-thin       lvm.driver.harvesterhci.io   yes           yes               no[1]       yes     no[2]
    ceph-rbd      ceph-rbd       rook-ceph.rbd.csi.ceph.com   no[3]         no[3]             no[1]       yes     yes
    NAME    DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    web01   1       yes           yes               yes         yes     yes              crash-consistent

    DISK     PVC            STORAGECLASS            DRIVER                  VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   web01-disk-0   longhorn-image-ubuntu   driver.longhorn.io/v1   yes           yes               yes         yes     yes

    A VM snapshot of web01 would hold: disk-0
      not: cloudinitdisk (cloud-init: its Secrets are copied, nothing else)
    Consistency: crash-consistent. The guest is frozen for 1 s before each volume; a storage that takes longer cuts after the thaw.
    A restore would meet nothing unusual.

    [1] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [2] node-local                  The volume lives on one node.
    [3] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    ----- stderr -----
    ");
}

#[test]
fn lists_select_by_namespace_and_label() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm -A -l tier=db"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAMESPACE   NAME         DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE    LIVE-MIGRATION   CONSISTENCY
    prod        db-standby   1       likely        likely            no[1]       likely   likely           offline
    prod        db-v2        2       yes           yes               yes         yes      yes              crash-consistent
    prod        db01         2       yes           yes               no[1]       yes      no[2]            crash-consistent
    prod        db02         2       no[3]         no[3]             no[1]       yes      yes              crash-consistent

    [1] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [2] not-live-migratable         KubeVirt says that the VM cannot be live-migrated.
    [3] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    ----- stderr -----
    this bundle covers 16 namespaces only, which -o json names
    left out: 3 golden image volumes, 2 CDI scratch volumes
    -o wide tells why something is only likely
    ");
    assert_snapshot!(desk.ask("check-driver vm -n test"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME              DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE        LIVE-MIGRATION   CONSISTENCY
    blank01           1       no[1]         no[2]             no[1]       yes          yes              crash-consistent
    ci-1              1       yes           yes               no[3]       yes          no[4]            offline
    ci-2              1       yes           yes               no[3]       yes          no[4]            offline
    ci-3              1       yes           yes               no[3]       yes          no[4]            offline
    ci-4              1       yes           yes               no[3]       yes          no[4]            offline
    ci-5              1       yes           yes               no[3]       yes          no[4]            offline
    ci-6              1       yes           yes               no[3]       yes          no[4]            offline
    diskless          0       no[1]         no[1]             no[1]       no[1]        yes              offline
    everything        7       no[2]         no[2]             no[3]       unknown[5]   no[6]            not-point-in-time
    live-cd           0       no[1]         no[1]             no[1]       no[1]        yes              crash-consistent
    lost-network      1       yes           yes               yes         yes          yes              offline
    missing-claim     0       no[7]         no[7]             no[7]       no[7]        no[7]            offline
    no-agent          1       yes           yes               yes         yes          yes              crash-consistent
    node-local-pair   2       likely        likely            no[3]       likely       no[6]            not-point-in-time
    pending-claim     1       no[8]         no[8]             no[8]       no[8]        no[8]            offline

    [1] nothing-to-capture          The VM has no claim-backed volume, so a snapshot would hold nothing and never become ready.
    [2] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    [3] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [4] node-local                  The volume lives on one node.
    [5] driver-not-known            Nothing is known of this driver.
    [6] not-live-migratable         KubeVirt says that the VM cannot be live-migrated.
    [7] claim-missing               A claim of the VM does not exist.
    [8] driver-gone                 No node knows this driver; it is not installed.
    ----- stderr -----
    this bundle covers 16 namespaces only, which -o json names
    -o wide tells why something is only likely
    ");
    assert_snapshot!(desk.ask("check-driver vm -l tier=nothing -n prod"), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    No resources found in prod namespace.
    this bundle covers 16 namespaces only, which -o json names
    left out: 1 golden image volume
    ");
}

#[test]
fn all_vms_of_the_covered_namespaces_are_judged() {
    let world = world("v1.8.2");
    let mut expected: Vec<String> = world
        .of_kind("VirtualMachine")
        .filter(|vm| {
            let covered = ["default", "prod", "test"];
            covered.contains(&vm["metadata"]["namespace"].as_str().unwrap())
        })
        .map(|vm| vm["metadata"]["name"].as_str().unwrap().to_owned())
        .collect();
    let desk = Desk::with(&world);
    let run = desk.ask("check-driver vm -A -o name");
    let mut listed: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            line.strip_prefix("virtualmachine.kubevirt.io/")
                .unwrap()
                .to_owned()
        })
        .collect();
    expected.sort();
    listed.sort();
    assert!(expected.len() > 50, "{expected:?}");
    assert_eq!(listed, expected);
    // What -o name prints is a target again.
    let again = desk.ask("check-driver virtualmachine.kubevirt.io/web01 -n prod -o name");
    assert_eq!(again.stdout, "virtualmachine.kubevirt.io/web01\n");
}

#[test]
fn a_vm_that_is_not_there_says_where_it_was_looked_for() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/db01"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    Error from server (NotFound): virtualmachines.kubevirt.io "db01" not found

    hint: looked in namespace "default"; name another with -n
    "#);
    assert_snapshot!(desk.ask("check-driver vm/db01 -A"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: a resource cannot be retrieved by name across all namespaces

    hint: name the namespace with -n
    ");
}
