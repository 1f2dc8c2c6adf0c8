//! `completion install|print`: the small file that kubectl runs to ask for completions.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};

use super::answer::QUESTION;
use crate::exit::ExitKind;
use crate::failure::Failure;
use crate::name::Program;
use crate::ui::Ui;

/// Set up shell completion through kubectl
#[derive(Args, Clone, Debug)]
pub struct CompletionArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Write the file that kubectl runs for completions of this plugin
    Install {
        /// Directory on the PATH to write it to; default is the one of {cmd} itself
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    /// Print the file instead of writing it
    Print,
}

/// What a file of ours has in its second line; without it a file is somebody else's.
const MARK: &str = "# Shell completion of a kubectl-hv plugin";

impl CompletionArgs {
    /// Does what was asked for.
    pub fn perform(&self, ui: &Ui) -> Result<ExitKind, Failure> {
        let program = ui.program();
        let (Some(plugin), Some(file)) = (program.plugin(), program.completer_file()) else {
            let message = "kubectl completes only plugins whose file name starts with kubectl-";
            return Err(Failure::failed(message));
        };
        let script = script(plugin);
        match &self.action {
            Action::Print => ui.out(script.trim_end()),
            Action::Install { dir } => {
                let path = folder(dir.as_deref(), program)?.join(file);
                let verb = install(&path, &script)?;
                ui.out(&format!("{} {verb}", path.display()));
                ui.note("It works in every shell that has kubectl's own completion loaded.");
            }
        }
        Ok(ExitKind::Ok)
    }
}

fn script(plugin: &str) -> String {
    format!("#!/bin/sh\n{MARK}\nexec \"${{KUBECTL_PATH:-kubectl}}\" {plugin} {QUESTION} \"$@\"\n")
}

fn folder(asked: Option<&Path>, program: &Program) -> Result<PathBuf, Failure> {
    if let Some(folder) = asked {
        return Ok(folder.to_owned());
    }
    own_folder(program.path(), std::env::var_os("PATH").as_deref())
        .ok_or_else(|| Failure::usage("the directory of {cmd} is not known; name one with --dir"))
}

/// Where this program was found; kubectl passes the link on the PATH, a shell only a name.
fn own_folder(argv0: &Path, search_path: Option<&OsStr>) -> Option<PathBuf> {
    match argv0.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => Some(parent.to_owned()),
        _ => std::env::split_paths(search_path?).find(|folder| folder.join(argv0).is_file()),
    }
}

/// Writes the file unless somebody else's is there, and says what became of it.
fn install(path: &Path, script: &str) -> Result<&'static str, Failure> {
    let verb = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => "created",
        Err(error) => return Err(unwritable(path, &error)),
        Ok(found) => {
            let content = if found.is_file() {
                fs::read_to_string(path)
            } else {
                Ok(String::new())
            };
            match content.unwrap_or_default() {
                content if content == script => "unchanged",
                content if content.lines().nth(1) == Some(MARK) => "configured",
                _ => return Err(foreign(path)),
            }
        }
    };
    // The mode is set again on an unchanged file, which may have lost it.
    write(path, script).map_err(|error| unwritable(path, &error))?;
    Ok(verb)
}

/// Writes beside the place and renames, so that kubectl never runs half a file.
fn write(path: &Path, script: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(name);
    let result = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(script.as_bytes())?;
            make_executable(&file)
        })
        .and_then(|()| fs::rename(&beside, path));
    if result
        .as_ref()
        .is_err_and(|error| error.kind() != ErrorKind::AlreadyExists)
    {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    result
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_file: &fs::File) -> io::Result<()> {
    Err(io::Error::new(
        ErrorKind::Unsupported,
        "a shell script does not run on this system",
    ))
}

fn foreign(path: &Path) -> Failure {
    let message = format!(
        "refusing to overwrite {}: it is not a file of ours",
        path.display()
    );
    Failure::refused(message).hint("move it away, or choose another directory with --dir")
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("cannot write {}: {error}", path.display()))
        .hint("choose a directory on your PATH with --dir")
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn script_asks_through_kubectl() {
        let expected = "#!/bin/sh\n# Shell completion of a kubectl-hv plugin\n\
                        exec \"${KUBECTL_PATH:-kubectl}\" hv-snapshot __complete \"$@\"\n";
        assert_eq!(script("hv-snapshot"), expected);
    }

    #[test]
    fn install_creates_keeps_and_renews_only_our_own_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubectl_complete-hv_test");
        assert_eq!(install(&path, &script("hv-test")), Ok("created"));
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o755
        );
        assert_eq!(install(&path, &script("hv-test")), Ok("unchanged"));
        assert_eq!(install(&path, &script("hv test")), Ok("configured"));
        assert_eq!(fs::read_to_string(&path).unwrap(), script("hv test"));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn install_refuses_what_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubectl_complete-hv_test");
        fs::write(&path, "#!/bin/sh\necho mine\n").unwrap();
        let refused = install(&path, &script("hv-test")).unwrap_err();
        assert_eq!(refused.kind(), ExitKind::Refused);
        assert_eq!(fs::read_to_string(&path).unwrap(), "#!/bin/sh\necho mine\n");

        let link = folder.path().join("kubectl_complete-hv_link");
        symlink(folder.path().join("gone"), &link).unwrap();
        assert_eq!(
            install(&link, &script("x")).unwrap_err().kind(),
            ExitKind::Refused
        );

        let nowhere = folder.path().join("no/such/folder/x");
        assert_eq!(install(&nowhere, "x").unwrap_err().kind(), ExitKind::Failed);
    }

    #[test]
    fn own_folder_is_that_of_the_link() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("kubectl-hv_test"), "").unwrap();
        let cases = [
            (
                "/krew/bin/kubectl-hv_test",
                Some(PathBuf::from("/krew/bin")),
            ),
            ("kubectl-hv_test", Some(folder.path().to_owned())),
            ("kubectl-hv_other", None),
        ];
        for (argv0, expected) in cases {
            assert_eq!(
                own_folder(Path::new(argv0), Some(folder.path().as_os_str())),
                expected
            );
        }
    }
}
