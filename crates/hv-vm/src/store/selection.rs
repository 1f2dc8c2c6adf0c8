//! The bundles at a path that a person names: a store, a part of it, one bundle's folder, one file.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::archive;
use super::census::{self, Census};
use super::error::StoreError;
use super::layout::{HEADER, MARKER, Place};
use super::root::Root;
use super::{marker, read};
use crate::stored::Stored;

/// The first bytes of a file that zstd wrote.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A bundle, or why it cannot be read.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Its place in the store.
    pub place: Place,
    /// Its folder; none if it lies in an archive.
    pub folder: Option<PathBuf>,
    /// The bundle.
    pub stored: Result<Stored, StoreError>,
}

/// Reads the bundles at a path one after the other: a store, a part of it, a bundle, an archive.
pub fn for_each(
    path: &Path,
    visit: &mut dyn FnMut(Bundle) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    match Located::find(path)? {
        Located::Archive(file) => archive::for_each(file, path, visit),
        Located::Folder(folder) => {
            let (place, stored) = read::alone(&folder)?;
            visit(Bundle {
                place,
                folder: Some(folder),
                stored: Ok(stored),
            })
        }
        Located::Store(selection) => {
            let root = &selection.root;
            for place in selection.census()?.places {
                let stored = read::stored(root, &place);
                let Some(stored) = stored.transpose() else {
                    continue;
                };
                visit(Bundle {
                    folder: Some(root.join(place.path())),
                    place,
                    stored,
                })?;
            }
            Ok(())
        }
    }
}

/// Reads all bundles at a path: a store, a part of it, a bundle, an archive.
pub fn bundles(path: &Path) -> Result<Vec<Bundle>, StoreError> {
    let mut bundles = Vec::new();
    for_each(path, &mut |bundle| {
        bundles.push(bundle);
        Ok(())
    })?;
    Ok(bundles)
}

/// What is at a path.
pub(crate) enum Located {
    Archive(BufReader<File>),
    Folder(PathBuf),
    Store(Selection),
}

/// A store, or the part of it below a folder.
pub(crate) struct Selection {
    pub(crate) root: Root,
    /// The folder in the store; empty for all of it.
    pub(crate) below: String,
}

impl Located {
    pub(crate) fn find(path: &Path) -> Result<Self, StoreError> {
        let full = fs::canonicalize(path).map_err(|error| StoreError::from_io(path, error))?;
        let folder = match full.file_name() {
            Some(name) if name == HEADER && full.is_file() => full.parent().unwrap_or(&full),
            _ if full.is_dir() => &full,
            _ => return open_archive(path),
        };
        let has = |folder: &Path, name| folder.join(name).is_file();
        // A bundle lies two or three folders below the root.
        for root in folder.ancestors().take(4) {
            if has(root, MARKER) {
                let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
                let below = below.to_string_lossy().replace('\\', "/");
                let root = Root::open(root)?;
                marker::check(&root)?;
                return Ok(Self::Store(Selection { root, below }));
            }
        }
        if has(folder, HEADER) {
            return Ok(Self::Folder(folder.to_owned()));
        }
        let why = format!("it has neither {MARKER:?} nor {HEADER:?}");
        Err(StoreError::not_ours(path, why))
    }
}

impl Selection {
    /// What lies in this part of the store; an error if there is nothing at its path.
    pub(crate) fn census(&self) -> Result<Census, StoreError> {
        let mut census = census::take(&self.root)?;
        if self.below.is_empty() {
            return Ok(census);
        }
        let below = Path::new(&self.below);
        let folder = self.root.join(&self.below);
        census
            .places
            .retain(|place| Path::new(place.path()).starts_with(below));
        census
            .leftovers
            .retain(|(place, _)| Path::new(place.path()).starts_with(below));
        census.links.retain(|path| path.starts_with(&folder));
        census.headless.retain(|path| path.starts_with(&folder));
        if census.places.is_empty() && census.headless.is_empty() {
            return Err(StoreError::not_ours(&folder, "it holds no bundle"));
        }
        Ok(census)
    }
}

fn open_archive(path: &Path) -> Result<Located, StoreError> {
    let failed = |error| StoreError::from_io(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let mut first = Vec::new();
    (&mut file)
        .take(4)
        .read_to_end(&mut first)
        .map_err(failed)?;
    if first != ZSTD {
        return Err(StoreError::not_ours(path, "it is no tar.zst file"));
    }
    let file = File::open(path).map_err(failed)?;
    Ok(Located::Archive(BufReader::new(file)))
}
