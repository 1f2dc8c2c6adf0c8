//! The graceful end of a command that writes.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::exit::ExitKind;

/// Tells a command that writes that it is to end: nothing new is begun, what is on its way is
/// awaited. The second signal ends the process at once.
#[derive(Clone, Debug)]
pub struct Stop {
    kind: watch::Receiver<Option<ExitKind>>,
    is_set: watch::Receiver<bool>,
}

impl Stop {
    /// Whether the first signal came.
    pub fn is_set(&self) -> bool {
        *self.is_set.borrow()
    }

    /// How a command that ends because of the signal ends; none before it came.
    pub fn kind(&self) -> Option<ExitKind> {
        *self.kind.borrow()
    }

    /// For those who wait for it.
    pub fn receiver(&self) -> watch::Receiver<bool> {
        self.is_set.clone()
    }
}

/// Where the first signal is passed on, if the command asked for that.
#[derive(Debug)]
pub(crate) struct Graceful {
    asked: AtomicBool,
    kind: watch::Sender<Option<ExitKind>>,
    is_set: watch::Sender<bool>,
}

impl Default for Graceful {
    fn default() -> Self {
        Self {
            asked: AtomicBool::new(false),
            kind: watch::Sender::new(None),
            is_set: watch::Sender::new(false),
        }
    }
}

impl Graceful {
    /// From now on the first signal only sets the token.
    pub(crate) fn ask(&self) -> Stop {
        self.asked.store(true, Ordering::Relaxed);
        Stop {
            kind: self.kind.subscribe(),
            is_set: self.is_set.subscribe(),
        }
    }

    /// Passes a signal on; false if nobody asked for that.
    pub(crate) fn pass(&self, kind: ExitKind) -> bool {
        let asked = self.asked.load(Ordering::Relaxed);
        if asked {
            self.kind.send_replace(Some(kind));
            self.is_set.send_replace(true);
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_passed_on_only_to_those_who_asked() {
        let graceful = Graceful::default();
        assert!(!graceful.pass(ExitKind::Interrupted));
        let stop = graceful.ask();
        assert_eq!((stop.is_set(), stop.kind()), (false, None));
        assert!(graceful.pass(ExitKind::Terminated));
        assert_eq!(
            (stop.is_set(), stop.kind()),
            (true, Some(ExitKind::Terminated))
        );
        assert!(*stop.receiver().borrow());
    }
}
