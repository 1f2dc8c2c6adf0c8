//! VM images: where they live and what a disk made from them costs.

use insta::assert_snapshot;

use crate::desk::{Desk, world};

#[test]
fn images_of_both_back_ends() {
    let desk = Desk::with(&world("v1.8.2"));
    assert_snapshot!(desk.ask("check-driver image -A"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAMESPACE   NAME              BACKEND        STORAGECLASS                              VIRTUAL-SIZE   CLONE-STRATEGY
    default     image-7x2kd       backingimage   lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   10Gi           backing-image
    default     image-importing   cdi            ceph-rbd                                  6Gi            csi-clone
    default     image-rocky       cdi            ceph-rbd                                  10Gi           csi-clone
    default     image-ubuntu      backingimage   longhorn-image-ubuntu                     3.5Gi          backing-image
    default     image-v2          cdi            longhorn-v2                               10Gi           copy
    prod        image-debian      cdi            lvm-thin                                  3Gi            snapshot

    image-7x2kd: a disk is made by backing-image. Longhorn shares the image's blocks: at once, space only for what changes.
    image-importing: a disk is made by csi-clone. The driver clones the image's volume; speed is up to it.
    image-importing: the image has not been imported.
    image-rocky: a disk is made by csi-clone. The driver clones the image's volume; speed is up to it.
    image-ubuntu: a disk is made by backing-image. Longhorn shares the image's blocks: at once, space only for what changes.
    image-v2: a disk is made by copy. Two pods copy every byte over the network: slow, full space.
    image-debian: a disk is made by snapshot. A snapshot of the image's volume is taken and restored: quick, needs a snapshot class.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver image/image-debian -n prod"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME           BACKEND   STORAGECLASS   VIRTUAL-SIZE   CLONE-STRATEGY
    image-debian   cdi       lvm-thin       3Gi            snapshot

    image-debian: a disk is made by snapshot. A snapshot of the image's volume is taken and restored: quick, needs a snapshot class.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver image/image-ubuntu"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.8.2, Longhorn v1.11.2, KubeVirt v1.7.4; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME           BACKEND        STORAGECLASS            VIRTUAL-SIZE   CLONE-STRATEGY
    image-ubuntu   backingimage   longhorn-image-ubuntu   3.5Gi          backing-image

    image-ubuntu: a disk is made by backing-image. Longhorn shares the image's blocks: at once, space only for what changes.
    ----- stderr -----
    ");
    assert_snapshot!(desk.ask("check-driver image/image-nothing"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    Error from server (NotFound): virtualmachineimages.harvesterhci.io "image-nothing" not found

    hint: looked in namespace "default"; name another with -n
    "#);
}

#[test]
fn before_1_5_every_image_is_a_backing_image() {
    let desk = Desk::with(&world("v1.4.3"));
    assert_snapshot!(desk.ask("check-driver image"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.4.3, Longhorn v1.7.3, KubeVirt v1.3.1; csi-driver-config: value over default
    Read from a support bundle of 2026-11-21T10:00:00Z
    NAME           BACKEND        STORAGECLASS                              VIRTUAL-SIZE   CLONE-STRATEGY
    image-7x2kd    backingimage   lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90   10Gi           backing-image
    image-ubuntu   backingimage   longhorn-image-ubuntu                     3.5Gi          backing-image

    image-7x2kd: a disk is made by backing-image. Longhorn shares the image's blocks: at once, space only for what changes.
    image-ubuntu: a disk is made by backing-image. Longhorn shares the image's blocks: at once, space only for what changes.
    ----- stderr -----
    ");
}

#[test]
fn cdi_overrides_the_strategy_of_a_class() {
    let mut world = world("v1.8.2");
    let copy = serde_json::json!({"spec": {"cloneStrategyOverride": "copy"}});
    assert!(world.merge("CDI", "", "cdi", &copy));
    let desk = Desk::with(&world);
    let image = &desk.report("check-driver image/image-rocky")["items"][0]["image"];
    assert_eq!(image["cloneStrategy"], "copy", "{image:#}");
}
