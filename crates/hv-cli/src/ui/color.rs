//! Whether a stream gets colour.

use std::ffi::OsString;
use std::io::{IsTerminal as _, stderr, stdout};

use clap::ValueEnum;

/// What `--color` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// Colour on a terminal that can show it.
    #[default]
    Auto,
    /// Colour everywhere.
    Always,
    /// No colour.
    Never,
}

/// What the process knows about its streams, read once at the start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminals {
    /// Standard output is one.
    pub stdout: bool,
    /// Standard error is one.
    pub stderr: bool,
    /// The environment asks for no colour, or the terminal cannot show it.
    pub plain: bool,
}

impl Terminals {
    /// Looks at this process.
    pub fn of_process() -> Self {
        Self {
            stdout: stdout().is_terminal(),
            stderr: stderr().is_terminal(),
            plain: plain(|name| std::env::var_os(name), cfg!(windows)),
        }
    }
}

/// kubectl's rule: `NO_COLOR` counts even if it is empty, and a terminal called dumb has none.
fn plain(variable: impl Fn(&str) -> Option<OsString>, windows: bool) -> bool {
    variable("NO_COLOR").is_some()
        || variable("TERM").is_some_and(|term| term == "dumb")
        || windows && variable("WT_SESSION").is_none()
}

impl ColorChoice {
    /// Decides for one stream; standard output in a pipe says nothing about standard error.
    pub(crate) fn decide(self, is_terminal: bool, plain: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal && !plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_is_read_as_kubectl_does() {
        let cases = [
            ("TERM=xterm", false, false),
            ("TERM=dumb", false, true),
            ("NO_COLOR=", false, true),
            ("NO_COLOR=1", false, true),
            ("OTHER=1", false, false),
            ("OTHER=1", true, true),
            ("WT_SESSION=x", true, false),
        ];
        for (environment, windows, expected) in cases {
            let (key, value) = environment.split_once('=').unwrap();
            let variable = |name: &str| (name == key).then(|| value.into());
            assert_eq!(plain(variable, windows), expected, "{environment}");
        }
    }

    #[test]
    fn flag_beats_environment() {
        let cases = [
            (ColorChoice::Auto, true, false, true),
            (ColorChoice::Auto, true, true, false),
            (ColorChoice::Auto, false, false, false),
            (ColorChoice::Always, false, true, true),
            (ColorChoice::Never, true, false, false),
        ];
        for (choice, terminal, plain, expected) in cases {
            assert_eq!(choice.decide(terminal, plain), expected, "{choice:?}");
        }
    }
}
