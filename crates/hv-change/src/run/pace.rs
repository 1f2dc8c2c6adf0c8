//! When a request may be sent again, and when it is time to give up.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use tokio::time::Instant;

use super::limits::Limits;
use super::outcome::Halt;
use super::stop::Stop;

/// What comes after a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// The request may be sent again.
    Again,
    /// The run was asked to end.
    Stopped,
    /// There was no progress for too long.
    Exhausted,
}

/// When a request may be sent again. It knows no wall clock, so one that jumps does not matter.
pub(crate) struct Pace {
    pub(crate) limits: Limits,
    pub(crate) stop: Stop,
    progress: Cell<Instant>,
    halt: RefCell<Option<Halt>>,
}

impl Pace {
    pub(crate) fn new(limits: Limits, stop: Stop) -> Self {
        Self {
            limits,
            stop,
            progress: Cell::new(Instant::now()),
            halt: RefCell::new(None),
        }
    }

    /// Something went on.
    pub(crate) fn progressed(&self) {
        self.progress.set(Instant::now());
    }

    /// Whether nothing went on for too long.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.progress.get().elapsed() >= self.limits.patience
    }

    /// Ends the run; the first reason counts.
    pub(crate) fn halt(&self, halt: Halt) {
        self.halt.borrow_mut().get_or_insert(halt);
    }

    pub(crate) fn halted(&self) -> Option<Halt> {
        self.halt.borrow().clone()
    }

    /// Whether nothing new may be begun.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.is_set() || self.halt.borrow().is_some()
    }

    /// Waits before a request is sent again: as long as the server asks, else longer each time.
    pub(crate) async fn pause(&self, repeated: u32, asked: Option<Duration>) -> After {
        if self.is_over() {
            return After::Stopped;
        }
        let pause = asked.unwrap_or_else(|| self.backoff(repeated));
        let left = self
            .limits
            .patience
            .saturating_sub(self.progress.get().elapsed());
        if left < pause && asked.is_some() || left.is_zero() {
            return After::Exhausted;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => After::Again,
            () = self.stop.wait() => After::Stopped,
        }
    }

    fn backoff(&self, repeated: u32) -> Duration {
        let factor = 1_u32 << repeated.min(10);
        let longest = self.limits.longest_pause;
        self.limits
            .shortest_pause
            .checked_mul(factor)
            .map_or(longest, |pause| pause.min(longest))
    }
}
