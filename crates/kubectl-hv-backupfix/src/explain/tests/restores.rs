//! A restore of a backup, asked about in advance.

use serde_json::json;

use super::bed::{Bed, RELEASES};
use super::is_clean;
use super::rows::told;
use crate::explain::walk::Answer;

#[test]
fn a_sound_backup_is_restored_by_every_release() {
    for release in RELEASES {
        let told = told(&Bed::sound(release));
        assert!(is_clean(&told), "{release}: {:?}", told.steps);
        assert_eq!(told.conclusion, "nothing stands in the way of a restore");
        assert!(told.findings.is_empty(), "{release}: {:?}", told.findings);
        assert_eq!(told.exit(), hv_cli::ExitKind::Ok, "{release}");
    }
}

#[test]
fn what_cannot_be_read_is_no_yes() {
    for list in [
        "networks",
        "snapshots",
        "contents",
        "lh_backups",
        "lh_volumes",
        "classes",
        "images",
        "lh_targets",
    ] {
        let mut bed = Bed::sound("1.8.2");
        bed.deny(list);
        let told = told(&bed);
        assert_eq!(told.answer, Answer::Unknown, "{list}: {:?}", told.steps);
        assert_eq!(
            told.conclusion,
            "nothing that could be read stands in the way of a restore"
        );
    }
}

#[test]
fn an_unknown_release_tells_what_each_would_do() {
    let mut bed = Bed::sound("1.8.2").of_unknown_release();
    bed.drop("networks", "vlan1");
    let told = told(&bed);
    let words: Vec<(&str, bool)> = told
        .otherwise
        .iter()
        .map(|other| (other.releases.as_str(), other.outcome.contains("refused")))
        .collect();
    assert_eq!(words, [("before 1.4", false), ("1.4 and later", true)]);
    assert!(told.judged_as.is_some());
}

#[test]
fn snapshots_of_the_same_claims_are_told_of() {
    let mut bed = Bed::sound("1.8.2");
    bed.put("backups", json!({"metadata": {"name": "snap", "namespace": "prod"}, "spec": {"type": "snapshot"},
        "status": {"volumeBackups": [{"persistentVolumeClaim": {"metadata": {"name": "web-disk-0", "namespace": "prod"}}}]}}));
    let told = told(&bed);
    assert!(
        told.remarks
            .iter()
            .any(|remark| remark.ends_with("hold them: prod/snap")),
        "{:?}",
        told.remarks
    );
}

#[test]
fn a_snapshot_that_cannot_be_read_leaves_its_content_open() {
    for release in ["1.5.2", "1.8.2", "1.9.0-rc6"] {
        let mut bed = Bed::sound(release);
        bed.deny("snapshots");
        // A snapshot that was taken here has a content of another name.
        bed.drop("contents", "nightly-volume-web-disk-0-vsc");
        let told = told(&bed);
        assert_eq!(told.answer, Answer::Unknown, "{release}: {:?}", told.steps);
    }
}
