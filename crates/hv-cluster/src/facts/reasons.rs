//! What reason codes mean, since when, and what to do.

use serde::Deserialize;

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The code, lower-case words joined by dashes; stable.
    pub code: String,
    /// One sentence for a footnote.
    pub message: String,
    /// What is behind it.
    pub meaning: String,
    /// Releases it can be met on.
    pub since: String,
    /// What to do.
    pub remedy: String,
}

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Reasons {
    rows: Vec<Reason>,
}

impl Reasons {
    /// Every row, in the order of the documentation.
    pub fn all(&self) -> &[Reason] {
        &self.rows
    }

    /// The row of a code.
    pub fn get(&self, code: &str) -> Option<&Reason> {
        self.rows.iter().find(|reason| reason.code == code)
    }

    /// The sentence of a code; the code itself if it has none, which a test rules out.
    pub fn message<'a>(&'a self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |reason| &reason.message)
    }
}
