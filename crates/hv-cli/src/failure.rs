//! A failure as the user meets it: an exit code, a sentence, and what to do about it.

use std::fmt;

use crate::exit::ExitKind;

/// Why a run ended early.
///
/// The message may hold text from the cluster; it is escaped when it is printed. `{cmd}` in a
/// message or a hint stands for the command as the user types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    kind: ExitKind,
    opening: Opening,
    message: String,
    hints: Vec<String>,
}

/// What comes before the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    /// `error: `
    Error,
    /// Nothing: the sentence is one that kubectl prints as it is.
    Verbatim,
}

impl Failure {
    /// A failure that is printed as `error: message`.
    pub fn new(kind: ExitKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            opening: Opening::Error,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// A failure whose sentence is kubectl's own and is printed as it is.
    pub fn verbatim(kind: ExitKind, sentence: impl Into<String>) -> Self {
        Self {
            opening: Opening::Verbatim,
            ..Self::new(kind, sentence)
        }
    }

    /// An action failed, or a check found that the answer is no.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ExitKind::Failed, message)
    }

    /// Flags or arguments are wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitKind::Usage, message)
    }

    /// Some items failed.
    pub fn partial(message: impl Into<String>) -> Self {
        Self::new(ExitKind::Partial, message)
    }

    /// `--timeout` ran out.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Self::new(ExitKind::TimedOut, message)
    }

    /// A question could not be asked.
    pub fn needs_confirmation(message: impl Into<String>) -> Self {
        Self::new(ExitKind::NeedsConfirmation, message)
    }

    /// A check could not be carried out.
    pub fn no_verdict(message: impl Into<String>) -> Self {
        Self::new(ExitKind::NoVerdict, message)
    }

    /// A safety rule said no.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(ExitKind::Refused, message)
    }

    /// Adds something the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same failure under another exit code.
    #[must_use]
    pub fn with_kind(mut self, kind: ExitKind) -> Self {
        self.kind = kind;
        self
    }

    /// How the run ends.
    pub fn kind(&self) -> ExitKind {
        self.kind
    }

    /// What the user can do.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Whether the sentence is kubectl's own and has no `error: ` before it.
    pub fn is_verbatim(&self) -> bool {
        self.opening == Opening::Verbatim
    }

    /// The sentence without its opening.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// kubectl's sentences, word for word, because people and scripts search for them.
impl Failure {
    /// The API server answered with a status that is not a success.
    pub fn from_server(reason: Option<&str>, message: &str) -> Self {
        let sentence = match reason.filter(|reason| !reason.is_empty()) {
            Some(reason) => format!("Error from server ({reason}): {message}"),
            None => format!("Error from server: {message}"),
        };
        Self::verbatim(ExitKind::Failed, sentence)
    }

    /// The API server answered 401.
    pub fn not_logged_in() -> Self {
        Self::failed("You must be logged in to the server (Unauthorized)")
    }

    /// The API server answered 422.
    pub fn invalid(kind: &str, name: &str, causes: &[&str]) -> Self {
        let subject = format!("The {kind} \"{name}\" is invalid");
        let sentence = match causes {
            [] => subject,
            [cause] => format!("{subject}: {cause}"),
            causes => format!("{subject}: \n* {}", causes.join("\n* ")),
        };
        Self::verbatim(ExitKind::Failed, sentence)
    }

    /// Nobody listens at `host`, which is written as in `10.0.0.1:6443`.
    pub fn connection_refused(host: &str) -> Self {
        let sentence = format!(
            "The connection to the server {host} was refused - did you specify the right host or port?"
        );
        Self::verbatim(ExitKind::Failed, sentence)
    }

    /// Any other trouble on the way to the server.
    pub fn cannot_connect(detail: &str) -> Self {
        Self::verbatim(
            ExitKind::Failed,
            format!("Unable to connect to the server: {detail}"),
        )
    }

    /// The server does not serve a kind.
    pub fn no_resource_type(resource: &str) -> Self {
        Self::failed(format!(
            "the server doesn't have a resource type \"{resource}\""
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opening = if self.is_verbatim() { "" } else { "error: " };
        write!(formatter, "{opening}{}", self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_kubectls() {
        let cases = [
            (Failure::failed("no such thing"), "error: no such thing"),
            (
                Failure::from_server(Some("Forbidden"), "pods is forbidden"),
                "Error from server (Forbidden): pods is forbidden",
            ),
            (
                Failure::from_server(Some(""), "oops"),
                "Error from server: oops",
            ),
            (
                Failure::from_server(None, "oops"),
                "Error from server: oops",
            ),
            (
                Failure::not_logged_in(),
                "error: You must be logged in to the server (Unauthorized)",
            ),
            (
                Failure::invalid("Pod", "a", &[]),
                "The Pod \"a\" is invalid",
            ),
            (
                Failure::invalid("Pod", "a", &["spec.x: no"]),
                "The Pod \"a\" is invalid: spec.x: no",
            ),
            (
                Failure::invalid("Pod", "a", &["spec.x: no", "spec.y: no"]),
                "The Pod \"a\" is invalid: \n* spec.x: no\n* spec.y: no",
            ),
            (
                Failure::connection_refused("127.0.0.1:1"),
                "The connection to the server 127.0.0.1:1 was refused - did you specify the right \
                 host or port?",
            ),
            (
                Failure::cannot_connect("x509: bad"),
                "Unable to connect to the server: x509: bad",
            ),
            (
                Failure::no_resource_type("vms"),
                "error: the server doesn't have a resource type \"vms\"",
            ),
        ];
        for (failure, expected) in cases {
            assert_eq!(failure.to_string(), expected);
            assert_eq!(failure.kind(), ExitKind::Failed);
        }
    }

    #[test]
    fn kinds_follow_their_constructors() {
        let kinds = [
            (Failure::usage(""), ExitKind::Usage),
            (Failure::partial(""), ExitKind::Partial),
            (Failure::timed_out(""), ExitKind::TimedOut),
            (Failure::needs_confirmation(""), ExitKind::NeedsConfirmation),
            (Failure::no_verdict(""), ExitKind::NoVerdict),
            (Failure::refused(""), ExitKind::Refused),
            (
                Failure::not_logged_in().with_kind(ExitKind::NoVerdict),
                ExitKind::NoVerdict,
            ),
        ];
        for (failure, kind) in kinds {
            assert_eq!(failure.kind(), kind);
        }
    }
}
