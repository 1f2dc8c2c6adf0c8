//! How far a plan is, from its journal alone.

use super::past::Past;
use super::record::Verb;

/// How far a plan is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its id.
    pub id: String,
    /// The plugin that runs it.
    pub made_by: String,
    /// uid of its cluster.
    pub cluster: String,
    /// Where it stands.
    pub phase: Phase,
    /// How many steps it has.
    pub steps: usize,
    /// Steps that took effect and were not taken back.
    pub done: usize,
    /// Steps that surely did not take effect.
    pub failed: usize,
    /// Steps of which nobody knows whether they took effect.
    pub open: usize,
    /// Steps that were taken back.
    pub removed: usize,
    /// Steps that were not taken back, for a reason.
    pub kept: usize,
    /// When the last line was written, by the clock of then.
    pub last_time: String,
}

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A process runs it now.
    Running,
    /// It was begun and is not done.
    Interrupted,
    /// Everything that it says is done.
    Applied,
    /// It ended by itself, but not all of it could be done.
    Partial,
    /// Taking it back was begun and is not done.
    UndoInterrupted,
    /// It was taken back, except for what had to stay.
    Undone,
}

impl Status {
    pub(super) fn of(id: &str, past: &Past, running: bool) -> Self {
        let begin = past.begin.clone();
        let count = |test: &dyn Fn(&super::StepPast) -> bool| {
            past.steps.values().filter(|step| test(step)).count()
        };
        let ended = past.end.as_ref();
        let phase = match (running, past.run) {
            (true, _) => Phase::Running,
            (_, Some(Verb::Undo)) if ended.is_some_and(|end| end.complete) => Phase::Undone,
            (_, Some(Verb::Undo)) => Phase::UndoInterrupted,
            _ if ended.is_some_and(|end| end.complete) => Phase::Applied,
            _ if ended.is_some_and(|end| !end.interrupted) => Phase::Partial,
            _ => Phase::Interrupted,
        };
        Self {
            id: id.to_owned(),
            made_by: begin
                .as_ref()
                .map_or(String::new(), |begin| begin.made_by.clone()),
            cluster: begin
                .as_ref()
                .map_or(String::new(), |begin| begin.cluster.clone()),
            phase,
            steps: begin.map_or(0, |begin| begin.steps),
            done: count(&|step| step.done.is_some() && !step.removed),
            failed: count(&|step| step.failed.is_some() && step.done.is_none()),
            open: count(&|step| step.open && !step.removed),
            removed: count(&|step| step.removed),
            kept: count(&|step| step.kept.is_some() && !step.removed),
            last_time: past.last_time.clone(),
        }
    }
}
