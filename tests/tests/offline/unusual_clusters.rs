//! Clusters that are no Harvester, or hold next to nothing.

use hv_testbed::world::{self, World};
use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, storage};

fn plain_kubernetes() -> World {
    let mut world = storage("v1.8.2");
    let absent = [
        "harvesterhci.io",
        "longhorn.io",
        "kubevirt.io",
        "cdi.kubevirt.io",
    ];
    world.objects.retain(|object| {
        let version = object["apiVersion"].as_str().unwrap_or_default();
        !absent
            .iter()
            .any(|group| version.starts_with(&format!("{group}/")))
            && object["metadata"]["name"] != "harvester"
    });
    world.absent_groups = absent.map(str::to_owned).to_vec();
    world
}

#[test]
fn a_plain_kubernetes() {
    let desk = Desk::with(&plain_kubernetes());
    assert_snapshot!(desk.ask("check-driver ceph-rbd harvester-longhorn mystery"), @"
    exit code: 0
    ----- stdout -----
    No Harvester in this cluster
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS         DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE        LIVE-MIGRATION
    ceph-rbd             rook-ceph.rbd.csi.ceph.com   no[1]         no[1]             no[1]       yes          yes
    harvester-longhorn   driver.longhorn.io/v1        no[1]         no[1]             no[1]       yes          yes
    mystery              csi.example.net              no[1]         no[1]             no[1]       unknown[2]   unknown[2]

    [1] not-harvester      This cluster is not a Harvester cluster.
    [2] driver-not-known   Nothing is known of this driver.
    ----- stderr -----
    ");
    let capabilities = [
        "volume-restore",
        "clone",
        "expand-offline",
        "vm-restore",
        "export-image",
    ];
    assert_snapshot!(desk.verdicts("ceph-rbd", &capabilities), @"ceph-rbd: volume-restore yes, clone yes, expand-offline yes, vm-restore no (not-harvester), export-image no (not-harvester)");
    assert_snapshot!(desk.ask("check-driver vm"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: the server doesn't have a resource type "virtualmachines.kubevirt.io"
    "#);
    assert_snapshot!(desk.ask("check-driver image"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: the server doesn't have a resource type "virtualmachineimages.harvesterhci.io"
    "#);
    assert_snapshot!(desk.ask("check-driver ceph-rbd --suggest-config"), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    ceph-rbd: no change of the configuration turns a verdict to yes or likely.
    ");
}

#[test]
fn kinds_without_objects() {
    let mut world = world::empty("2026-11-21T10:00:00Z".parse().unwrap());
    world.serves_definitions = true;
    world.push(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.ask("--check-driver"), @r#"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    No resources found
    Warning: could not read settings.harvesterhci.io: this bundle's kit collected no settings
    Warning: could not read kubevirts.kubevirt.io: namespace "harvester-system" is not in this bundle; it covers default, kube-system
    Warning: could not read settings.longhorn.io: namespace "longhorn-system" is not in this bundle; it covers default, kube-system
    "#);
    assert_snapshot!(desk.ask("--check-driver --require clone").code.unwrap(), @"7");
    assert_snapshot!(desk.ask("check-driver vm -A"), @r#"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    No resources found
    Warning: could not read settings.harvesterhci.io: this bundle's kit collected no settings
    Warning: could not read kubevirts.kubevirt.io: namespace "harvester-system" is not in this bundle; it covers default, kube-system
    Warning: could not read settings.longhorn.io: namespace "longhorn-system" is not in this bundle; it covers default, kube-system
    this bundle covers 2 namespaces only, which -o json names
    "#);
    assert_snapshot!(desk.ask("check-driver vm -n default"), @r#"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    No resources found in default namespace.
    Warning: could not read settings.harvesterhci.io: this bundle's kit collected no settings
    Warning: could not read kubevirts.kubevirt.io: namespace "harvester-system" is not in this bundle; it covers default, kube-system
    Warning: could not read settings.longhorn.io: namespace "longhorn-system" is not in this bundle; it covers default, kube-system
    this bundle covers 2 namespaces only, which -o json names
    "#);
    assert_snapshot!(desk.ask("check-driver ceph-rbd"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: there is no storage class or CSI driver "ceph-rbd"

    hint: kubectl hv-snapshot check-driver lists every storage class
    "#);
    assert_eq!(desk.report("check-driver")["items"], json!([]));
}

#[test]
fn no_storage_classes_in_a_harvester() {
    let mut world = storage("v1.8.2");
    world.remove_kind("StorageClass");
    assert_snapshot!(Desk::with(&world).ask("--check-driver"), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    No resources found
    ");
}
