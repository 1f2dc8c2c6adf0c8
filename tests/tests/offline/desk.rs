//! A desk with a support bundle on it, and the plugin as krew installs it.

use std::fmt::{self, Display};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hv_testbed::bundle::{BundleOptions, write_zip};
use hv_testbed::world::{self, World};
use serde_json::Value;
use tempfile::TempDir;

const NAME: &str = "kubectl-hv_snapshot";

/// A home with nothing in it but the plugin and, mostly, `bundle.zip`.
pub(crate) struct Desk {
    home: TempDir,
}

/// How a run ended and what it said; displayed, all of it.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A world as it always was at the same moment, so that its bundle is the same in every run.
pub(crate) fn world(name: &str) -> World {
    world::load(name, "2026-11-21T10:00:00Z".parse().unwrap()).unwrap()
}

/// The same without VMs and their volumes, which are most of it.
pub(crate) fn storage(name: &str) -> World {
    let mut world = world(name);
    world.objects.retain(|object| {
        let kind = object["kind"].as_str().unwrap_or_default();
        let of_longhorn = object["apiVersion"]
            .as_str()
            .unwrap_or_default()
            .starts_with("longhorn.io/");
        let of_a_vm = match kind {
            "VirtualMachine"
            | "Pod"
            | "DataVolume"
            | "PersistentVolume"
            | "PersistentVolumeClaim" => true,
            "Setting" => false,
            _ => of_longhorn || kind.starts_with("VirtualMachineInstance"),
        };
        !of_a_vm
    });
    world
}

impl Desk {
    /// No bundle.
    pub(crate) fn empty() -> Self {
        let home = tempfile::tempdir().unwrap();
        symlink(hv_testbed::plugin::binary(NAME), home.path().join(NAME)).unwrap();
        Self { home }
    }

    /// A bundle of a world, as it is or changed.
    pub(crate) fn with(world: &World) -> Self {
        Self::collected(world, &BundleOptions::default())
    }

    /// A bundle that was collected in some way.
    pub(crate) fn collected(world: &World, options: &BundleOptions) -> Self {
        let desk = Self::empty();
        write_zip(world, options, &desk.path("bundle.zip")).unwrap();
        desk
    }

    /// A path in the home.
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
        command
    }

    /// Runs what was typed.
    pub(crate) fn run(&self, words: &str) -> Run {
        Run::of(&self.command(words).output().unwrap(), self.home.path())
    }

    /// Asks the bundle.
    pub(crate) fn ask(&self, words: &str) -> Run {
        self.run(&format!("{words} --from bundle.zip"))
    }

    /// The document of a run that must succeed.
    #[track_caller]
    pub(crate) fn report(&self, words: &str) -> Value {
        let run = self.ask(&format!("{words} -o json"));
        assert_eq!(run.code, Some(0), "{words}: {run}");
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// One line a target with the verdicts and reasons of some capabilities.
    #[track_caller]
    pub(crate) fn verdicts(&self, targets: &str, capabilities: &[&str]) -> String {
        let report = self.report(&format!("check-driver {targets}"));
        let line = |item: &Value| {
            let verdict = |name: &&str| {
                let judged = &item["capabilities"][*name];
                let word = |field: &str| judged[field].as_str().unwrap().to_owned();
                match word("reason").as_str() {
                    "supported" => format!("{name} {}", word("verdict")),
                    reason => format!("{name} {} ({reason})", word("verdict")),
                }
            };
            let judged: Vec<String> = capabilities.iter().map(verdict).collect();
            let name = item["target"]["name"].as_str().unwrap();
            format!("{name}: {}", judged.join(", "))
        };
        let lines: Vec<String> = report["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(line)
            .collect();
        lines.join("\n")
    }
}

impl Run {
    /// Reads what a process said, and writes `[HOME]` for a folder that no two runs share.
    pub(crate) fn of(output: &Output, home: &Path) -> Self {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(home.to_str().unwrap(), "[HOME]")
        };
        Self {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// The first line of standard output.
    pub(crate) fn headline(&self) -> &str {
        self.stdout.lines().next().unwrap_or_default()
    }
}

impl Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => writeln!(out, "exit code: {code}")?,
            None => writeln!(out, "ended by a signal")?,
        }
        write!(out, "----- stdout -----\n{}", self.stdout)?;
        write!(out, "----- stderr -----\n{}", self.stderr)
    }
}
