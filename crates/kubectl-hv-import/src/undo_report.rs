//! The documents of `undo` and `status`.

use hv_change::{ItemResult, Outcome as Ran, Phase, Plan, Status};
use schemars::JsonSchema;
use serde::Serialize;

/// What became of taking a plan back.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndoReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `UndoReport`.
    pub(crate) kind: &'static str,
    /// The plan's id.
    pub(crate) plan: String,
    /// Objects, in the order of the plan.
    pub(crate) items: Vec<Undone>,
    /// Counts.
    pub(crate) summary: UndoSummary,
}

/// What became of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Undone {
    /// Kind and name, such as `Secret dr/db01-ci`.
    pub(crate) object: String,
    /// `Removed`, `Kept`, `Gone`, `Failed` or `Skipped`.
    pub(crate) result: &'static str,
    /// Why it was kept, or could not be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// Counts over the objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndoSummary {
    /// Objects that were removed.
    pub(crate) removed: usize,
    /// Objects that stay, each with the reason.
    pub(crate) kept: usize,
    /// Objects that were not there any more, or never were.
    pub(crate) gone: usize,
    /// Objects that could not be removed.
    pub(crate) failed: usize,
    /// Whether the run was stopped before its end.
    pub(crate) interrupted: bool,
}

impl UndoReport {
    /// Counts what a run did.
    pub(crate) fn of(plan: &Plan, ran: &Ran) -> Self {
        let creates = ran
            .of(plan)
            .filter(|(step, _)| matches!(step.action, hv_change::Action::Create(_)));
        let items: Vec<Undone> = creates
            .map(|(step, item)| Undone {
                object: step.object.to_string(),
                result: name(item.result),
                reason: item.reason.clone(),
            })
            .collect();
        let count = |result| items.iter().filter(|item| item.result == result).count();
        let summary = UndoSummary {
            removed: count("Removed"),
            kept: count("Kept"),
            gone: count("Gone"),
            failed: count("Failed"),
            interrupted: ran.interrupted,
        };
        Self {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "UndoReport",
            plan: plan.id.clone(),
            items,
            summary,
        }
    }
}

fn name(result: ItemResult) -> &'static str {
    match result {
        ItemResult::Removed => "Removed",
        ItemResult::Kept => "Kept",
        ItemResult::Gone | ItemResult::Unchanged => "Gone",
        ItemResult::Failed | ItemResult::Refused => "Failed",
        ItemResult::Pending | ItemResult::Skipped | ItemResult::Created | ItemResult::Owned => {
            "Skipped"
        }
    }
}

/// The plans of this machine.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalList {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `JournalList`.
    pub(crate) kind: &'static str,
    /// The plans, by the time of their last change.
    pub(crate) items: Vec<JournalItem>,
}

/// A plan and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalItem {
    /// Its id.
    pub(crate) id: String,
    /// The plugin that runs it.
    pub(crate) made_by: String,
    /// uid of its cluster.
    pub(crate) cluster: String,
    /// `Running`, `Interrupted`, `Applied`, `Partial`, `UndoInterrupted`, `Undone` or `Unreadable`.
    pub(crate) phase: &'static str,
    /// Steps of the plan.
    pub(crate) steps: usize,
    /// Steps that took effect and were not taken back.
    pub(crate) done: usize,
    /// Steps that did not take effect.
    pub(crate) failed: usize,
    /// Steps of which nobody knows.
    pub(crate) open: usize,
    /// Steps that were taken back.
    pub(crate) removed: usize,
    /// Steps that were not taken back, for a reason.
    pub(crate) kept: usize,
    /// When something was noted last, by the clock of this machine.
    pub(crate) last_time: String,
    /// Why the journal cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl JournalItem {
    /// A journal that can be read.
    pub(crate) fn of(status: &Status) -> Self {
        Self {
            id: status.id.clone(),
            made_by: status.made_by.clone(),
            cluster: status.cluster.clone(),
            phase: match status.phase {
                Phase::Running => "Running",
                Phase::Interrupted => "Interrupted",
                Phase::Applied => "Applied",
                Phase::Partial => "Partial",
                Phase::UndoInterrupted => "UndoInterrupted",
                Phase::Undone => "Undone",
            },
            steps: status.steps,
            done: status.done,
            failed: status.failed,
            open: status.open,
            removed: status.removed,
            kept: status.kept,
            last_time: status.last_time.clone(),
            reason: None,
        }
    }

    /// A journal that cannot be read.
    pub(crate) fn unreadable(id: &str, why: String) -> Self {
        Self {
            id: id.to_owned(),
            made_by: String::new(),
            cluster: String::new(),
            phase: "Unreadable",
            steps: 0,
            done: 0,
            failed: 0,
            open: 0,
            removed: 0,
            kept: 0,
            last_time: String::new(),
            reason: Some(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use hv_testbed::generated::schema;

    use super::*;

    #[test]
    fn the_committed_schemas_are_those_of_the_documents() {
        schema::<UndoReport>("schemas/undo-report.schema.json");
        schema::<JournalList>("schemas/journal-list.schema.json");
    }
}
