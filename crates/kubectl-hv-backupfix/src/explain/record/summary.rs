//! What a pass over all records comes to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::replay::Outcome;

/// So many files are named in a line.
const NAMED: usize = 3;

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
            let mut part = outcome.count(*count);
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

    /// What ends the pass, in a line for each kind of end.
    pub(crate) fn endings(&self) -> Vec<String> {
        let kinds = [Hides::Everything, Hides::Following, Hides::Nothing].into_iter();
        kinds.filter_map(|hides| self.ending(hides)).collect()
    }

    fn ending(&self, hides: Hides) -> Option<String> {
        let ends: Vec<&PassEnd> = self.ends.iter().filter(|end| end.hides == hides).collect();
        let named: Vec<String> = ends
            .iter()
            .take(NAMED)
            .map(|end| format!("{} ({})", end.path, end.reason))
            .collect();
        let (verb, more) = match ends.len() {
            0 => return None,
            1 => ("ends", String::new()),
            2..=NAMED => ("end", String::new()),
            number => ("end", format!(" and {} more", number - NAMED)),
        };
        let named = named.join(", ");
        Some(match hides {
            Hides::Everything => {
                format!("{named}{more} {verb} every pass before the first backup is imported")
            }
            Hides::Following => format!(
                "{named}{more} {verb} every pass: what follows in the same folder is never looked at; \
                 other folders come in a random order each time, so theirs are looked at in some passes"
            ),
            Hides::Nothing => {
                format!("{named}{more} {verb} one pass; the next one, 5 seconds later, goes on")
            }
        })
    }
}
