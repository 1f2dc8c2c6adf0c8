//! What Longhorn makes of the backup target.

use serde_json::json;

use super::{sound, with};
use crate::delete_advice::stage::Stage;
use crate::target_show::document::LonghornFacts;
use crate::target_show::longhorn::{longhorn, needs_settings};

#[test]
fn longhorn_is_asked_by_its_object_and_before_1_5_by_its_settings() {
    let told = |stage: &Stage, settings: &[(&str, &str)]| -> LonghornFacts {
        let items = settings.iter().map(|(name, value)| {
            let setting = json!({"metadata": {"name": name}, "value": value});
            serde_json::from_value(setting).unwrap()
        });
        let listing = hv_cluster::Listing {
            items: items.collect(),
            gap: None,
        };
        with(stage, |index| {
            let wanted = needs_settings(index);
            longhorn(index, wanted.then_some(&listing))
        })
    };
    let facts = told(&sound(), &[]);
    assert_eq!((facts.state, facts.source), ("available", "BackupTarget"));
    assert_eq!(facts.expected_url, None);
    let down = sound().set(
        "BackupTarget",
        "default",
        "/status",
        json!({
            "available": false,
            "conditions": [{"type": "Unavailable", "status": "True", "message": "no such bucket"}],
        }),
    );
    let facts = told(&down, &[]);
    assert_eq!(
        (facts.state, facts.message.as_deref()),
        ("unavailable", Some("no such bucket"))
    );
    let other = sound().set(
        "BackupTarget",
        "default",
        "/spec/backupTargetURL",
        json!("s3://old@eu/"),
    );
    assert_eq!(
        told(&other, &[]).expected_url.as_deref(),
        Some("s3://hv@eu/")
    );
    assert_eq!(told(&sound().denied("BackupTarget"), &[]).state, "unknown");
    let settings = [
        ("backup-target", "s3://hv@eu/"),
        ("backupstore-poll-interval", "300"),
    ];
    let gone = |release: &str| Stage::on(release).without("BackupTarget", "default");
    assert_eq!(told(&gone("v1.8.2"), &settings).state, "absent");
    let facts = told(&gone("v1.4.3"), &settings);
    assert_eq!((facts.state, facts.source), ("unknown", "Settings"));
    assert_eq!(facts.poll_interval.as_deref(), Some("300s"));
    // An object that lacks its URL keeps what it does say.
    let bare = Stage::on("v1.4.3").set("BackupTarget", "default", "/spec", json!({}));
    let facts = told(&bare, &settings);
    assert_eq!(
        (facts.state, facts.url.as_deref()),
        ("available", Some("s3://hv@eu/"))
    );
}
