//! A built plugin, run as people run it: under its own name, from a home with nothing in it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "it serves tests, which fail by panicking"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A program as the workspace built it, beside the folder of the running test.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.parent().unwrap().parent().unwrap().join(name);
    assert!(
        binary.is_file(),
        "{} is not built: cargo build --workspace",
        binary.display()
    );
    binary
}

/// The plugin with a home of its own; nothing else of this machine's environment reaches it.
#[derive(Debug)]
pub struct Plugin {
    name: &'static str,
    home: TempDir,
    kubeconfig: Option<PathBuf>,
}

/// How a run ended and what it said.
#[derive(Debug)]
pub struct Run {
    /// Exit code; absent if a signal ended it.
    pub code: Option<i32>,
    /// What it printed as its result.
    pub stdout: String,
    /// What it said about the work.
    pub stderr: String,
}

impl Plugin {
    /// A home without a kubeconfig.
    pub fn alone(name: &'static str) -> Self {
        let home = tempfile::tempdir().unwrap();
        symlink(binary(name), home.path().join(name)).unwrap();
        Self {
            name,
            home,
            kubeconfig: None,
        }
    }

    /// Reaches the cluster of a kubeconfig, which is copied.
    pub fn at(name: &'static str, kubeconfig: &Path) -> Self {
        Self::with_kubeconfig(name, &fs::read_to_string(kubeconfig).unwrap())
    }

    /// Reaches a server that asks for nothing but its address.
    pub fn of_server(name: &'static str, url: &str) -> Self {
        Self::with_kubeconfig(
            name,
            &format!(
                "apiVersion: v1\nkind: Config\ncurrent-context: fake\n\
             clusters: [{{name: fake, cluster: {{server: \"{url}\"}}}}]\n\
             users: [{{name: fake, user: {{token: not-a-secret}}}}]\n\
             contexts: [{{name: fake, context: {{cluster: fake, user: fake}}}}]\n"
            ),
        )
    }

    fn with_kubeconfig(name: &'static str, text: &str) -> Self {
        let plugin = Self::alone(name);
        let path = plugin.path("kubeconfig");
        fs::write(&path, text).unwrap();
        Self {
            kubeconfig: Some(path),
            ..plugin
        }
    }

    /// A file in the home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The command line, not yet started; words are parted by blanks.
    pub fn command(&self, words: &str) -> Command {
        let mut command = Command::new(self.path(self.name));
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
    pub fn run(&self, words: &str) -> Run {
        Run::of(self.command(words).output().unwrap())
    }

    /// The document of a run that must succeed.
    pub fn report(&self, words: &str) -> Value {
        let run = self.run(&format!("{words} -o json"));
        assert_eq!(run.code, Some(0), "{words}: {run:?}");
        run.document()
    }
}

impl Run {
    /// Takes what a process left.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What standard output holds as JSON.
    #[track_caller]
    pub fn document(&self) -> Value {
        let parsed = serde_json::from_str(&self.stdout);
        parsed.unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The run failed with this code, told why on standard error alone, and said this.
    #[track_caller]
    pub fn refused(&self, code: i32, sentence: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert!(
            lines.contains(&sentence),
            "{sentence:?} is not in {self:#?}"
        );
    }
}
