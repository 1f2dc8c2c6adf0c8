//! Opens a connection to a backup target from this machine, and closes it again.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};

use super::address::address;
use super::document::ReachFacts;
use crate::target::Target;

/// Name resolution and all attempts together take no longer.
const LIMIT: Duration = Duration::from_secs(3);

/// A name may have very many addresses.
const ADDRESSES: usize = 8;

/// Why nothing was tried.
pub(super) fn skipped(why: &str) -> ReachFacts {
    ReachFacts {
        state: "skipped",
        note: format!("not tried: {why}"),
        ..ReachFacts::default()
    }
}

/// Tries every address at once, and is content with the first that answers.
pub(super) async fn probe(target: &Target) -> ReachFacts {
    let (host, port) = match address(target) {
        Ok(found) => found,
        Err(why) => {
            return ReachFacts {
                state: "no-address",
                note: why,
                ..ReachFacts::default()
            };
        }
    };
    let shown = match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    };
    let end = Instant::now() + LIMIT;
    let told = |state, note: String, tried| ReachFacts {
        state,
        note,
        address: Some(shown.clone()),
        tried,
    };
    let addresses: Vec<SocketAddr> = match timeout_at(end, lookup_host((host.as_str(), port))).await
    {
        Err(_) => {
            let note = "the name was not resolved from this machine within 3 seconds".to_owned();
            return told("timed-out", note, Vec::new());
        }
        Ok(Err(error)) => {
            let note = format!("the name cannot be resolved from this machine: {error}");
            return told("unresolved", note, Vec::new());
        }
        Ok(Ok(found)) => found.take(ADDRESSES).collect(),
    };
    let (state, tried) = attempt(&addresses, end).await;
    let note = match state {
        "connected" => "a connection can be opened from this machine",
        "refused" => "the server refuses the connection from this machine",
        "timed-out" => "no answer to this machine within 3 seconds",
        "unresolved" => "the name has no address as seen from this machine",
        _ => "no connection can be opened from this machine",
    };
    told(state, note.to_owned(), tried)
}

async fn attempt(addresses: &[SocketAddr], end: Instant) -> (&'static str, Vec<String>) {
    let mut attempts: FuturesUnordered<_> = addresses
        .iter()
        .map(|address| async move { (address, timeout_at(end, TcpStream::connect(address)).await) })
        .collect();
    let mut state = "unresolved";
    let mut tried = Vec::new();
    while let Some((address, result)) = attempts.next().await {
        let (word, detail) = match result {
            Ok(Ok(_)) => ("connected", "connected".to_owned()),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
                ("refused", "refused".to_owned())
            }
            Ok(Err(error)) => ("failed", error.to_string()),
            Err(_) => ("timed-out", "no answer".to_owned()),
        };
        tried.push(format!("{address}: {detail}"));
        // A refusal tells more than a failure, and that more than silence.
        let weight = |word: &str| {
            ["unresolved", "timed-out", "failed", "refused", "connected"]
                .iter()
                .position(|known| *known == word)
        };
        if weight(word) > weight(state) {
            state = word;
        }
        if word == "connected" {
            break;
        }
    }
    tried.sort();
    (state, tried)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(target: &Target) -> ReachFacts {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(probe(target))
    }

    fn s3(endpoint: String) -> Target {
        Target {
            kind: "s3".to_owned(),
            endpoint,
            ..Target::default()
        }
    }

    #[test]
    fn a_listening_port_is_reached_and_a_closed_one_refuses() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        assert_eq!(run(&s3(endpoint.clone())).state, "connected");
        drop(listener);
        let refused = run(&s3(endpoint));
        assert_eq!(refused.state, "refused");
        assert_eq!(refused.tried.len(), 1);
        assert!(refused.note.contains("from this machine"));
    }

    #[test]
    fn an_endpoint_without_a_host_is_no_address() {
        assert_eq!(run(&s3("https://".to_owned())).state, "no-address");
    }

    #[test]
    fn names_that_nobody_has_are_not_resolved() {
        // A machine whose resolver does not answer cannot tell in time.
        let state = run(&s3("https://nowhere.invalid".to_owned())).state;
        assert!(matches!(state, "unresolved" | "timed-out"), "{state}");
    }
}
