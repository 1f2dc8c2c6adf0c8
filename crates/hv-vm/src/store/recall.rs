//! What a run knows of a bundle from the run before, without reading it.

use std::sync::PoisonError;
use std::thread;

use super::error::StoreError;
use super::index::{Entries, Entry};
use super::layout::Place;
use super::read::{self, Stamps};
use super::receipts::{self, Receipts};
use super::write::Writer;
use crate::stored::Stored;

/// How the files of a bundle looked just before they were read.
#[derive(Clone, Debug, Default)]
pub struct Looks(Stamps);

impl Writer {
    /// Begins to look at the receipts of earlier runs on the same terms, beside other work.
    ///
    /// The terms, one line, are what a bundle depends on besides its sources. Without this there
    /// are no receipts, and none are written.
    pub fn recall(&self, terms: &str) {
        let (root, terms) = (self.root.clone(), terms.to_owned());
        let loading = thread::spawn(move || Receipts::load(&root, &terms));
        *self.loading.lock().unwrap_or_else(PoisonError::into_inner) = Some(loading);
    }

    /// The receipts, if they were asked for.
    fn receipts(&self) -> Option<&Receipts> {
        let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Ok(loaded)) = loading.take().map(thread::JoinHandle::join) {
            // There is none yet, or the one that was asked for first.
            let _ = self.receipts.set(loaded);
        }
        drop(loading);
        self.receipts.get()
    }

    /// What was written down about a bundle when it was found unchanged.
    pub fn about(&self, place: &Place) -> Option<&str> {
        self.receipts()?.about(place)
    }

    /// Whether no file of a bundle was touched between that and the beginning of this run.
    ///
    /// If so, the bundle counts as put and unchanged.
    pub fn is_untouched(&self, place: &Place) -> bool {
        let receipts = self.receipts();
        let entry = receipts.and_then(|receipts| receipts.untouched(place));
        let Some(entry) = entry else {
            return false;
        };
        let mut state = self.state();
        let known = state.claim(place).is_ok() && !state.staged.contains_key(place);
        if known {
            state.entries.insert(entry.path.clone(), entry.clone());
        }
        known
    }

    /// Reads a bundle, and how its files looked just before.
    pub fn stored_with_looks(&self, place: &Place) -> Result<Option<(Stored, Looks)>, StoreError> {
        // The clock must be read before the files are.
        self.begin();
        let read = read::stamped(&self.root, place)?;
        Ok(read.map(|(stored, stamps)| (stored, Looks(stamps))))
    }

    /// Writes down, in one line, something about a bundle that was read, put, and unchanged.
    pub fn write_down(&self, place: &Place, before: &Stored, looks: &Looks, about: &str) {
        let entry = Entry::of(place, &before.header);
        let line = self
            .begin()
            .and_then(|began| receipts::line(&entry, &looks.0, began, about));
        if let Some(line) = line {
            self.state().noted.lines.insert(entry.path, line);
        }
    }

    /// Says that there is no bundle on purpose; what was written down about that stays, or is this.
    pub fn leave_out(&self, place: &Place, about: Option<&str>) {
        let path = place.path();
        let line = about.and_then(|about| receipts::line_without_bundle(path, about));
        if line.is_some() {
            self.begin();
        }
        let noted = &mut self.state().noted;
        noted.lines.extend(line.map(|line| (path.to_owned(), line)));
        noted.left_out.insert(path.to_owned());
    }

    /// Begins to write receipts; gives when that was by the disk's clock, once for a run.
    fn begin(&self) -> Option<i64> {
        self.receipts()?;
        let begin = || receipts::begin(&self.root, self.disk());
        *self.began.get_or_init(begin)
    }

    /// Writes the receipts if they changed; that they cannot be written costs time and no more.
    pub(super) fn save_receipts(&self, entries: &Entries) {
        let Some(receipts) = self.receipts() else {
            return;
        };
        let noted = std::mem::take(&mut self.state().noted);
        let text = receipts.renewed(entries, &noted);
        if text.is_some() || self.began.get().is_some() {
            receipts::finish(&self.root, self.disk(), text.as_deref());
        }
    }
}
