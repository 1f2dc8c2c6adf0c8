//! Bundles on a disk: a folder for each VM under one root, or one file of all of them.
//!
//! A bundle is old or new and never between: a new one is written beside the old, brought to the
//! disk, and takes its place in one step. Links below the root are refused, never followed. These
//! checks and the reading are two steps, so they are no wall against somebody who swaps folders
//! between.

pub mod archive;
mod census;
mod commit;
mod disk;
mod error;
pub mod history;
mod index;
pub mod layout;
mod marker;
mod name;
mod parcel;
mod read;
mod recall;
mod receipts;
mod root;
mod selection;
mod swap;
#[cfg(test)]
mod tests;
mod verify;
mod write;

use std::path::{Path, PathBuf};

pub use self::commit::Flushed;
pub use self::error::StoreError;
pub use self::index::{Entry, Index};
pub use self::layout::{Place, Shelf};
pub use self::marker::Marker;
pub use self::parcel::Outcome;
pub use self::recall::Looks;
pub use self::selection::{Bundle, bundles, for_each};
pub use self::verify::{Problem, Verification, verify, verify_archive};
pub use self::write::Writer;
pub use crate::stored::Stored;

use self::root::Root;
use crate::header::VmName;

/// A store that is read.
#[derive(Debug)]
pub struct Store {
    root: Root,
}

impl Store {
    /// Opens a store to read it; nothing is changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let root = Root::open(path)?;
        marker::check(&root)?;
        Ok(Self { root })
    }

    /// Opens a store to write to it; a folder that is missing or empty becomes one.
    ///
    /// What an interrupted run left behind is cleaned up, and no other run can write meanwhile.
    pub fn create_or_open(path: &Path) -> Result<Writer, StoreError> {
        Writer::open(path, Box::new(disk::SystemDisk))
    }

    /// The root, as an absolute path without links.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The folder of a bundle, whether it is there or not.
    pub fn folder(&self, place: impl Into<Place>) -> PathBuf {
        self.root.join(place.into().path())
    }

    /// The VMs, sorted by path.
    pub fn list(&self) -> Result<Vec<VmName>, StoreError> {
        self.names(Shelf::Vm)
    }

    /// The templates, sorted by path.
    pub fn templates(&self) -> Result<Vec<VmName>, StoreError> {
        self.names(Shelf::Template)
    }

    /// The places of all bundles, sorted by path.
    pub fn places(&self) -> Result<Vec<Place>, StoreError> {
        Ok(census::take(&self.root)?.places)
    }

    /// Reads a bundle; `None` if there is none.
    ///
    /// Whether the files are as their digests say is for [`verify`] to tell.
    pub fn stored(&self, place: impl Into<Place>) -> Result<Option<Stored>, StoreError> {
        read::stored(&self.root, &place.into())
    }

    fn names(&self, shelf: Shelf) -> Result<Vec<VmName>, StoreError> {
        let places = self.places()?.into_iter();
        let wanted = places.filter(|place| place.shelf() == shelf);
        Ok(wanted.map(|place| place.name().clone()).collect())
    }
}
