//! Claims: one, and lists that leave out what is nobody's disk.

use insta::assert_snapshot;

use crate::desk::{Desk, world};

#[test]
fn one_claim() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver pvc/db01-disk-1 -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME          STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    db01-disk-1   lvm-thin       lvm.driver.harvesterhci.io   yes           yes               no[1]       yes     no[2]

    [1] third-party-snapshot-only   Harvester 1.5 to 1.8 back up Longhorn volumes only.
    [2] node-local                  The volume lives on one node.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver pvc/nothing -n prod"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    Error from server (NotFound): persistentvolumeclaims "nothing" not found

    hint: looked in namespace "prod"; name another with -n
    "#);
}

#[test]
fn lists_leave_out_golden_images_and_scratch_volumes() {
    let desk = Desk::with(&world("v1.8.2"));
    let run = desk.ask("check-driver pvc -A -o name");
    for left_out in ["image-rocky", "image-v2", "image-debian", "prime-"] {
        let name = format!("persistentvolumeclaim/{left_out}");
        assert!(!run.stdout.contains(&name), "{left_out}: {run}");
    }
    assert!(
        run.stdout
            .contains("persistentvolumeclaim/blank01-disk-0\n"),
        "{run}"
    );
    let report = desk.report("check-driver pvc -A");
    assert_eq!(report["summary"]["goldenImagesLeftOut"], 3);
    assert_eq!(report["summary"]["scratchVolumesLeftOut"], 2);
    assert_eq!(
        run.stdout.lines().count(),
        report["items"].as_array().unwrap().len()
    );
    assert_snapshot!(desk.ask("check-driver pvc -A").stderr, @"
    this bundle covers 16 namespaces only, which -o json names
    left out: 3 golden image volumes, 2 CDI scratch volumes
    -o wide tells why something is only likely
    ");
    assert_snapshot!(desk.ask("check-driver pvc -A -q").stderr, @"");
}

#[test]
fn a_golden_image_is_judged_where_it_is_named() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.verdicts("pvc/image-rocky", &["clone", "vm-backup"]), @"image-rocky: clone yes, vm-backup no (third-party-snapshot-only)");
}

#[test]
fn the_volume_tells_the_driver_where_the_class_is_gone() {
    let mut world = world("v1.8.2");
    assert_eq!(world.remove("StorageClass", "trident-san"), 1);
    let desk = Desk::with(&world);
    let report = desk.report("check-driver pvc/vm-trident-san-disk-0 -n prod");
    assert_eq!(report["items"][0]["driver"], "csi.trident.netapp.io");
    let capabilities = ["volume-snapshot", "clone", "expand-offline"];
    assert_snapshot!(desk.verdicts("pvc/vm-trident-san-disk-0 -n prod", &capabilities), @"vm-trident-san-disk-0: volume-snapshot likely (depends-on-backend), clone likely (depends-on-backend), expand-offline likely (depends-on-backend)");
    let forecast = &desk.report("check-driver vm/vm-trident-san -n prod")["items"][0]["forecast"];
    assert_snapshot!(forecast["restore"][0].as_str().unwrap(), @r#"The storage class "trident-san" of disk "disk-0" is gone."#);
}
