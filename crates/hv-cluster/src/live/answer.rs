//! What an answer means, before anything is read from it.

use http::StatusCode;
use serde::Deserialize;

use crate::source::{Gap, SourceError};

/// An answer with its whole body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: String,
    pub(super) retry_after_secs: Option<u64>,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// An answer that says no.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) causes: Vec<String>,
    /// Where an expired list may go on.
    pub(super) continue_token: Option<String>,
}

/// The part of `metav1.Status` that is used; kube's own type refuses odd answers.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    kind: String,
    message: Option<String>,
    reason: Option<String>,
    metadata: Option<Metadata>,
    details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    r#continue: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    causes: Option<Vec<Cause>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cause {
    field: Option<String>,
    message: Option<String>,
}

impl Answer {
    /// The body of a success, or the refusal; an error if no API server can have said this.
    pub(super) fn read(self, host: &str) -> Result<Result<Vec<u8>, Refusal>, SourceError> {
        if self.status == StatusCode::UNAUTHORIZED {
            return Err(SourceError::Unauthorized);
        }
        let html = self.content_type.contains("html") || self.starts_with(b'<');
        let not_json = |what: &str| {
            Err(SourceError::NotJson {
                host: host.to_owned(),
                what: what.to_owned(),
            })
        };
        if html {
            return not_json("HTML");
        }
        if self.status.is_success() {
            return match self.starts_with(b'{') {
                true => Ok(Ok(self.body)),
                false if self.body.is_empty() => not_json("nothing"),
                false => not_json("something else"),
            };
        }
        if self.status.is_redirection() {
            return not_json(&match self.location.as_deref().and_then(target) {
                Some(target) => format!("a redirect to {target}"),
                None => "a redirect".to_owned(),
            });
        }
        Ok(Err(self.refusal()))
    }

    fn starts_with(&self, byte: u8) -> bool {
        self.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&byte)
    }

    fn refusal(&self) -> Refusal {
        let code = self.status.as_u16();
        match serde_json::from_slice::<Status>(&self.body) {
            Ok(status) if status.kind == "Status" => {
                let causes = status
                    .details
                    .and_then(|details| details.causes)
                    .unwrap_or_default();
                let message = status.message.filter(|message| !message.is_empty());
                Refusal {
                    code,
                    reason: status.reason.unwrap_or_default(),
                    message: message.unwrap_or_else(|| self.plain()),
                    causes: causes.into_iter().map(Cause::text).collect(),
                    continue_token: status
                        .metadata
                        .and_then(|metadata| metadata.r#continue)
                        .filter(|token| !token.is_empty()),
                }
            }
            _ => Refusal {
                code,
                message: self.plain(),
                ..Refusal::default()
            },
        }
    }

    /// A sentence for an answer without a `Status`.
    fn plain(&self) -> String {
        const SHOWN: usize = 200;
        let code = self.status.as_u16();
        let text = String::from_utf8_lossy(&self.body);
        let text: String = text.trim().chars().take(SHOWN).collect();
        let known = self
            .status
            .canonical_reason()
            .unwrap_or("an unknown status");
        if text.is_empty() || text.starts_with('{') {
            format!("the server answered {code} ({known})")
        } else {
            format!("the server answered {code} ({text})")
        }
    }
}

impl Refusal {
    /// What a refused question about one kind says; an error if the question itself was wrong.
    pub(super) fn gap(self) -> Result<Gap, SourceError> {
        match self.code {
            400 | 422 => Err(SourceError::Api {
                code: self.code,
                reason: self.reason,
                message: self.message,
            }),
            403 => Ok(Gap::Denied(self.message)),
            404 => Ok(Gap::NotServed),
            _ => Ok(Gap::Failed(self.message)),
        }
    }
}

impl Cause {
    fn text(self) -> String {
        let message = self.message.unwrap_or_default();
        match self.field.filter(|field| !field.is_empty()) {
            Some(field) => format!("{field}: {message}"),
            None => message,
        }
    }
}

/// Scheme, host and port of a redirect; its query may hold a login's state.
fn target(location: &str) -> Option<String> {
    let uri: http::Uri = location.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.host()?))
}
