//! One line of a journal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the format of a journal.
pub const FORMAT: u32 = 1;

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// Counts the lines from 1; none is missing.
    pub seq: u64,
    /// The clock of the machine that wrote it; for people, nothing depends on it.
    pub time: String,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Event {
    /// The first line: what the journal is of.
    Begin(Begin),
    /// A run began.
    Run(Verb),
    /// A request that changes something is sent after this line.
    Intent(Intent),
    /// The step took effect; the object as it was right then.
    Done(Done),
    /// What the step waited for was seen.
    Seen(Named),
    /// The step surely did not take effect.
    Failed(Failed),
    /// The object of the step is removed, or its change is taken back, after this line.
    Removing(Removing),
    /// The object of the step is gone, or its change is taken back.
    Removed(Named),
    /// The object of the step stays, and why.
    Kept(Failed),
    /// A run ended by itself.
    End(End),
}

/// What a journal is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Begin {
    /// Version of the format.
    pub format: u32,
    /// The id of the plan.
    pub plan: String,
    /// The plugin that runs it.
    pub made_by: String,
    /// uid of the cluster's namespace `kube-system`.
    pub cluster: String,
    /// How many steps the plan has.
    pub steps: usize,
}

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Verb {
    /// The first one.
    Apply,
    /// It goes on with what was not done.
    Resume,
    /// It takes back what was done.
    Undo,
}

/// A request that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Intent {
    /// Id of the step.
    pub step: String,
    /// Digest of the normal form of what the server said it would store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

/// A step that took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Done {
    /// Id of the step.
    pub step: String,
    /// uid of the object.
    pub uid: String,
    /// Its resource version.
    pub resource_version: String,
    /// Digest of its normal form.
    pub digest: String,
    /// How often its specification had been changed, where the server counts that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
}

/// A step and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Named {
    /// Id of the step.
    pub step: String,
}

/// A step and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failed {
    /// Id of the step.
    pub step: String,
    /// In one sentence.
    pub reason: String,
}

/// An object that is about to be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Removing {
    /// Id of the step.
    pub step: String,
    /// uid of the object.
    pub uid: String,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct End {
    /// Whether it was asked to stop.
    pub interrupted: bool,
    /// Whether nothing is left to do.
    pub complete: bool,
}
