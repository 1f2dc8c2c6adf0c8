//! `--require`: a verdict as an exit code.

use insta::assert_snapshot;

use crate::desk::{Desk, storage, world};

#[test]
fn met_not_met_and_unknown() {
    let desk = Desk::with(&storage("v1.8.2"));
    for (words, code) in [
        ("harvester-longhorn --require vm-snapshot", 0),
        ("trident-san --require vm-snapshot,clone", 0),
        ("trident-san --require vm-snapshot --require clone", 0),
        ("ceph-rbd --require vm-snapshot", 1),
        ("nfs --require vm-snapshot", 1),
        ("mystery --require clone", 7),
        // A certain no weighs more than what could not be told.
        ("mystery --require clone,vm-snapshot", 1),
        ("mystery ceph-rbd --require clone", 7),
        ("harvester-longhorn ceph-rbd --require vm-snapshot", 1),
        ("--require clone", 1),
    ] {
        let run = desk.ask(&format!("check-driver {words}"));
        assert_eq!(run.code, Some(code), "{words}: {run}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let desk = Desk::with(&storage("v1.8.2"));
    let words = "check-driver ceph-rbd mystery --require vm-snapshot,clone -o name";
    assert_snapshot!(desk.ask(words), @"
    exit code: 1
    ----- stdout -----
    storageclass.storage.k8s.io/ceph-rbd
    storageclass.storage.k8s.io/mystery
    ----- stderr -----
    Warning: storageclass.storage.k8s.io/ceph-rbd: vm-snapshot is no (not-in-csi-driver-config)
    Warning: storageclass.storage.k8s.io/mystery: vm-snapshot is no (not-in-csi-driver-config)
    Warning: storageclass.storage.k8s.io/mystery: clone is unknown (driver-not-known)
    ");
    let run = desk.ask("check-driver mystery --require clone -o json");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["summary"]["required"]["outcome"], "unknown");
    assert_eq!(report["summary"]["required"]["capabilities"][0], "clone");
    assert_eq!(run.code, Some(7));
}

#[test]
fn nothing_judged_proves_nothing() {
    let desk = Desk::with(&world("v1.8.2"));
    let words = "check-driver vm -l tier=nothing -n prod --require vm-snapshot";
    assert_eq!(desk.ask(words).code, Some(7));
}

#[test]
fn without_it_any_answer_is_a_success() {
    let desk = Desk::with(&storage("v1.8.2"));
    assert_eq!(desk.ask("check-driver leftover").code, Some(0));
}

#[test]
fn unknown_capabilities_lead_to_known_ones() {
    let desk = Desk::empty();
    assert_snapshot!(desk.ask("check-driver --require vm-snapshott"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unknown capability "vm-snapshott"

    hint: did you mean "vm-snapshot"?
    "#);
    assert_snapshot!(desk.ask("check-driver --require everything-at-once"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unknown capability "everything-at-once"

    hint: one of vm-snapshot, volume-snapshot, volume-restore, vm-restore, vm-backup, clone, export-image, expand-offline, expand-online, live-migration, group-snapshot
    "#);
    assert_eq!(desk.ask("check-driver --require clone,").code, Some(2));
}
