//! What a pass over all records comes to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::replay::Outcome;

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordLine {
    /// Namespace that it names; that of its folder if it cannot be read.
    pub(crate) namespace: String,
    /// Name that it names; that of its file if it cannot be read.
    pub(crate) name: String,
    /// Path below the root of the target.
    pub(crate) path: String,
    /// What becomes of it.
    pub(crate) outcome: Outcome,
    /// Why, in one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Why, in a sentence without a full stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// Something that ends a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassEnd {
    /// Path below the root of the target.
    pub(crate) path: String,
    /// Why, in one word.
    pub(crate) reason: String,
    /// What is never looked at because of it.
    pub(crate) hides: Hides,
}

/// What is never looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hides {
    /// Everything.
    Everything,
    /// What follows in the same folder; of other folders what comes later, and their order is random.
    Following,
    /// Nothing for long: the pass that follows after seconds goes on.
    Nothing,
}

/// One pass over all records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassSummary {
    /// Records that were looked at here.
    pub(crate) records: usize,
    /// How many have which outcome.
    pub(crate) outcomes: BTreeMap<Outcome, usize>,
    /// How many that are skipped have which reason.
    pub(crate) reasons: BTreeMap<String, usize>,
    /// What ends the pass.
    pub(crate) ends: Vec<PassEnd>,
}

impl PassSummary {
    /// The counts in one line.
    pub(crate) fn words(&self) -> String {
        let mut parts = Vec::new();
        for (outcome, count) in &self.outcomes {
            let mut part = format!("{count} {}", outcome.words());
            if *outcome == Outcome::Skipped {
                let reasons: Vec<String> = self
                    .reasons
                    .iter()
                    .map(|(reason, count)| format!("{count} {reason}"))
                    .collect();
                part = format!("{part} ({})", reasons.join(", "));
            }
            parts.push(part);
        }
        match parts.is_empty() {
            true => "no records".to_owned(),
            false => parts.join(", "),
        }
    }

    /// What ends the pass, each in one line.
    pub(crate) fn endings(&self) -> impl Iterator<Item = String> {
        self.ends.iter().map(|end| {
            let PassEnd { path, reason, hides } = end;
            match hides {
                Hides::Everything => format!(
                    "{path} ends every pass ({reason}) before the first backup is imported"
                ),
                Hides::Following => format!(
                    "{path} ends every pass ({reason}): what follows it in its folder is never looked \
                     at; other folders come in a random order each time, so theirs are looked at in \
                     some passes only"
                ),
                Hides::Nothing => format!(
                    "{path} ends one pass ({reason}); the next one, 5 seconds later, goes on"
                ),
            }
        })
    }
}
