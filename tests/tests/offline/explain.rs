//! `explain`: what stands behind a reason code.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::{Desk, world};

#[test]
fn one_code() {
    let desk = Desk::empty();
    assert_snapshot!(desk.run("explain third-party-snapshot-only"), @"
    exit code: 0
    ----- stdout -----
    third-party-snapshot-only
      Harvester 1.5 to 1.8 back up Longhorn volumes only.
      what it means: The admission webhook refuses a VirtualMachineBackup of type backup if a disk is not on Longhorn. VM snapshots are allowed.
      met on:        Harvester 1.5 to 1.8
      what to do:    Use VM snapshots, and Velero or the storage's own replication for copies off the cluster.
    ----- stderr -----
    ");
}

#[test]
fn several_codes_as_names_and_documents() {
    let desk = Desk::empty();
    assert_snapshot!(desk.run("explain node-local driver-gone -o name"), @"
    exit code: 0
    ----- stdout -----
    node-local
    driver-gone
    ----- stderr -----
    ");
    assert_snapshot!(desk.run("explain node-local -o json"), @r#"
    exit code: 0
    ----- stdout -----
    {
        "apiVersion": "kubectl-hv.io/v1alpha1",
        "kind": "ReasonList",
        "items": [
            {
                "code": "node-local",
                "message": "The volume lives on one node.",
                "meaning": "The data lies on one node's disks. A VM cannot move away from it while running, even if its claim says ReadWriteMany.",
                "since": "all releases",
                "remedy": "Stop the VM and move the volume, or put the disk on shared storage."
            }
        ]
    }
    ----- stderr -----
    "#);
}

#[test]
fn unknown_codes_lead_to_known_ones() {
    let desk = Desk::empty();
    assert_snapshot!(desk.run("explain nod-local"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unknown reason code "nod-local"

    hint: did you mean "node-local"?
    "#);
    assert_snapshot!(desk.run("explain nothing-like-it-at-all"), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unknown reason code "nothing-like-it-at-all"

    hint: kubectl hv-snapshot explain lists them all
    "#);
}

#[test]
fn every_code_that_is_printed_is_explained() {
    let explained = Desk::empty().run("explain -o name");
    assert_eq!(explained.code, Some(0));
    let codes: Vec<&str> = explained.stdout.lines().collect();
    assert!(codes.len() > 40, "{codes:?}");
    for name in ["v1.4.3", "v1.8.2", "v1.9.0-rc6"] {
        let desk = Desk::with(&world(name));
        for words in ["check-driver", "check-driver vm -A", "check-driver pvc -A"] {
            let report = desk.report(words);
            let items = report["items"].as_array().unwrap().iter();
            let judged = items.flat_map(|item| item["capabilities"].as_object().unwrap().values());
            for reason in judged.map(|judged: &Value| judged["reason"].as_str().unwrap()) {
                assert!(codes.contains(&reason), "{name}: {words}: {reason}");
            }
        }
    }
}

#[test]
fn all_codes_are_a_table() {
    let run = Desk::empty().run("explain");
    assert_eq!(
        run.headline().split_whitespace().collect::<Vec<_>>(),
        ["CODE", "SINCE", "MESSAGE"]
    );
    let names = Desk::empty().run("explain -o name");
    assert_eq!(run.stdout.lines().count(), names.stdout.lines().count() + 1);
}
