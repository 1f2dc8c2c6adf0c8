//! What a bundle does not hold: namespaces, settings, lists that failed.

use hv_testbed::bundle::{BundleOptions, Kit};
use insta::assert_snapshot;

use crate::desk::{Desk, storage, world};

#[test]
fn a_namespace_that_is_not_covered_is_no_answer() {
    let desk = Desk::with(&world("v1.5.2"));
    assert_snapshot!(desk.ask("check-driver vm/db01 -n prod"), @r#"
    exit code: 7
    ----- stdout -----
    ----- stderr -----
    error: namespace "prod" is not in this bundle; it covers cattle-dashboards, cattle-fleet-local-system, cattle-fleet-system, cattle-logging-system, cattle-monitoring-system, cattle-provisioning-capi-system, cattle-system, default, fleet-local, harvester-system, kube-system, longhorn-system
    "#);
    assert_snapshot!(desk.ask("check-driver vm -n prod"), @r#"
    exit code: 7
    ----- stdout -----
    ----- stderr -----
    error: namespace "prod" is not in this bundle; it covers cattle-dashboards, cattle-fleet-local-system, cattle-fleet-system, cattle-logging-system, cattle-monitoring-system, cattle-provisioning-capi-system, cattle-system, default, fleet-local, harvester-system, kube-system, longhorn-system
    "#);
    assert_snapshot!(desk.ask("check-driver pvc -n prod").code.unwrap(), @"7");
    assert_snapshot!(desk.ask("check-driver image -n prod").code.unwrap(), @"7");
    let listed = desk.ask("check-driver vm -A");
    assert_eq!(listed.code, Some(0), "{listed}");
    assert_snapshot!(listed.stderr, @"
    this bundle covers 12 namespaces only, which -o json names
    left out: 2 golden image volumes, 2 CDI scratch volumes
    ");
}

#[test]
fn kits_of_old_collected_no_settings() {
    let options = BundleOptions {
        kit: Kit::Before202308,
        ..BundleOptions::default()
    };
    let desk = Desk::collected(&storage("v1.4.3"), &options);
    assert_snapshot!(desk.ask("check-driver harvester-longhorn ceph-rbd"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.4.3, Longhorn v1.7.3, KubeVirt v1.3.1; csi-driver-config: could not be read
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS         DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP    CLONE        LIVE-MIGRATION
    harvester-longhorn   driver.longhorn.io/v1        unknown[1]    unknown[1]        unknown[1]   unknown[1]   yes
    ceph-rbd             rook-ceph.rbd.csi.ceph.com   unknown[1]    unknown[1]        no[2]        unknown[1]   yes

    [1] could-not-read                  Not readable: settings.harvesterhci.io: this bundle's kit collected no settings.
    [2] third-party-backup-misleading   This release accepts a backup of other drivers and makes a local snapshot of it.
    ----- stderr -----
    Warning: could not read settings.harvesterhci.io: this bundle's kit collected no settings
    ");
    let code = desk
        .ask("check-driver harvester-longhorn --require vm-snapshot")
        .code;
    assert_eq!(code, Some(7));
}

fn failed(url: &str) -> Desk {
    let sentence = "the server is currently unable to handle the request";
    let options = BundleOptions {
        failures: vec![(url.into(), sentence.into())],
        ..BundleOptions::default()
    };
    Desk::collected(&world("v1.9.0-rc6"), &options)
}

#[test]
fn lists_that_failed_leave_verdicts_unknown() {
    let desk = failed("/apis/harvesterhci.io/v1beta1/settings");
    assert_snapshot!(desk.ask("check-driver ceph-rbd"), @"
    exit code: 0
    ----- stdout -----
    Harvester v1.9.0-rc6, Longhorn v1.12.1, KubeVirt v1.8.4; csi-driver-config: could not be read
    Read from a support bundle of 2026-11-21T10:00:00Z
    STORAGECLASS   DRIVER                       VM-SNAPSHOT   VOLUME-SNAPSHOT   VM-BACKUP   CLONE   LIVE-MIGRATION
    ceph-rbd       rook-ceph.rbd.csi.ceph.com   unknown[1]    unknown[1]        no[2]       yes     yes

    [1] could-not-read                    Not readable: settings.harvesterhci.io: the server is currently unable to handle the request.
    [2] third-party-backup-unrestorable   Harvester 1.9 accepts a backup of other drivers that can never be restored.
    ----- stderr -----
    Warning: could not read settings.harvesterhci.io: the server is currently unable to handle the request
    ");
    let desk = failed("/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses");
    assert_snapshot!(desk.verdicts("ceph-rbd", &["vm-snapshot", "clone", "live-migration"]), @"ceph-rbd: vm-snapshot unknown (could-not-read), clone yes, live-migration yes");
    let desk = failed("/apis/storage.k8s.io/v1/csidrivers");
    assert_snapshot!(desk.verdicts("ceph-rbd leftover", &["vm-snapshot", "clone"]), @"
    ceph-rbd: vm-snapshot yes, clone yes
    leftover: vm-snapshot no (not-in-csi-driver-config), clone unknown (driver-not-known)
    ");
}

#[test]
fn the_list_that_was_asked_for_failed() {
    let desk = failed("/apis/storage.k8s.io/v1/storageclasses");
    assert_snapshot!(desk.ask("--check-driver"), @"
    exit code: 7
    ----- stdout -----
    ----- stderr -----
    error: the bundle lacks storageclasses.storage.k8s.io: the server is currently unable to handle the request
    ");
    let desk = failed("/apis/kubevirt.io/v1/namespaces/prod/virtualmachines");
    assert_snapshot!(desk.ask("check-driver vm -n prod"), @"
    exit code: 7
    ----- stdout -----
    ----- stderr -----
    error: the bundle lacks virtualmachines.kubevirt.io: the server is currently unable to handle the request
    ");
    let desk = failed("/api/v1/namespaces/prod/persistentvolumeclaims");
    let capabilities = ["vm-snapshot", "clone"];
    assert_snapshot!(desk.verdicts("vm/web01 -n prod", &capabilities), @"web01: vm-snapshot unknown (could-not-read), clone unknown (could-not-read)");
}

#[test]
fn empty_strings_and_numbers_survive_the_collector() {
    // The collector writes "" as null and whole numbers as floats.
    let mut world = world("v1.8.2");
    let odd = serde_json::json!({"metadata": {"annotations": {"a": "", "b": "null", "c": "1.5"}}});
    assert!(world.merge("StorageClass", "", "ceph-rbd", &odd));
    assert!(world.merge("VirtualMachine", "prod", "web01", &odd));
    world.push(serde_json::json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": "external-resizer-csi-example-net", "namespace": "kube-system"},
        "spec": {"holderIdentity": "", "leaseDurationSeconds": 15, "renewTime": "@micro-5s"},
    }));
    let desk = Desk::with(&world);
    assert_snapshot!(desk.verdicts("ceph-rbd mystery", &["clone", "expand-offline"]), @"
    ceph-rbd: clone yes, expand-offline yes
    mystery: clone unknown (driver-not-known), expand-offline likely (sidecar-alive)
    ");
    assert_snapshot!(desk.verdicts("vm/web01 -n prod", &["vm-snapshot"]), @"web01: vm-snapshot yes");
}
