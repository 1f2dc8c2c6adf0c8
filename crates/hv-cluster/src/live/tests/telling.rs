//! What is sent with each request, and what is told about it.

use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use serde_json::{Value, json};

use super::server::{Reply, Server, connect};
use crate::kinds::STORAGE_CLASS;
use crate::live::{Connection, Detail, Events, Observer, RequestRecord};
use crate::source::Query;

struct Recorder {
    detail: Detail,
    warnings: Mutex<Vec<String>>,
    records: Mutex<Vec<RequestRecord>>,
}

impl Recorder {
    fn new(detail: Detail) -> Arc<Self> {
        Arc::new(Self {
            detail,
            warnings: Mutex::default(),
            records: Mutex::default(),
        })
    }
}

impl Observer for Recorder {
    fn detail(&self) -> Detail {
        self.detail
    }

    fn on_request(&self, record: &RequestRecord) {
        self.records.lock().unwrap().push(record.clone());
    }

    fn on_warning(&self, text: &str) {
        self.warnings.lock().unwrap().push(text.to_owned());
    }
}

async fn list(connection: &Connection, recorder: &Arc<Recorder>) {
    let cluster = connect(connection, Events::to(Arc::<Recorder>::clone(recorder))).await;
    for _ in 0..2 {
        cluster
            .list::<Value>(&STORAGE_CLASS, &Query::default())
            .await
            .unwrap();
    }
    assert_eq!(cluster.requests(), 2);
    assert!(
        cluster
            .request_log()
            .iter()
            .all(|record| record.response_body.is_none())
    );
}

#[tokio::test]
async fn each_warning_is_told_once() {
    let page = Reply::page(&[], "")
        .with(
            "Warning",
            "299 - \"v1beta1 is deprecated\", 199 - \"noise\"",
        )
        .with("Warning", "299 - \"and this\"");
    let server = Server::replying(vec![page]);
    let recorder = Recorder::new(Detail::Lines);
    list(&server.connection(), &recorder).await;
    assert_eq!(
        *recorder.warnings.lock().unwrap(),
        ["v1beta1 is deprecated", "and this"]
    );
    let records = recorder.records.lock().unwrap();
    assert_eq!(
        (records[0].method.as_str(), records[0].status),
        ("GET", Some(200))
    );
    assert!(records[0].request_headers.is_empty() && records[0].response_body.is_none());
}

#[tokio::test]
async fn bodies_and_headers_are_told_without_secrets() {
    let body = json!({"metadata": {}, "items": [{"data": {"key": "s3cr3t"}}]});
    let reply = Reply::json(200, &body).with("Set-Cookie", "session=s3cr3t");
    let server = Server::replying(vec![reply]);
    let recorder = Recorder::new(Detail::Bodies);
    let token = Some(SecretString::from("s3cr3t"));
    let connection = Connection {
        token,
        ..server.connection()
    };
    assert!(!format!("{connection:?}").contains("s3cr3t"));
    list(&connection, &recorder).await;
    assert_eq!(server.seen()[0].header("Authorization"), ["Bearer s3cr3t"]);
    let told = format!("{:?}", recorder.records.lock().unwrap());
    assert!(told.contains("content-type") && told.contains("key") && told.contains("user-agent"));
    assert!(!told.contains("s3cr3t"), "{told}");
}

#[tokio::test]
async fn flags_become_headers() {
    let server = Server::replying(vec![Reply::page(&[], "")]);
    let text = |text: &str| text.to_owned();
    let connection = Connection {
        impersonate: Some(text("ann")),
        impersonate_uid: Some(text("7")),
        impersonate_groups: vec![text("dev"), text("ops")],
        impersonate_extra: vec![(text("scope"), text("a")), (text("scope"), text("b"))],
        ..server.connection()
    };
    list(&connection, &Recorder::new(Detail::Lines)).await;
    let seen = &server.seen()[0];
    assert_eq!(seen.header("User-Agent"), ["kubectl-hv_test/0.1.0"]);
    assert_eq!(seen.header("Accept-Encoding"), ["gzip"]);
    assert_eq!(seen.header("Impersonate-User"), ["ann"]);
    assert_eq!(seen.header("Impersonate-Uid"), ["7"]);
    assert_eq!(seen.header("Impersonate-Group"), ["dev", "ops"]);
    assert_eq!(seen.header("Impersonate-Extra-Scope"), ["a", "b"]);
    let plain = Connection {
        disable_compression: true,
        ..server.connection()
    };
    list(&plain, &Recorder::new(Detail::Lines)).await;
    assert!(server.seen()[2].header("Accept-Encoding").is_empty());
}
