//! Removes what may be removed, each object after those that need it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::contents::stranger;
use super::judge::{Verdict, WRITTEN, touched, used};
use super::users::Users;
use crate::domain::Domain;
use crate::journal::{End, Event, Failed, Named, Removing, StepPast};
use crate::plan::{Action, ObjectRef, Step};
use crate::run::Run;
use crate::run::drive::{Next, Start, Work, drive};
use crate::run::graph::Graph;
use crate::run::look::{Found, look};
use crate::run::outcome::{Halt, Item, ItemResult, Outcome, RunError};
use crate::run::own::{Changed, Owners, change};
use crate::run::pace::{After, Pace};
use crate::run::progress::Counter;
use crate::run::quiet::is_hidden;
use crate::run::survey::{Sight, Sights, survey};
use crate::target::{Answer, Precondition, Remedy, Target, meta};

/// How long a look at the users of claims is good for; claims that go together share one.
const FRESH: Duration = Duration::from_secs(2);

/// The steps of a plan on their way back.
pub(super) struct Back<'a, T, D> {
    run: &'a Run<'a, T, D>,
    pace: Pace,
    counter: Counter,
    verdicts: Vec<Verdict>,
    sights: RefCell<Sights>,
    /// uids of everything that the plan created and that was there.
    uids: BTreeSet<String>,
    items: RefCell<Vec<Item>>,
    /// Who uses the claims, and when that was read.
    users: Mutex<Option<(Instant, Users)>>,
}

impl<'a, T: Target, D: Domain> Back<'a, T, D> {
    pub(super) fn new(run: &'a Run<'a, T, D>, sights: Sights, verdicts: Vec<Verdict>) -> Self {
        let steps = &run.plan.steps;
        let removed = steps.iter().zip(&verdicts).filter(|(step, verdict)| {
            matches!(step.action, Action::Create(_))
                && matches!(verdict, Verdict::Remove | Verdict::Await)
        });
        let uids = removed
            .filter_map(|(step, _)| Some(sights.get(&step.object)?.uid.clone()))
            .collect();
        Self {
            run,
            pace: run.pace(),
            counter: Counter::new(steps.len(), 0),
            items: RefCell::new(vec![Item::default(); steps.len()]),
            users: Mutex::new(None),
            verdicts,
            sights: RefCell::new(sights),
            uids,
        }
    }

    pub(super) async fn drive(self, graph: &Graph) -> Result<Outcome, RunError> {
        let starts = vec![Start::Todo; self.run.plan.steps.len()];
        drive(&self, graph, &starts, &self.pace).await;
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
            if let Err(error) = self.run.journal.append(Event::End(end)).await {
                outcome.halted = Some(Halt::Journal(error));
            }
        }
        Ok(outcome)
    }

    fn step(&self, place: usize) -> &'a Step {
        &self.run.plan.steps[place]
    }

    fn sight(&self, object: &ObjectRef) -> Option<Sight> {
        self.sights.borrow().get(object).cloned()
    }

    /// Takes in how an object is after a change of ours, unless somebody changed more.
    fn know(&self, object: &ObjectRef, sight: Sight) {
        let mut sights = self.sights.borrow_mut();
        let known = sights.get_mut(object);
        if let Some(known) = known.filter(|known| known.digest == sight.digest) {
            *known = sight;
        }
    }

    fn settle(&self, place: usize, result: ItemResult, reason: Option<String>) {
        self.counter.count();
        self.items.borrow_mut()[place] = Item { result, reason };
    }

    async fn note(&self, event: Event) -> bool {
        match self.run.journal.append(event).await {
            Ok(()) => true,
            Err(error) => {
                self.pace.halt(Halt::Journal(error));
                false
            }
        }
    }

    async fn removed(&self, place: usize) -> Next {
        let step = self.step(place).id.clone();
        self.settle(place, ItemResult::Removed, None);
        match self.note(Event::Removed(Named { step })).await {
            true => Next::Go,
            false => Next::Leave,
        }
    }

    async fn kept(&self, place: usize, reason: String) -> Next {
        let step = self.step(place).id.clone();
        self.settle(place, ItemResult::Kept, Some(reason.clone()));
        self.note(Event::Kept(Failed { step, reason })).await;
        // What it needs was judged to stay as well, or is found in use at its turn.
        Next::End
    }

    fn failed(&self, place: usize, reason: String) -> Next {
        self.settle(place, ItemResult::Failed, Some(reason));
        Next::End
    }

    async fn intend(&self, step: &Step, uid: &str) -> bool {
        let removing = Removing {
            step: step.id.clone(),
            uid: uid.to_owned(),
        };
        self.note(Event::Removing(removing)).await
    }

    async fn disown(&self, place: usize, owner: &ObjectRef) -> Next {
        let step = self.step(place);
        let (Some(mine), Some(owner)) = (self.sight(&step.object), self.sight(owner)) else {
            return self.removed(place).await;
        };
        if !self.intend(step, &mine.uid).await {
            return Next::Leave;
        }
        let at = Precondition {
            uid: &mine.uid,
            resource_version: &mine.resource_version,
        };
        let remove = Owners::Remove(&owner.uid);
        let changed = change(self.run.target, &step.object, at, None, &remove, &self.pace);
        match changed.await {
            Changed::Done { object, alone } => {
                // An edit that came in between is seen at the object's own turn by its version.
                if alone || !is_hidden(step) {
                    self.know(&step.object, Sight::of(&object, self.run.domain));
                }
                self.removed(place).await
            }
            Changed::Gone => self.removed(place).await,
            Changed::Stopped => Next::Leave,
            Changed::Refused(why) | Changed::Failed(why) => self.failed(place, why),
        }
    }

    /// Who uses a claim now, in words. What was seen before the first removal may be old.
    async fn user(&self, claim: &ObjectRef) -> Option<String> {
        let mut read = self.users.lock().await;
        let fresh = read.take().filter(|(at, _)| at.elapsed() < FRESH);
        let (at, users) = if let Some(fresh) = fresh {
            fresh
        } else {
            let sights = self.sights.borrow().clone();
            match Users::read(self.run.target, &sights).await {
                Ok(users) => (Instant::now(), users),
                Err(error) => return Some(format!("nobody knows who uses it: {error}")),
            }
        };
        let uids = self.uids.iter().map(String::as_str).collect();
        let user = used(claim, &users, &uids);
        *read = Some((at, users));
        user
    }

    async fn remove(&self, place: usize) -> Next {
        let step = self.step(place);
        let Some(mut sight) = self.sight(&step.object) else {
            return self.removed(place).await;
        };
        if step.object.kind == "Namespace" {
            match stranger(self.run.target, &step.object.name, &self.uids).await {
                Ok(None) => {}
                Ok(Some(found)) => return self.kept(place, format!("{found} is in it")).await,
                Err(error) => {
                    let why = format!("nobody knows what is in it: {error}");
                    return self.kept(place, why).await;
                }
            }
        }
        if step.object.kind == "PersistentVolumeClaim"
            && let Some(why) = self.user(&step.object).await
        {
            return self.kept(place, why).await;
        }
        if !self.intend(step, &sight.uid).await {
            return Next::Leave;
        }
        let mut tries = 0;
        loop {
            let at = Precondition {
                uid: &sight.uid,
                resource_version: &sight.resource_version,
            };
            let (why, asked) = match self.run.target.delete(&step.object, at).await {
                // Without finalizers it is gone at once, and the answer says only that.
                Answer::Done(answer) if answer["kind"] == "Status" => {
                    return self.removed(place).await;
                }
                Answer::Done(_) => return Next::Wait,
                Answer::Lost(why) | Answer::Unsent(why) => (why, None),
                Answer::Refused(refusal) => match (refusal.code, refusal.remedy()) {
                    (404, _) => return self.removed(place).await,
                    (_, Remedy::Halt) => {
                        self.pace.halt(Halt::Credentials(refusal.sentence()));
                        return Next::Leave;
                    }
                    // A webhook may still see the VM that went a moment ago.
                    (_, Remedy::None) if !refusal.message.contains("denied the request") => {
                        return self.failed(place, refusal.sentence());
                    }
                    _ => (refusal.sentence(), refusal.retry_after),
                },
            };
            tries += 1;
            if tries > self.pace.limits.tries {
                return self.failed(place, why);
            }
            match self.pace.pause(tries, asked).await {
                After::Again => {}
                After::Stopped => return Next::Leave,
                After::Exhausted => return self.failed(place, why),
            }
            match look(self.run.target, &step.object, &self.pace).await {
                Found::Nothing => return self.removed(place).await,
                Found::Object(found) if meta(&found, "uid") != sight.uid => {
                    return self.removed(place).await;
                }
                Found::Object(found) => {
                    let now = Sight::of(&found, self.run.domain);
                    if now.deleting {
                        return Next::Wait;
                    }
                    let nothing = StepPast::default();
                    let past = self.run.journal.past().step(&step.id).unwrap_or(&nothing);
                    let uids = self.uids.iter().map(String::as_str).collect();
                    if let Some(why) = touched(step, past, &now, &uids) {
                        return self.kept(place, why.to_owned()).await;
                    }
                    if is_hidden(step) && now.resource_version != sight.resource_version {
                        return self.kept(place, WRITTEN.to_owned()).await;
                    }
                    sight = now;
                }
                Found::Unknown(why) => return self.failed(place, why),
            }
        }
    }
}

impl<T: Target, D: Domain> Work for Back<'_, T, D> {
    fn kind(&self, place: usize) -> &str {
        &self.step(place).object.kind
    }

    async fn perform(&self, place: usize) -> Next {
        let step = self.step(place);
        match (&self.verdicts[place], &step.action) {
            (Verdict::Gone(reason), _) => {
                self.settle(place, ItemResult::Gone, reason.clone());
                Next::Go
            }
            (Verdict::Keep(why), _) => {
                self.kept(place, why.clone()).await;
                // Those that it needs are judged on their own.
                Next::Go
            }
            (Verdict::Await, _) => Next::Wait,
            (Verdict::Remove, Action::Own { owner }) => self.disown(place, owner).await,
            (Verdict::Remove, Action::Create(_)) => self.remove(place).await,
        }
    }

    async fn look(&self, waiting: Vec<usize>) -> Vec<(usize, Next)> {
        let objects = waiting.iter().map(|place| &self.step(*place).object);
        let Ok(now) = survey(self.run.target, self.run.domain, objects).await else {
            return Vec::new();
        };
        let mut through = Vec::new();
        for place in waiting {
            let object = &self.step(place).object;
            let before = self.sight(object).map(|sight| sight.uid);
            if now.get(object).map(|sight| sight.uid.clone()) != before || before.is_none() {
                through.push((place, self.removed(place).await));
            } else if let Some(sight) = now.get(object) {
                self.sights
                    .borrow_mut()
                    .insert(object.clone(), sight.clone());
            }
        }
        through
    }

    async fn give_up(&self, place: usize) {
        let sight = self.sight(&self.step(place).object).unwrap_or_default();
        let why = match sight.finalizers.is_empty() {
            true => "it is being removed, but is not gone".to_owned(),
            false => format!(
                "it is being removed, but waits for {}",
                sight.finalizers.join(", ")
            ),
        };
        self.failed(place, why);
    }

    fn skip(&self, place: usize, because: usize) {
        let because = &self.step(because).object;
        let why = format!("{because} is still there and needs it");
        self.settle(place, ItemResult::Skipped, Some(why));
    }

    fn report(&self, waiting: usize) {
        (self.run.progress)(&self.counter.progress(waiting));
    }
}
