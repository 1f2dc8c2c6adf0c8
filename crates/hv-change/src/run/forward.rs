//! Does the steps of a plan: the part that a first run and a resumed one share.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::create::{Created, create};
use super::drive::{Next, Start, Work, drive};
use super::outcome::{Halt, Item, ItemResult, Outcome, RunError};
use super::own::{Changed, Owners, change};
use super::progress::Counter;
use super::survey::survey;
use super::{Graph, Pace, Run, stamped};
use crate::domain::Domain;
use crate::journal::{Done, End, Event, Failed, Intent, Made, Named};
use crate::oracle::{Verdict, ask_one, may_go_unasked};
use crate::plan::{Action, ObjectRef, Step, Wait};
use crate::target::{Precondition, Target, meta};

/// Whether the server is asked before a step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// It is asked now.
    Now,
    /// It was asked before; the digest of what it said it would store.
    Before(Option<String>),
}

/// The steps of a plan on their way.
pub(super) struct Forward<'a, T, D> {
    run: &'a Run<'a, T, D>,
    graph: Graph,
    pace: Pace,
    counter: Counter,
    asks: Vec<Ask>,
    items: RefCell<Vec<Item>>,
    made: RefCell<BTreeMap<&'a ObjectRef, Made>>,
    stopped_groups: RefCell<BTreeSet<&'a str>>,
}

impl<'a, T: Target, D: Domain> Forward<'a, T, D> {
    pub(super) fn new(run: &'a Run<'a, T, D>, asks: Vec<Ask>, before: usize) -> Self {
        let steps = run.plan.steps.len();
        Self {
            run,
            graph: Graph::of(run.plan),
            pace: run.pace(),
            counter: Counter::new(steps, before),
            asks,
            items: RefCell::new(vec![Item::default(); steps]),
            made: RefCell::default(),
            stopped_groups: RefCell::default(),
        }
    }

    /// Notes what is known of a step from before.
    pub(super) fn know(&self, place: usize, item: Item, made: Option<Made>) {
        self.items.borrow_mut()[place] = item;
        if let Some(made) = made {
            let object = &self.run.plan.steps[place].object;
            self.made.borrow_mut().insert(object, made);
        }
    }

    /// Does everything that can be done.
    pub(super) async fn drive(self, starts: &[Start]) -> Result<Outcome, RunError> {
        drive(&self, &self.graph, starts, &self.pace).await;
        let mut outcome = Outcome {
            items: self.items.take(),
            interrupted: false,
            halted: self.pace.halted(),
        };
        let complete = outcome.is_complete();
        outcome.interrupted = self.pace.stop.is_set() && !complete;
        if outcome.halted.is_none() {
            let end = End {
                interrupted: outcome.interrupted,
                complete,
            };
            // Everything else is on disk; that it ended is for people only.
            if let Err(error) = self.run.journal.append(Event::End(end)).await {
                outcome.halted = Some(Halt::Journal(error));
            }
        }
        Ok(outcome)
    }

    fn step(&self, place: usize) -> &'a Step {
        &self.run.plan.steps[place]
    }

    /// Notes what became of a step.
    fn settle(&self, place: usize, result: ItemResult, reason: Option<String>) {
        self.counter.count();
        self.items.borrow_mut()[place] = Item { result, reason };
    }

    /// A step of a group that cannot be done ends the group.
    fn end(&self, place: usize, result: ItemResult, reason: String) -> Next {
        self.stopped_groups
            .borrow_mut()
            .insert(&self.step(place).group);
        self.settle(place, result, Some(reason));
        Next::End
    }

    /// Notes something in the journal; if that fails, nothing more is begun.
    async fn note(&self, event: Event) -> bool {
        match self.run.journal.append(event).await {
            Ok(()) => true,
            Err(error) => {
                self.pace.halt(Halt::Journal(error));
                false
            }
        }
    }

    async fn note_failed(&self, step: &Step, reason: &str) {
        let failed = Failed {
            step: step.id.clone(),
            reason: reason.to_owned(),
        };
        self.note(Event::Failed(failed)).await;
    }

    async fn note_done(&self, step: &'a Step, object: &Value, digest: String) {
        let made = Made {
            uid: meta(object, "uid").to_owned(),
            resource_version: meta(object, "resourceVersion").to_owned(),
            digest,
            generation: object["metadata"]["generation"].as_u64(),
        };
        let done = Done {
            step: step.id.clone(),
            uid: made.uid.clone(),
            resource_version: made.resource_version.clone(),
            digest: made.digest.clone(),
            generation: made.generation,
        };
        self.made.borrow_mut().insert(&step.object, made);
        self.note(Event::Done(done)).await;
    }

    async fn perform_create(&self, place: usize) -> Next {
        let step = self.step(place);
        let expected = match &self.asks[place] {
            Ask::Before(expected) => expected.clone(),
            Ask::Now => {
                let run = self.run;
                match ask_one(run.plan, place, run.target, run.domain, &self.pace).await {
                    Verdict::Accepted(digest) => Some(digest),
                    Verdict::Refused(refusal) if is_ours_perhaps(refusal.code) => None,
                    Verdict::Refused(refusal) => {
                        let why = refusal.sentence();
                        self.note_failed(step, &why).await;
                        return self.end(place, ItemResult::Refused, why);
                    }
                    Verdict::Unavailable(_) if self.pace.is_over() => return Next::Leave,
                    Verdict::Unavailable(why) if !may_go_unasked(&why) => {
                        let why = format!("the server could not be asked about it: {why}");
                        self.note_failed(step, &why).await;
                        return self.end(place, ItemResult::Failed, why);
                    }
                    Verdict::Later(_) | Verdict::Unavailable(_) => None,
                }
            }
        };
        if self.pace.is_over() {
            return Next::Leave;
        }
        let body = match stamped(self.run.plan, step, self.run.domain) {
            Ok(body) => body,
            Err(why) => return self.end(place, ItemResult::Failed, why),
        };
        let intent = Intent {
            step: step.id.clone(),
            expected,
        };
        if !self.note(Event::Intent(intent)).await {
            return Next::Leave;
        }
        let created = create(
            self.run.plan,
            &step.object,
            &body,
            self.run.target,
            &self.pace,
        );
        match created.await {
            Created::Ours(object) => {
                let digest = self.run.domain.digest(&object);
                self.note_done(step, &object, digest).await;
                match step.wait {
                    Some(wait) if !is_seen(wait, phase(&object)) => {
                        self.items.borrow_mut()[place].result = ItemResult::Created;
                        Next::Wait
                    }
                    Some(_) => {
                        self.note_seen(step).await;
                        self.settle(place, ItemResult::Created, None);
                        Next::Go
                    }
                    None => {
                        self.settle(place, ItemResult::Created, None);
                        Next::Go
                    }
                }
            }
            Created::Refused(why) => {
                self.note_failed(step, &why).await;
                self.end(place, ItemResult::Refused, why)
            }
            Created::Failed(why) => {
                self.note_failed(step, &why).await;
                self.end(place, ItemResult::Failed, why)
            }
            // The intent stays open: the next run looks for the object.
            Created::Unknown(why) => {
                let why = format!("nobody knows whether it was created: {why}");
                self.end(place, ItemResult::Failed, why)
            }
            Created::Stopped => Next::Leave,
        }
    }

    async fn perform_own(&self, place: usize, owner: &ObjectRef) -> Next {
        let step = self.step(place);
        let (mine, owners) = {
            let made = self.made.borrow();
            (made.get(&step.object).cloned(), made.get(owner).cloned())
        };
        let (Some(mine), Some(owners)) = (mine, owners) else {
            let why = "the object or its owner is not there".to_owned();
            return self.end(place, ItemResult::Failed, why);
        };
        let intent = Intent {
            step: step.id.clone(),
            expected: None,
        };
        if !self.note(Event::Intent(intent)).await {
            return Next::Leave;
        }
        let at = Precondition {
            uid: &mine.uid,
            resource_version: &mine.resource_version,
        };
        let add = Owners::Add {
            owner,
            uid: &owners.uid,
        };
        // What the plan creates has no owners, and the resource version says that it still is so.
        let known = Value::Null;
        let changed = change(
            self.run.target,
            &step.object,
            at,
            Some(&known),
            &add,
            &self.pace,
        );
        let (result, why) = match changed.await {
            Changed::Done { mut object, alone } => {
                if !alone {
                    // The version up to which only the plan has written it.
                    object["metadata"]["resourceVersion"] = mine.resource_version.into();
                }
                // What it was right after its creation is what counts for taking it back.
                self.note_done(step, &object, mine.digest).await;
                self.settle(place, ItemResult::Owned, None);
                return Next::Go;
            }
            Changed::Stopped => return Next::Leave,
            Changed::Gone => (ItemResult::Failed, "it was removed by somebody".to_owned()),
            Changed::Refused(why) => (ItemResult::Refused, why),
            Changed::Failed(why) => (ItemResult::Failed, why),
        };
        self.note_failed(step, &why).await;
        self.end(place, result, why)
    }

    async fn note_seen(&self, step: &Step) {
        let step = step.id.clone();
        self.note(Event::Seen(Named { step })).await;
    }
}

impl<T: Target, D: Domain> Work for Forward<'_, T, D> {
    fn kind(&self, place: usize) -> &str {
        &self.step(place).object.kind
    }

    async fn perform(&self, place: usize) -> Next {
        let step = self.step(place);
        if self.stopped_groups.borrow().contains(step.group.as_str()) {
            let why = format!("another step for {} could not be done", step.group);
            self.settle(place, ItemResult::Skipped, Some(why));
            return Next::End;
        }
        match &step.action {
            Action::Create(_) => self.perform_create(place).await,
            Action::Own { owner } => self.perform_own(place, owner).await,
        }
    }

    async fn look(&self, waiting: Vec<usize>) -> Vec<(usize, Next)> {
        let objects = waiting.iter().map(|place| &self.step(*place).object);
        let Ok(sights) = survey(self.run.target, self.run.domain, objects).await else {
            // The next look may succeed; the patience ends it otherwise.
            return Vec::new();
        };
        let mut through = Vec::new();
        for place in waiting {
            let step = self.step(place);
            match (sights.get(&step.object), step.wait) {
                (None, _) => {
                    let why = "it was removed by somebody".to_owned();
                    through.push((place, self.end(place, ItemResult::Failed, why)));
                }
                (Some(sight), Some(wait)) if !is_seen(wait, &sight.phase) => {}
                (Some(_), _) => {
                    self.note_seen(step).await;
                    let result = self.items.borrow()[place].result;
                    self.settle(place, result, None);
                    through.push((place, Next::Go));
                }
            }
        }
        through
    }

    async fn give_up(&self, place: usize) {
        let wanted = match self.step(place).wait {
            Some(Wait::Bound) => "bound",
            Some(Wait::Active) | None => "active",
        };
        let patience = self.pace.limits.patience.as_secs();
        let why =
            format!("it was created, but is not {wanted} {patience} s after the last progress");
        self.end(place, ItemResult::Failed, why);
    }

    fn skip(&self, place: usize, because: usize) {
        let because = &self.step(because).object;
        let why = format!("it needs {because}");
        self.settle(place, ItemResult::Skipped, Some(why));
    }

    fn report(&self, waiting: usize) {
        (self.run.progress)(&self.counter.progress(waiting));
    }
}

/// A conflict of a dry run may be with the very object that a lost request created.
fn is_ours_perhaps(code: u16) -> bool {
    code == 409
}

pub(super) fn is_seen(wait: Wait, phase: &str) -> bool {
    match wait {
        Wait::Bound => phase == "Bound",
        Wait::Active => phase == "Active",
    }
}

fn phase(object: &Value) -> &str {
    object["status"]["phase"].as_str().unwrap_or_default()
}
