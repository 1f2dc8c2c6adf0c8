//! Looks at an object after a request whose effect nobody knows.

use serde_json::Value;

use super::outcome::Halt;
use super::pace::{After, Pace};
use crate::plan::ObjectRef;
use crate::target::{Answer, Remedy, Target};

/// What was seen.
pub(crate) enum Found {
    /// The object. It may be a Secret.
    Object(Value),
    /// It is not there.
    Nothing,
    /// It cannot be seen; why.
    Unknown(String),
}

/// Reads an object, again and again until there is an answer.
pub(crate) async fn look<T: Target>(target: &T, object: &ObjectRef, pace: &Pace) -> Found {
    let mut repeated = 0;
    loop {
        let (why, asked) = match target.get(object).await {
            Answer::Done(found) => return Found::Object(found),
            Answer::Refused(refusal) if refusal.code == 404 => return Found::Nothing,
            Answer::Refused(refusal) => match refusal.remedy() {
                Remedy::Later | Remedy::LookThenAgain => (refusal.sentence(), refusal.retry_after),
                Remedy::Halt => {
                    pace.halt(Halt::Credentials(refusal.sentence()));
                    return Found::Unknown(refusal.sentence());
                }
                Remedy::None | Remedy::Look => return Found::Unknown(refusal.sentence()),
            },
            Answer::Lost(why) | Answer::Unsent(why) => (why, None),
        };
        if pace.pause(repeated, asked).await != After::Again {
            return Found::Unknown(why);
        }
        repeated += 1;
    }
}
