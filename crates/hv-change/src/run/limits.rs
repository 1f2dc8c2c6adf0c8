//! How much at once, how often again, and how long without progress.

use std::collections::BTreeMap;
use std::time::Duration;

/// Requests on their way at the same time.
const IN_FLIGHT: usize = 16;

/// Kinds whose creation keeps a cluster busy for long.
const BY_KIND: &[(&str, usize)] = &[("Namespace", 4), ("NetworkAttachmentDefinition", 4)];

/// How much at once, how often again, and how long without progress.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Steps on their way at the same time.
    pub in_flight: usize,
    /// The same for one kind, where it is less.
    pub by_kind: BTreeMap<String, usize>,
    /// How often a request is sent again after the server failed or the answer was lost.
    pub tries: u32,
    /// How long to wait without any progress.
    pub patience: Duration,
    /// First pause before a request is sent again.
    pub shortest_pause: Duration,
    /// Longest pause before a request is sent again, unless the server asks for more.
    pub longest_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let by_kind = BY_KIND
            .iter()
            .map(|(kind, most)| ((*kind).to_owned(), *most));
        Self {
            in_flight: IN_FLIGHT,
            by_kind: by_kind.collect(),
            tries: 5,
            patience: Duration::from_mins(5),
            shortest_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// Steps of a kind that may be on their way at the same time.
    pub(crate) fn of_kind(&self, kind: &str) -> usize {
        let of_kind = self.by_kind.get(kind).copied().unwrap_or(usize::MAX);
        of_kind.min(self.in_flight).max(1)
    }
}
