//! Where backups lie, compared as text.

use hv_cluster::views::BackupTargetRef;
use serde_json::json;

use super::{BACKUP, sound, with};
use crate::delete_advice::stage::{Stage, setting};
use crate::target_show::document::BackupFacts;
use crate::target_show::places::{difference, places, shown};

fn lie(stage: &Stage) -> BackupFacts {
    with(stage, places)
}

#[test]
fn places_are_compared_as_text_and_the_first_difference_is_marked() {
    let place = |endpoint: &str, bucket: &str, region: &str| BackupTargetRef {
        endpoint: endpoint.to_owned(),
        bucket_name: bucket.to_owned(),
        bucket_region: region.to_owned(),
    };
    let set = place("https://s3.lan", "hv", "eu");
    for (theirs, field, at, their_rest, set_rest) in [
        (
            place("https://s3.lan/", "hv", "eu"),
            "endpoint",
            15,
            "/",
            "",
        ),
        (
            place("http://s3.lan", "hv", "eu"),
            "endpoint",
            5,
            "://s3.lan",
            "s://s3.lan",
        ),
        (
            place("https://s3.län", "hv", "eu"),
            "endpoint",
            13,
            "än",
            "an",
        ),
        (place("", "hv", "eu"), "endpoint", 1, "", "https://s3.lan"),
        (
            place("https://s3.lan", "HV", "eu"),
            "bucketName",
            1,
            "HV",
            "hv",
        ),
        (
            place("https://s3.lan", "hv", "eu-1"),
            "bucketRegion",
            3,
            "-1",
            "",
        ),
    ] {
        let found = difference(&theirs, &set).unwrap();
        assert_eq!((found.field, found.at), (field, at), "{theirs:?}");
        assert_eq!(
            (found.theirs.as_str(), found.set.as_str()),
            (their_rest, set_rest)
        );
    }
    assert_eq!(difference(&set, &set), None);
    let hidden = difference(&place("https://me:hush@s3.lan", "hv", "eu"), &set).unwrap();
    assert!(!format!("{hidden:?}").contains("hush"), "{hidden:?}");
    assert_eq!(
        shown("https://me:hush@s3.lan/x@y"),
        "https://<masked>@s3.lan/x@y"
    );
    assert_eq!(shown("nas.lan:/export"), "nas.lan:/export");
}

#[test]
fn backups_are_counted_by_place() {
    let facts = lie(&sound().with_backup("weekly", "2"));
    assert_eq!((facts.here, facts.elsewhere, facts.places.len()), (2, 0, 0));
    let moved = |name: &str| format!("/status/backupTarget/{name}");
    let stage = sound()
        .with_backup("weekly", "2")
        .with_backup("monthly", "3")
        .with_backup("yearly", "4")
        .with_backup("vm-snapshot", "5")
        .set(
            BACKUP,
            "weekly",
            &moved("endpoint"),
            json!("https://s3.lan/"),
        )
        .set(
            BACKUP,
            "monthly",
            &moved("endpoint"),
            json!("https://s3.lan/"),
        )
        .set(BACKUP, "yearly", "/status/backupTarget", json!(null))
        .set(BACKUP, "vm-snapshot", "/spec/type", json!("snapshot"));
    let facts = lie(&stage);
    assert_eq!((facts.here, facts.elsewhere, facts.without), (1, 2, 1));
    assert_eq!(facts.places[0].examples, ["prod/monthly", "prod/weekly"]);
    assert_eq!(facts.places[0].difference.as_ref().unwrap().at, 15);
    let unset = lie(&stage
        .without("Setting", "backup-target")
        .with("Setting", setting("")));
    assert_eq!((unset.here, unset.elsewhere), (0, 3));
    assert!(unset.places.iter().all(|place| place.difference.is_none()));
}
