//! A home with nothing but kubectl and krew in it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hv_testbed::controlplane::Assets;
use tempfile::TempDir;

/// The plugin as the workspace built it, beside the folder of this test.
pub(super) fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("kubectl-hv_snapshot");
    assert!(
        binary.is_file(),
        "{} is not built: cargo build --workspace",
        binary.display()
    );
    binary
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

    pub(super) fn kubectl(&self, words: &[&str]) -> Ran {
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

    pub(super) fn dist(&self, words: &[&str]) -> Ran {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/dist");
        Ran::of(
            Command::new(script)
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
}
