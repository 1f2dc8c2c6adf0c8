//! The exit codes: constants that are documented, tested and never renumbered.

use std::fmt::Write as _;
use std::process::ExitCode;

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitKind {
    /// Done, or nothing to do.
    Ok = 0,
    /// An action failed; a check found that the answer is no.
    Failed = 1,
    /// Wrong flags or arguments.
    Usage = 2,
    /// Nothing had to change, and `--error-unchanged` was given.
    Unchanged = 3,
    /// Some items failed, the others are done.
    Partial = 4,
    /// `--timeout` ran out.
    TimedOut = 5,
    /// A question could not be asked.
    NeedsConfirmation = 6,
    /// A check could not be carried out.
    NoVerdict = 7,
    /// A safety rule said no before anything was changed.
    Refused = 8,
    /// Ended by SIGINT.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

/// Every code with its constant's name and its meaning; the documentation is made from it.
pub const ALL: &[(ExitKind, &str, &str)] = &[
    (ExitKind::Ok, "OK", "Done. Also: there was nothing to do."),
    (
        ExitKind::Failed,
        "FAILED",
        "An action failed. For a check: the answer is no, or damage was found.",
    ),
    (
        ExitKind::Usage,
        "USAGE",
        "Wrong flags or arguments, or no arguments where some are needed.",
    ),
    (
        ExitKind::Unchanged,
        "UNCHANGED",
        "Nothing had to be changed; only with `--error-unchanged`, otherwise that is 0.",
    ),
    (
        ExitKind::Partial,
        "PARTIAL",
        "Some items failed; the others are done and reported.",
    ),
    (
        ExitKind::TimedOut,
        "TIMED_OUT",
        "`--timeout` ran out. The work may go on in the cluster.",
    ),
    (
        ExitKind::NeedsConfirmation,
        "NEEDS_CONFIRMATION",
        "A question would have to be asked, but standard input is no terminal and `--yes` is missing.",
    ),
    (
        ExitKind::NoVerdict,
        "NO_VERDICT",
        "A check could not be carried out, or its answer is `unknown`.",
    ),
    (
        ExitKind::Refused,
        "REFUSED",
        "A safety rule said no before anything was changed.",
    ),
    (
        ExitKind::Interrupted,
        "INTERRUPTED",
        "Ended by SIGINT (Ctrl-C).",
    ),
    (ExitKind::Terminated, "TERMINATED", "Ended by SIGTERM."),
];

impl ExitKind {
    /// The number the shell gets.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<ExitKind> for ExitCode {
    fn from(kind: ExitKind) -> Self {
        Self::from(kind.code())
    }
}

const INTRODUCTION: &str = "\
# Exit codes

<!-- Generated from crates/hv-cli/src/exit.rs; HV_BLESS=1 cargo test -p hv-cli writes it. -->

The same for every plugin. A code never changes its meaning.

";

const REMARKS: &str = "
- A reader that goes away early (`| head`) is no failure: writing stops, the code stays what it
  would have been.
- Standard output that cannot be written otherwise, for example because the disk is full, is 1.
- With `--warnings-as-errors` a run that would end with 0 ends with 1 if the server sent a warning.
- On Windows kubectl turns every code above 0 into 1.
";

/// Writes `docs/exit-codes.md`.
pub fn markdown() -> String {
    let mut page = format!("{INTRODUCTION}| code | name | when |\n| --- | --- | --- |\n");
    for (kind, name, meaning) in ALL {
        let _ = writeln!(page, "| {} | `{name}` | {meaning} |", kind.code());
    }
    page + REMARKS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_never_renumbered() {
        let codes: Vec<_> = ALL
            .iter()
            .map(|(kind, name, _)| (kind.code(), *name))
            .collect();
        let expected = [
            (0, "OK"),
            (1, "FAILED"),
            (2, "USAGE"),
            (3, "UNCHANGED"),
            (4, "PARTIAL"),
            (5, "TIMED_OUT"),
            (6, "NEEDS_CONFIRMATION"),
            (7, "NO_VERDICT"),
            (8, "REFUSED"),
            (130, "INTERRUPTED"),
            (143, "TERMINATED"),
        ];
        assert_eq!(codes, expected);
    }

    #[test]
    fn page_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/exit-codes.md");
        if std::env::var_os("HV_BLESS").is_some() {
            std::fs::write(path, markdown()).expect("docs is writable");
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            page,
            markdown(),
            "HV_BLESS=1 cargo test -p hv-cli writes docs/exit-codes.md"
        );
    }
}
