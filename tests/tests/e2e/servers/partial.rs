//! Lists of which a part cannot be read: nothing is lost, and nothing is taken for whole.

use serde_json::json;

use super::fake::{FakeServer, Reply};
use super::{ask, class, healthy};
use crate::plugin::{Plugin, item};

#[test]
fn one_kind_that_fails_is_named_and_leaves_its_answers_open() {
    let server = FakeServer::start(|asked| match asked.path {
        path if path.contains("v1beta1/settings") => {
            Reply::status(500, "InternalError", "etcd is gone")
        }
        _ => healthy(asked),
    });
    let run = ask(&server, "--check-driver -o json --require vm-snapshot");
    assert_eq!(run.code, Some(7), "{run:?}");
    let report = run.document();
    let judgement = &item(&report, "good")["capabilities"]["vm-snapshot"];
    assert_eq!(judgement["verdict"], "unknown", "{judgement:#}");
    let unread = report["cluster"]["unread"].to_string();
    assert!(
        unread.contains("settings.harvesterhci.io: etcd is gone"),
        "{unread}"
    );
}

#[test]
fn a_list_that_expires_goes_on_or_starts_again() {
    let expired = |fresh: &str| {
        json!({
            "apiVersion": "v1", "kind": "Status", "status": "Failure", "code": 410,
            "reason": "Expired", "message": "the token is too old", "metadata": {"continue": fresh},
        })
    };
    for (fresh, starts) in [("fresh", 1), ("", 2)] {
        let refusal = expired(fresh);
        let server = FakeServer::start(move |asked| match asked.path {
            path if !path.contains("/storageclasses") => healthy(asked),
            path if path.contains("continue=fresh") => Reply::page(&[class("second")], ""),
            path if path.contains("continue=old") && asked.before == 0 => {
                Reply::json(410, &refusal)
            }
            path if path.contains("continue=old") => Reply::page(&[class("second")], ""),
            _ => Reply::page(&[class("first")], "old"),
        });
        let report = Plugin::of_server(&server.url()).report("--check-driver");
        let names: Vec<_> = report["items"].as_array().unwrap().iter().collect();
        let names: Vec<_> = names.iter().map(|item| &item["target"]["name"]).collect();
        assert_eq!(names, ["first", "second"], "each once, whole");
        let asked = server.requests();
        let first = asked
            .iter()
            .filter(|path| path.ends_with("/storageclasses?limit=500"));
        assert_eq!(first.count(), starts, "{asked:?}");
    }
}

#[test]
fn a_list_that_always_expires_is_not_taken_for_whole() {
    let server = FakeServer::start(|asked| match asked.path {
        path if !path.contains("/storageclasses") => healthy(asked),
        path if path.contains("continue=") => Reply::status(410, "Expired", "the token is too old"),
        _ => Reply::page(&[class("first")], "old"),
    });
    let run = ask(&server, "--check-driver");
    let warning = "Warning: could not read storageclasses.storage.k8s.io: the token is too old";
    assert!(run.stderr.lines().any(|line| line == warning), "{run:?}");
    let run = ask(&server, "--check-driver --require expand-offline");
    assert_eq!(
        run.code,
        Some(7),
        "there may be classes that nobody saw: {run:?}"
    );
}

#[test]
fn half_a_list_of_vms_is_not_shown_as_the_whole() {
    let server = FakeServer::start(|asked| {
        let vm = |name: &str| json!({"metadata": {"name": name, "namespace": "prod"}, "spec": {}});
        match asked.path {
            path if !path.contains("/virtualmachines?") => healthy(asked),
            path if path.contains("continue=") => {
                Reply::status(500, "InternalError", "etcd is gone")
            }
            _ => Reply::page(&[vm("first")], "next"),
        }
    });
    let run = ask(&server, "check-driver vm -A");
    assert!(
        run.stdout.contains("first"),
        "nothing that was read is lost: {run:?}"
    );
    let warning = "Warning: could not read virtualmachines.kubevirt.io: etcd is gone";
    assert!(run.stderr.lines().any(|line| line == warning), "{run:?}");
}
