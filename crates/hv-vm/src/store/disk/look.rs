//! Looking at the disk without following a link and without changing anything.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use super::super::error::StoreError;
use super::Stamp;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, a pipe or the like.
    Other,
    /// Nothing.
    Missing,
}

impl From<fs::FileType> for Found {
    fn from(kind: fs::FileType) -> Self {
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

/// Says what is at a path.
pub(crate) fn kind(path: &Path) -> Result<Found, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(found.file_type().into()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Found::Missing)
        }
        Err(error) => Err(StoreError::from_io(path, error)),
    }
}

/// Lists a folder by name.
pub(crate) fn children(path: &Path) -> Result<Vec<(OsString, Found)>, StoreError> {
    let failed = |error| StoreError::from_io(path, error);
    let mut children = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        children.push((entry.file_name(), entry.file_type().map_err(failed)?.into()));
    }
    children.sort_by(|(one, _): &(OsString, Found), (other, _)| one.cmp(other));
    Ok(children)
}

/// Reads a regular file as long as it is not larger than a limit; a link is refused.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    Ok(read_stamped(path, limit)?.0)
}

/// Reads a regular file; its stamp is from before the reading.
pub(crate) fn read_stamped(
    path: &Path,
    limit: u64,
) -> Result<(Vec<u8>, Option<Stamp>), StoreError> {
    let failed = |error| StoreError::from_io(path, error);
    let mut file = open(path).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    if !found.is_file() {
        return Err(StoreError::broken(path, "it is not a regular file"));
    }
    let too_large = || StoreError::TooLarge {
        path: path.to_owned(),
        limit,
    };
    if found.len() > limit {
        return Err(too_large());
    }
    // One byte more than there should be, so that the end is found by the first read.
    let mut bytes = vec![0; usize::try_from(found.len()).map_err(|_| too_large())? + 1];
    let mut length = 0;
    loop {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        }
        if length == bytes.len() {
            return Err(StoreError::broken(path, "it changed while it was read"));
        }
    }
    bytes.truncate(length);
    Ok((bytes, Stamp::of(&found)))
}

/// Opens a file; neither a link is followed, nor is a pipe waited for.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::other("it is a link"));
    }
    OpenOptions::new().read(true).open(path)
}
