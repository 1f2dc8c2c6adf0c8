//! What of a plan may be taken back, and what has to stay; pure.

use std::collections::{BTreeMap, BTreeSet};

use super::users::Users;
use crate::domain::Domain;
use crate::journal::StepPast;
use crate::plan::{Action, Body, ObjectRef, Step};
use crate::run::quiet::is_written;
use crate::run::survey::{Sight, Sights, filling};
use crate::run::{Graph, Run};
use crate::target::Target;

/// Kinds whose specification only people change, so that its number tells of a change that was
/// made and taken back: a VM that ran.
const COUNTED: &[&str] = &["VirtualMachine"];

/// Why something stays whose texts are not compared.
pub(super) const WRITTEN: &str = "it was written since it was created";

/// What is done about a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is taken back.
    Remove,
    /// It is on its way out.
    Await,
    /// There is nothing to take back.
    Gone(Option<String>),
    /// It stays; why.
    Keep(String),
}

/// Judges each step; what is needed by something that stays, stays as well.
pub(super) fn judge<T: Target, D: Domain>(
    run: &Run<'_, T, D>,
    graph: &Graph,
    makers: &BTreeMap<&ObjectRef, usize>,
    sights: &Sights,
    users: &Users,
) -> Vec<Verdict> {
    let steps = &run.plan.steps;
    let nothing = StepPast::default();
    let past = |place: usize| {
        run.journal
            .past()
            .step(&steps[place].id)
            .unwrap_or(&nothing)
    };
    let uids: BTreeSet<&str> = makers
        .iter()
        .filter_map(|(object, place)| ours(past(*place), sights.get(object)?, &run.plan.id))
        .collect();
    let mut verdicts: Vec<Verdict> = (0..steps.len())
        .map(|place| {
            let step = &steps[place];
            match (&step.action, sights.get(&step.object)) {
                (_, None) => Verdict::Gone(None),
                (Action::Create(_), Some(sight)) => {
                    let past = past(place);
                    let verdict = of_object(step, past, sight, &run.plan.id, &uids);
                    let version = &sight.resource_version;
                    match used(&step.object, users, &uids) {
                        _ if verdict == Verdict::Remove
                            && is_written(run.plan, run.journal.past(), step, version) =>
                        {
                            Verdict::Keep(WRITTEN.to_owned())
                        }
                        Some(why) if verdict == Verdict::Remove => Verdict::Keep(why),
                        _ => verdict,
                    }
                }
                (Action::Own { owner }, Some(sight)) => {
                    let owner = sights.get(owner).map(|owner| owner.uid.as_str());
                    match owner.is_some_and(|owner| sight.owners.iter().any(|uid| uid == owner)) {
                        true => Verdict::Remove,
                        false => Verdict::Gone(None),
                    }
                }
            }
        })
        .collect();
    keep_disks(run, graph, sights, &mut verdicts);
    // From the last step to the first, so that each is judged before those that it needs.
    for place in (0..steps.len()).rev() {
        if let Action::Own { owner } = &steps[place].action {
            // An owner that stays stays the owner, and what it owns is needed by it.
            let owner_stays = makers
                .get(owner)
                .is_some_and(|maker| matches!(verdicts[*maker], Verdict::Keep(_)));
            if owner_stays && verdicts[place] == Verdict::Remove {
                verdicts[place] = Verdict::Keep(format!("{owner} stays"));
                keep_needs(graph, &mut verdicts, place, &step_name(run, place));
            }
            continue;
        }
        if let Verdict::Keep(_) = verdicts[place] {
            keep_needs(graph, &mut verdicts, place, &step_name(run, place));
            keep_owning(run, &mut verdicts, place);
        }
    }
    verdicts
}

fn step_name<T: Target, D: Domain>(run: &Run<'_, T, D>, place: usize) -> String {
    run.plan.steps[place].object.to_string()
}

/// Keeps everything that a step needs, directly or not.
fn keep_needs(graph: &Graph, verdicts: &mut [Verdict], place: usize, name: &str) {
    let mut open = vec![place];
    let mut seen = BTreeSet::from([place]);
    while let Some(next) = open.pop() {
        for &need in &graph.needs[next] {
            if seen.insert(need) {
                if verdicts[need] == Verdict::Remove {
                    verdicts[need] = Verdict::Keep(format!("{name} stays and needs it"));
                }
                open.push(need);
            }
        }
    }
}

/// Keeps the claims of VMs that somebody else removed: whether they ran, and what they wrote,
/// cannot be seen any more.
fn keep_disks<T: Target, D: Domain>(
    run: &Run<'_, T, D>,
    graph: &Graph,
    sights: &Sights,
    verdicts: &mut [Verdict],
) {
    let steps = &run.plan.steps;
    let is_made = |step: &Step| matches!(step.action, Action::Create(_));
    for (place, vm) in steps.iter().enumerate() {
        if vm.object.kind != "VirtualMachine" || !is_made(vm) {
            continue;
        }
        let Some(past) = run.journal.past().step(&vm.id) else {
            continue;
        };
        let Some(made) = &past.done else { continue };
        let there = sights
            .get(&vm.object)
            .is_some_and(|sight| sight.uid == made.uid && !sight.deleting);
        if there || past.removed || past.removing.is_some() {
            continue;
        }
        for (other, claim) in steps.iter().enumerate() {
            let its = claim.group == vm.group || graph.needs[place].contains(&other);
            let is_claim = claim.object.kind == "PersistentVolumeClaim" && is_made(claim);
            if its && is_claim && verdicts[other] == Verdict::Remove {
                let why = format!("{} was removed by somebody and may have run", vm.object);
                verdicts[other] = Verdict::Keep(why);
            }
        }
    }
}

/// What an object that stays owns keeps its owner.
fn keep_owning<T: Target, D: Domain>(run: &Run<'_, T, D>, verdicts: &mut [Verdict], place: usize) {
    let kept = &run.plan.steps[place].object;
    for (other, step) in run.plan.steps.iter().enumerate() {
        let owns = matches!(&step.action, Action::Own { owner } if owner == kept);
        if owns && verdicts[other] == Verdict::Remove {
            verdicts[other] = Verdict::Keep(format!("{kept} stays"));
        }
    }
}

/// The uid of an object that a step created, if this is it.
fn ours<'a>(past: &StepPast, sight: &'a Sight, plan: &str) -> Option<&'a str> {
    let ours = match &past.done {
        Some(made) => made.uid == sight.uid,
        None => sight.plan == plan,
    };
    ours.then_some(sight.uid.as_str())
}

fn of_object(
    step: &Step,
    past: &StepPast,
    sight: &Sight,
    plan: &str,
    uids: &BTreeSet<&str>,
) -> Verdict {
    if ours(past, sight, plan).is_none() {
        return match past.done.is_some() {
            true => Verdict::Keep("another object has its name now".to_owned()),
            // Somebody else's, which kept the step from being done.
            false => Verdict::Gone(None),
        };
    }
    if sight.deleting {
        return Verdict::Await;
    }
    match touched(step, past, sight, uids) {
        Some(why) => Verdict::Keep(why.to_owned()),
        None => Verdict::Remove,
    }
}

/// How an object that a step created was touched, if it was.
pub(super) fn touched(
    step: &Step,
    past: &StepPast,
    sight: &Sight,
    uids: &BTreeSet<&str>,
) -> Option<&'static str> {
    let counted = COUNTED.contains(&sight.kind.as_str());
    let (digest, generation) = match (&past.done, &past.expected) {
        (Some(made), _) => (Some(&made.digest), made.generation),
        // What a server makes up differs from its dry run, but then nobody changed it since.
        (None, Some(_)) if counted && sight.generation == Some(1) => (None, Some(1)),
        (None, expected) => (expected.as_ref(), None),
    };
    if digest.is_some_and(|digest| *digest != sight.digest) {
        return Some("it was changed since it was created");
    }
    if counted && generation.is_some_and(|before| sight.generation.is_some_and(|now| now > before))
    {
        return Some("its specification was changed since it was created");
    }
    if sight
        .owners
        .iter()
        .any(|owner| !uids.contains(owner.as_str()))
    {
        return Some("it has an owner that is not of this plan");
    }
    if sight.node_chosen {
        return Some("something has used it: a node was chosen for it");
    }
    if sight.kind == "PersistentVolumeClaim" && !sight.filling.is_subset(&sent(step)) {
        return Some("something has filled it: CDI noted that in it");
    }
    None
}

/// Names of the annotations of CDI that an object was created with.
fn sent(step: &Step) -> BTreeSet<String> {
    match &step.action {
        Action::Create(Body::Object(body)) => filling(body),
        Action::Create(Body::Sealed(body)) => filling(&body.edits),
        Action::Own { .. } => BTreeSet::new(),
    }
}

/// Who else uses an object, as far as that can be seen.
pub(super) fn used(object: &ObjectRef, users: &Users, uids: &BTreeSet<&str>) -> Option<String> {
    match object.kind.as_str() {
        "VirtualMachine" if users.runs(object) => Some("it runs".to_owned()),
        "PersistentVolumeClaim" => {
            let other = users
                .of(object)
                .iter()
                // What is of the plan goes before its claims, unless it stays.
                .find(|user| !uids.contains(user.uid.as_str()))?;
            Some(format!("{} {} uses it", other.kind, other.name))
        }
        _ => None,
    }
}
