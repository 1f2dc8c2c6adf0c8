//! The rows of the table as they are written.

use serde::Deserialize;

use super::Action;
use super::condition::When;
use super::convert::Conversion;
use crate::key::Kind;

/// Rows that belong together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    /// What they are about.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the generated page"))]
    pub(super) title: String,
    /// Kinds that they are for; every kind if there is none.
    #[serde(default, rename = "for")]
    pub(super) kinds: Vec<Kind>,
    /// The rows.
    pub(super) rows: Vec<Row>,
}

impl Section {
    /// Whether the rows are for a kind.
    pub(super) fn is_for(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// What becomes of a field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// One or several fields.
    pub(super) path: String,
    /// What becomes of them.
    pub(super) action: Action,
    /// When the row holds.
    #[serde(default)]
    pub(super) when: Option<When>,
    /// Values that the row holds for; every value if there is none.
    #[serde(default)]
    pub(super) values: Vec<String>,
    /// How, for what travels in another form.
    #[serde(default)]
    pub(super) convert: Option<Conversion>,
    /// Code of the note.
    #[serde(default)]
    pub(super) note: Option<String>,
    /// Sentence of the note; `why` if there is none.
    #[serde(default)]
    pub(super) say: Option<String>,
    /// Why.
    pub(super) why: String,
    /// Where it was read or seen.
    #[serde(default)]
    #[expect(dead_code, reason = "for those who keep the table")]
    source: Option<String>,
}
