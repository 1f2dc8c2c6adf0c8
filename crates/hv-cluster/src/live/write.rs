//! Changes objects: each request is sent once, and what became of it is told apart.

use std::time::Duration;

use http::Method;

use super::answer::Answer;
use super::transport::{Transport, Write};
use super::url;
use crate::kinds::Kind;
use crate::source::SourceError;

/// A server ends a request after a minute by itself.
const LONGEST: Duration = Duration::from_mins(1);

/// A JSON merge patch.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What became of a request that changes something. The object's bytes may be a secret's.
pub enum Written {
    /// It took effect; the object's JSON.
    Done(Vec<u8>),
    /// It did not take effect, and the server says why.
    Refused(WriteRefusal),
    /// Nobody knows whether it took effect; why there was no answer.
    Lost(String),
    /// It never reached a server; why.
    Unsent(String),
}

/// Why a server refuses a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteRefusal {
    /// HTTP status.
    pub code: u16,
    /// Such as `AlreadyExists`; may be empty.
    pub reason: String,
    /// The server's sentence.
    pub message: String,
    /// One text per field, if the server names fields.
    pub causes: Vec<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

/// A request that changes one object.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Kind of the object.
    pub kind: &'a Kind,
    /// Its namespace.
    pub namespace: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Who is noted as the one who wrote the fields, such as `kubectl-hv-import`.
    pub manager: &'a str,
    /// Whether nothing is to be stored.
    pub dry_run: bool,
}

impl Change<'_> {
    fn parameters(&self) -> String {
        let dry_run = if self.dry_run { "dryRun=All&" } else { "" };
        format!(
            "{dry_run}fieldManager={}&fieldValidation=Strict",
            self.manager
        )
    }

    fn object(&self) -> String {
        url::object(self.kind, self.namespace, self.name)
    }

    /// A path can be made of them.
    fn is_sound(&self) -> bool {
        self.namespace.is_none_or(url::is_segment)
            && url::is_segment(self.name)
            && url::is_segment(self.manager)
    }
}

pub(super) async fn create(transport: &Transport, change: &Change<'_>, body: Vec<u8>) -> Written {
    let collection = url::collection(change.kind, change.namespace);
    let path = format!("{collection}?{}", change.parameters());
    send(transport, change, Method::POST, path, Write::json(body)).await
}

pub(super) async fn merge_patch(
    transport: &Transport,
    change: &Change<'_>,
    patch: Vec<u8>,
) -> Written {
    let path = format!("{}?{}", change.object(), change.parameters());
    let write = Write {
        body: patch,
        content_type: MERGE_PATCH,
    };
    send(transport, change, Method::PATCH, path, write).await
}

pub(super) async fn delete(
    transport: &Transport,
    change: &Change<'_>,
    options: Vec<u8>,
) -> Written {
    // A removal writes no fields, so there is no manager to note and nothing to validate.
    let dry_run = if change.dry_run { "?dryRun=All" } else { "" };
    let path = format!("{}{dry_run}", change.object());
    send(
        transport,
        change,
        Method::DELETE,
        path,
        Write::json(options),
    )
    .await
}

async fn send(
    transport: &Transport,
    change: &Change<'_>,
    method: Method,
    path: String,
    write: Write,
) -> Written {
    if !change.is_sound() {
        return Written::Unsent(format!("\"{}\" is no name", change.name));
    }
    match transport.write(&method, &path, write, LONGEST).await {
        Ok(answer) => read(answer, &transport.host),
        Err(failure) if failure.unsent => Written::Unsent(failure.error.to_string()),
        Err(failure) => Written::Lost(failure.error.to_string()),
    }
}

fn read(answer: Answer, host: &str) -> Written {
    let retry_after = answer.retry_after_secs.map(Duration::from_secs);
    let code = answer.status.as_u16();
    match answer.read(host) {
        Ok(Ok(body)) => Written::Done(body),
        Ok(Err(refusal)) => Written::Refused(WriteRefusal {
            code,
            reason: refusal.reason,
            message: refusal.message,
            causes: refusal.causes,
            retry_after,
        }),
        Err(error @ SourceError::Unauthorized) => Written::Refused(WriteRefusal {
            code,
            reason: "Unauthorized".to_owned(),
            message: error.to_string(),
            ..WriteRefusal::default()
        }),
        // Something in between answered; what the server did is not known.
        Err(error) => Written::Lost(error.to_string()),
    }
}
