//! One entry of a tar: its path, taken apart, and its bytes up to a limit.

use std::io::Read;
use std::path::Path;

use tar::{Entry, EntryType, PaxExtensions};

use super::super::disk::LARGEST_FILE;
use super::super::error::StoreError;
use super::super::layout::{MARKER, Place, TEMPLATES};

/// The longest path that is read.
const LONGEST_PATH: u64 = 4 << 10;
/// The most that is read of what describes the next entry.
const LARGEST_EXTENSION: u64 = 64 << 10;

/// What an entry is.
pub(super) enum Member {
    /// The marker of the store.
    Marker(Vec<u8>),
    /// A file of a bundle.
    File(Place, String, Vec<u8>),
    /// Nothing of a store.
    Other,
}

/// The path of the next entry, where it does not fit into the entry itself.
#[derive(Default)]
pub(super) struct LongPath(Option<Vec<u8>>);

/// Reads an entry; links, devices and paths that lead out of the archive are refused.
pub(super) fn read<R: Read>(
    at: &Path,
    entry: &mut Entry<'_, R>,
    long: &mut LongPath,
) -> Result<Member, StoreError> {
    let kind = entry.header().entry_type();
    match kind {
        EntryType::GNULongName => {
            let mut path = content(at, entry, LONGEST_PATH)?;
            while path.last() == Some(&0) {
                path.pop();
            }
            long.0 = Some(path);
            return Ok(Member::Other);
        }
        EntryType::XHeader => {
            long.0 = pax_path(at, &content(at, entry, LARGEST_EXTENSION)?)?.or(long.0.take());
            return Ok(Member::Other);
        }
        EntryType::XGlobalHeader => return Ok(Member::Other),
        _ => {}
    }
    let path = long
        .0
        .take()
        .unwrap_or_else(|| entry.path_bytes().into_owned());
    let path = inside(at, &path)?;
    match kind {
        EntryType::Regular => {}
        EntryType::Directory => return Ok(Member::Other),
        EntryType::Symlink | EntryType::Link => {
            return Err(StoreError::HostileLink(at.join(path)));
        }
        _ => {
            let why = format!("{path:?} is neither a file nor a folder");
            return Err(StoreError::broken(at, why));
        }
    }
    if path == MARKER {
        return Ok(Member::Marker(content(at, entry, LARGEST_EXTENSION)?));
    }
    match split(&path) {
        Some((place, file)) => Ok(Member::File(place, file, content(at, entry, LARGEST_FILE)?)),
        None => Ok(Member::Other),
    }
}

/// The path that an extended header gives to the next entry.
fn pax_path(at: &Path, bytes: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut path = None;
    for extension in PaxExtensions::new(bytes) {
        let extension = extension.map_err(|error| StoreError::broken(at, error.to_string()))?;
        match extension.key_bytes() {
            b"path" => path = Some(extension.value_bytes().to_owned()),
            b"size" => return Err(StoreError::broken(at, "it holds a file of unusual size")),
            _ => {}
        }
    }
    Ok(path)
}

/// The path of an entry, without the `./` that tar puts before those of a folder.
fn inside(at: &Path, path: &[u8]) -> Result<String, StoreError> {
    let outside = || {
        let why = format!("{:?} leads out of it", String::from_utf8_lossy(path));
        StoreError::broken(at, why)
    };
    let path = std::str::from_utf8(path).map_err(|_| outside())?;
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    let hostile = |step: &str| matches!(step, "" | "..") || step.contains(['\\', '\0', ':']);
    if path.split('/').any(hostile) {
        return Err(outside());
    }
    Ok(path.to_owned())
}

/// The bundle that a path belongs to, and the path in its folder.
fn split(path: &str) -> Option<(Place, String)> {
    let steps: Vec<&str> = path.split('/').collect();
    let depth = if steps.get(1) == Some(&TEMPLATES) {
        3
    } else {
        2
    };
    let (folder, file) = steps.split_at_checked(depth)?;
    let place = Place::parse(&folder.join("/"))?;
    (!file.is_empty()).then(|| (place, file.join("/")))
}

/// The bytes of an entry, as long as they are not more than a limit.
fn content<R: Read>(
    at: &Path,
    entry: &mut Entry<'_, R>,
    limit: u64,
) -> Result<Vec<u8>, StoreError> {
    if entry.size() > limit {
        let path = at.join(String::from_utf8_lossy(&entry.path_bytes()).as_ref());
        return Err(StoreError::TooLarge { path, limit });
    }
    let mut bytes = Vec::new();
    entry
        .read_to_end(&mut bytes)
        .map_err(|error| super::reader::damaged(at, &error))?;
    Ok(bytes)
}
