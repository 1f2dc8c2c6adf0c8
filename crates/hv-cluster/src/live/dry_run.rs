//! Asks the API server's own admission what it thinks of an object.

use serde_json::Value;

use super::answer::Refusal;
use super::transport::Transport;
use super::url;
use crate::kinds::Kind;
use crate::source::SourceError;

/// `dryRun=All` keeps the server from storing anything; unknown fields are errors.
const PARAMETERS: &str = "dryRun=All&fieldManager=kubectl-hv-snapshot&fieldValidation=Strict";

/// What the API server says of an object that was sent as a dry run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DryRun {
    /// It would be created.
    Accepted,
    /// It would not be, and the server says why.
    Refused {
        /// HTTP status.
        code: u16,
        /// The server's sentence.
        message: String,
        /// One text per field, if the server names fields.
        causes: Vec<String>,
    },
    /// The question could not be asked; the reason.
    Unavailable(String),
}

pub(super) async fn create(
    transport: &Transport,
    kind: &Kind,
    namespace: Option<&str>,
    object: &Value,
) -> Result<DryRun, SourceError> {
    let path = format!("{}?{PARAMETERS}", url::collection(kind, namespace));
    let answer = transport
        .post(&path, object.to_string().into_bytes())
        .await?;
    Ok(match answer.read(&transport.host)? {
        Ok(_) => DryRun::Accepted,
        Err(refusal) => judge(refusal, kind),
    })
}

/// Tells a refusal of the object from one of the question.
fn judge(refusal: Refusal, kind: &Kind) -> DryRun {
    let Refusal {
        code,
        message,
        causes,
        ..
    } = refusal;
    let by_webhook = message.contains("denied the request");
    let unasked = match code {
        403 => message.contains(" cannot create resource ") && !by_webhook,
        // A namespace that does not exist is named; a kind that is not served is not.
        404 => !message.starts_with("namespaces \""),
        400 => message.contains("does not support dry run"),
        405 | 429 => true,
        // Webhooks may refuse with any code they like.
        500.. => !by_webhook,
        _ => false,
    };
    match (unasked, code) {
        (true, 404) => DryRun::Unavailable(format!("the cluster does not serve {}", kind.plural)),
        (true, _) => DryRun::Unavailable(message),
        (false, _) => DryRun::Refused {
            code,
            message,
            causes,
        },
    }
}
