//! A server that answers as a test wants it to, mostly badly.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use futures::{StreamExt, stream};
use http::{Request, Response};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// What is sent back.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    end: End,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Whole,
    CutOff,
    Never,
}

/// A request: its path with the query, and how many came for the same path before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) path: &'a str,
    pub(super) before: usize,
}

type Answer = dyn Fn(Asked<'_>) -> Reply + Send + Sync;
type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The server; it ends when it is dropped.
pub(super) struct FakeServer {
    _runtime: Runtime,
    host: String,
    asked: Receiver<String>,
}

impl FakeServer {
    pub(super) fn start(answer: impl Fn(Asked<'_>) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let runtime = Runtime::new().unwrap();
        let (sender, asked) = channel();
        let answer: Arc<Answer> = Arc::new(answer);
        let counts = Arc::new(Mutex::new(BTreeMap::new()));
        runtime.spawn(serve(listener, answer, counts, sender));
        Self {
            _runtime: runtime,
            host,
            asked,
        }
    }

    /// Host and port.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.host)
    }

    /// Waits for a request and gives its path.
    pub(super) fn next_request(&self) -> String {
        self.asked.recv().unwrap()
    }

    /// The paths asked for since the last call.
    pub(super) fn requests(&self) -> Vec<String> {
        self.asked.try_iter().collect()
    }
}

async fn serve(
    listener: TcpListener,
    answer: Arc<Answer>,
    counts: Arc<Mutex<BTreeMap<String, usize>>>,
    sender: Sender<String>,
) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    while let Ok((connection, _)) = listener.accept().await {
        let (answer, counts, sender) = (answer.clone(), counts.clone(), sender.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let path = request.uri().to_string();
            let before = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(path.clone()).or_insert(0);
                *count += 1;
                *count - 1
            };
            let path_only = Asked {
                path: &path,
                before,
            };
            let response = answer(path_only).into_response();
            // The test may not care any more.
            let _ = sender.send(path);
            async { Ok::<_, Infallible>(response) }
        });
        let connection = TokioIo::new(connection);
        tokio::spawn(http1::Builder::new().serve_connection(connection, service));
    }
}

impl Reply {
    pub(super) fn new(status: u16, kind: &str, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.into(),
            end: End::Whole,
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// A list, with the token of its next page.
    pub(super) fn page(items: &[Value], next: &str) -> Self {
        let metadata = json!({"continue": next, "resourceVersion": "7"});
        Self::json(
            200,
            &json!({"apiVersion": "v1", "kind": "List", "metadata": metadata, "items": items}),
        )
    }

    /// A refusal in Kubernetes' form.
    pub(super) fn status(code: u16, reason: &str, message: &str) -> Self {
        let status = json!({
            "apiVersion": "v1", "kind": "Status", "status": "Failure", "metadata": {},
            "code": code, "reason": reason, "message": message,
        });
        Self::json(code, &status)
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Ends the connection in the middle of the body.
    pub(super) fn cut_off(mut self) -> Self {
        self.end = End::CutOff;
        self
    }

    /// Sends half of the body and then nothing more.
    pub(super) fn never_ending(mut self) -> Self {
        self.end = End::Never;
        self
    }

    fn into_response(self) -> Response<Body> {
        let mut builder = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        let bytes = self.body.into_bytes();
        builder = builder.header("content-length", bytes.len());
        let sent = match self.end {
            End::Whole => bytes.len(),
            End::CutOff | End::Never => bytes.len() / 2,
        };
        let data = Ok(Frame::data(Bytes::copy_from_slice(&bytes[..sent])));
        let first = stream::iter([data]);
        let body = match self.end {
            End::Whole => first.boxed(),
            End::CutOff => first
                .chain(stream::iter([Err(io::Error::other("cut off"))]))
                .boxed(),
            End::Never => first.chain(stream::pending()).boxed(),
        };
        builder
            .body(UnsyncBoxBody::new(StreamBody::new(body).map_err(|e| e)))
            .unwrap()
    }
}
