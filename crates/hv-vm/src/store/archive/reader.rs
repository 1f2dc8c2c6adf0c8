//! Reading bundles from one stream, whoever packed it.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;

use tar::Archive;
use zstd::stream::read::Decoder;

use super::super::error::StoreError;
use super::super::layout::Place;
use super::super::marker;
use super::super::name::folded;
use super::super::read::{Files, LARGEST_BUNDLE, from_files};
use super::super::selection::Bundle;
use super::entry::{self, LongPath, Member};

/// The most memory that the stream may ask for, as a power of two.
const LARGEST_WINDOW: u32 = 27;
/// The most that follows the last entry.
const MOST_PADDING: u64 = 16 << 20;
/// The most files that a bundle has.
const MOST_FILES: usize = 4096;

/// Reads the bundles of a stream one after the other; the path is for messages.
pub fn for_each(
    reader: impl Read,
    at: &Path,
    visit: &mut dyn FnMut(Bundle) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    raw(reader, at, &mut |place, files| {
        let stored = from_files(&at.join(place.path()), &place, files);
        visit(Bundle {
            place,
            folder: None,
            stored,
        })
    })
}

/// Reads all bundles of a stream; the path is for messages.
pub fn bundles(reader: impl Read, at: &Path) -> Result<Vec<Bundle>, StoreError> {
    let mut bundles = Vec::new();
    for_each(reader, at, &mut |bundle| {
        bundles.push(bundle);
        Ok(())
    })?;
    Ok(bundles)
}

/// Fails if a stream was not packed here: the marker comes first, and the rest is not looked at.
pub(super) fn check(reader: impl Read, at: &Path) -> Result<(), StoreError> {
    let failed = |error| damaged(at, &error);
    let mut archive = Archive::new(Decoder::new(reader).map_err(failed)?);
    let mut entries = archive.entries().map_err(failed)?.raw(true);
    let mut long = LongPath::default();
    match entries.next().transpose().map_err(failed)? {
        Some(mut first) => match entry::read(at, &mut first, &mut long)? {
            Member::Marker(bytes) => marker::check_bytes(at, &bytes),
            _ => Err(StoreError::not_ours(
                at,
                "it does not begin with the marker",
            )),
        },
        None => Err(StoreError::not_ours(at, "it is empty")),
    }
}

/// Reads the files of each bundle as they are.
pub(crate) fn raw(
    reader: impl Read,
    at: &Path,
    visit: &mut dyn FnMut(Place, Files) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = |error| damaged(at, &error);
    let mut decoder = Decoder::new(reader).map_err(failed)?;
    decoder.window_log_max(LARGEST_WINDOW).map_err(failed)?;
    let mut archive = Archive::new(decoder);
    // Entries that only describe the next one are read here, where their size is bounded.
    let entries = archive.entries().map_err(failed)?.raw(true);
    let (mut long, mut marked) = (LongPath::default(), false);
    let mut pile = Pile::default();
    for entry in entries {
        match entry::read(at, &mut entry.map_err(failed)?, &mut long)? {
            Member::Marker(bytes) => {
                marker::check_bytes(at, &bytes)?;
                marked = true;
            }
            Member::File(place, path, bytes) => {
                if let Some((place, files)) = pile.add(at, &place, &path, bytes)? {
                    visit(place, files)?;
                }
            }
            Member::Other => {}
        }
    }
    if !marked {
        return Err(StoreError::not_ours(at, "nothing in it marks it as one"));
    }
    // Only at its very end does the stream tell that it is whole.
    let mut rest = archive.into_inner().take(MOST_PADDING);
    let padding = io::copy(&mut rest, &mut io::sink()).map_err(failed)?;
    if padding == MOST_PADDING {
        return Err(StoreError::broken(at, "it goes on after its end"));
    }
    match pile.place {
        Some(place) => visit(place, pile.files),
        None => Ok(()),
    }
}

/// Says that a stream is cut off or is none of ours.
pub(super) fn damaged(at: &Path, error: &io::Error) -> StoreError {
    StoreError::broken(at, format!("it is no whole tar.zst: {error}"))
}

/// The files of the bundle that is being read.
#[derive(Default)]
struct Pile {
    place: Option<Place>,
    files: Files,
    size_bytes: u64,
    seen: BTreeSet<String>,
}

impl Pile {
    /// Adds a file; gives the bundle before if it is complete now.
    fn add(
        &mut self,
        at: &Path,
        place: &Place,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<Option<(Place, Files)>, StoreError> {
        let mut complete = None;
        if self.place.as_ref() != Some(place) {
            if !self.seen.insert(folded(place.path())) {
                return Err(StoreError::broken(
                    at,
                    format!("it holds \"{place}\" twice"),
                ));
            }
            let before = self.place.replace(place.clone());
            let files = std::mem::take(&mut self.files);
            complete = before.map(|place| (place, files));
            self.size_bytes = 0;
        }
        self.size_bytes += bytes.len() as u64;
        if self.size_bytes > LARGEST_BUNDLE || self.files.len() == MOST_FILES {
            return Err(StoreError::TooLarge {
                path: at.join(place.path()),
                limit: LARGEST_BUNDLE,
            });
        }
        match self.files.insert(path.to_owned(), bytes) {
            None => Ok(complete),
            Some(_) => Err(StoreError::broken(
                at,
                format!("it holds \"{place}/{path}\" twice"),
            )),
        }
    }
}
