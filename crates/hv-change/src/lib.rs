//! How anything in a cluster is changed: a plan that can be read, an oracle that is asked before,
//! one runner, and a journal by which a run is resumed or taken back.
//!
//! Nothing but this crate calls an API that changes a cluster. It knows no terminal: a plugin makes
//! the [`Plan`], says with a [`Domain`] how its objects are read and compared, and tells people
//! what came of it.

pub mod digest;
mod domain;
pub mod journal;
pub mod normal;
pub mod oracle;
pub mod plan;
pub mod run;
pub mod target;

pub use domain::{Domain, PlainDomain};
pub use journal::{Journal, JournalError, Journals, Phase, Status};
pub use oracle::{Asked, Verdict};
pub use plan::{
    Action, Base, Body, ObjectRef, PLAN_ANNOTATION, Plan, PlanError, SealedBody, Step,
    TargetCluster, Wait,
};
pub use run::{
    Halt, Item, ItemResult, Limits, Moved, MovedHow, Outcome, Progress, Run, RunError, Stop,
};
pub use target::{Answer, Commit, LiveTarget, Precondition, Refusal, Target};
