//! Makes an object a dependent of another one, and takes that back.

use serde_json::{Value, json};

use super::look::{Found, look};
use super::outcome::Halt;
use super::pace::{After, Pace};
use crate::plan::ObjectRef;
use crate::target::{Answer, Precondition, Remedy, Target, meta};

/// What became of a change of owners. The object may be a Secret.
pub(super) enum Changed {
    /// It is as it should be.
    Done {
        /// The object as it is now.
        object: Value,
        /// Nobody else has written it since the version that was known.
        alone: bool,
    },
    /// The object is not there, or another one has its name.
    Gone,
    /// The server said no.
    Refused(String),
    /// It could not be done.
    Failed(String),
    /// It was not done, since the run is over.
    Stopped,
}

/// Which change of owners.
pub(super) enum Owners<'a> {
    /// This one is added.
    Add {
        /// Its name.
        owner: &'a ObjectRef,
        /// Its uid.
        uid: &'a str,
    },
    /// The one with this uid goes.
    Remove(&'a str),
}

/// Changes the owners of the object with this uid; the first try needs no reading if the owners at
/// that resource version are known.
pub(super) async fn change<T: Target>(
    target: &T,
    object: &ObjectRef,
    at: Precondition<'_>,
    known: Option<&Value>,
    owners: &Owners<'_>,
    pace: &Pace,
) -> Changed {
    let mut patch = known.map(|known| patch(at, owners.of(known)));
    let mut tries = 0;
    let mut alone = true;
    loop {
        let (why, asked, again) = match &patch {
            Some(patch) => match target.patch(object, patch).await {
                Answer::Done(object) => return Changed::Done { object, alone },
                Answer::Unsent(why) => (why, None, true),
                Answer::Lost(why) => (why, None, false),
                Answer::Refused(refusal) => match (refusal.code, refusal.remedy()) {
                    (404, _) => return Changed::Gone,
                    (_, Remedy::Halt) => {
                        pace.halt(Halt::Credentials(refusal.sentence()));
                        return Changed::Stopped;
                    }
                    (_, Remedy::None) => return Changed::Refused(refusal.sentence()),
                    // A conflict means that somebody wrote in between.
                    (409, _) => {
                        alone = false;
                        (refusal.sentence(), None, false)
                    }
                    (_, Remedy::Later) => (refusal.sentence(), refusal.retry_after, true),
                    (_, _) => (refusal.sentence(), refusal.retry_after, false),
                },
            },
            None => (String::new(), None, false),
        };
        if patch.is_some() {
            match pace.pause(tries, asked).await {
                After::Again => {}
                After::Stopped => return Changed::Stopped,
                After::Exhausted => return Changed::Failed(why),
            }
        }
        if again {
            continue;
        }
        tries += 1;
        if tries > pace.limits.tries {
            return Changed::Failed(why);
        }
        match look(target, object, pace).await {
            Found::Object(found) if meta(&found, "uid") != at.uid => return Changed::Gone,
            Found::Object(found) => {
                let version = meta(&found, "resourceVersion");
                alone &= patch.is_some() || version == at.resource_version;
                let current = &found["metadata"]["ownerReferences"];
                let wanted = owners.of(current);
                if current.as_array().map_or(&[][..], Vec::as_slice) == wanted {
                    return Changed::Done {
                        object: found,
                        alone,
                    };
                }
                let now = Precondition {
                    uid: at.uid,
                    resource_version: version,
                };
                patch = Some(self::patch(now, wanted));
            }
            Found::Nothing => return Changed::Gone,
            Found::Unknown(why) => return Changed::Failed(why),
        }
    }
}

impl Owners<'_> {
    /// The owners as they should be, given those that are there.
    fn of(&self, current: &Value) -> Vec<Value> {
        let mut owners: Vec<Value> = current.as_array().cloned().unwrap_or_default();
        match self {
            Self::Add { owner, uid } => {
                if !owners.iter().any(|there| there["uid"] == *uid) {
                    owners.push(json!({
                        "apiVersion": owner.api_version,
                        "kind": owner.kind,
                        "name": owner.name,
                        "uid": uid,
                    }));
                }
            }
            Self::Remove(uid) => owners.retain(|there| there["uid"] != *uid),
        }
        owners
    }
}

fn patch(at: Precondition<'_>, owners: Vec<Value>) -> Value {
    // No owners are no list, rather than an empty one.
    let owners = match owners.is_empty() {
        true => Value::Null,
        false => Value::Array(owners),
    };
    json!({"metadata": {
        "uid": at.uid,
        "resourceVersion": at.resource_version,
        "ownerReferences": owners,
    }})
}
