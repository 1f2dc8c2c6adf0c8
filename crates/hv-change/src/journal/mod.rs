//! The journal of a plan: what was about to be done and what was done, on disk before and after
//! each request.

mod error;
mod folder;
mod medium;
mod past;
mod record;
mod status;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::fs::File;

pub use error::JournalError;
pub use folder::{Journals, Listed};
pub use medium::Medium;
pub use past::{Made, Past, StepPast};
pub use record::{Begin, Done, End, Event, FORMAT, Failed, Intent, Named, Record, Removing, Verb};
pub use status::{Phase, Status};

use self::writer::Writer;

/// The journal of one plan, open for one run.
pub struct Journal {
    /// What it said when it was opened.
    past: Past,
    writer: Writer,
    /// Held as long as the run lasts.
    _lock: Option<File>,
}

impl Journal {
    /// A journal on a medium of the caller's choice, which holds what `past` says.
    pub fn on(medium: Box<dyn Medium>, past: Past) -> Result<Self, JournalError> {
        Self::with_clock(
            medium,
            past,
            Box::new(|| jiff::Timestamp::now().to_string()),
        )
    }

    pub(crate) fn with_clock(
        medium: Box<dyn Medium>,
        past: Past,
        clock: writer::Clock,
    ) -> Result<Self, JournalError> {
        let writer =
            Writer::new(medium, past.seq, clock).map_err(|error| JournalError::of_write(&error))?;
        Ok(Self {
            past,
            writer,
            _lock: None,
        })
    }

    fn locked(self, lock: File) -> Self {
        Self {
            _lock: Some(lock),
            ..self
        }
    }

    /// What it said when it was opened.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// Adds a record; it is on disk when this returns.
    pub(crate) async fn append(&self, event: Event) -> Result<(), JournalError> {
        self.writer.append(event).await
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Journal")
            .field("past", &self.past)
            .finish_non_exhaustive()
    }
}
