//! Sends requests: repeats what may be repeated, counts, and tells about each.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, WARNING};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use kube::Client;
use kube::client::Body;

use super::answer::Answer;
use super::events::{Detail, Events, RequestRecord};
use super::failure::{self, Failure};
use super::pacing::Pacing;
use super::{redact, warnings};
use crate::source::SourceError;

/// Largest first allocation for an answer, whatever its length header says.
const FIRST_ALLOCATION: usize = 8 << 20;

const JSON: &str = "application/json";

/// What is sent with a request.
pub(super) struct Write {
    pub(super) body: Vec<u8>,
    pub(super) content_type: &'static str,
}

impl Write {
    pub(super) fn json(body: Vec<u8>) -> Self {
        Self {
            body,
            content_type: JSON,
        }
    }
}

/// The way to one API server.
pub(super) struct Transport {
    pub(super) client: Client,
    pub(super) events: Events,
    pub(super) pacing: Pacing,
    pub(super) timeout: Option<Duration>,
    /// Host and port, as they appear in errors.
    pub(super) host: String,
    /// Sent with each request by the layers below; shown, not added here.
    pub(super) standing_headers: Vec<(String, String)>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    records: Vec<RequestRecord>,
    warnings: HashSet<String>,
    /// What the server's clock said first, and when that was here.
    clock: Option<(Timestamp, Instant)>,
}

impl Transport {
    pub(super) fn new(client: Client, host: String, events: Events) -> Self {
        Self {
            client,
            events,
            pacing: Pacing::default(),
            timeout: None,
            host,
            standing_headers: Vec::new(),
            log: Mutex::default(),
        }
    }

    /// Reads a path, again if the server is busy.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, SourceError> {
        self.get_as(path, JSON).await
    }

    /// Reads a path in another form than plain JSON.
    pub(super) async fn get_as(
        &self,
        path: &str,
        accept: &'static str,
    ) -> Result<Answer, SourceError> {
        let mut repeated = 0;
        let mut waited = Duration::ZERO;
        loop {
            let outcome = self
                .once(&Method::GET, path, accept, None, self.timeout)
                .await;
            let retry_after = match &outcome {
                Ok(answer) if is_busy(answer.status) => answer.retry_after_secs,
                Err(failure) if failure.transient => None,
                _ => return outcome.map_err(|failure| failure.error),
            };
            let Some(pause) = self.pacing.pause(repeated, waited, retry_after) else {
                return outcome.map_err(|failure| failure.error);
            };
            drop(outcome);
            tokio::time::sleep(pause).await;
            waited += pause;
            repeated += 1;
        }
    }

    /// Sends a body once: what may have had an effect is never repeated.
    pub(super) async fn post(&self, path: &str, body: Vec<u8>) -> Result<Answer, SourceError> {
        let write = Some(Write::json(body));
        self.once(&Method::POST, path, JSON, write, self.timeout)
            .await
            .map_err(|failure| failure.error)
    }

    /// Sends a change once; without a limit of the user's the one that is given counts.
    pub(super) async fn write(
        &self,
        method: &Method,
        path: &str,
        write: Write,
        longest: Duration,
    ) -> Result<Answer, Failure> {
        let timeout = self.timeout.unwrap_or(longest);
        self.once(method, path, JSON, Some(write), Some(timeout))
            .await
    }

    pub(super) fn requests(&self) -> usize {
        self.log().records.len()
    }

    pub(super) fn records(&self) -> Vec<RequestRecord> {
        self.log().records.clone()
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        accept: &'static str,
        write: Option<Write>,
        timeout: Option<Duration>,
    ) -> Result<Answer, Failure> {
        let detail = self.events.detail();
        let mut record = RequestRecord {
            method: method.to_string(),
            path: path.to_owned(),
            ..RequestRecord::default()
        };
        if detail >= Detail::Headers {
            record.request_headers.clone_from(&self.standing_headers);
        }
        if detail >= Detail::Bodies {
            record.request_body = write.as_ref().map(|write| redact::body(&write.body));
        }
        let started = Instant::now();
        let exchange = self.exchange(method, path, accept, write);
        let outcome = match timeout {
            Some(after) => match tokio::time::timeout(after, exchange).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Failure::timed_out(&self.host, after)),
            },
            None => exchange.await,
        };
        record.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Ok((headers, answer)) = &outcome {
            record.status = Some(answer.status.as_u16());
            record.bytes = answer.body.len();
            if detail >= Detail::Headers {
                record.response_headers = shown(headers);
            }
            if detail >= Detail::Bodies {
                record.response_body = Some(redact::body(&answer.body));
            }
            self.warn(headers);
            self.set_clock(headers);
        }
        self.tell(record);
        outcome.map(|(_, answer)| answer)
    }

    async fn exchange(
        &self,
        method: &Method,
        path: &str,
        accept: &'static str,
        write: Option<Write>,
    ) -> Result<(HeaderMap, Answer), Failure> {
        let explain = |error: kube::Error| failure::explain(&error, &self.host);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, accept);
        if let Some(write) = &write {
            request = request.header(CONTENT_TYPE, write.content_type);
        }
        let body = write.map_or_else(Body::empty, |write| Body::from(write.body));
        let request = request
            .body(body)
            .map_err(|error| explain(kube::Error::HttpError(error)))?;
        let response = self.client.send(request).await.map_err(explain)?;
        let (parts, mut body) = response.into_parts();
        let text = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let expected = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let mut bytes = Vec::with_capacity(expected.unwrap_or(0).min(FIRST_ALLOCATION));
        while let Some(frame) = body.frame().await {
            if let Some(data) = frame.map_err(explain)?.data_ref() {
                bytes.extend_from_slice(data);
            }
        }
        let answer = Answer {
            status: parts.status,
            content_type: text(CONTENT_TYPE).unwrap_or_default(),
            retry_after_secs: text(RETRY_AFTER).and_then(|secs| secs.trim().parse().ok()),
            location: text(LOCATION),
            body: bytes,
        };
        Ok((parts.headers, answer))
    }

    /// The time by the server's clock, as its answers tell it; whole seconds.
    pub(super) fn now(&self) -> Timestamp {
        match self.log().clock {
            Some((then, since)) => then + since.elapsed(),
            None => Timestamp::now(),
        }
    }

    fn set_clock(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|value| value.to_str().ok());
        let date = date.and_then(|text| jiff::fmt::rfc2822::parse(text).ok());
        if let Some(date) = date {
            self.log()
                .clock
                .get_or_insert((date.timestamp(), Instant::now()));
        }
    }

    fn warn(&self, headers: &HeaderMap) {
        for value in headers.get_all(WARNING) {
            for text in warnings::texts(&String::from_utf8_lossy(value.as_bytes())) {
                let is_new = self.log().warnings.insert(text.clone());
                if is_new {
                    self.events.warning(&text);
                }
            }
        }
    }

    fn tell(&self, record: RequestRecord) {
        self.events.request(&record);
        // The log keeps lines only: bodies of big lists would fill the memory.
        self.log().records.push(RequestRecord {
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            request_body: None,
            response_body: None,
            ..record
        });
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 503 | 504)
}

fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), redact::header(name.as_str(), &value))
        })
        .collect()
}
