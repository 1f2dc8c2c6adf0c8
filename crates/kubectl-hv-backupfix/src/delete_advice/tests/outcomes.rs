//! What becomes of the data of a disk, as a table.

use serde_json::json;

use super::{ask, broken};
use crate::delete_advice::outcome::Outcome;
use crate::delete_advice::stage::Stage;

const RELEASES: [&str; 6] = [
    "v1.4.3",
    "v1.5.2",
    "v1.6.1",
    "v1.7.3",
    "v1.8.2",
    "v1.9.0-rc6",
];

fn outcome(release: &str, how: &str) -> Outcome {
    let stage = how.split('+').fold(Stage::on(release), broken);
    ask(&stage).disks[0].outcome
}

#[test]
fn outcomes_that_no_release_changes() {
    use Outcome::{Deleted, Hangs, Kept, Leaked, Race, Unknown};
    let table = [
        ("sound", Deleted),
        ("moved", Race),
        ("unset", Race),
        ("no-json", Hangs),
        ("offline", Hangs),
        ("availability-unknown", Unknown),
        ("settings-denied", Unknown),
        ("retain", Kept),
        ("retain+moved", Kept),
        ("retain+unset", Kept),
        ("retain+offline", Hangs),
        ("retain+availability-unknown", Kept),
        ("retain+settings-denied", Kept),
        ("odd-handle", Leaked),
        ("odd-handle+moved", Kept),
        ("odd-handle+settings-denied", Kept),
        ("handle-without-id", Leaked),
        ("handle-of-another-type", Leaked),
        ("no-handle", Unknown),
        ("wrong-id", Leaked),
        ("no-snapshot", Leaked),
        ("no-content", Leaked),
        ("no-content+moved", Kept),
        ("foreign-content", Leaked),
        ("foreign-content+moved", Kept),
        ("no-lh-backup", Leaked),
        ("no-lh-backup+moved", Kept),
        ("no-lh-backup+availability-unknown", Leaked),
        ("no-backup-volume", Leaked),
        ("lh-backups-denied", Unknown),
        ("lh-backups-denied+retain", Kept),
        ("contents-denied", Unknown),
        ("object-only", Leaked),
        ("in-progress", Unknown),
        ("no-target", Deleted),
        ("no-target+moved", Deleted),
        ("snapshot", Deleted),
        ("snapshot+moved", Deleted),
        ("snapshot+offline", Deleted),
        ("snapshot+retain", Kept),
        ("third-party", Deleted),
        ("empty-target", Deleted),
    ];
    for release in RELEASES.into_iter().chain([""]) {
        for (how, expected) in table {
            assert_eq!(outcome(release, how), expected, "{how} on {release:?}");
        }
    }
}

#[test]
fn outcomes_that_depend_on_the_release() {
    use Outcome::{Deleted, Kept, Leaked, Race, Unknown};
    // State, then 1.4.3, 1.5.2, 1.6.1, 1.7.3, 1.8.2, 1.9.0-rc6 and a release that is not known.
    let table = [
        (
            "wrong-volume",
            [Deleted, Leaked, Leaked, Leaked, Leaked, Leaked, Unknown],
        ),
        (
            "wrong-volume+moved",
            [Race, Kept, Kept, Kept, Kept, Kept, Unknown],
        ),
        (
            "no-snapshot+moved",
            [Kept, Kept, Kept, Kept, Kept, Race, Unknown],
        ),
        (
            "no-snapshot+unset",
            [Kept, Kept, Kept, Kept, Kept, Race, Unknown],
        ),
    ];
    for (how, expected) in table {
        for (release, expected) in RELEASES.into_iter().chain([""]).zip(expected) {
            assert_eq!(outcome(release, how), expected, "{how} on {release:?}");
        }
    }
}

#[test]
fn a_snapshot_with_a_target_is_spared_by_force_from_1_9_on() {
    let stage = |release| {
        let stage = broken(Stage::on(release), "moved");
        stage.set(
            "VirtualMachineBackup",
            "nightly",
            "/spec/type",
            json!("snapshot"),
        )
    };
    assert_eq!(ask(&stage("v1.8.2")).disks[0].outcome, Outcome::Race);
    assert_eq!(ask(&stage("v1.9.0-rc6")).disks[0].outcome, Outcome::Deleted);
    assert_eq!(ask(&stage("")).disks[0].outcome, Outcome::Unknown);
}

#[test]
fn records_go_where_the_target_is_the_same_and_reachable() {
    for (how, way, record) in [
        ("sound", "collect", "removed"),
        ("moved", "force", "kept"),
        ("unset", "force", "kept"),
        ("offline", "hang", "kept"),
        ("no-json", "hang", "kept"),
        ("availability-unknown", "collect-or-hang", "unknown"),
        ("settings-denied", "unknown", "unknown"),
        ("snapshot", "collect", "none"),
        ("no-target", "collect", "none"),
        ("empty-target", "collect", "none"),
    ] {
        let advice = ask(&broken(Stage::on("v1.8.2"), how));
        assert_eq!((advice.way, advice.record), (way, record), "{how}");
        assert!(!format!("{advice:?}").contains("hush"));
    }
}
