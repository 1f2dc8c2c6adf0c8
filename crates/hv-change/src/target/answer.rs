//! What comes back from a request that changes something.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// What comes back from a request that changes something.
#[derive(Clone, PartialEq)]
pub enum Answer {
    /// It took effect; the object as it is now.
    Done(Value),
    /// It did not take effect, and the server says why.
    Refused(Refusal),
    /// Nobody knows whether it took effect; why there was no answer.
    Lost(String),
    /// It never reached a server; why.
    Unsent(String),
}

/// Why a server refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub code: u16,
    /// Such as `AlreadyExists`; may be empty.
    pub reason: String,
    /// The server's sentence.
    pub message: String,
    /// One text per field, if the server names fields.
    pub causes: Vec<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

/// What can be done about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the answer would be the same again.
    None,
    /// Look whether the object is ours: somebody made one of that name, perhaps we.
    Look,
    /// Ask again later: it surely did not take effect.
    Later,
    /// Look, and ask again if there is nothing: the server failed somewhere on the way.
    LookThenAgain,
    /// Nothing more can be done with these credentials.
    Halt,
}

impl Refusal {
    /// What can be done about it.
    pub fn remedy(&self) -> Remedy {
        // Webhooks may refuse with any code they like.
        if self.message.contains("denied the request") {
            return Remedy::None;
        }
        match (self.code, self.reason.as_str()) {
            (401, _) => Remedy::Halt,
            (409, "AlreadyExists") => Remedy::Look,
            // A quota that several creations count against is updated under a version of its own.
            (409 | 429, _) => Remedy::Later,
            (503, _) if self.retry_after.is_some() => Remedy::Later,
            (408 | 500.., _) => Remedy::LookThenAgain,
            _ => Remedy::None,
        }
    }

    /// The server's sentence, with the fields that it names.
    pub fn sentence(&self) -> String {
        match self.message.is_empty() {
            true => format!("the server answered {}", self.code),
            false => self.message.clone(),
        }
    }
}

/// An answer may be a Secret, so its object is not shown.
impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(object) => {
                let name = object.pointer("/metadata/name").and_then(Value::as_str);
                write!(formatter, "Done({})", name.unwrap_or_default())
            }
            Self::Refused(refusal) => formatter.debug_tuple("Refused").field(refusal).finish(),
            Self::Lost(why) => formatter.debug_tuple("Lost").field(why).finish(),
            Self::Unsent(why) => formatter.debug_tuple("Unsent").field(why).finish(),
        }
    }
}
