//! How the door tells what happens while it works.

use std::fmt;
use std::sync::Arc;

/// How much of a request an observer wants to see; more costs memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// One line a request.
    #[default]
    Lines,
    /// Headers too.
    Headers,
    /// Bodies too.
    Bodies,
}

/// One request and its answer, with nothing secret in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestRecord {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// HTTP status, or none if no answer came.
    pub status: Option<u16>,
    /// Time until the whole answer was read.
    pub millis: u64,
    /// Size of the answer, decompressed.
    pub bytes: usize,
    /// Sent headers, from [`Detail::Headers`] on, credentials masked.
    pub request_headers: Vec<(String, String)>,
    /// Received headers, from [`Detail::Headers`] on.
    pub response_headers: Vec<(String, String)>,
    /// The sent body, with [`Detail::Bodies`], secrets masked.
    pub request_body: Option<String>,
    /// The received body, with [`Detail::Bodies`], secrets masked.
    pub response_body: Option<String>,
}

/// Someone who is told about requests and warnings.
pub trait Observer: Send + Sync {
    /// How much it wants to see.
    fn detail(&self) -> Detail {
        Detail::Lines
    }

    /// An answer was read, or the request failed.
    fn on_request(&self, _record: &RequestRecord) {}

    /// The server sent a warning; each text comes once.
    fn on_warning(&self, _text: &str) {}
}

/// The observer of a connection, if there is one.
#[derive(Clone, Default)]
pub struct Events(Option<Arc<dyn Observer>>);

impl Events {
    /// Tells `observer` everything.
    pub fn to(observer: Arc<dyn Observer>) -> Self {
        Self(Some(observer))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self(None)
    }

    pub(super) fn detail(&self) -> Detail {
        self.0
            .as_ref()
            .map_or(Detail::Lines, |observer| observer.detail())
    }

    pub(super) fn request(&self, record: &RequestRecord) {
        if let Some(observer) = &self.0 {
            observer.on_request(record);
        }
    }

    pub(super) fn warning(&self, text: &str) {
        if let Some(observer) = &self.0 {
            observer.on_warning(text);
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() {
            "Events(observed)"
        } else {
            "Events(silent)"
        })
    }
}
