//! The first run of a plan.

use super::begin::{check_cluster, moved};
use super::drive::Start;
use super::forward::{Ask, Forward};
use super::outcome::{Item, Outcome, RunError};
use super::{Graph, Quiet, Run};
use crate::domain::Domain;
use crate::journal::{Event, Verb};
use crate::oracle::{self, Asked, Verdict, ask_of, may_go_unasked};
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
    let domain = Quiet::of(run.plan, run.domain);
    let run = &run.quietly(&domain);
    check_cluster(run).await?;
    first(run, asked, Verb::Apply).await
}

/// Does a plan of which nothing was done before: checks everything, then begins.
pub(super) async fn first<T: Target, D: Domain>(
    run: &Run<'_, T, D>,
    asked: Option<Vec<Asked>>,
    verb: Verb,
) -> Result<Outcome, RunError> {
    let moved = moved(run).await?;
    if !moved.is_empty() {
        return Err(RunError::Moved(moved));
    }
    let asked = match asked {
        Some(asked) => ask_again(run, asked).await,
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
    for Asked { place, verdict } in &asked {
        if let (Verdict::Unavailable(why), Some(step)) = (verdict, run.plan.steps.get(*place))
            && !may_go_unasked(why)
        {
            let object = &step.object;
            let why = format!("the server could not be asked about {object}: {why}");
            return Err(RunError::Unreadable(why));
        }
    }
    run.journal.append(Event::Run(verb)).await?;
    let mut asks = vec![Ask::Now; run.plan.steps.len()];
    for Asked { place, verdict } in asked {
        if let Some(ask) = asks.get_mut(place) {
            *ask = match verdict {
                Verdict::Accepted(digest) => Ask::Before(Some(digest)),
                Verdict::Later(_) | Verdict::Unavailable(_) | Verdict::Refused(_) => Ask::Now,
            };
        }
    }
    let starts = vec![Start::Todo; run.plan.steps.len()];
    Forward::new(run, asks, 0).drive(&starts).await
}

/// Asks again what could not be asked, which may have been a while ago.
async fn ask_again<T: Target, D: Domain>(run: &Run<'_, T, D>, asked: Vec<Asked>) -> Vec<Asked> {
    let (graph, pace) = (Graph::of(run.plan), run.pace());
    let mut answers = Vec::with_capacity(asked.len());
    for mut one in asked {
        let is_open = matches!(&one.verdict, Verdict::Unavailable(why) if !may_go_unasked(why));
        if is_open && one.place < run.plan.steps.len() {
            one.verdict = ask_of(run.plan, &graph, one.place, run.target, run.domain, &pace).await;
        }
        answers.push(one);
    }
    answers
}
