//! The one runner: it does a plan, goes on with it, or takes it back.

mod apply;
mod begin;
mod create;
mod drive;
mod forward;
mod graph;
mod limits;
mod look;
mod outcome;
mod own;
mod pace;
mod progress;
mod quiet;
mod resume;
mod stamp;
mod stop;
mod survey;
#[cfg(test)]
mod tests;
mod undo;

pub use apply::apply;
pub use limits::Limits;
pub use outcome::{Halt, Item, ItemResult, Moved, MovedHow, Outcome, RunError};
pub use progress::Progress;
pub use resume::resume;
pub use stop::Stop;
pub use undo::undo;

pub(crate) use graph::Graph;
pub(crate) use pace::{After, Pace};
pub(crate) use quiet::Quiet;
pub(crate) use stamp::stamped;

use crate::domain::Domain;
use crate::journal::Journal;
use crate::plan::Plan;
use crate::target::Target;

/// Everything that a run needs.
pub struct Run<'a, T, D> {
    /// What is to be done.
    pub plan: &'a Plan,
    /// Where it is noted down.
    pub journal: &'a Journal,
    /// The cluster.
    pub target: &'a T,
    /// What the plugin knows about the objects.
    pub domain: &'a D,
    /// How much at once, and how long without progress.
    pub limits: Limits,
    /// Asks it to end.
    pub stop: Stop,
    /// Is told how far it is, after each step.
    pub progress: &'a dyn Fn(&Progress),
}

impl<T: Target, D: Domain> Run<'_, T, D> {
    /// The same run with digests that tell nothing of secrets.
    fn quietly<'b>(&'b self, domain: &'b Quiet<'b, D>) -> Run<'b, T, Quiet<'b, D>> {
        Run {
            plan: self.plan,
            journal: self.journal,
            target: self.target,
            domain,
            limits: self.limits.clone(),
            stop: self.stop.clone(),
            progress: self.progress,
        }
    }

    fn pace(&self) -> Pace {
        Pace::new(self.limits.clone(), self.stop.clone())
    }
}
