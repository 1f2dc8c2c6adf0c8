//! Lists of decisions, release by release, for backups in every state.

mod admissions;
pub(crate) mod bed;
mod controllers;
mod machines;
mod restores;
mod restoring;
mod rows;
mod settings;
mod showing;

use super::document::BackupExplanation;
use super::walk::{Answer, Stage, stopped};

/// The step that ends a list: its stage, its question, its note.
fn end(told: &BackupExplanation) -> Option<(Stage, &str, &str)> {
    let step = stopped(&told.steps)?;
    Some((
        step.stage,
        step.question.as_str(),
        step.note.as_deref().unwrap_or_default(),
    ))
}

/// Whether all of a list is answered with yes.
fn is_clean(told: &BackupExplanation) -> bool {
    told.steps.iter().all(|step| step.answer == Answer::Yes)
}
