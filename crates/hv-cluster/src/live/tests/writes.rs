//! Changes are sent once, and what became of them is told apart.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Reply, Server, connect};
use crate::kinds::{PERSISTENT_VOLUME, SECRET};
use crate::live::{
    Change, Connection, Detail, Events, LiveCluster, Observer, PageGap, RequestRecord,
    WriteRefusal, Written,
};
use crate::source::Query;

const CHANGE: Change<'static> = Change {
    kind: &SECRET,
    namespace: Some("dr"),
    name: "ci",
    manager: "kubectl-hv-import",
    dry_run: false,
};

fn body() -> Vec<u8> {
    br#"{"kind":"Secret","data":{"userdata":"czNjcjN0"}}"#.to_vec()
}

async fn create(cluster: &LiveCluster) -> Written {
    cluster.create(&CHANGE, body()).await
}

/// What became of a change, in one word.
fn word(written: &Written) -> &'static str {
    match written {
        Written::Done(_) => "done",
        Written::Refused(_) => "refused",
        Written::Lost(_) => "lost",
        Written::Unsent(_) => "unsent",
    }
}

#[tokio::test]
async fn each_verb_has_its_path_and_its_type() {
    let server = Server::replying(vec![Reply::json(201, &json!({"kind": "Secret"}))]);
    let cluster = server.cluster().await;
    let dry = Change {
        dry_run: true,
        ..CHANGE
    };
    let volume = Change {
        kind: &PERSISTENT_VOLUME,
        namespace: None,
        name: "pv-1",
        ..CHANGE
    };
    cluster.create(&CHANGE, body()).await;
    cluster.create(&dry, body()).await;
    cluster.merge_patch(&CHANGE, b"{}".to_vec()).await;
    cluster.delete(&volume, b"{}".to_vec()).await;
    let seen = server.seen();
    let lines: Vec<String> = seen
        .iter()
        .map(|seen| {
            let content = seen.header("Content-Type").concat();
            format!("{} {} {content}", seen.method, seen.path)
        })
        .collect();
    let fields = "fieldManager=kubectl-hv-import&fieldValidation=Strict";
    let secrets = "/api/v1/namespaces/dr/secrets";
    assert_eq!(
        lines,
        [
            format!("POST {secrets}?{fields} application/json"),
            format!("POST {secrets}?dryRun=All&{fields} application/json"),
            format!("PATCH {secrets}/ci?{fields} application/merge-patch+json"),
            "DELETE /api/v1/persistentvolumes/pv-1 application/json".to_owned(),
        ]
    );
    assert_eq!(seen[0].body.as_bytes(), body());
}

#[tokio::test]
async fn every_answer_is_told_apart_and_nothing_is_sent_twice() {
    let html = || Reply::text(502, "text/html", "<html>Bad Gateway</html>");
    let cases = [
        (Reply::json(201, &json!({"kind": "Secret"})), "done"),
        (Reply::status(409, "AlreadyExists", "there"), "refused"),
        (Reply::status(403, "Forbidden", "no"), "refused"),
        (Reply::status(429, "TooManyRequests", "busy"), "refused"),
        (Reply::status(500, "InternalError", "no leader"), "refused"),
        (Reply::status(503, "ServiceUnavailable", "later"), "refused"),
        (Reply::status(401, "Unauthorized", "who"), "refused"),
        (html(), "lost"),
        (Reply::text(201, "application/json", ""), "lost"),
        (Reply::nothing(), "lost"),
    ];
    for (reply, expected) in cases {
        let shown = format!("{reply:?}");
        let server = Server::replying(vec![reply]);
        let written = create(&server.cluster().await).await;
        assert_eq!(word(&written), expected, "{shown}");
        assert_eq!(server.seen().len(), 1, "{shown}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_what_the_server_says() {
    let status = json!({"kind": "Status", "code": 429, "reason": "TooManyRequests",
        "message": "busy", "details": {"causes": [{"field": "spec", "message": "wrong"}]}});
    let reply = Reply::json(429, &status).with("Retry-After", "7");
    let server = Server::replying(vec![reply]);
    let Written::Refused(refusal) = create(&server.cluster().await).await else {
        panic!("it is refused");
    };
    let expected = WriteRefusal {
        code: 429,
        reason: "TooManyRequests".to_owned(),
        message: "busy".to_owned(),
        causes: vec!["spec: wrong".to_owned()],
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(refusal, expected);
}

#[tokio::test]
async fn a_late_answer_is_lost_and_a_closed_door_sends_nothing() {
    let slow = Reply::json(201, &json!({})).after(Duration::from_secs(5));
    let server = Server::replying(vec![slow]);
    let connection = Connection {
        request_timeout: Some(Duration::from_millis(50)),
        ..server.connection()
    };
    let cluster = connect(&connection, Events::silent()).await;
    assert_eq!(word(&create(&cluster).await), "lost");

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    for server in [
        format!("http://{address}"),
        "http://nobody.invalid:80".to_owned(),
    ] {
        let connection = Connection {
            server: Some(server.clone()),
            ..Connection::default()
        };
        let cluster = connect(&connection, Events::silent()).await;
        assert_eq!(word(&create(&cluster).await), "unsent", "{server}");
    }
}

#[tokio::test]
async fn names_that_are_none_are_not_sent() {
    let server = Server::replying(vec![Reply::json(201, &json!({}))]);
    let cluster = server.cluster().await;
    for name in ["", "..", "a/b", "a%2fb"] {
        let change = Change { name, ..CHANGE };
        assert_eq!(word(&cluster.delete(&change, Vec::new()).await), "unsent");
        let change = Change {
            namespace: Some(name),
            ..CHANGE
        };
        assert_eq!(word(&cluster.create(&change, body()).await), "unsent");
    }
    assert!(server.seen().is_empty());
}

struct Recorder(Mutex<Vec<RequestRecord>>);

impl Observer for Recorder {
    fn detail(&self) -> Detail {
        Detail::Bodies
    }

    fn on_request(&self, record: &RequestRecord) {
        self.0.lock().unwrap().push(record.clone());
    }

    fn on_warning(&self, _: &str) {}
}

#[tokio::test]
async fn a_secret_is_not_told_at_any_level() {
    let answer: Value = serde_json::from_slice(&body()).unwrap();
    let server = Server::replying(vec![Reply::json(201, &answer)]);
    let recorder = Arc::new(Recorder(Mutex::default()));
    let events = Events::to(Arc::<Recorder>::clone(&recorder));
    let cluster = connect(&server.connection(), events).await;
    create(&cluster).await;
    let told = format!("{:?}", recorder.0.lock().unwrap());
    assert!(
        told.contains("REDACTED") && !told.contains("czNjcjN0"),
        "{told}"
    );
}

#[tokio::test]
async fn a_page_tells_where_it_goes_on() {
    let server = Server::replying(vec![
        Reply::page(&["a", "b"], "next"),
        Reply::page(&["c"], ""),
        Reply::status(410, "Expired", "too old"),
    ]);
    let cluster = server.cluster().await;
    let query = Query::default();
    let first = cluster
        .page(&SECRET, &query, None)
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(
        (first.items.len(), first.next.as_deref()),
        (2, Some("next"))
    );
    let second = cluster
        .page(&SECRET, &query, Some("next"))
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!((second.items.len(), second.next), (1, None));
    let third = cluster.page(&SECRET, &query, Some("next")).await.unwrap();
    assert_eq!(third.err(), Some(PageGap::Expired));
    assert!(server.paths()[1].ends_with("limit=500&continue=next"));
}
