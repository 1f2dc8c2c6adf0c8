//! How far a run is.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Steps that are through, in whichever way, by this run or before.
    pub done: usize,
    /// All steps.
    pub total: usize,
    /// Steps that wait for something to be seen.
    pub waiting: usize,
    /// How long this run has taken.
    pub elapsed: Duration,
    /// Steps a second, counted over this run; none at its beginning.
    pub per_second: Option<f64>,
}

/// Counts the steps of a run.
pub(crate) struct Counter {
    began: Instant,
    total: usize,
    before: usize,
    done: Cell<usize>,
}

impl Counter {
    pub(crate) fn new(total: usize, before: usize) -> Self {
        Self {
            began: Instant::now(),
            total,
            before,
            done: Cell::new(0),
        }
    }

    pub(crate) fn count(&self) {
        self.done.set(self.done.get() + 1);
    }

    pub(crate) fn progress(&self, waiting: usize) -> Progress {
        let elapsed = self.began.elapsed();
        let done = u32::try_from(self.done.get()).unwrap_or(u32::MAX);
        let measurable = done > 0 && !elapsed.is_zero();
        Progress {
            done: self.before + self.done.get(),
            total: self.total,
            waiting,
            elapsed,
            per_second: measurable.then(|| f64::from(done) / elapsed.as_secs_f64()),
        }
    }
}
