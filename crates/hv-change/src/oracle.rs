//! Asks the server about every step before anything is written.

use std::collections::BTreeSet;

use futures::StreamExt as _;

use crate::domain::Domain;
use crate::plan::{Action, ObjectRef, Plan};
use crate::run::{After, Graph, Limits, Pace, Quiet, Stop, stamped};
use crate::target::{Answer, Commit, Refusal, Remedy, Target};

/// What the server says of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its place in the plan.
    pub place: usize,
    /// What the server says.
    pub verdict: Verdict,
}

/// What the server says of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It would be done; the digest of the normal form of what would be stored.
    Accepted(String),
    /// It would not be, and why.
    Refused(Refusal),
    /// It cannot be asked yet, since this is not there: it is asked again at its turn.
    Later(ObjectRef),
    /// The question could not be asked; why.
    Unavailable(String),
}

impl Asked {
    /// Whether the server would refuse the step.
    pub fn is_refused(&self) -> bool {
        matches!(self.verdict, Verdict::Refused(_))
    }
}

/// Sends every step as a dry run; the verdicts are in the order of the plan.
pub async fn ask<T: Target, D: Domain>(
    plan: &Plan,
    target: &T,
    domain: &D,
    limits: &Limits,
    stop: &Stop,
) -> Vec<Asked> {
    let domain = &Quiet::of(plan, domain);
    let graph = Graph::of(plan);
    let pace = Pace::new(limits.clone(), stop.clone());
    let questions = (0..plan.steps.len()).map(|place| {
        let (graph, pace) = (&graph, &pace);
        async move {
            let verdict = ask_of(plan, graph, place, target, domain, pace).await;
            if !matches!(verdict, Verdict::Unavailable(_)) {
                // A server that never answers must not be waited for at each step anew.
                pace.progressed();
            }
            Asked { place, verdict }
        }
    });
    futures::stream::iter(questions)
        .buffered(limits.in_flight.max(1))
        .collect()
        .await
}

/// Sends one step as a dry run before anything is there that the plan creates.
pub(crate) async fn ask_of<T: Target, D: Domain>(
    plan: &Plan,
    graph: &Graph,
    place: usize,
    target: &T,
    domain: &D,
    pace: &Pace,
) -> Verdict {
    match ask_one(plan, place, target, domain, pace).await {
        Verdict::Refused(refusal) => match missing(plan, graph, place, &refusal) {
            Some(object) => Verdict::Later(object),
            None => Verdict::Refused(refusal),
        },
        verdict => verdict,
    }
}

/// Sends one step as a dry run.
pub(crate) async fn ask_one<T: Target, D: Domain>(
    plan: &Plan,
    place: usize,
    target: &T,
    domain: &D,
    pace: &Pace,
) -> Verdict {
    let step = &plan.steps[place];
    if pace.is_over() {
        return Verdict::Unavailable("the run was asked to end".to_owned());
    }
    if let Action::Own { .. } = step.action {
        return Verdict::Later(step.object.clone());
    }
    let body = match stamped(plan, step, domain) {
        Ok(body) => body,
        Err(why) => {
            return Verdict::Refused(Refusal {
                reason: "Unreadable".to_owned(),
                message: why,
                ..Refusal::default()
            });
        }
    };
    let mut repeated = 0;
    let mut failures = Failures::None;
    loop {
        let answer = target.create(&step.object, &body, Commit::DryRun).await;
        failures = failures.and(&answer);
        // A dry run stores nothing, so it can be sent as often as needed.
        let (why, asked) = match answer {
            Answer::Done(object) => return Verdict::Accepted(domain.digest(&object)),
            Answer::Refused(refusal) => match refusal.remedy() {
                Remedy::None | Remedy::Look if !is_no_verdict(&refusal) => {
                    return Verdict::Refused(refusal);
                }
                Remedy::None | Remedy::Look => {
                    return Verdict::Unavailable(format!("{NO_DRY_RUN}: {}", refusal.sentence()));
                }
                Remedy::Halt => return Verdict::Unavailable(refusal.sentence()),
                Remedy::Later | Remedy::LookThenAgain => (refusal.sentence(), refusal.retry_after),
            },
            Answer::Lost(why) | Answer::Unsent(why) => (why, None),
        };
        if repeated >= pace.limits.tries {
            return match failures {
                Failures::Same(refusal) if repeated > 0 => Verdict::Refused(refusal),
                _ => Verdict::Unavailable(why),
            };
        }
        if pace.pause(repeated, asked).await != After::Again {
            return Verdict::Unavailable(why);
        }
        repeated += 1;
    }
}

/// Whether every try failed in the same way: a webhook whose change does not fit the object makes
/// the server fail, and always will.
enum Failures {
    None,
    Same(Refusal),
    Different,
}

impl Failures {
    fn and(self, answer: &Answer) -> Self {
        let Answer::Refused(now) = answer else {
            return Self::Different;
        };
        let says = now.code == 500 && !now.message.is_empty();
        match self {
            Self::None if says => Self::Same(now.clone()),
            Self::Same(before) if says && before.message == now.message => Self::Same(before),
            _ => Self::Different,
        }
    }
}

/// Beginning of the reason if only a webhook keeps the question from being asked.
const NO_DRY_RUN: &str = "dry runs are not supported";

/// Whether a step may be done although the server could not be asked about it.
pub(crate) fn may_go_unasked(why: &str) -> bool {
    why.starts_with(NO_DRY_RUN)
}

/// A webhook that cannot do dry runs says nothing about the object.
fn is_no_verdict(refusal: &Refusal) -> bool {
    refusal.code == 405 || (refusal.code == 400 && refusal.message.contains("support dry run"))
}

/// The object that a refusal complains of not finding, if the plan creates it before.
fn missing(plan: &Plan, graph: &Graph, place: usize, refusal: &Refusal) -> Option<ObjectRef> {
    let says_missing = refusal.code == 404
        || ["not found", "not exist", "NotFound"]
            .iter()
            .any(|words| refusal.message.contains(words));
    if !says_missing {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut open = vec![place];
    while let Some(next) = open.pop() {
        for &need in &graph.needs[next] {
            if seen.insert(need) {
                open.push(need);
            }
        }
    }
    seen.into_iter()
        .map(|need| &plan.steps[need])
        .filter(|step| matches!(step.action, Action::Create(_)))
        .find(|step| names(&refusal.message, &step.object.name))
        .map(|step| step.object.clone())
}

/// Whether a text holds a name as a whole word.
fn names(text: &str, name: &str) -> bool {
    let is_part = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.match_indices(name).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        !is_part(before) && !is_part(text.as_bytes().get(at + name.len()))
    })
}
