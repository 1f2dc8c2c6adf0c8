//! Asks the API server what the user may do; the answer is stored nowhere.

use serde::Deserialize;
use serde_json::json;

use super::transport::Transport;
use crate::source::{Gap, SourceError};

const PATH: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/// Something that the user may or may not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccessQuestion<'a> {
    /// Such as `list`.
    pub verb: &'a str,
    /// API group, empty for the core group.
    pub group: &'a str,
    /// Name in URLs, such as `secrets`.
    pub resource: &'a str,
    /// One namespace; without it all of them, or the cluster.
    pub namespace: Option<&'a str>,
    /// One object; without it all of them.
    pub name: Option<&'a str>,
}

/// The server's answer, which counts for the moment only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessAnswer {
    /// Whether it may be done.
    pub allowed: bool,
    /// Why, in the server's words; often empty.
    pub reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Review {
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    allowed: bool,
    reason: String,
    evaluation_error: String,
}

pub(super) async fn review(
    transport: &Transport,
    question: &AccessQuestion<'_>,
) -> Result<Result<AccessAnswer, Gap>, SourceError> {
    let attributes = json!({
        "verb": question.verb,
        "group": question.group,
        "resource": question.resource,
        "namespace": question.namespace.unwrap_or_default(),
        "name": question.name.unwrap_or_default(),
    });
    let body = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    });
    let answer = transport.post(PATH, body.to_string().into_bytes()).await?;
    match answer.read(&transport.host)? {
        Ok(body) => Ok(serde_json::from_slice::<Review>(&body)
            .map(|review| review.status.into())
            .map_err(|_| Gap::Failed("the access review could not be understood".to_owned()))),
        Err(refusal) => refusal.gap().map(Err),
    }
}

impl From<Status> for AccessAnswer {
    fn from(status: Status) -> Self {
        let reason = match status.reason.is_empty() {
            true => status.evaluation_error,
            false => status.reason,
        };
        Self {
            allowed: status.allowed,
            reason,
        }
    }
}
