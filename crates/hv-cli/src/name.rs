//! The name the user typed, worked out from `argv[0]`.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::escape::escape_line;

/// Stands for the command as the user types it, in help texts, hints and notes.
pub(crate) const PLACEHOLDER: &str = "{cmd}";

const PLUGIN: &str = "kubectl-";
const COMPLETER: &str = "kubectl_complete-";

/// How this program was called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    argv0: OsString,
    file: String,
    command: String,
    completes: bool,
}

impl Program {
    /// Reads `argv[0]`; `otherwise` is the name if there is none.
    pub(crate) fn from_argv0(argv0: Option<&OsStr>, otherwise: &str) -> Self {
        let argv0 = argv0.unwrap_or_default();
        let base = Path::new(argv0)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let base = base.unwrap_or_else(|| otherwise.to_owned());
        let base = base.strip_suffix(".exe").unwrap_or(&base);
        let (file, completes) = match base.strip_prefix(COMPLETER) {
            Some(rest) => (format!("{PLUGIN}{rest}"), true),
            None => (base.to_owned(), false),
        };
        let command = match file.strip_prefix(PLUGIN) {
            Some(words) => format!("kubectl {}", words.replace('-', " ").replace('_', "-")),
            None => file.clone(),
        };
        let command = escape_line(&command).into_owned();
        Self {
            argv0: argv0.to_owned(),
            file,
            command,
            completes,
        }
    }

    /// What the user types: `kubectl hv-snapshot`.
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    /// What follows `kubectl`: `hv-snapshot`; nothing if kubectl would not find this file.
    pub(crate) fn plugin(&self) -> Option<&str> {
        self.command.strip_prefix("kubectl ")
    }

    /// Whether kubectl called to ask for completions.
    pub(crate) fn completes(&self) -> bool {
        self.completes
    }

    /// The name of the file kubectl runs to ask for completions.
    pub(crate) fn completer_file(&self) -> Option<String> {
        self.file
            .strip_prefix(PLUGIN)
            .map(|rest| format!("{COMPLETER}{rest}"))
    }

    /// The path this program was called by.
    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.argv0)
    }

    /// Puts the command where the placeholder stands.
    pub(crate) fn fill(&self, text: &str) -> String {
        text.replace(PLACEHOLDER, &self.command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_kubectls_rule() {
        let cases = [
            (
                "/opt/krew/bin/kubectl-hv_snapshot",
                "kubectl hv-snapshot",
                false,
            ),
            ("kubectl-hv-snapshot", "kubectl hv snapshot", false),
            ("./kubectl-hv_snapshot.exe", "kubectl hv-snapshot", false),
            ("hv-snapshot", "hv-snapshot", false),
            (
                "/usr/bin/kubectl_complete-hv_snapshot",
                "kubectl hv-snapshot",
                true,
            ),
            (
                "kubectl_complete-hv_snapshot.exe",
                "kubectl hv-snapshot",
                true,
            ),
            ("", "fallback", false),
            ("/", "fallback", false),
            ("kubectl-a\x1b[2J", "kubectl a^[[2J", false),
        ];
        for (argv0, command, completes) in cases {
            let program = Program::from_argv0(Some(OsStr::new(argv0)), "fallback");
            assert_eq!(program.command(), command, "{argv0:?}");
            assert_eq!(program.completes(), completes, "{argv0:?}");
        }
        assert_eq!(Program::from_argv0(None, "fallback").command(), "fallback");
    }

    #[test]
    fn placeholder_becomes_the_command() {
        let program = Program::from_argv0(Some(OsStr::new("kubectl-hv_snapshot")), "x");
        assert_eq!(
            program.fill("{cmd} a\n{cmd} b"),
            "kubectl hv-snapshot a\nkubectl hv-snapshot b"
        );
        assert_eq!(program.plugin(), Some("hv-snapshot"));
        assert_eq!(
            program.completer_file().as_deref(),
            Some("kubectl_complete-hv_snapshot")
        );
        assert_eq!(Program::from_argv0(None, "try").completer_file(), None);
    }
}
