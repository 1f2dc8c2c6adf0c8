//! The words for what becomes of data.

use schemars::JsonSchema;
use serde::Serialize;

/// What becomes of data; the later, the graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It stays, and something still leads to it.
    Kept,
    /// It stays, and nothing leads to it any more.
    Leaked,
    /// It stays because the deletion does not come to its end.
    Hangs,
    /// It cannot be told.
    Unknown,
    /// It may be deleted or not; nothing decides it but the order of events.
    Race,
    /// It is deleted.
    Deleted,
}

impl Outcome {
    /// The word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Leaked => "leaked",
            Self::Hangs => "hangs",
            Self::Unknown => "unknown",
            Self::Race => "race",
            Self::Deleted => "deleted",
        }
    }

    /// Whether the data is there afterwards.
    pub(crate) fn stays(self) -> bool {
        matches!(self, Self::Kept | Self::Leaked)
    }
}
