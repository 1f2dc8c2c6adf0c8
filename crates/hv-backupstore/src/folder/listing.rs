//! Records in the order of a directory listing, without reading them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::guard::{Child, Kind, Root, Unlisted};
use crate::layout::{IMAGES, ImagePath, PathError, RecordPath, SUFFIX};
use crate::record::{NotAFile, Stops};

/// Something in the folder of the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<P> {
    /// The path, relative to the root of the target.
    pub path: PathBuf,
    /// The place of a record, or why it is none.
    pub found: Result<P, Stray>,
}

/// Why something in the folder of the records is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stray {
    /// A file whose name is none of a record, such as what is left of an interrupted write.
    ///
    /// Harvester does not look at names: it reads such a file as a record.
    #[error("{0}")]
    Name(PathError),
    /// A file or folder that begins with a dot, which Harvester does not see on a file system.
    #[error("the name begins with a dot")]
    Hidden,
    /// Something else in the place of a file; a folder is one level deeper than records lie.
    #[error("{0}")]
    NotAFile(NotAFile),
    /// A file or folder that cannot be looked at or listed. In a folder there may be records.
    #[error("it cannot be listed: {0}")]
    Unlistable(String),
}

impl Entry<RecordPath> {
    /// Whether the entry ends Harvester's pass by being there.
    ///
    /// What Harvester reads as a record has to be read to know; see [`Folder::read_entry`].
    ///
    /// [`Folder::read_entry`]: super::Folder::read_entry
    pub fn stops_harvester(&self) -> Stops {
        match &self.found {
            Ok(_) | Err(Stray::Name(_) | Stray::Unlistable(_)) => Stops::Unknown,
            Err(Stray::Hidden) => Stops::No,
            Err(Stray::NotAFile(kind)) => kind.stops_harvester(),
        }
    }
}

impl Entry<ImagePath> {
    /// Whether the entry ends Harvester's pass by being there.
    ///
    /// Harvester takes everything in a namespace's folder for a record of an image, and fails at what
    /// is no file (`syncVMImage` of its `backup_metadata.go`). What is a file
    /// has to be read to know; see [`Folder::read_image_entry`].
    ///
    /// [`Folder::read_image_entry`]: super::Folder::read_image_entry
    pub fn stops_harvester(&self) -> Stops {
        let is_in_namespace =
            self.path.components().count() > Path::new(IMAGES).components().count() + 1;
        match &self.found {
            Err(Stray::NotAFile(NotAFile::Folder | NotAFile::DeadLink)) if is_in_namespace => {
                Stops::Yes
            }
            Err(Stray::Hidden) => Stops::No,
            Err(Stray::NotAFile(kind)) => kind.stops_harvester(),
            Ok(_) | Err(Stray::Name(_) | Stray::Unlistable(_)) => Stops::Unknown,
        }
    }
}

/// The entries of a folder with records in it and in its folders.
pub(super) fn entries<P>(
    root: &Root,
    base: &str,
    parse: fn(&str) -> Result<P, PathError>,
) -> Vec<Entry<P>> {
    let base = Path::new(base);
    let children = match root.list(base) {
        Ok(children) => children,
        Err(Unlisted::Missing) => return Vec::new(),
        Err(Unlisted::Failed(why)) => return vec![unlistable(base.to_owned(), why)],
    };
    let (mut nested, mut flat) = (Vec::new(), Vec::new());
    for child in by_stem(children) {
        let path = base.join(&child.name);
        if !matches!(child.kind, Kind::Folder) || is_hidden(&child.name) {
            flat.push(entry(path, &child, parse));
            continue;
        }
        match root.list(&path) {
            Ok(files) => nested.extend(
                by_stem(files)
                    .iter()
                    .map(|file| entry(path.join(&file.name), file, parse)),
            ),
            // It went away while the listing was made.
            Err(Unlisted::Missing) => {}
            Err(Unlisted::Failed(why)) => nested.push(unlistable(path, why)),
        }
    }
    nested.append(&mut flat);
    nested
}

/// A relative path as text with forward slashes.
pub(super) fn as_text(path: &Path) -> Result<String, PathError> {
    let steps: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
    Ok(steps.ok_or(PathError::NotText)?.join("/"))
}

fn entry<P>(path: PathBuf, child: &Child, parse: fn(&str) -> Result<P, PathError>) -> Entry<P> {
    let found = match &child.kind {
        _ if is_hidden(&child.name) => Err(Stray::Hidden),
        Kind::File => as_text(&path)
            .and_then(|path| parse(&path))
            .map_err(Stray::Name),
        Kind::Folder => Err(Stray::NotAFile(NotAFile::Folder)),
        Kind::Other(kind) => Err(Stray::NotAFile(*kind)),
        Kind::Unknown(why) => Err(Stray::Unlistable(why.clone())),
    };
    Entry { path, found }
}

fn unlistable<P>(path: PathBuf, why: String) -> Entry<P> {
    Entry {
        path,
        found: Err(Stray::Unlistable(why)),
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Sorts by names of records: `a` before `a-b`, although `a-b.cfg` comes before `a.cfg`.
fn by_stem(mut children: Vec<Child>) -> Vec<Child> {
    let stem = |child: &Child| -> Vec<u8> {
        let name = child.name.as_encoded_bytes();
        name.strip_suffix(SUFFIX.as_bytes())
            .unwrap_or(name)
            .to_vec()
    };
    children.sort_by_cached_key(stem);
    children
}
