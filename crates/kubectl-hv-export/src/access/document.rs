//! What `check-access` found out, as a document.

use hv_cluster::live::AccessAnswer;
use schemars::JsonSchema;
use serde::Serialize;

use super::run::Question;

/// What the user may do, of what a run needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `AccessReport`.
    pub(crate) kind: &'static str,
    /// One review each.
    pub(crate) items: Vec<Access>,
    /// Counts.
    pub(crate) summary: AccessSummary,
}

/// One review.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Access {
    /// `get` or `list`.
    pub(crate) verb: &'static str,
    /// API group, empty for the core group.
    pub(crate) group: &'static str,
    /// Name in URLs.
    pub(crate) resource: &'static str,
    /// The object, if one was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The namespace; absent for all of them, and for kinds of the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// Whether objects of the kind are in namespaces.
    pub(crate) namespaced: bool,
    /// Whether it may be done.
    pub(crate) allowed: bool,
    /// Whether a bundle is worth nothing without it.
    pub(crate) needed: bool,
    /// What is read.
    pub(crate) needed_for: &'static str,
    /// What a bundle lacks without it; absent if it is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lost: Option<&'static str>,
    /// Why, in the server's words; absent if it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// Counts over the reviews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessSummary {
    /// Reviews.
    pub(crate) reviews: usize,
    /// What may not be done and is needed.
    pub(crate) needed_denied: usize,
    /// What may not be done and can be done without.
    pub(crate) optional_denied: usize,
}

impl AccessReport {
    /// Puts the answers beside the questions; with `strict` everything is needed.
    pub(crate) fn new(answers: Vec<(Question, AccessAnswer)>, strict: bool) -> Self {
        let items: Vec<Access> = answers
            .into_iter()
            .map(|(question, answer)| Access::new(question, answer, strict))
            .collect();
        let denied = |needed| {
            let denied = |item: &&Access| !item.allowed && item.needed == needed;
            items.iter().filter(denied).count()
        };
        let summary = AccessSummary {
            reviews: items.len(),
            needed_denied: denied(true),
            optional_denied: denied(false),
        };
        Self {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "AccessReport",
            items,
            summary,
        }
    }
}

impl Access {
    fn new(question: Question, answer: AccessAnswer, strict: bool) -> Self {
        let right = question.right;
        let lost = right.lost.filter(|_| !strict);
        Self {
            verb: question.verb,
            group: right.group,
            resource: right.resource,
            name: question.name,
            namespace: question.namespace,
            namespaced: right.is_namespaced(),
            allowed: answer.allowed,
            needed: lost.is_none(),
            needed_for: right.purpose,
            lost,
            reason: Some(answer.reason).filter(|reason| !reason.is_empty()),
        }
    }

    /// `virtualmachines.kubevirt.io/web`.
    pub(crate) fn object(&self) -> String {
        let mut text = self.resource.to_owned();
        if !self.group.is_empty() {
            text = format!("{text}.{}", self.group);
        }
        match &self.name {
            Some(name) => format!("{text}/{name}"),
            None => text,
        }
    }
}
