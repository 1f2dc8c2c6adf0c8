//! Runs the example plugin under a name of choice.

use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The example, which cargo builds beside the tests.
pub(crate) fn example() -> PathBuf {
    let tests = std::env::current_exe().expect("a test knows its file");
    let folder = tests
        .ancestors()
        .nth(2)
        .expect("tests lie in target/debug/deps");
    folder.join("examples/count")
}

/// A folder with the link that krew would make, alone on the `PATH` besides the system's.
pub(crate) struct Installed {
    pub(crate) folder: TempDir,
}

impl Installed {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        symlink(example(), folder.path().join("kubectl-hv_count")).expect("a link");
        Self { folder }
    }

    pub(crate) fn link(&self) -> PathBuf {
        self.folder.path().join("kubectl-hv_count")
    }

    /// A command that finds the plugin, with nothing of the user's settings.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let path = std::env::var("PATH").expect("a PATH");
        let mut command = Command::new(program);
        command
            .env("PATH", format!("{}:{path}", self.folder.path().display()))
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .env_remove("KUBECTL_PATH")
            .env("KUBECONFIG", "/nonexistent");
        command
    }

    pub(crate) fn run(&self, words: &str) -> Ran {
        Ran::of(self.command(self.link()).args(words.split_whitespace()))
    }
}

/// Status, output and errors of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().expect("it starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: status.code(),
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }
}

/// Whether kubectl is there; without it the tests that ask it have nothing to say.
pub(crate) fn has_kubectl() -> bool {
    Command::new("kubectl")
        .args(["version", "--client"])
        .output()
        .is_ok_and(|ran| ran.status.success())
}
