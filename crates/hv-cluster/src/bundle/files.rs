//! The files of a support bundle, in a zip or in a folder, read by exact name and never unpacked.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use zip::ZipArchive;

use super::bounded::{Bounded, Hostile, MAX_ENTRY_BYTES};
use crate::source::SourceError;

/// Where the bytes of a bundle are.
pub(super) enum Store {
    /// An archive of which only the central directory was read.
    Zip(Mutex<ZipArchive<BufReader<File>>>),
    /// A canonical path that every file must stay below.
    Folder(PathBuf),
}

/// The files that matter, by their path below the bundle's root.
pub(super) struct Files {
    pub(super) store: Store,
    /// Name of the root, which holds the time of collection.
    pub(super) root_name: String,
    /// Path below the root, and the place in the archive.
    pub(super) entries: BTreeMap<String, usize>,
    /// Newest time of any entry, if the store keeps times.
    pub(super) newest: Option<Timestamp>,
    /// How many entries are left out because of their names.
    pub(super) unsafe_names: usize,
}

/// Why a file was not read.
#[derive(Debug)]
pub(super) enum ReadError {
    /// It must not be read.
    Hostile(String),
    /// It cannot be read; others may.
    Damaged(String),
}

impl From<ReadError> for SourceError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Hostile(text) | ReadError::Damaged(text) => Self::Bundle(text),
        }
    }
}

impl Files {
    pub(super) fn contains(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// Paths that start with `prefix`, in order.
    pub(super) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.entries
            .range(prefix.to_owned()..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(prefix))
    }

    /// Hands the content to `visit`, never more of it than an entry may have.
    pub(super) fn read<R>(
        &self,
        path: &str,
        visit: impl FnOnce(&mut dyn BufRead) -> io::Result<R>,
    ) -> Result<R, ReadError> {
        let damaged = |text: &str| ReadError::Damaged(format!("{path} is damaged: {text}"));
        let Some(&index) = self.entries.get(path) else {
            return Err(damaged("it is missing"));
        };
        let outcome = match &self.store {
            Store::Zip(archive) => {
                let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
                let entry = archive
                    .by_index(index)
                    .map_err(|error| damaged(&zip_text(&error)))?;
                if entry.is_symlink() {
                    return Err(ReadError::Hostile(format!(
                        "{path} is a symbolic link, which a support bundle never holds"
                    )));
                }
                if entry.size() > MAX_ENTRY_BYTES {
                    return Err(ReadError::Hostile(too_large(path)));
                }
                let packed = entry.compressed_size();
                read_to_end(&mut BufReader::new(Bounded::new(entry, packed)), visit)
            }
            Store::Folder(root) => {
                let file = open_below(root, path)?;
                let size = file.metadata().map_or(0, |metadata| metadata.len());
                if size > MAX_ENTRY_BYTES {
                    return Err(ReadError::Hostile(too_large(path)));
                }
                read_to_end(
                    &mut BufReader::new(Bounded::new(file, MAX_ENTRY_BYTES)),
                    visit,
                )
            }
        };
        outcome.map_err(|error| match error.get_ref() {
            Some(inner) if inner.is::<Hostile>() => ReadError::Hostile(format!("{path} {inner}")),
            _ => damaged(&error.to_string()),
        })
    }

    /// The whole content of a small file.
    pub(super) fn text(&self, path: &str, limit: u64) -> Result<String, ReadError> {
        self.read(path, |reader| {
            let mut bytes = Vec::new();
            reader.take(limit).read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        })
    }
}

/// Reads on after `visit` has enough, since a checksum is compared at the end only.
fn read_to_end<R>(
    reader: &mut dyn BufRead,
    visit: impl FnOnce(&mut dyn BufRead) -> io::Result<R>,
) -> io::Result<R> {
    let outcome = visit(reader)?;
    io::copy(reader, &mut io::sink())?;
    Ok(outcome)
}

fn too_large(path: &str) -> String {
    format!("{path} is larger than {} MiB", MAX_ENTRY_BYTES >> 20)
}

/// Opens a regular file that lies below `root`, whatever links its path holds.
fn open_below(root: &Path, path: &str) -> Result<File, ReadError> {
    let damaged = |error: &io::Error| ReadError::Damaged(format!("{path} cannot be read: {error}"));
    let full = root
        .join(path)
        .canonicalize()
        .map_err(|error| damaged(&error))?;
    if !full.starts_with(root) || !full.is_file() {
        return Err(ReadError::Hostile(format!(
            "{path} leads out of the support bundle"
        )));
    }
    File::open(&full).map_err(|error| damaged(&error))
}

pub(super) fn zip_text(error: &zip::result::ZipError) -> String {
    use zip::result::ZipError;
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => "it is encrypted".to_owned(),
        ZipError::CompressionMethodNotSupported(_) => {
            "it is compressed in a way other than deflate".to_owned()
        }
        other => other.to_string(),
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Files")
            .field("root_name", &self.root_name)
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}
