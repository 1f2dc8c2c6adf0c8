//! A run that did not begin, as people read it.

use hv_change::{Asked, Plan, RunError, Verdict};
use hv_cli::{ExitKind, Failure};

use super::journal;

/// Refusals that are told in full; more would hide the first.
const SHOWN: usize = 10;

/// A run that did not begin; nothing was changed.
pub(super) fn failure(error: &RunError, plan: &Plan) -> Failure {
    match error {
        RunError::OtherCluster { context, .. } => {
            let failure = Failure::refused(error.to_string());
            match context {
                Some(context) => {
                    failure.hint(format!("the plan was made with --context {context}"))
                }
                None => failure.hint("name the cluster with --context or --kubeconfig"),
            }
        }
        RunError::Moved(_) => {
            Failure::refused(format!("what the plan builds on is not as it was: {error}"))
                .hint("nothing was changed; make a new plan: {cmd} plan …")
        }
        RunError::MovedSince(_) => {
            let id = &plan.id;
            Failure::refused(format!("what the plan builds on is not as it was: {error}")).hint(
                format!("a part of it is done; take that back: {{cmd}} undo {id}"),
            )
        }
        RunError::Refused(asked) => refused(asked, plan),
        RunError::Unreadable(_) => {
            Failure::no_verdict(error.to_string()).hint("nothing was changed")
        }
        RunError::Begun => {
            let id = &plan.id;
            Failure::refused(error.to_string())
                .hint(format!("go on with it: {{cmd}} resume {id}"))
                .hint(format!("take it back: {{cmd}} undo {id}"))
        }
        RunError::Undone => Failure::refused(error.to_string())
            .hint("make a new plan from the same bundles and the same map: {cmd} plan …"),
        RunError::Journal(error) => journal::failure(error),
        _ => Failure::failed(error.to_string()),
    }
}

/// What the cluster's admission refuses, all at once.
pub(super) fn refused(asked: &[Asked], plan: &Plan) -> Failure {
    let mut lines: Vec<String> = asked
        .iter()
        .filter_map(|one| {
            let Verdict::Refused(refusal) = &one.verdict else {
                return None;
            };
            let object = &plan.steps.get(one.place)?.object;
            Some(format!("{object}: {}", refusal.sentence()))
        })
        .collect();
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    let all = lines.join("\n  ");
    Failure::new(
        ExitKind::Refused,
        format!("the cluster would refuse:\n  {all}"),
    )
    .hint("nothing was changed; {cmd} preflight tells what helps")
}
