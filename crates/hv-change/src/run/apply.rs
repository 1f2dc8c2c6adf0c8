//! The first run of a plan.

use super::Run;
use super::begin::{check_cluster, moved};
use super::drive::Start;
use super::forward::{Ask, Forward};
use super::outcome::{Item, Outcome, RunError};
use crate::domain::Domain;
use crate::journal::{Event, Verb};
use crate::oracle::{self, Asked, Verdict};
use crate::target::Target;

/// Does a plan that was not begun before.
///
/// Cluster and bases are checked, and every step is asked of the server unless the answers are
/// given; nothing is changed if anything is wrong. A refused step does not keep others from being
/// done only once the writing has begun.
pub async fn apply<T: Target, D: Domain>(
    run: &Run<'_, T, D>,
    asked: Option<Vec<Asked>>,
) -> Result<Outcome, RunError> {
    if run.journal.past().run.is_some() {
        return Err(RunError::Begun);
    }
    check_cluster(run).await?;
    let moved = moved(run).await?;
    if !moved.is_empty() {
        return Err(RunError::Moved(moved));
    }
    let asked = match asked {
        Some(asked) => asked,
        None => oracle::ask(run.plan, run.target, run.domain, &run.limits, &run.stop).await,
    };
    if asked.iter().any(Asked::is_refused) {
        return Err(RunError::Refused(asked));
    }
    if run.stop.is_set() {
        return Ok(Outcome {
            items: vec![Item::default(); run.plan.steps.len()],
            interrupted: true,
            halted: None,
        });
    }
    run.journal.append(Event::Run(Verb::Apply)).await?;
    let mut asks = vec![Ask::Now; run.plan.steps.len()];
    for Asked { place, verdict } in asked {
        if let Some(ask) = asks.get_mut(place) {
            *ask = match verdict {
                Verdict::Accepted(digest) => Ask::Before(Some(digest)),
                Verdict::Unavailable(_) => Ask::Before(None),
                Verdict::Later(_) | Verdict::Refused(_) => Ask::Now,
            };
        }
    }
    let starts = vec![Start::Todo; run.plan.steps.len()];
    Forward::new(run, asks, 0).drive(&starts).await
}
