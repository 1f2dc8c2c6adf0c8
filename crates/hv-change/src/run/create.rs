//! Creates one object, once, whatever happens to the answers.

use std::time::Duration;

use serde_json::Value;

use super::look::{Found, look};
use super::outcome::Halt;
use super::pace::{After, Pace};
use super::survey::plan_of;
use crate::plan::{ObjectRef, Plan};
use crate::target::{Answer, Commit, Remedy, Target};

/// What became of a creation. The object may be a Secret.
pub(super) enum Created {
    /// The object is there, and it is ours.
    Ours(Value),
    /// The server said no; nothing was created.
    Refused(String),
    /// Nothing was created, after several tries.
    Failed(String),
    /// Nobody knows whether it was created.
    Unknown(String),
    /// Nothing was created, since the run is over.
    Stopped,
}

enum Seen {
    Ours(Value),
    Other,
    Nothing,
    Unknown(String),
}

/// Creates an object. Its name is fixed, so a second request can never make a second object; what
/// has the name is ours if it carries the id of the plan.
pub(super) async fn create<T: Target>(
    plan: &Plan,
    object: &ObjectRef,
    body: &Value,
    target: &T,
    pace: &Pace,
) -> Created {
    let mut tries = 0;
    let mut pauses = 0;
    loop {
        let (why, asked): (String, Option<Duration>) =
            match target.create(object, body, Commit::Store).await {
                Answer::Done(created) => return Created::Ours(created),
                Answer::Unsent(why) => (why, None),
                Answer::Refused(refusal) => match refusal.remedy() {
                    Remedy::None => return Created::Refused(refusal.sentence()),
                    Remedy::Halt => {
                        pace.halt(Halt::Credentials(refusal.sentence()));
                        return Created::Stopped;
                    }
                    Remedy::Later => (refusal.sentence(), refusal.retry_after),
                    Remedy::Look => match seen(plan, object, target, pace).await {
                        Seen::Ours(created) => return Created::Ours(created),
                        Seen::Other => return Created::Refused(refusal.sentence()),
                        Seen::Unknown(why) => return Created::Unknown(why),
                        // Somebody removed it in between.
                        Seen::Nothing => {
                            tries += 1;
                            (refusal.sentence(), None)
                        }
                    },
                    Remedy::LookThenAgain => match seen(plan, object, target, pace).await {
                        Seen::Ours(created) => return Created::Ours(created),
                        Seen::Other => return Created::Refused(taken(object)),
                        Seen::Unknown(why) => return Created::Unknown(why),
                        Seen::Nothing => {
                            tries += 1;
                            (refusal.sentence(), refusal.retry_after)
                        }
                    },
                },
                Answer::Lost(why) => match seen(plan, object, target, pace).await {
                    Seen::Ours(created) => return Created::Ours(created),
                    Seen::Other => return Created::Refused(taken(object)),
                    Seen::Unknown(why) => return Created::Unknown(why),
                    Seen::Nothing => {
                        tries += 1;
                        (why, None)
                    }
                },
            };
        if tries > pace.limits.tries {
            return Created::Failed(why);
        }
        match pace.pause(pauses, asked).await {
            After::Again => pauses += 1,
            After::Stopped => return Created::Stopped,
            After::Exhausted => return Created::Failed(why),
        }
    }
}

async fn seen<T: Target>(plan: &Plan, object: &ObjectRef, target: &T, pace: &Pace) -> Seen {
    match look(target, object, pace).await {
        Found::Object(found) if plan_of(&found) == plan.id => Seen::Ours(found),
        Found::Object(_) => Seen::Other,
        Found::Nothing => Seen::Nothing,
        Found::Unknown(why) => Seen::Unknown(why),
    }
}

fn taken(object: &ObjectRef) -> String {
    format!("{object} exists and is not of this plan")
}
