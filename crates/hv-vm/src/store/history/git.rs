//! What git knows of a folder; only reading, and nothing that the repository could have configured.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;

use super::super::disk::LARGEST_FILE;

/// The most commits that are read.
const MOST: usize = 1000;
/// The most that is read of all of them.
const LARGEST: u64 = 16 * LARGEST_FILE;

/// A commit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Commit {
    pub(super) id: String,
    pub(super) time: String,
}

/// The git history of a folder.
pub(super) struct Git {
    folder: PathBuf,
}

impl Git {
    /// Finds the repository of a folder; why not, if there is none.
    pub(super) fn new(folder: &Path) -> Result<Self, String> {
        let git = Self {
            folder: folder.to_owned(),
        };
        match git.run(&["rev-parse", "--is-inside-work-tree"]) {
            Ok(answer) if answer.starts_with(b"true") => Ok(git),
            Ok(_) => Err("the folder is in no git work tree".to_owned()),
            Err(why) => Err(why),
        }
    }

    /// The commits that changed a file of the folder, the oldest first.
    pub(super) fn commits(&self, file: &str) -> Result<Vec<Commit>, String> {
        let most = format!("--max-count={MOST}");
        let format = "--format=%H %ct";
        let listed = match self.run(&["log", "--no-show-signature", &most, format, "--", file]) {
            Ok(listed) => listed,
            // A repository without a commit has no log.
            Err(_)
                if self
                    .run(&["rev-parse", "--verify", "--quiet", "HEAD"])
                    .is_err() =>
            {
                return Err("nothing is committed".to_owned());
            }
            Err(why) => return Err(why),
        };
        let listed = String::from_utf8_lossy(&listed);
        let mut commits: Vec<_> = listed.lines().filter_map(commit).collect();
        commits.reverse();
        Ok(commits)
    }

    /// The bytes of a file of the folder in each commit, as far as it was there.
    pub(super) fn files<'a>(
        &self,
        wanted: impl Iterator<Item = (&'a Commit, String)>,
    ) -> Result<Vec<Option<Vec<u8>>>, String> {
        let names: Vec<_> = wanted
            .map(|(commit, file)| format!("{}:./{file}\n", commit.id))
            .collect();
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| no_git(&error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let input = names.concat();
        let mut output = Vec::new();
        // Git answers while it is asked, so that both have to go on at once.
        let read = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            stdout.map(|stdout| stdout.take(LARGEST).read_to_end(&mut output))
        });
        let ended = child.wait();
        match (read, ended) {
            (Some(Ok(_)), Ok(status)) if status.success() => {}
            _ => return Err("git could not read its history".to_owned()),
        }
        let mut rest = output.as_slice();
        let files: Option<Vec<_>> = names.iter().map(|_| answer(&mut rest)).collect();
        files.ok_or_else(|| "git could not read its history".to_owned())
    }

    fn run(&self, args: &[&str]) -> Result<Vec<u8>, String> {
        let ran = self.command(args).stdin(Stdio::null()).output();
        let ran = ran.map_err(|error| no_git(&error))?;
        match ran.status.success() {
            true => Ok(ran.stdout),
            false => Err("the folder is in no git work tree that can be read".to_owned()),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.folder)
            // The repository may be a stranger's, and its settings can name programs.
            .args([
                "--no-pager",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
            ])
            .args(args)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("LC_ALL", "C")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for variable in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
        ] {
            command.env_remove(variable);
        }
        command
    }
}

/// Reads a line of the log.
fn commit(line: &str) -> Option<Commit> {
    let (id, seconds) = line.split_once(' ')?;
    let time = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    Some(Commit {
        id: id.to_owned(),
        time: time.to_string(),
    })
}

fn no_git(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no git on this machine".to_owned(),
        _ => format!("git could not be started: {error}"),
    }
}

/// Takes one answer off the output of `git cat-file --batch`.
#[expect(
    clippy::option_option,
    reason = "an answer that is cut off, and a file that is not there"
)]
fn answer(rest: &mut &[u8]) -> Option<Option<Vec<u8>>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&rest[..end]).ok()?;
    let after = &rest[end + 1..];
    if line.ends_with(" missing") {
        *rest = after;
        return Some(None);
    }
    let size: usize = line.rsplit(' ').next()?.parse().ok()?;
    let bytes = after.get(..size)?;
    *rest = after.get(size + 1..)?;
    Some(Some(bytes.to_owned()))
}
