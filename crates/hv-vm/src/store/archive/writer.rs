//! Writing bundles into one stream.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};
use zstd::stream::write::Encoder;

use super::super::error::StoreError;
use super::super::layout::{MARKER, Place};
use super::super::marker;
use super::super::name::{folded, is_private};
use super::super::parcel::{Bodies, Outcome, is_same, prepare};
use crate::stored::Stored;

/// Quick, and as small as it needs to be.
const LEVEL: i32 = 3;

/// Writes bundles into a stream, such as standard output.
///
/// The same bundles in the same order are the same bytes; the order of their paths is the one to
/// choose.
pub struct ArchiveWriter<W: Write> {
    tar: Builder<Encoder<'static, W>>,
    at: PathBuf,
    paths: BTreeMap<String, String>,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive; the path is for messages.
    pub fn new(writer: W, at: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::from_io(at, error);
        let mut encoder = Encoder::new(writer, LEVEL).map_err(failed)?;
        encoder.include_checksum(true).map_err(failed)?;
        let mut archive = Self {
            tar: Builder::new(encoder),
            at: at.to_owned(),
            paths: BTreeMap::new(),
        };
        archive.append(MARKER, &marker::bytes(), false)?;
        Ok(archive)
    }

    /// Adds a bundle; whether it differs from the one before.
    pub fn put(
        &mut self,
        place: impl Into<Place>,
        before: Option<&Stored>,
        files: Bodies,
    ) -> Result<Outcome, StoreError> {
        let place = place.into();
        let (files, _) = prepare(&place, before, files)?;
        self.claim(&place)?;
        for (path, body) in &files {
            let private = body.is_private() || is_private(path);
            let bytes = body.bytes().unwrap_or_default();
            self.append(&format!("{place}/{path}"), bytes, private)?;
        }
        Ok(match is_same(before, &files) {
            true => Outcome::Unchanged,
            false => Outcome::Written,
        })
    }

    /// Ends the archive and gives the stream back.
    pub fn finish(self) -> Result<W, StoreError> {
        let failed = |error| StoreError::from_io(&self.at, error);
        let encoder = self.tar.into_inner().map_err(failed)?;
        let mut writer = encoder.finish().map_err(failed)?;
        writer.flush().map_err(failed)?;
        Ok(writer)
    }

    /// Fails if a bundle was put already, or another that has its path where case is ignored.
    fn claim(&mut self, place: &Place) -> Result<(), StoreError> {
        let path = place.path().to_owned();
        match self.paths.insert(folded(&path), path.clone()) {
            None => Ok(()),
            Some(a) => Err(StoreError::Collision { a, b: path }),
        }
    }

    fn append(&mut self, path: &str, bytes: &[u8], private: bool) -> Result<(), StoreError> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(if private { 0o600 } else { 0o644 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        let appended: io::Result<()> = self.tar.append_data(&mut header, path, bytes);
        appended.map_err(|error| StoreError::from_io(&self.at, error))
    }
}
