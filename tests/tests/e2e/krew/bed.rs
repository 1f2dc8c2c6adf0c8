//! A home with nothing but kubectl and krew in it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hv_testbed::controlplane::Assets;
use tempfile::TempDir;

use super::shipped::Shipped;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The names of the files that are turned into manifests.
pub(super) fn templates() -> Vec<String> {
    let files = fs::read_dir(Path::new(ROOT).join("krew-manifests")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// The text of one of them.
pub(super) fn template(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("krew-manifests").join(name)).unwrap()
}

/// An empty home with kubectl and krew on its path, and nothing else of this machine.
pub(super) struct Bed {
    folder: TempDir,
    assets: Assets,
}

impl Bed {
    pub(super) fn new() -> Self {
        let bed = Self {
            folder: tempfile::tempdir().unwrap(),
            assets: Assets::find().unwrap(),
        };
        for folder in ["programs", "completion", "krew", "dist"] {
            fs::create_dir(bed.path(folder)).unwrap();
        }
        for (program, name) in [
            (&bed.assets.kubectl, "kubectl"),
            (&bed.assets.krew, "kubectl-krew"),
        ] {
            assert!(program.is_file(), "{name} is not at {}", program.display());
            symlink(program, bed.path("programs").join(name)).unwrap();
        }
        bed
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn kubectl<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Ran {
        let path = ["krew/bin", "completion", "programs"].map(|name| self.path(name));
        Ran::of(
            Command::new(self.path("programs/kubectl"))
                .args(words)
                .current_dir(self.folder.path())
                .env_clear()
                .env("PATH", std::env::join_paths(path).unwrap())
                .env("HOME", self.folder.path())
                .env("KREW_ROOT", self.path("krew")),
        )
    }

    /// Packs the plugin as it was built for the tests, which is no release.
    pub(super) fn pack(&self, plugin: &Shipped) -> Ran {
        let binary = plugin.binary();
        let binary = binary.to_str().unwrap();
        self.dist(&["--any-size", "--plugin", plugin.name, "--binary", binary])
    }

    pub(super) fn dist(&self, words: &[&str]) -> Ran {
        Ran::of(
            Command::new(Path::new(ROOT).join("scripts/dist"))
                .args(words)
                .arg("--out")
                .arg(self.path("dist"))
                .env("SOURCE_DATE_EPOCH", "1795132800"),
        )
    }

    pub(super) fn validate(&self, manifest: &str) {
        let mut command = Command::new(&self.assets.validate_krew);
        Ran::of(command.args(["-manifest", manifest, "-skip-install"])).succeeded();
    }
}

#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Ran {
    pub(super) fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(super) fn succeeded(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
    }

    pub(super) fn has_line(&self, line: &str) {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert!(
            all.lines().any(|one| one == line),
            "{line:?} is not in {all}"
        );
    }

    /// What kubectl completes comes with a description after a tab, which is not compared.
    pub(super) fn has_line_that_starts(&self, start: &str) {
        let found = self.stdout.lines().any(|line| line.starts_with(start));
        assert!(found, "no line of {self:?} begins with {start:?}");
    }
}
