//! Restores that wait.

use serde_json::{Value, json};

use super::bed::{Bed, RELEASES, catalog, newest};
use super::end;
use crate::explain::document::{BackupExplanation, Part};
use crate::explain::restore;
use crate::explain::walk::{Answer, Stage};
use crate::index::Index;

fn told(bed: &Bed) -> BackupExplanation {
    let inventory = bed.inventory();
    let index = Index::new(&inventory);
    restore::explain(&index, catalog(), &inventory.restores.items[0], newest())
}

const CLAIM: &str = "restore-nightly-uid-of-again-disk-0";

fn with_restore(release: &str, status: &Value) -> Bed {
    let mut bed = Bed::sound(release);
    bed.put("restores", json!({
        "metadata": {"name": "again", "namespace": "prod", "uid": "uid-of-again", "creationTimestamp": "2026-08-01T11:55:00Z"},
        "spec": {"target": {"kind": "VirtualMachine", "name": "web-again"}, "newVM": true,
                 "virtualMachineBackupName": "nightly", "virtualMachineBackupNamespace": "prod"},
        "status": status}));
    bed
}

fn running() -> Value {
    json!({"complete": false,
        "restores": [{"volumeName": "disk-0", "persistentVolumeClaimSpec": {"metadata": {"name": CLAIM}}}],
        "conditions": [{"type": "InProgress", "status": "True", "message": "Creating new PVCs"}]})
}

fn claim(phase: &str) -> Value {
    json!({"metadata": {"name": CLAIM, "namespace": "prod"}, "status": {"phase": phase}})
}

#[test]
fn it_waits_for_one_thing_after_the_other() {
    for release in RELEASES {
        let mut bed = with_restore(release, &json!({}));
        assert!(
            end(&told(&bed)).unwrap().1.contains("listed the disks"),
            "{release}"
        );
        bed.set("restores", "again", "/status", running());
        assert_eq!(
            end(&told(&bed)).unwrap().2,
            "it is not made yet",
            "{release}"
        );
        bed.put("claims", claim("Pending"));
        assert_eq!(end(&told(&bed)).unwrap().2, "it is Pending", "{release}");
        bed.drop("claims", CLAIM);
        bed.put("claims", claim("Bound"));
        assert!(
            end(&told(&bed))
                .unwrap()
                .1
                .contains("VM prod/web-again exists"),
            "{release}"
        );
        bed.put(
            "machines",
            json!({"metadata": {"name": "web-again", "namespace": "prod"}}),
        );
        assert_eq!(end(&told(&bed)).unwrap().1, "it is complete", "{release}");
        bed.set("restores", "again", "/status/complete", json!(true));
        let done = told(&bed);
        assert_eq!(
            (done.answer, done.conclusion.as_str()),
            (Answer::Yes, "it is complete"),
            "{release}"
        );
    }
}

#[test]
fn the_cause_comes_before_what_waits_for_it() {
    let mut bed = with_restore("1.8.2", &running());
    bed.put("claims", claim("Pending"));
    bed.drop("classes", "longhorn-ubuntu");
    let told_one = told(&bed);
    let (stage, question, _) = end(&told_one).unwrap();
    assert_eq!(
        (stage, question),
        (Stage::Need, "storage class longhorn-ubuntu exists")
    );

    let mut bed = with_restore("1.8.2", &running());
    bed.set("backups", "nightly", "/status/readyToUse", json!(false));
    assert!(
        end(&told(&bed))
            .unwrap()
            .2
            .contains("VMBackup nightly is not ready")
    );
    bed.drop("backups", "nightly");
    assert!(
        end(&told(&bed))
            .unwrap()
            .1
            .contains("backup prod/nightly exists")
    );

    let mut bed = with_restore("1.8.2", &running());
    bed.drop("snapshots", "nightly-volume-web-disk-0");
    assert!(
        end(&told(&bed))
            .unwrap()
            .2
            .contains("is tried again by itself")
    );
    // What has its claim got past the snapshot.
    bed.put("claims", claim("Bound"));
    assert!(end(&told(&bed)).unwrap().1.contains("VM prod/web-again"));
}

#[test]
fn a_restore_that_crashes_the_controller_says_so() {
    let mut bed = with_restore("1.9.0-rc6", &running());
    bed.drop("lh_volumes", "bv-1");
    let told = told(&bed);
    assert!(
        end(&told).unwrap().2.contains("crashes"),
        "{:?}",
        told.steps
    );
    assert!(
        told.findings
            .iter()
            .any(|finding| finding.code == "restore-crash-loop")
    );
    assert!(
        told.remarks
            .iter()
            .any(|remark| remark.contains("does not try again"))
    );
}

#[test]
fn its_deletion_takes_along_what_it_owns() {
    for release in RELEASES {
        let mut bed = with_restore(release, &running());
        bed.put("claims", claim("Bound"));
        let told_one = told(&bed);
        let along: Vec<&str> = told_one
            .concerned
            .iter()
            .filter(|concern| concern.part == Part::GoesAlong)
            .map(|concern| concern.object.name.as_str())
            .collect();
        let owns = release != "1.9.0-rc6";
        assert_eq!(along, if owns { vec![CLAIM] } else { vec![] }, "{release}");
        let advice = if owns {
            "go with it"
        } else {
            "nothing goes with it"
        };
        assert!(
            told_one.help[0].contains(advice),
            "{release}: {:?}",
            told_one.help
        );
        bed.put(
            "machines",
            json!({"metadata": {"name": "web-again", "namespace": "prod"}}),
        );
        let refused = told(&bed)
            .help
            .iter()
            .any(|line| line.contains("cannot be deleted while VM"));
        assert_eq!(refused, release != "1.3.2", "{release}");
    }
}

#[test]
fn what_it_deletes_at_its_end_is_named() {
    let mut bed = with_restore("1.8.2", &running());
    bed.set(
        "restores",
        "again",
        "/status/deletedVolumes",
        json!(["web-disk-0"]),
    );
    let told = told(&bed);
    let doomed = told
        .concerned
        .iter()
        .find(|concern| concern.object.name == "web-disk-0")
        .unwrap();
    assert_eq!(doomed.why, "as soon as the restore completes");
}

#[test]
fn one_that_never_begins_says_why() {
    let mut bed = with_restore("1.8.2", &json!({"complete": false}));
    bed.set("restores", "again", "/spec/newVM", json!(false));
    bed.drop("machines", "web");
    assert!(
        end(&told(&bed))
            .unwrap()
            .2
            .contains("is gone, so it never begins")
    );
    bed.set("restores", "again", "/spec/deletionPolicy", json!("retain"));
    assert!(end(&told(&bed)).unwrap().2.contains("has not begun"));
}

#[test]
fn an_unknown_release_says_both() {
    let bed = with_restore("1.8.2", &running()).of_unknown_release();
    let told = told(&bed);
    assert!(
        told.remarks
            .iter()
            .any(|remark| remark.starts_with("up to 1.8 Harvester tries again"))
    );
    assert!(!told.otherwise.is_empty());
}
