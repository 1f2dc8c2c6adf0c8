//! The one door to the files of a target, which keeps every reader inside of it.

use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::record::NotAFile;

/// The root of a target, absolute and without links.
#[derive(Clone, Debug)]
pub(super) struct Root(PathBuf);

/// What is at a path in the target.
pub(super) enum Place {
    /// A regular file, by its path without links.
    File(PathBuf),
    /// A folder, by its path without links.
    Folder(PathBuf),
    /// Nothing.
    Missing,
    /// Neither of them, or something outside of the target.
    Other(NotAFile),
    /// It cannot be told.
    Failed(io::Error),
}

/// Why a folder is not listed.
pub(super) enum Unlisted {
    /// It is not there.
    Missing,
    /// It is, or may be, and cannot be listed; why.
    Failed(String),
}

/// Something in a folder.
pub(super) struct Child {
    pub(super) name: OsString,
    pub(super) kind: Kind,
}

/// What something in a folder is.
pub(super) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Neither of them, or something outside of the target.
    Other(NotAFile),
    /// It cannot be told; why.
    Unknown(String),
}

impl Root {
    /// Takes a path that is absolute and without links.
    pub(super) fn new(canonical: PathBuf) -> Self {
        Self(canonical)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Whether there is a folder at a path in the target.
    pub(super) fn has_folder(&self, relative: &str) -> bool {
        matches!(self.place(Path::new(relative)), Place::Folder(_))
    }

    /// Looks at a path in the target; links are followed only as long as they stay in it.
    pub(super) fn place(&self, relative: &Path) -> Place {
        if relative
            .components()
            .any(|step| !matches!(step, Component::Normal(_)))
        {
            return Place::Other(NotAFile::Outside);
        }
        let found = fs::canonicalize(self.0.join(relative)).and_then(|full| {
            let kind = fs::metadata(&full)?.file_type();
            Ok((full, kind))
        });
        match found {
            Ok((full, _)) if !full.starts_with(&self.0) => Place::Other(NotAFile::Outside),
            Ok((full, kind)) if kind.is_file() => Place::File(full),
            Ok((full, kind)) if kind.is_dir() => Place::Folder(full),
            Ok(_) => Place::Other(NotAFile::Special),
            Err(error) if self.has_link(relative) => match error.kind() {
                ErrorKind::PermissionDenied => Place::Failed(error),
                _ => Place::Other(NotAFile::DeadLink),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Place::Missing,
            Err(error) => Place::Failed(error),
        }
    }

    /// Lists a folder of the target by name.
    pub(super) fn list(&self, relative: &Path) -> Result<Vec<Child>, Unlisted> {
        let failed = |error: io::Error| Unlisted::Failed(error.to_string());
        let folder = match self.place(relative) {
            Place::Folder(folder) => folder,
            Place::Missing => return Err(Unlisted::Missing),
            Place::File(_) => return Err(failed(ErrorKind::NotADirectory.into())),
            Place::Other(kind) => return Err(Unlisted::Failed(kind.to_string())),
            Place::Failed(error) => return Err(failed(error)),
        };
        let mut children = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = self.kind(relative, &entry);
            children.push(Child {
                name: entry.file_name(),
                kind,
            });
        }
        children.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(children)
    }

    fn kind(&self, folder: &Path, entry: &DirEntry) -> Kind {
        match entry.file_type() {
            Ok(kind) if kind.is_file() => Kind::File,
            Ok(kind) if kind.is_dir() => Kind::Folder,
            Ok(kind) if kind.is_symlink() => match self.place(&folder.join(entry.file_name())) {
                Place::File(_) => Kind::File,
                Place::Folder(_) => Kind::Folder,
                Place::Missing => Kind::Other(NotAFile::DeadLink),
                Place::Other(kind) => Kind::Other(kind),
                Place::Failed(error) => Kind::Unknown(error.to_string()),
            },
            Ok(_) => Kind::Other(NotAFile::Special),
            Err(error) => Kind::Unknown(error.to_string()),
        }
    }

    /// Whether a step of a path is a link; those in the root itself are resolved already.
    fn has_link(&self, relative: &Path) -> bool {
        relative.ancestors().any(|part| {
            !part.as_os_str().is_empty()
                && fs::symlink_metadata(self.0.join(part)).is_ok_and(|found| found.is_symlink())
        })
    }
}
