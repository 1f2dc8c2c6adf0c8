//! What can go wrong with a request, and with the process that sends it.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::target::Refusal;

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is lost on its way, and nobody can tell.
    LostBefore,
    /// It takes effect, and the answer is lost.
    LostAfter,
    /// It never leaves.
    Unsent,
    /// The server refuses it.
    Refused(Refusal),
    /// It takes effect, and the server answers with a refusal nevertheless.
    RefusedAfter(Refusal),
    /// The process dies before it takes effect.
    CutBefore,
    /// It takes effect and the process dies.
    CutAfter,
}

impl Fault {
    /// A refusal with a code, a reason and a sentence.
    pub fn refused(code: u16, reason: &str, message: &str) -> Self {
        Self::Refused(Refusal {
            code,
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..Refusal::default()
        })
    }

    pub(super) fn moment(self) -> Moment {
        match self {
            Self::LostBefore => Moment::Lost { after: false },
            Self::LostAfter => Moment::Lost { after: true },
            Self::Unsent => Moment::Unsent,
            Self::Refused(refusal) => Moment::Refused {
                refusal,
                after: false,
            },
            Self::RefusedAfter(refusal) => Moment::Refused {
                refusal,
                after: true,
            },
            Self::CutBefore => Moment::Cut { after: false },
            Self::CutAfter => Moment::Cut { after: true },
        }
    }
}

/// A fault and whether the request takes effect nevertheless.
pub(super) enum Moment {
    Lost { after: bool },
    Unsent,
    Refused { refusal: Refusal, after: bool },
    Cut { after: bool },
}

impl Moment {
    pub(super) fn takes_effect(&self) -> bool {
        match self {
            Self::Lost { after } | Self::Refused { after, .. } | Self::Cut { after } => *after,
            Self::Unsent => false,
        }
    }
}

/// The requests that were made, one line each.
#[derive(Clone, Debug, Default)]
pub struct Requests(pub Vec<String>);

impl Requests {
    pub(super) fn add(&mut self, line: String) -> usize {
        self.0.push(line);
        self.0.len() - 1
    }

    /// How many begin with a word, such as `create`.
    pub fn count(&self, verb: &str) -> usize {
        let of_verb = |line: &&String| line.split(' ').next() == Some(verb);
        self.0.iter().filter(of_verb).count()
    }
}

/// What keeps a process running; once it is cut, nothing that hangs on it goes on.
#[derive(Clone, Debug, Default)]
pub struct Power(Arc<(AtomicBool, Notify)>);

impl Power {
    /// Ends everything.
    pub fn cut(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        self.0.1.notify_waiters();
    }

    /// Whether it was cut.
    pub fn is_cut(&self) -> bool {
        self.0.0.load(Ordering::SeqCst)
    }

    /// Waits until it is cut.
    pub async fn lost(&self) {
        loop {
            let notified = self.0.1.notified();
            if self.is_cut() {
                return;
            }
            notified.await;
        }
    }

    /// Goes on only if it was not cut.
    pub(super) async fn check(&self) {
        if self.is_cut() {
            pending::<()>().await;
        }
    }
}
