//! Takes a plan back: only what it created, and only what nobody else changed or uses.

mod back;
mod contents;
mod judge;
mod users;

use super::begin::check_cluster;
use super::graph::makers;
use super::outcome::{Outcome, RunError};
use super::survey::survey;
use super::{Graph, Quiet, Run};
use crate::domain::Domain;
use crate::journal::{Event, Verb};
use crate::target::Target;

/// Takes a plan back, in the reverse order. It can be repeated, and goes on where it was ended.
pub async fn undo<T: Target, D: Domain>(run: &Run<'_, T, D>) -> Result<Outcome, RunError> {
    let domain = Quiet::of(run.plan, run.domain);
    let run = &run.quietly(&domain);
    check_cluster(run).await?;
    let objects = run.plan.steps.iter().map(|step| &step.object);
    let sights = survey(run.target, run.domain, objects).await?;
    let users = users::Users::read(run.target, &sights).await?;
    let graph = Graph::of(run.plan);
    let verdicts = judge::judge(run, &graph, &makers(run.plan), &sights, &users);
    run.journal.append(Event::Run(Verb::Undo)).await?;
    back::Back::new(run, sights, verdicts)
        .drive(&graph.reversed())
        .await
}
