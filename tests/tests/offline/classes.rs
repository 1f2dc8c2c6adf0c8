//! The matrix of storage classes, and the formats it comes in.

use insta::assert_snapshot;

use crate::desk::{Desk, storage};

#[test]
fn matrix_of_v1_8_2() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("--check-driver"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS                              DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE        LIVE-MIGRATION
    ceph-rbd                                  rook-ceph.rbd.csi.ceph.com   no[1]         no[1]             no[2]       yes          yes
    harvester-longhorn                        driver.longhorn.io/v1        yes           yes               yes         yes          yes
    hostpath                                  hostpath.csi.k8s.io          likely        likely            no[2]       likely       no[3]
    leftover                                  gone.csi.example.org         no[4]         no[4]             no[4]       no[4]        no[4]
    lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   driver.longhorn.io/v1        yes           yes               yes         yes          yes
    longhorn-image-ubuntu                     driver.longhorn.io/v1        yes           yes               yes         yes          yes
    longhorn-static                           driver.longhorn.io/v1        yes           yes               yes         yes          no[5]
    longhorn-v2                               driver.longhorn.io/v2        yes           yes               yes         yes          yes
    lvm-thin                                  lvm.driver.harvesterhci.io   yes           yes               no[2]       yes          no[3]
    mystery                                   csi.example.net              no[1]         no[1]             no[2]       unknown[6]   unknown[6]
    nfs                                       nfs.csi.k8s.io               unlikely[7]   unlikely[7]       no[2]       yes          yes
    trident-san                               csi.trident.netapp.io        likely        likely            no[2]       likely       likely
    vmstate-persistence                       driver.longhorn.io/v1        yes           yes               yes         yes          no[5]

    [1] not-in-csi-driver-config    The setting csi-driver-config has no entry for this driver.
        fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    [2] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [3] node-local                  The volume lives on one node.
    [4] driver-gone                 No node knows this driver; it is not installed.
    [5] class-not-migratable        The Longhorn class lacks the parameter migratable: "true".
    [6] driver-not-known            Nothing is known of this driver.
    [7] not-point-in-time           A snapshot is an archive of the live directory, torn while the VM runs; not advised.
    ----- stderr -----
    -o wide tells why something is only likely
    "#);
    assert_snapshot!(desk.ask("--check-driver -o wide"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS                              DRIVER                       ENGINE   VM-SNAPSHOT    VOLUME-SNAPSHOT   VOLUME-RESTORE   VM-RESTORE     VM-BACKUP   CLONE         EXPORT-IMAGE   EXPAND-OFFLINE   EXPAND-ONLINE   LIVE-MIGRATION   GROUP-SNAPSHOT   SNAPSHOT-CLASS           BINDING                CLONE-STRATEGY   SIDECARS
    ceph-rbd                                  rook-ceph.rbd.csi.ceph.com   <none>   no[1]          no[1]             yes              yes            no[2]       yes           yes            yes              yes             yes              no[3]            <none>                   Immediate              csi-clone        provisioner,attacher,resizer,snapshotter
    harvester-longhorn                        driver.longhorn.io           v1       yes            yes               yes              yes            yes         yes           yes            yes              yes             yes              no[3]            longhorn-snapshot        Immediate              snapshot         provisioner,attacher,resizer,snapshotter
    hostpath                                  hostpath.csi.k8s.io          <none>   likely[4]      likely[4]         likely[4]        likely[4]      no[2]       likely[4]     likely[5]      no[6]            no[7]           no[8]            no[3]            csi-hostpath-snapclass   Immediate              snapshot         <none>
    leftover                                  gone.csi.example.org         <none>   no[9]          no[9]             no[9]            no[9]          no[9]       no[9]         no[9]          no[9]            no[9]           no[9]            no[9]            <none>                   Immediate              copy             <none>
    lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   driver.longhorn.io           v1       yes            yes               yes              yes            yes         yes           yes            yes              yes             yes              no[3]            longhorn-snapshot        Immediate              snapshot         provisioner,attacher,resizer,snapshotter
    longhorn-image-ubuntu                     driver.longhorn.io           v1       yes            yes               yes              yes            yes         yes           yes            yes              yes             yes              no[3]            longhorn-snapshot        Immediate              snapshot         provisioner,attacher,resizer,snapshotter
    longhorn-static                           driver.longhorn.io           v1       yes            yes               yes              yes            yes         yes           yes            yes              yes             no[10]           no[3]            longhorn-snapshot        Immediate              snapshot         provisioner,attacher,resizer,snapshotter
    longhorn-v2                               driver.longhorn.io           v2       yes            yes               yes              yes            yes         yes           yes            likely[11]       likely[11]      yes              no[3]            longhorn-snapshot        Immediate              copy             provisioner,attacher,resizer,snapshotter
    lvm-thin                                  lvm.driver.harvesterhci.io   <none>   yes            yes               yes              yes            no[2]       yes           yes            likely[12]       no[7]           no[8]            no[3]            lvm-snapshot             WaitForFirstConsumer   snapshot         <none>
    mystery                                   csi.example.net              <none>   no[1]          no[1]             unknown[13]      unknown[13]    no[2]       unknown[13]   unknown[13]    unknown[13]      no[7]           unknown[13]      no[3]            <none>                   Immediate              copy             <none>
    nfs                                       nfs.csi.k8s.io               <none>   unlikely[14]   unlikely[14]      yes              unlikely[14]   no[2]       yes           yes            likely[15]       no[7]           yes              no[3]            csi-nfs-snapclass        Immediate              snapshot         <none>
    trident-san                               csi.trident.netapp.io        <none>   likely[5]      likely[5]         likely[5]        likely[5]      no[2]       likely[5]     yes            likely[5]        no[7]           likely[5]        no[3]            trident-snapshotclass    Immediate              snapshot         provisioner,attacher,resizer,snapshotter
    vmstate-persistence                       driver.longhorn.io           v1       yes            yes               yes              yes            yes         yes           yes            yes              yes             no[10]           no[3]            longhorn-snapshot        Immediate              snapshot         provisioner,attacher,resizer,snapshotter

    [1]  not-in-csi-driver-config       The setting csi-driver-config has no entry for this driver.
         fix: kubectl hv-snapshot check-driver ceph-rbd --suggest-config
    [2]  third-party-snapshot-only      Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [3]  group-snapshot-kinds-missing   The VolumeGroupSnapshot kinds are not installed.
    [4]  copies-live-data               The driver copies the live data; it is made for tests.
    [5]  depends-on-backend             The driver offers it; whether this backend does must be tried.
    [6]  expansion-not-allowed          The storage class does not allow expansion.
         fix: kubectl patch storageclass hostpath --type merge -p '{"allowVolumeExpansion":true}'
    [7]  online-expand-not-enabled      The setting csi-online-expand-validation does not name this driver.
         fix: kubectl hv-snapshot check-driver lvm-thin --suggest-config
         fix: kubectl hv-snapshot check-driver nfs --suggest-config
         fix: kubectl hv-snapshot check-driver trident-san --suggest-config
    [8]  node-local                     The volume lives on one node.
    [9]  driver-gone                    No node knows this driver; it is not installed.
    [10] class-not-migratable           The Longhorn class lacks the parameter migratable: "true".
    [11] lhv2-expand-undocumented       Longhorn 1.10 and later accept it for data engine v2; the documentation says no.
    [12] node-side-expand               The driver grows volumes on the node only; try it first.
    [13] driver-not-known               Nothing is known of this driver.
    [14] not-point-in-time              A snapshot is an archive of the live directory, torn while the VM runs; not advised.
    [15] nominal-expand                 The driver accepts it, but enforces no size.
    ----- stderr -----
    "#);
}

#[test]
fn matrix_of_v1_9_0_rc6() {
    let desk = Desk::with(&storage("v1.9.0-rc6"));
    assert_snapshot!(desk.ask("--check-driver"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.9.0-rc6, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS                              DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE        LIVE-MIGRATION
    ceph-rbd                                  rook-ceph.rbd.csi.ceph.com   yes           yes               no[1]       yes          yes
    harvester-longhorn                        driver.longhorn.io/v1        yes           yes               yes         yes          yes
    hostpath                                  hostpath.csi.k8s.io          likely        likely            no[1]       likely       no[2]
    leftover                                  gone.csi.example.org         no[3]         no[3]             no[3]       no[3]        no[3]
    lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   driver.longhorn.io/v1        yes           yes               yes         yes          yes
    longhorn-image-ubuntu                     driver.longhorn.io/v1        yes           yes               yes         yes          yes
    longhorn-static                           driver.longhorn.io/v1        yes           yes               yes         yes          no[4]
    longhorn-v2                               driver.longhorn.io/v2        no[5]         yes               no[5]       yes          yes
    lvm-thin                                  lvm.driver.harvesterhci.io   yes           yes               no[1]       yes          no[2]
    mystery                                   csi.example.net              no[6]         no[6]             no[1]       unknown[7]   unknown[7]
    nfs                                       nfs.csi.k8s.io               unlikely[8]   unlikely[8]       no[1]       yes          yes
    trident-san                               csi.trident.netapp.io        likely        likely            no[1]       likely       likely
    vmstate-persistence                       driver.longhorn.io/v1        yes           yes               yes         yes          no[4]

    [1] third-party-backup-unrestorable   Harvester 1.9 accepts a backup of other drivers that can never be restored.
    [2] node-local                        The volume lives on one node.
    [3] driver-gone                       No node knows this driver; it is not installed.
    [4] class-not-migratable              The Longhorn class lacks the parameter migratable: "true".
    [5] lhv2-vm-backup-refused            Harvester 1.9 refuses VM snapshots and backups with Longhorn v2 volumes.
    [6] not-in-csi-driver-config          The setting csi-driver-config has no entry for this driver.
    [7] driver-not-known                  Nothing is known of this driver.
    [8] not-point-in-time                 A snapshot is an archive of the live directory, torn while the VM runs; not advised.
    ----- stderr -----
    -o wide tells why something is only likely
    "#);
}

#[test]
fn matrix_of_v1_4_3() {
    let desk = Desk::with(&storage("v1.4.3"));
    assert_snapshot!(desk.ask("--check-driver"), @r#"
    exit code: 0
    ----- stdout -----
    Harvester v1.4.3, Longhorn v1.7.3, KubeVirt v1.3.1; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS                              DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP     CLONE    LIVE-MIGRATION
    ceph-rbd                                  rook-ceph.rbd.csi.ceph.com   likely        yes               no[1]         yes      yes
    harvester-longhorn                        driver.longhorn.io/v1        yes           yes               yes           yes      yes
    hostpath                                  hostpath.csi.k8s.io          likely        likely            no[1]         likely   no[2]
    leftover                                  gone.csi.example.org         no[3]         no[3]             no[3]         no[3]    no[3]
    lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   driver.longhorn.io/v1        yes           yes               yes           yes      yes
    longhorn-image-ubuntu                     driver.longhorn.io/v1        yes           yes               yes           yes      yes
    longhorn-static                           driver.longhorn.io/v1        yes           yes               yes           yes      no[4]
    longhorn-v2                               driver.longhorn.io/v2        likely        unlikely[5]       unlikely[5]   no[6]    no[4]
    lvm-thin                                  lvm.driver.harvesterhci.io   likely        yes               no[1]         yes      no[2]
    mystery                                   csi.example.net              no[7]         no[7]             no[1]         no[7]    unknown[8]
    nfs                                       nfs.csi.k8s.io               unlikely[9]   unlikely[9]       no[1]         yes      yes
    trident-san                               csi.trident.netapp.io        likely        likely            no[1]         likely   likely
    vmstate-persistence                       driver.longhorn.io/v1        yes           yes               yes           yes      no[4]

    [1] third-party-backup-misleading   This release accepts a backup of other drivers and makes a local snapshot of it.
    [2] node-local                      The volume lives on one node.
    [3] driver-gone                     No node knows this driver; it is not installed.
    [4] class-not-migratable            The Longhorn class lacks the parameter migratable: "true".
    [5] lhv2-experimental               Data engine v2 is experimental on this release; restored volumes have never become ready.
    [6] lhv2-no-clone                   Longhorn before 1.10 cannot clone or restore volumes of data engine v2.
    [7] not-in-csi-driver-config        The setting csi-driver-config has no entry for this driver.
    [8] driver-not-known                Nothing is known of this driver.
    [9] not-point-in-time               A snapshot is an archive of the live directory, torn while the VM runs; not advised.
    ----- stderr -----
    -o wide tells why something is only likely
    "#);
}

#[test]
fn readme_shows_this_run() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"));
    let readme = readme.unwrap();
    let shown: Vec<&str> = readme.split("```").collect();
    let transcript = |command: &str| {
        let block = shown
            .iter()
            .find_map(|block| block.trim_start().strip_prefix(command));
        block
            .unwrap_or_else(|| panic!("no transcript of {command}"))
            .to_owned()
    };
    let desk = Desk::with(&crate::desk::world("v1.8.2"));
    for words in ["--check-driver", "check-driver vm/db01 -n prod"] {
        let transcript = transcript(&format!("$ kubectl hv-snapshot {words}\n"));
        let run = desk.ask(words);
        let mut printed = run.stdout.lines();
        for line in transcript.lines().filter(|line| *line != "…") {
            // What is cut lies between two lines that are shown; their order is that of the run.
            assert!(
                printed.any(|own| own == line),
                "{words} does not print, here: {line:?}\n{run}"
            );
        }
    }
}

#[test]
fn names_and_bare_rows() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver -o name"), @"
    exit code: 0
    ----- stdout -----
    storageclass.storage.k8s.io/ceph-rbd
    storageclass.storage.k8s.io/harvester-longhorn
    storageclass.storage.k8s.io/hostpath
    storageclass.storage.k8s.io/leftover
    storageclass.storage.k8s.io/lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90
    storageclass.storage.k8s.io/longhorn-image-ubuntu
    storageclass.storage.k8s.io/longhorn-static
    storageclass.storage.k8s.io/longhorn-v2
    storageclass.storage.k8s.io/lvm-thin
    storageclass.storage.k8s.io/mystery
    storageclass.storage.k8s.io/nfs
    storageclass.storage.k8s.io/trident-san
    storageclass.storage.k8s.io/vmstate-persistence
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver --no-headers"), @"
    exit code: 0
    ----- stdout -----
    ceph-rbd                                  rook-ceph.rbd.csi.ceph.com   no         no         no    yes       yes
    harvester-longhorn                        driver.longhorn.io/v1        yes        yes        yes   yes       yes
    hostpath                                  hostpath.csi.k8s.io          likely     likely     no    likely    no
    leftover                                  gone.csi.example.org         no         no         no    no        no
    lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   driver.longhorn.io/v1        yes        yes        yes   yes       yes
    longhorn-image-ubuntu                     driver.longhorn.io/v1        yes        yes        yes   yes       yes
    longhorn-static                           driver.longhorn.io/v1        yes        yes        yes   yes       no
    longhorn-v2                               driver.longhorn.io/v2        yes        yes        yes   yes       yes
    lvm-thin                                  lvm.driver.harvesterhci.io   yes        yes        no    yes       no
    mystery                                   csi.example.net              no         no         no    unknown   unknown
    nfs                                       nfs.csi.k8s.io               unlikely   unlikely   no    yes       yes
    trident-san                               csi.trident.netapp.io        likely     likely     no    likely    likely
    vmstate-persistence                       driver.longhorn.io/v1        yes        yes        yes   yes       no
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver trident-san -q"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                  VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE    LIVE-MIGRATION
    trident-san    csi.trident.netapp.io   likely        likely            no[1]       likely   likely

    [1] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    ----- stderr -----
    ");
}
