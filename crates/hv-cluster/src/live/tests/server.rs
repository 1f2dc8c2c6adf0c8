//! A small HTTP/1.1 server that answers as a test tells it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::live::environment::Environment;
use crate::live::pacing::Pacing;
use crate::live::{Connection, Events, LiveCluster};

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let same = self
            .headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }
}

/// An answer to give.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    delay: Duration,
    drops: bool,
}

impl Reply {
    pub(super) fn text(status: u16, content_type: &str, body: &str) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            body: body.to_owned(),
            delay: Duration::ZERO,
            drops: false,
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    pub(super) fn status(code: u16, reason: &str, message: &str) -> Self {
        let body = json!({"kind": "Status", "code": code, "reason": reason, "message": message});
        Self::json(code, &body)
    }

    /// A page with `names`, and the token of the next one.
    pub(super) fn page(names: &[&str], token: &str) -> Self {
        let items: Vec<Value> = names
            .iter()
            .map(|name| json!({"metadata": {"name": name}}))
            .collect();
        Self::json(
            200,
            &json!({"metadata": {"continue": token}, "items": items}),
        )
    }

    /// Closes the connection instead of answering.
    pub(super) fn nothing() -> Self {
        Self {
            drops: true,
            ..Self::text(200, "", "")
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A running server; its threads end with the process.
pub(super) struct Server {
    pub(super) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers the n-th request, counted from 0, with `answer(n, request)`.
    pub(super) fn start(answer: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &log, answer.as_ref()));
            }
        });
        Self { address, seen }
    }

    /// Answers with each of `replies` in turn, and with the last one from then on.
    pub(super) fn replying(replies: Vec<Reply>) -> Self {
        Self::start(move |at, _| replies[at.min(replies.len() - 1)].clone())
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }

    pub(super) fn connection(&self) -> Connection {
        Connection {
            server: Some(format!("http://{}", self.address)),
            user_agent: "kubectl-hv_test/0.1.0".to_owned(),
            ..Connection::default()
        }
    }

    pub(super) async fn cluster(&self) -> LiveCluster {
        connect(&self.connection(), Events::silent()).await
    }
}

/// Connects without the machine's environment and with short pauses.
pub(super) async fn connect(connection: &Connection, events: Events) -> LiveCluster {
    let mut cluster = LiveCluster::connect_in(connection, events, &Environment::default())
        .await
        .unwrap();
    cluster.transport.pacing = Pacing {
        shortest: Duration::from_millis(1),
        longest: Duration::from_millis(2),
        ..Pacing::default()
    };
    cluster
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Seen>>, answer: &dyn Fn(usize, &Seen) -> Reply) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(seen) = read(&mut reader) {
        let at = {
            let mut log = log.lock().unwrap();
            log.push(seen.clone());
            log.len() - 1
        };
        let reply = answer(at, &seen);
        thread::sleep(reply.delay);
        if reply.drops {
            return;
        }
        let mut head = format!(
            "HTTP/1.1 {} X\r\nContent-Length: {}\r\n",
            reply.status,
            reply.body.len()
        );
        for (name, value) in &reply.headers {
            head = format!("{head}{name}: {value}\r\n");
        }
        if writer
            .write_all(format!("{head}\r\n{}", reply.body).as_bytes())
            .is_err()
        {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() {
        // As Go's server does when it is spoken to in TLS.
        let _ = reader
            .get_mut()
            .write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n");
    }
    let mut words = line.split_whitespace();
    let mut seen = Seen {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        ..Seen::default()
    };
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        seen.headers.push((name.to_owned(), value.to_owned()));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8(body).ok()?;
    Some(seen)
}
