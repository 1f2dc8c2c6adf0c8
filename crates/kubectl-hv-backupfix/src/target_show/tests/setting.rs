//! The setting, the passes over the target, and what blocks a change.

use serde_json::json;

use super::{BACKUP, sound, with};
use crate::delete_advice::stage::{Stage, setting, target};
use crate::target::{HASH, LAST_REFRESH, hash};
use crate::target_show::blockers::blockers;
use crate::target_show::document::{ChangeFacts, PassFacts, SettingFacts};
use crate::target_show::setting::{passes, setting as facts_of};

fn change(stage: &Stage) -> ChangeFacts {
    blockers(&stage.inventory())
}

fn told(value: &str) -> Stage {
    sound()
        .without("Setting", "backup-target")
        .with("Setting", setting(value))
}

#[test]
fn the_setting_is_told_without_credentials() {
    let facts = with(&sound(), facts_of);
    assert_eq!(facts.state, "set");
    assert_eq!(facts.bucket_name.as_deref(), Some("hv"));
    assert_eq!(facts.configured, "absent");
    for (value, state) in [
        ("", "unset"),
        ("{}", "unset"),
        (r#"{"secretAccessKey": "hush"#, "unreadable"),
        (
            r#"{"type":"s3","endpoint":"https://me:hush@s3.lan","accessKeyId":"hush"}"#,
            "set",
        ),
    ] {
        let facts: SettingFacts = with(&told(value), facts_of);
        assert_eq!(facts.state, state, "{value}");
        assert!(!format!("{facts:?}").contains("hush"), "{facts:?}");
    }
    assert_eq!(with(&sound().denied("Setting"), facts_of).state, "unknown");
    let failed = sound().set(
        "Setting",
        "backup-target",
        "/status",
        json!({
            "conditions": [{"type": "configured", "status": "False", "message": "no bucket"}],
        }),
    );
    let quoting = failed.clone().set(
        "Setting",
        "backup-target",
        "/status/conditions/0/message",
        json!(r#"unmarshal failed, error: x, value: {"secretAccessKey":"hush"#),
    );
    let message = with(&quoting, facts_of).configured_message;
    assert_eq!(
        message.as_deref(),
        Some("unmarshal failed, error: x, value: <masked>")
    );
    let facts = with(&failed, facts_of);
    assert_eq!(
        (
            facts.configured.as_str(),
            facts.configured_message.as_deref()
        ),
        ("False", Some("no bucket"))
    );
}

#[test]
fn passes_are_told_as_the_controller_sees_them() {
    let value = target("https://s3.lan")["value"]
        .as_str()
        .unwrap()
        .to_owned();
    let stage = |release: &str, hash: &str, last: &str| {
        let annotations = json!({HASH: hash, LAST_REFRESH: last});
        Stage::on(release).set(
            "Setting",
            "backup-target",
            "/metadata/annotations",
            annotations,
        )
    };
    let own = hash(&value);
    for (release, hash, last, state, saw) in [
        (
            "v1.8.2",
            own.as_str(),
            "2026-08-01T10:00:00Z",
            "next",
            Some(true),
        ),
        ("v1.8.2", &own, "2026-08-01T09:00:00Z", "due", Some(true)),
        (
            "v1.8.2",
            "other",
            "2026-08-01T10:00:00Z",
            "due",
            Some(false),
        ),
        ("v1.8.2", "", "", "due", None),
        ("v1.4.1", "", "", "untracked", None),
        ("v1.4.2", "", "", "due", None),
    ] {
        let facts: PassFacts = with(&stage(release, hash, last), passes);
        assert_eq!(
            (facts.state, facts.saw_this_value),
            (state, saw),
            "{release} {hash} {last}"
        );
    }
    assert_eq!(with(&told(""), passes).state, "none");
    let never = r#"{"type":"nfs","endpoint":"nas:/x"}"#;
    let annotations = json!({HASH: hash(never), LAST_REFRESH: "2026-08-01T10:00:00Z"});
    let never = told(never).set(
        "Setting",
        "backup-target",
        "/metadata/annotations",
        annotations,
    );
    assert_eq!(with(&never, passes).state, "never");
}

#[test]
fn changes_are_blocked_by_what_is_not_ready_or_not_complete() {
    let restore = |complete| json!({"metadata": {"name": "again", "namespace": "lab"}, "status": {"complete": complete}});
    let deleting = json!({"metadata": {"name": "again", "namespace": "lab", "deletionTimestamp": "2026-08-01T09:00:00Z"}, "status": {"complete": true}});
    let ready = |value| sound().set(BACKUP, "nightly", "/status/readyToUse", value);
    for (stage, state, count) in [
        (sound(), "free", 0),
        (ready(json!(false)), "blocked", 1),
        (ready(json!(null)), "blocked", 1),
        (
            ready(json!(false)).set(BACKUP, "nightly", "/spec/type", json!("snapshot")),
            "blocked",
            1,
        ),
        (
            ready(json!(false)).set(BACKUP, "nightly", "/status/error", json!({"message": "x"})),
            "blocked",
            1,
        ),
        (
            sound().set(
                BACKUP,
                "nightly",
                "/metadata/deletionTimestamp",
                json!("2026-08-01T09:00:00Z"),
            ),
            "blocked",
            1,
        ),
        (
            sound().with("VirtualMachineRestore", restore(json!(true))),
            "free",
            0,
        ),
        (
            sound().with("VirtualMachineRestore", restore(json!(false))),
            "blocked",
            1,
        ),
        (
            sound().with("VirtualMachineRestore", restore(json!(null))),
            "blocked",
            1,
        ),
        (
            sound().with("VirtualMachineRestore", deleting),
            "blocked",
            1,
        ),
        (sound().denied("VirtualMachineRestore"), "unknown", 0),
        (sound().covering(&["prod"]), "unknown", 0),
        (ready(json!(false)).covering(&["prod"]), "blocked", 1),
    ] {
        let facts = change(&stage);
        assert_eq!(
            (facts.state, facts.blockers.len()),
            (state, count),
            "{stage:?}"
        );
    }
}
