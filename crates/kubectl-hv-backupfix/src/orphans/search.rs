//! What a search for leftovers goes by, and what it found so far.

use super::document::Orphan;
use crate::judge::{Bench, Sharing};

/// A search.
pub(super) struct Search<'a> {
    /// The inventory with its rules.
    pub(super) bench: &'a Bench<'a>,
    /// Who holds which Longhorn backup.
    pub(super) sharing: &'a Sharing<'a>,
    /// The only namespace, if there is one.
    pub(super) namespace: Option<&'a str>,
    /// What is left over.
    pub(super) items: Vec<Orphan>,
    /// What could not be judged.
    pub(super) not_judged: Vec<String>,
    /// Things of no known namespace that were left out.
    pub(super) left_out: usize,
}

impl Search<'_> {
    /// Whether a namespace is wanted.
    pub(super) fn takes(&self, namespace: &str) -> bool {
        self.namespace.is_none_or(|wanted| wanted == namespace)
    }

    /// Whether something is wanted that may have no known namespace; counts what is not.
    pub(super) fn takes_or_counts(&mut self, namespace: Option<&str>) -> bool {
        let takes = match (self.namespace, namespace) {
            (None, _) => true,
            (Some(wanted), Some(namespace)) => wanted == namespace,
            (Some(_), None) => false,
        };
        self.left_out += usize::from(!takes);
        takes
    }
}
