//! What a run did, step by step, and why it could not begin.

use serde::Serialize;

use crate::journal::JournalError;
use crate::oracle::Asked;
use crate::plan::{ObjectRef, Plan};

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// One for each step, in the order of the plan.
    pub items: Vec<Item>,
    /// Whether it was asked to stop before it was through.
    pub interrupted: bool,
    /// Why it ended before it was through, if nobody asked for that.
    pub halted: Option<Halt>,
}

/// What became of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What became of it.
    pub result: ItemResult,
    /// Why, or what is to be known about it.
    pub reason: Option<String>,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum ItemResult {
    /// It was not begun.
    #[default]
    Pending,
    /// The object was created.
    Created,
    /// The object became a dependent of its owner.
    Owned,
    /// It was done before.
    Unchanged,
    /// It was not tried, since something that it needs is missing.
    Skipped,
    /// The server said no; nothing was changed.
    Refused,
    /// It could not be done, or nobody knows whether it was.
    Failed,
    /// It was taken back.
    Removed,
    /// It was not taken back, since somebody needs or changed it.
    Kept,
    /// There was nothing to take back.
    Gone,
}

/// Why a run ended before it was through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The journal cannot be written.
    Journal(JournalError),
    /// The server does not accept the credentials any more.
    Credentials(String),
}

/// Why a run did not begin; this run has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The plan is for another cluster.
    #[error("the plan is for the cluster {planned}{}, and this is {found}", by_context(.context.as_ref()))]
    OtherCluster {
        /// uid of the cluster that it is for.
        planned: String,
        /// Context by which that was reached.
        context: Option<String>,
        /// uid of the cluster that was reached.
        found: String,
    },
    /// The cluster, or a list in it, cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// What the plan builds on is not as it was.
    #[error("{}", moved(.0))]
    Moved(Vec<Moved>),
    /// What the plan builds on is not as it was, and a run before has made some of it already: it
    /// cannot be finished, only taken back.
    #[error("{}", moved(.0))]
    MovedSince(Vec<Moved>),
    /// The server would refuse some of the steps; all that were asked.
    #[error("the server refuses {} of the steps", refused(.0))]
    Refused(Vec<Asked>),
    /// It was begun before.
    #[error("the plan was begun before")]
    Begun,
    /// It was taken back, or that was begun.
    #[error("the plan was taken back and is not done again")]
    Undone,
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Something that is not as it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its name.
    pub object: ObjectRef,
    /// What is not as it was.
    pub how: MovedHow,
}

/// In which way something is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedHow {
    /// It is not there any more.
    Gone,
    /// Another object has its name.
    Replaced,
    /// Somebody changed it.
    Changed,
}

impl Outcome {
    /// The items with their steps.
    pub fn of<'a>(
        &'a self,
        plan: &'a Plan,
    ) -> impl Iterator<Item = (&'a crate::plan::Step, &'a Item)> {
        plan.steps.iter().zip(&self.items)
    }

    /// How many steps ended in one of these ways.
    pub fn count(&self, results: &[ItemResult]) -> usize {
        let counted = |item: &&Item| results.contains(&item.result);
        self.items.iter().filter(counted).count()
    }

    /// How many steps are done, by this run or before.
    pub fn done(&self) -> usize {
        self.count(&[
            ItemResult::Created,
            ItemResult::Owned,
            ItemResult::Unchanged,
        ])
    }

    /// Whether nothing is left to do.
    pub fn is_complete(&self) -> bool {
        let left = [
            ItemResult::Pending,
            ItemResult::Skipped,
            ItemResult::Refused,
            ItemResult::Failed,
        ];
        self.count(&left) == 0
    }
}

impl MovedHow {
    /// In words, after the name of the object.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "is not there any more",
            Self::Replaced => "was replaced by another of that name",
            Self::Changed => "was changed since the plan was made",
        }
    }
}

impl std::fmt::Display for Halt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Journal(error) => error.fmt(formatter),
            Self::Credentials(why) => formatter.write_str(why),
        }
    }
}

fn by_context(context: Option<&String>) -> String {
    context.map_or(String::new(), |context| format!(" (context {context})"))
}

fn moved(moved: &[Moved]) -> String {
    let each = moved
        .iter()
        .map(|moved| format!("{} {}", moved.object, moved.how.sentence()));
    each.collect::<Vec<_>>().join("; ")
}

fn refused(asked: &[Asked]) -> usize {
    asked.iter().filter(|asked| asked.is_refused()).count()
}
