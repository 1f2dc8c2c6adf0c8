//! VMs in unusual states or with unusual disks.

use insta::assert_snapshot;

use crate::desk::{Desk, world};

#[test]
fn claims_that_are_missing_or_pending() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/missing-claim -n test"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME            DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    missing-claim   0       no[1]         no[1]             no[1]       no[1]   no[1]            offline

    A VM snapshot of missing-claim would hold: nothing
      not: disk-0 (its claim "missing-claim-disk-0" was not found)
    Consistency: offline. No instance of the VM runs; its status is ErrorPvcNotFound.

    [1] claim-missing   A claim of the VM does not exist. Claim: "missing-claim-disk-0", volume: "disk-0".
    ----- stderr -----
    "#);
    assert_snapshot!(desk.ask("check-driver vm/pending-claim -n test"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME            DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    pending-claim   1       no[1]         no[1]             no[1]       no[1]   no[1]            offline

    DISK     PVC                    STORAGECLASS   DRIVER                 VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   pending-claim-disk-0   leftover       gone.csi.example.org   no[1]         no[1]             no[1]       no[1]   no[1]

    A VM snapshot of pending-claim would hold: disk-0
    Consistency: offline. No instance of the VM runs; its status is WaitingForVolumeBinding.
    Restore: vm-restore is no (driver-gone). Disk "disk-0": No node knows this driver; it is not installed.

    [1] driver-gone   No node knows this driver; it is not installed.
    ----- stderr -----
    "#);
}

#[test]
fn a_claim_that_waits_for_its_volume() {
    let mut world = world("v1.8.2");
    let pending = serde_json::json!({"spec": {"volumeName": null}, "status": {"phase": "Pending"}});
    assert!(world.merge("PersistentVolumeClaim", "prod", "web01-disk-0", &pending));
    let desk = Desk::with(&world);
    let capabilities = ["vm-snapshot", "volume-snapshot", "clone", "live-migration"];
    assert_snapshot!(desk.verdicts("vm/web01 -n prod", &capabilities), @"web01: vm-snapshot no (claim-not-bound), volume-snapshot no (claim-not-bound), clone no (claim-not-bound), live-migration no (claim-not-bound)");
}

#[test]
fn networks_that_are_gone_meet_a_restore() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/lost-network -n test"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME           DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    lost-network   1       yes           yes               yes         yes     yes              offline

    DISK     PVC                   STORAGECLASS         DRIVER                  VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   lost-network-disk-0   harvester-longhorn   driver.longhorn.io/v1   yes           yes               yes         yes     yes

    A VM snapshot of lost-network would hold: disk-0
    Consistency: offline. The VM is stopped.
    Restore: vm-restore is no (network-missing). A network of the VM does not exist. Network: "prod/vlan999".
    Restore: The network "prod/vlan999" does not exist: a restore is refused.
    ----- stderr -----
    "#);
    assert_snapshot!(desk.verdicts("vm/lost-network -n test", &["vm-snapshot", "vm-restore"]), @"lost-network: vm-snapshot yes, vm-restore no (network-missing)");
}

#[test]
fn a_snapshot_without_disks_holds_nothing() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/diskless -n test"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME       DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    diskless   0       no[1]         no[1]             no[1]       no[1]   yes              offline

    A VM snapshot of diskless would hold: nothing
    Consistency: offline. The VM is stopped.

    [1] nothing-to-capture   The VM has no claim-backed volume, so a snapshot would hold nothing and never become ready.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver vm/live-cd -n test"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME      DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    live-cd   0       no[1]         no[1]             no[1]       no[1]   yes              crash-consistent

    A VM snapshot of live-cd would hold: nothing
      not: disk-0 (a container image, pulled again at each start)
    Consistency: crash-consistent. No guest agent answers; run sync in the guest first.

    [1] nothing-to-capture   The VM has no claim-backed volume, so a snapshot would hold nothing and never become ready.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver vm/blank01 -n test"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME      DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    blank01   1       no[1]         no[2]             no[1]       yes     yes              crash-consistent

    DISK     PVC              STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   blank01-disk-0   ceph-rbd       rook-ceph.rbd.csi.ceph.com   no[2]         no[2]             no[3]       yes     yes

    A VM snapshot of blank01 would hold: nothing
      not: disk-0 (refers to the DataVolume "blank01-disk-0" instead of its claim; skipped silently)
    Consistency: crash-consistent. No guest agent answers; run sync in the guest first.

    [1] nothing-to-capture          The VM has no claim-backed volume, so a snapshot would hold nothing and never become ready.
    [2] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    [3] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    ----- stderr -----
    "#);
}

#[test]
fn states_of_the_vm_count() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver vm/cache01 -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME      DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    cache01   1       no[1]         yes               no[1]       yes     yes              crash-consistent

    DISK     PVC              STORAGECLASS         DRIVER                  VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   cache01-disk-0   harvester-longhorn   driver.longhorn.io/v1   yes           yes               yes         yes     yes

    A VM snapshot of cache01 would hold: disk-0
    Consistency: crash-consistent. The guest is frozen for 1 s before each volume; a storage that takes longer cuts after the thaw.
    A restore would meet nothing unusual.

    [1] vm-migrating   The VM is being live-migrated.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver vm/mail01 -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME     DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    mail01   1       no[1]         no[1]             no[2]       yes     yes              crash-consistent

    DISK     PVC             STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   mail01-disk-0   ceph-rbd       rook-ceph.rbd.csi.ceph.com   no[1]         no[1]             no[2]       yes     yes

    A VM snapshot of mail01 would hold: disk-0
    Consistency: crash-consistent. A paused guest cannot be frozen.
    A restore would meet nothing unusual.

    [1] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    [2] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    ----- stderr -----
    ");
}

#[test]
fn a_vm_that_is_being_deleted_takes_no_snapshot() {
    let mut world = world("v1.8.2");
    let now = world.now_seconds();
    let going = serde_json::json!({"metadata": {"deletionTimestamp": now, "finalizers": ["x/y"]}});
    assert!(world.merge("VirtualMachine", "prod", "web01", &going));
    let desk = Desk::with(&world);
    let capabilities = ["vm-snapshot", "vm-backup", "volume-snapshot"];
    assert_snapshot!(desk.verdicts("vm/web01 -n prod", &capabilities), @"web01: vm-snapshot no (vm-deleting), vm-backup no (vm-deleting), volume-snapshot yes");
}

#[test]
fn disks_that_two_vms_share() {
    let desk = Desk::with(&world("v1.9.0-rc6"));
    assert_snapshot!(desk.ask("check-driver vm/quorum-a -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.9.0-rc6, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME       DISKS   VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION   CONSISTENCY
    quorum-a   2       no[1]         no[1]             no[2]       yes     yes              crash-consistent

    DISK     PVC               STORAGECLASS         DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    disk-0   quorum-a-disk-0   harvester-longhorn   driver.longhorn.io/v1        yes           yes               yes         yes     yes
    disk-1   quorum-a-disk-1   ceph-rbd             rook-ceph.rbd.csi.ceph.com   no[1]         no[1]             no[2]       yes     yes

    A VM snapshot of quorum-a would hold: disk-0, disk-1
    Consistency: crash-consistent. No guest agent answers; run sync in the guest first. The disks are cut one after another.
    A restore would meet nothing unusual.

    [1] shareable-disk                    A disk is shareable and may be written by several VMs.
    [2] third-party-backup-unrestorable   Harvester 1.9 accepts a backup of other drivers that can never be restored.
    ----- stderr -----
    ");
    let capabilities = ["vm-snapshot", "volume-snapshot", "clone", "export-image"];
    assert_snapshot!(desk.verdicts("pvc/quorum-a-disk-1 -n prod", &capabilities), @"quorum-a-disk-1: vm-snapshot no (shareable-disk), volume-snapshot no (shareable-disk), clone yes, export-image no (volume-in-use)");
}

#[test]
fn restores_wait_for_a_first_consumer() {
    let newer = Desk::with(&world("v1.9.0-rc6"));
    let older = Desk::with(&world("v1.8.2"));
    let target = "vm/vm-lvm-thin -n prod";
    assert_snapshot!(newer.verdicts(target, &["vm-snapshot", "vm-restore"]), @"vm-lvm-thin: vm-snapshot yes, vm-restore no (wffc-restore-hangs)");
    assert_snapshot!(older.verdicts(target, &["vm-snapshot", "vm-restore"]), @"vm-lvm-thin: vm-snapshot yes, vm-restore yes");
}

#[test]
fn a_live_directory_is_copied_while_it_changes() {
    let desk = Desk::with(&world("v1.8.2"));
    let forecast = |words: &str| {
        let report = desk.report(words);
        report["items"][0]["forecast"].clone()
    };
    let running = forecast("check-driver vm/vm-nfs -n prod");
    assert_eq!(running["consistency"], "not-point-in-time", "{running:#}");
    let stopped = forecast("check-driver vm/db-standby -n prod");
    assert_eq!(stopped["consistency"], "offline", "{stopped:#}");
    let running = forecast("check-driver vm/web02 -n prod");
    assert_eq!(running["consistency"], "crash-consistent", "{running:#}");
}
