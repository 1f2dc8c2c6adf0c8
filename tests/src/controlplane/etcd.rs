//! One etcd, for one API server or several, and its keys.

use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::Process;
use super::{Api, Assets, Error};

/// A running etcd; each API server on it has a prefix of its own.
#[derive(Debug)]
pub struct Etcd {
    process: Process,
    url: String,
    prefixes: AtomicU32,
    _dir: TempDir,
}

/// Keys as etcd's JSON gateway shows them.
#[derive(Clone)]
pub(crate) struct Keys {
    api: Api,
    prefix: String,
}

/// How many keys one transaction holds; etcd is started with a higher limit.
const TRANSACTION: usize = 500;
const PAGE: usize = 2000;
const PATIENCE: Duration = Duration::from_secs(30);

impl Etcd {
    /// Starts an etcd with an empty store that is removed at the end.
    pub fn start(assets: &Assets) -> Result<Self, Error> {
        let dir = tempfile::Builder::new()
            .prefix("hv-etcd-")
            .tempdir()
            .map_err(Error::file(std::env::temp_dir()))?;
        let (client, peer) = (free_port()?, free_port()?);
        let url = format!("http://127.0.0.1:{client}");
        let peer_url = format!("http://127.0.0.1:{peer}");
        let args = arguments(dir.path(), &url, &peer_url);
        let process = Process::start(&assets.etcd, args, dir.path().join("log"))?;
        Ok(Self {
            process,
            url,
            prefixes: AtomicU32::new(0),
            _dir: dir,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.process.check()
    }

    /// Waits until it answers.
    pub(crate) async fn await_answer(&self, keys: &Keys) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while keys.names().await.is_err() {
            self.check()?;
            if Instant::now() > deadline {
                return Err(Error::Timeout("etcd answered".into()));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// A prefix nobody else has.
    pub(crate) fn new_prefix(&self) -> String {
        format!("/c{}", self.prefixes.fetch_add(1, Ordering::Relaxed))
    }
}

fn arguments(dir: &Path, url: &str, peer_url: &str) -> Vec<String> {
    vec![
        format!("--data-dir={}", dir.join("data").display()),
        format!("--listen-client-urls={url}"),
        format!("--advertise-client-urls={url}"),
        format!("--listen-peer-urls={peer_url}"),
        format!("--initial-advertise-peer-urls={peer_url}"),
        format!("--initial-cluster=default={peer_url}"),
        "--unsafe-no-fsync".into(),
        // A store of one member need not wait for votes.
        "--heartbeat-interval=10".into(),
        "--election-timeout=100".into(),
        "--log-level=warn".into(),
        format!("--max-txn-ops={TRANSACTION}"),
        "--max-request-bytes=67108864".into(),
        "--quota-backend-bytes=8589934592".into(),
    ]
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Error::Listen)?;
    Ok(listener.local_addr().map_err(Error::Listen)?.port())
}

impl Keys {
    /// Must be called inside an async runtime.
    pub(crate) fn new(url: &str, prefix: &str) -> Result<Self, Error> {
        Ok(Self {
            api: Api::new(url, None, None)?,
            prefix: format!("{prefix}/"),
        })
    }

    /// All keys of this API server.
    pub(crate) async fn names(&self) -> Result<Vec<Vec<u8>>, Error> {
        let entries = self.range(self.prefix.as_bytes(), true).await?;
        Ok(entries.into_iter().map(|(key, _)| key).collect())
    }

    /// All keys of this API server with their values, a page at a time, from `start` on.
    pub(crate) async fn page(&self, start: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, Error> {
        self.range_page(start, false).await
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    async fn range(&self, start: &[u8], keys_only: bool) -> Result<Vec<(Vec<u8>, Vec<u8>)>, Error> {
        let (mut all, mut start) = (Vec::new(), start.to_vec());
        loop {
            let page = self.range_page(&start, keys_only).await?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            start = after(last);
            all.extend(page);
        }
    }

    async fn range_page(
        &self,
        start: &[u8],
        keys_only: bool,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, Error> {
        let mut end = self.prefix.clone().into_bytes();
        // The key after all that begin with the prefix: "/" is followed by "0".
        end.pop();
        end.push(b'0');
        let request = json!({
            "key": BASE64.encode(start),
            "range_end": BASE64.encode(end),
            "keys_only": keys_only,
            "limit": PAGE,
        });
        let answer = self.call("range", &request).await?;
        let entries = answer["kvs"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        Ok(entries
            .iter()
            .map(|entry| (decode(&entry["key"]), decode(&entry["value"])))
            .collect())
    }

    /// Removes keys.
    pub(crate) async fn delete(&self, keys: &[Vec<u8>]) -> Result<(), Error> {
        self.transactions(
            keys.iter()
                .map(|key| json!({"requestDeleteRange": {"key": BASE64.encode(key)}})),
        )
        .await
    }

    /// Writes values.
    pub(crate) async fn put(&self, entries: &[(Vec<u8>, Vec<u8>)]) -> Result<(), Error> {
        self.transactions(entries.iter().map(|(key, value)| {
            json!({"requestPut": {"key": BASE64.encode(key), "value": BASE64.encode(value)}})
        }))
        .await
    }

    async fn transactions(&self, operations: impl Iterator<Item = Value>) -> Result<(), Error> {
        let operations: Vec<Value> = operations.collect();
        for chunk in operations.chunks(TRANSACTION) {
            self.call("txn", &json!({"success": chunk})).await?;
        }
        Ok(())
    }

    async fn call(&self, what: &str, request: &Value) -> Result<Value, Error> {
        let path = format!("/v3/kv/{what}");
        self.api
            .post(&path, request)
            .await?
            .success(&http::Method::POST, &path)
    }
}

/// The first possible key after `key`.
pub(crate) fn after(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}

fn decode(value: &Value) -> Vec<u8> {
    value
        .as_str()
        .and_then(|text| BASE64.decode(text).ok())
        .unwrap_or_default()
}
