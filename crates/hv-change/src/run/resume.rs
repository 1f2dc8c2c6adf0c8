//! Goes on with a plan after its run ended, whichever way.

use super::apply::first;
use super::begin::{check_cluster, moved};
use super::drive::Start;
use super::forward::{Ask, Forward, is_seen};
use super::outcome::{Item, ItemResult, MovedHow, Outcome, RunError};
use super::quiet::{is_hidden, is_written};
use super::survey::{Sight, Sights, survey};
use super::{Graph, Quiet, Run};
use crate::domain::Domain;
use crate::journal::{Done, Event, Made, Named, StepPast, Verb};
use crate::plan::{Action, Step};
use crate::target::Target;

/// What is known of a step before the run goes on.
struct Known {
    start: Start,
    item: Item,
    made: Option<Made>,
    /// What the journal does not know yet.
    events: Vec<Event>,
}

/// Goes on with a plan: what is recorded is compared with the cluster by lists, what is not done
/// is done.
pub async fn resume<T: Target, D: Domain>(run: &Run<'_, T, D>) -> Result<Outcome, RunError> {
    if run.journal.past().is_undo() {
        return Err(RunError::Undone);
    }
    let domain = Quiet::of(run.plan, run.domain);
    let run = &run.quietly(&domain);
    check_cluster(run).await?;
    let objects = run.plan.steps.iter().map(|step| &step.object);
    let sights = survey(run.target, run.domain, objects).await?;
    let known = judge(run, &sights);
    let past = run.journal.past();
    let unbegun = |step: &StepPast| !step.open && step.done.is_none();
    if past.steps.values().all(unbegun) && known.iter().all(|known| known.start == Start::Todo) {
        // Nothing was made yet, so that it can still be refused as a whole.
        let verb = past.run.map_or(Verb::Apply, |_| Verb::Resume);
        return first(run, None, verb).await;
    }
    if known.iter().any(|known| known.start == Start::Todo) {
        // What was only changed may have been changed by what is done already.
        let mut moved = moved(run).await?;
        moved.retain(|moved| moved.how != MovedHow::Changed);
        if !moved.is_empty() {
            return Err(RunError::MovedSince(moved));
        }
    }
    run.journal.append(Event::Run(Verb::Resume)).await?;
    let before = known
        .iter()
        .filter(|known| known.start == Start::Done)
        .count();
    let asks = vec![Ask::Now; known.len()];
    let forward = Forward::new(run, asks, before);
    let mut starts = Vec::with_capacity(known.len());
    for (place, known) in known.into_iter().enumerate() {
        for event in known.events {
            run.journal.append(event).await?;
        }
        starts.push(known.start);
        forward.know(place, known.item, known.made);
    }
    forward.drive(&starts).await
}

fn judge<T: Target, D: Domain>(run: &Run<'_, T, D>, sights: &Sights) -> Vec<Known> {
    let nothing = StepPast::default();
    let steps = &run.plan.steps;
    let makers = super::graph::makers(run.plan);
    debug_assert_eq!(Graph::of(run.plan).needs.len(), steps.len());
    let each = steps.iter().map(|step| {
        let past = run.journal.past().step(&step.id).unwrap_or(&nothing);
        let sight = sights.get(&step.object);
        match &step.action {
            Action::Create(_) => {
                let version = sight.map(|sight| sight.resource_version.as_str());
                let written = version
                    .is_some_and(|version| is_written(run.plan, run.journal.past(), step, version));
                of_creation(step, past, sight, &run.plan.id, written)
            }
            Action::Own { owner } => {
                let maker = makers.get(&step.object).map(|place| &steps[*place].id);
                let maker = maker.and_then(|id| run.journal.past().step(id));
                let mine = maker.and_then(|past| past.done.as_ref());
                let owner = sights.get(owner).map(|sight| sight.uid.as_str());
                of_owning(step, past, mine, sight, owner)
            }
        }
    });
    each.collect()
}

fn of_creation(
    step: &Step,
    past: &StepPast,
    sight: Option<&Sight>,
    plan: &str,
    written: bool,
) -> Known {
    match (&past.done, sight) {
        (Some(made), Some(sight)) if sight.uid == made.uid && !sight.deleting => {
            let changed = sight.digest != made.digest || written;
            let reason =
                changed.then(|| "it was changed by somebody since, and stays so".to_owned());
            let made = Made {
                // A write of somebody else's must not look like one of the plan's later.
                resource_version: match is_hidden(step) {
                    true => made.resource_version.clone(),
                    false => sight.resource_version.clone(),
                },
                ..made.clone()
            };
            done(
                step,
                past,
                sight,
                made,
                ItemResult::Unchanged,
                reason,
                Vec::new(),
            )
        }
        (Some(_), found) => {
            let how = match found {
                None => "it was removed by somebody",
                Some(sight) if sight.deleting => "it is being removed by somebody",
                Some(_) => "it was replaced by another of that name",
            };
            ended(format!("{how}, and is not made again"))
        }
        (None, Some(sight)) if sight.plan == plan && !sight.deleting => {
            // The answer to its creation was lost, or could not be written down.
            let made = Made {
                uid: sight.uid.clone(),
                resource_version: sight.resource_version.clone(),
                digest: sight.digest.clone(),
                generation: sight.generation,
            };
            let event = Event::Done(Done {
                step: step.id.clone(),
                uid: made.uid.clone(),
                resource_version: made.resource_version.clone(),
                digest: made.digest.clone(),
                generation: made.generation,
            });
            done(
                step,
                past,
                sight,
                made,
                ItemResult::Created,
                None,
                vec![event],
            )
        }
        (None, _) => todo(),
    }
}

fn done(
    step: &Step,
    past: &StepPast,
    sight: &Sight,
    made: Made,
    result: ItemResult,
    reason: Option<String>,
    mut events: Vec<Event>,
) -> Known {
    let seen = step.wait.is_none_or(|wait| is_seen(wait, &sight.phase));
    if seen && step.wait.is_some() && !past.seen {
        events.push(Event::Seen(Named {
            step: step.id.clone(),
        }));
    }
    let start = match seen || past.seen {
        true => Start::Done,
        false => Start::Waiting,
    };
    Known {
        start,
        item: Item { result, reason },
        made: Some(made),
        events,
    }
}

fn of_owning(
    step: &Step,
    past: &StepPast,
    mine: Option<&Made>,
    sight: Option<&Sight>,
    owner: Option<&str>,
) -> Known {
    let same = sight.filter(|sight| mine.is_none_or(|mine| mine.uid == sight.uid));
    let owned = same.is_some_and(|sight| {
        owner.is_some_and(|owner| sight.owners.iter().any(|uid| uid == owner))
    });
    let known = |reason: Option<&str>, events| Known {
        start: Start::Done,
        item: Item {
            result: ItemResult::Unchanged,
            reason: reason.map(str::to_owned),
        },
        made: None,
        events,
    };
    match (&past.done, same) {
        (Some(_), _) if owned => known(None, Vec::new()),
        (Some(_), Some(_)) if owner.is_some() => known(
            Some("its owner was taken away by somebody, and stays away"),
            Vec::new(),
        ),
        (Some(_), _) => ended("it or its owner was removed by somebody".to_owned()),
        (None, Some(sight)) if owned => {
            let event = Event::Done(Done {
                step: step.id.clone(),
                uid: sight.uid.clone(),
                resource_version: sight.resource_version.clone(),
                digest: mine.map_or(&sight.digest, |mine| &mine.digest).clone(),
                generation: sight.generation,
            });
            Known {
                item: Item {
                    result: ItemResult::Owned,
                    reason: None,
                },
                ..known(None, vec![event])
            }
        }
        (None, _) => todo(),
    }
}

fn ended(reason: String) -> Known {
    Known {
        start: Start::Ended,
        item: Item {
            result: ItemResult::Failed,
            reason: Some(reason),
        },
        made: None,
        events: Vec::new(),
    }
}

fn todo() -> Known {
    Known {
        start: Start::Todo,
        item: Item::default(),
        made: None,
        events: Vec::new(),
    }
}
