//! What `-v` tells about the requests that are sent.

use std::fmt::Write as _;
use std::sync::Arc;

use hv_cluster::live::{Detail, Events, Observer, RequestRecord};

use super::printer::Ui;
use crate::redact;

/// One line a request, as in kubectl.
pub(super) const LEVEL_OF_REQUESTS: u8 = 6;
const LEVEL_OF_HEADERS: u8 = 7;
const LEVEL_OF_BODIES: u8 = 8;

impl Ui {
    /// Listens to a live cluster: warnings are passed on, requests are logged as `-v` asks.
    pub fn events(&self) -> Events {
        Events::to(Arc::new(self.clone()))
    }
}

impl Observer for Ui {
    fn detail(&self) -> Detail {
        match self.verbosity() {
            ..LEVEL_OF_HEADERS => Detail::Lines,
            LEVEL_OF_HEADERS => Detail::Headers,
            LEVEL_OF_BODIES.. => Detail::Bodies,
        }
    }

    fn on_request(&self, record: &RequestRecord) {
        self.state().requests += 1;
        if self.verbosity() >= LEVEL_OF_REQUESTS {
            self.log(LEVEL_OF_REQUESTS, &describe(record, self.verbosity()));
        }
    }

    fn on_warning(&self, text: &str) {
        self.warning_once(text);
    }
}

fn describe(record: &RequestRecord, verbosity: u8) -> String {
    let status = record
        .status
        .map_or_else(|| "no answer".to_owned(), |code| code.to_string());
    let mut text = format!(
        "{} {} {status} in {} ms",
        record.method, record.path, record.millis
    );
    if verbosity >= LEVEL_OF_HEADERS {
        headers(&mut text, "Request", &record.request_headers);
        headers(&mut text, "Response", &record.response_headers);
    }
    if verbosity >= LEVEL_OF_BODIES {
        body(
            &mut text,
            "Request",
            record.request_body.as_deref(),
            verbosity,
        );
        body(
            &mut text,
            "Response",
            record.response_body.as_deref(),
            verbosity,
        );
    }
    text
}

fn headers(text: &mut String, side: &str, headers: &[(String, String)]) {
    if !headers.is_empty() {
        let _ = write!(text, "\n{side} headers:");
    }
    for (name, value) in redact::headers(headers) {
        let _ = write!(text, "\n    {name}: {value}");
    }
}

/// Bodies are cut as kubectl cuts them: 1024 characters at 8, 10240 at 9, not at all from 10 on.
fn body(text: &mut String, side: &str, body: Option<&str>, verbosity: u8) {
    let Some(body) = body.filter(|body| !body.is_empty()) else {
        return;
    };
    let body = redact::body(body);
    let limit = match verbosity {
        LEVEL_OF_BODIES => 1024,
        9 => 10_240,
        _ => usize::MAX,
    };
    let shown: String = body.chars().take(limit).collect();
    let cut = body.chars().count() - shown.chars().count();
    let _ = write!(text, "\n{side} body: {shown}");
    if cut > 0 {
        let _ = write!(text, " [{cut} more characters]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> RequestRecord {
        RequestRecord {
            method: "GET".to_owned(),
            path: "/api/v1/secrets?limit=500".to_owned(),
            status: Some(200),
            millis: 12,
            request_headers: vec![("Authorization".to_owned(), "Bearer abc".to_owned())],
            response_body: Some(r#"{"items":[{"data":{"k":"c2VjcmV0"}}]}"#.to_owned()),
            ..RequestRecord::default()
        }
    }

    #[test]
    fn each_level_tells_more_and_never_a_secret() {
        let line = "GET /api/v1/secrets?limit=500 200 in 12 ms";
        assert_eq!(describe(&record(), 6), line);
        let with_headers = format!("{line}\nRequest headers:\n    Authorization: Bearer <masked>");
        assert_eq!(describe(&record(), 7), with_headers);
        let with_bodies = format!(
            "{with_headers}\nResponse body: {{\"items\":[{{\"data\":{{\"k\":\"<masked>\"}}}}]}}"
        );
        assert_eq!(describe(&record(), 8), with_bodies);
    }

    #[test]
    fn long_bodies_are_cut() {
        let long = RequestRecord {
            response_body: Some("x".repeat(3000)),
            ..record()
        };
        assert!(describe(&long, 8).ends_with("x [1976 more characters]"));
        assert!(describe(&long, 9).ends_with('x'));
    }
}
