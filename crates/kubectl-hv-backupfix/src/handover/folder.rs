//! The folder of a report: made aside, and put in its place only when it is whole.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hv_cli::Failure;

/// A folder in the making; what is not finished is removed.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Where it is to be, as the user wrote it.
    wanted: PathBuf,
    /// The same, resolved.
    place: PathBuf,
    /// Where it is made.
    aside: PathBuf,
    is_finished: bool,
}

impl Folder {
    /// Makes an empty folder beside the wanted one, which must not exist or be empty.
    pub(crate) fn prepare(wanted: &Path) -> Result<Self, Failure> {
        let unable = |error: &io::Error| unable(wanted, error);
        let place = match fs::symlink_metadata(wanted) {
            Ok(_) => {
                let place = fs::canonicalize(wanted).map_err(|error| unable(&error))?;
                if !place.is_dir() {
                    let failure = format!("\"{}\" exists and is no folder", wanted.display());
                    return Err(Failure::failed(failure).hint("name a folder that does not exist"));
                }
                let mut content = fs::read_dir(&place).map_err(|error| unable(&error))?;
                if content.next().is_some() {
                    let failure = format!("the folder \"{}\" is not empty", wanted.display());
                    return Err(Failure::failed(failure).hint("name a folder that does not exist"));
                }
                place
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let parent = match wanted.parent() {
                    Some(parent) if parent != Path::new("") => parent,
                    _ => Path::new("."),
                };
                let parent = fs::canonicalize(parent).map_err(|error| unable(&error))?;
                let name = wanted.file_name();
                parent.join(name.ok_or_else(|| unable(&io::ErrorKind::InvalidInput.into()))?)
            }
            Err(error) => return Err(unable(&error)),
        };
        let (Some(parent), Some(name)) = (place.parent(), place.file_name()) else {
            return Err(unable(&io::ErrorKind::InvalidInput.into()));
        };
        let mut aside = std::ffi::OsString::from(".");
        aside.push(name);
        aside.push(format!(".{}.partial", std::process::id()));
        let aside = parent.join(aside);
        private_folder(&aside).map_err(|error| unable(&error))?;
        // From here on it is removed whatever happens.
        let folder = Self {
            wanted: wanted.to_owned(),
            place,
            aside,
            is_finished: false,
        };
        private_folder(&folder.aside.join("inputs")).map_err(|error| unable(&error))?;
        Ok(folder)
    }

    /// Where it is to be, as the user wrote it.
    pub(crate) fn wanted(&self) -> &Path {
        &self.wanted
    }

    /// Writes a file; it is on the disk when this returns.
    pub(crate) fn write(&self, name: &str, content: &str) -> Result<(), Failure> {
        let written = || -> io::Result<()> {
            let mut file = private_file(&self.aside.join(name))?;
            file.write_all(content.as_bytes())?;
            // Only then a full disk has shown itself.
            file.sync_all()
        };
        written().map_err(|error| unable(&self.wanted, &error))
    }

    /// Puts the folder in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let moved = fs::rename(&self.aside, &self.place);
        moved.map_err(|error| unable(&self.wanted, &error))?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_finished {
            // The failure that led here is told; there is nobody to tell about this one.
            let _ = fs::remove_dir_all(&self.aside);
        }
    }
}

fn unable(wanted: &Path, error: &io::Error) -> Failure {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let wanted = wanted.display();
    Failure::failed(format!("cannot write the report to \"{wanted}\": {text}"))
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for a test.
    fn bench(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("hv-handover-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    fn entries(path: &Path) -> usize {
        fs::read_dir(path).unwrap().count()
    }

    #[test]
    fn a_finished_folder_is_in_its_place_and_private() {
        let bench = bench("finished");
        for wanted in [bench.join("new"), bench.join("empty/")] {
            if wanted.ends_with("empty") {
                fs::create_dir(&wanted).unwrap();
            }
            let folder = Folder::prepare(&wanted).unwrap();
            folder.write("README.txt", "text").unwrap();
            folder.finish().unwrap();
            assert_eq!(
                fs::read_to_string(wanted.join("README.txt")).unwrap(),
                "text"
            );
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode(&wanted), 0o700);
                assert_eq!(mode(&wanted.join("README.txt")), 0o600);
            }
        }
        assert_eq!(entries(&bench), 2);
        fs::remove_dir_all(bench).unwrap();
    }

    #[test]
    fn nothing_is_left_of_an_unfinished_folder() {
        let bench = bench("unfinished");
        let folder = Folder::prepare(&bench.join("new")).unwrap();
        folder.write("README.txt", "text").unwrap();
        drop(folder);
        assert_eq!(entries(&bench), 0);
        fs::remove_dir_all(bench).unwrap();
    }

    #[test]
    fn places_that_cannot_be_used_are_refused_before_anything_is_made() {
        let bench = bench("refused");
        fs::create_dir(bench.join("full")).unwrap();
        fs::write(bench.join("full/file"), "mine").unwrap();
        for (wanted, part) in [
            ("full", "is not empty"),
            ("full/file", "is no folder"),
            ("gone/new", "No such file"),
            ("full/file/new", "cannot write the report"),
            ("", "cannot write the report"),
        ] {
            let wanted = if wanted.is_empty() {
                PathBuf::new()
            } else {
                bench.join(wanted)
            };
            let failure = Folder::prepare(&wanted).unwrap_err();
            assert!(failure.message().contains(part), "{failure}");
            assert_eq!(failure.kind(), hv_cli::ExitKind::Failed);
        }
        assert_eq!(entries(&bench), 1);
        assert_eq!(fs::read_to_string(bench.join("full/file")).unwrap(), "mine");
        fs::remove_dir_all(bench).unwrap();
    }

    #[test]
    fn a_place_that_was_taken_meanwhile_is_left_alone() {
        let bench = bench("taken");
        let folder = Folder::prepare(&bench.join("new")).unwrap();
        fs::create_dir(bench.join("new")).unwrap();
        fs::write(bench.join("new/file"), "mine").unwrap();
        assert!(folder.finish().is_err());
        assert_eq!(fs::read_to_string(bench.join("new/file")).unwrap(), "mine");
        assert_eq!(entries(&bench), 1);
        fs::remove_dir_all(bench).unwrap();
    }
}
