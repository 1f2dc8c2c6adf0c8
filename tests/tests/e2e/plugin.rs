//! The built plugin, run as people run it: under its own name, from a home with nothing in it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The plugin with a home of its own; nothing else of this machine's environment reaches it.
pub(crate) struct Plugin {
    home: TempDir,
    kubeconfig: Option<PathBuf>,
}

/// How a run ended and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

const NAME: &str = "kubectl-hv_snapshot";

impl Plugin {
    /// A home without a kubeconfig.
    pub(crate) fn alone() -> Self {
        let home = tempfile::tempdir().unwrap();
        let test = std::env::current_exe().unwrap();
        let binary = test.parent().unwrap().parent().unwrap().join(NAME);
        assert!(
            binary.is_file(),
            "{} is not built: cargo build --workspace",
            binary.display()
        );
        symlink(binary, home.path().join(NAME)).unwrap();
        Self {
            home,
            kubeconfig: None,
        }
    }

    /// Reaches the cluster of a kubeconfig, which is copied.
    pub(crate) fn at(kubeconfig: &Path) -> Self {
        Self::with_kubeconfig(&fs::read_to_string(kubeconfig).unwrap())
    }

    /// Reaches a server that asks for nothing but its address.
    pub(crate) fn of_server(url: &str) -> Self {
        Self::with_kubeconfig(&format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: fake\n\
             clusters: [{{name: fake, cluster: {{server: \"{url}\"}}}}]\n\
             users: [{{name: fake, user: {{token: not-a-secret}}}}]\n\
             contexts: [{{name: fake, context: {{cluster: fake, user: fake}}}}]\n"
        ))
    }

    fn with_kubeconfig(text: &str) -> Self {
        let plugin = Self::alone();
        let path = plugin.path("kubeconfig");
        fs::write(&path, text).unwrap();
        Self {
            kubeconfig: Some(path),
            ..plugin
        }
    }

    /// A file in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The command line, not yet started; words are parted by blanks.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(self.path(NAME));
        command
            .args(words.split_whitespace())
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path())
            .stdin(Stdio::null());
        if let Some(kubeconfig) = &self.kubeconfig {
            command.env("KUBECONFIG", kubeconfig);
        }
        command
    }

    /// Runs to the end.
    pub(crate) fn run(&self, words: &str) -> Run {
        Run::of(self.command(words).output().unwrap())
    }

    /// The document of a run that must succeed.
    pub(crate) fn report(&self, words: &str) -> Value {
        let run = self.run(&format!("{words} -o json"));
        assert_eq!(run.code, Some(0), "{words}: {run:?}");
        run.document()
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What standard output holds as JSON.
    #[track_caller]
    pub(crate) fn document(&self) -> Value {
        let parsed = serde_json::from_str(&self.stdout);
        parsed.unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The run failed with this code, told why on standard error alone, and said this.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, sentence: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert!(
            lines.contains(&sentence),
            "{sentence:?} is not in {self:#?}"
        );
    }
}

/// The answer for one target.
#[track_caller]
pub(crate) fn item<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut items = report["items"].as_array().unwrap().iter();
    let found = items.find(|item| item["target"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

/// A verdict and its reason.
#[track_caller]
pub(crate) fn verdict<'a>(report: &'a Value, name: &str, capability: &str) -> (&'a str, &'a str) {
    let judgement = &item(report, name)["capabilities"][capability];
    let word = |field: &str| judgement[field].as_str().unwrap();
    (word("verdict"), word("reason"))
}
