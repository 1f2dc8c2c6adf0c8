//! The root of a store, below which no link is followed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::disk::{self, Found};
use super::error::StoreError;

/// The root of a store, absolute and without links.
#[derive(Clone, Debug)]
pub(crate) struct Root(PathBuf);

impl Root {
    /// Takes a folder that is there; the way to it may lead over links.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotADirectory => StoreError::not_ours(path, "it is not a folder"),
            _ => StoreError::from_io(path, error),
        };
        let full = fs::canonicalize(path).map_err(failed)?;
        if !full.is_dir() {
            return Err(StoreError::not_ours(path, "it is not a folder"));
        }
        Ok(Self(full))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, relative: &str) -> PathBuf {
        let mut path = self.0.clone();
        path.extend(relative.split('/'));
        path
    }

    /// Says what is at a path below the root; a link anywhere on the way is an error.
    pub(crate) fn kind(&self, relative: &str) -> Result<Found, StoreError> {
        let mut path = self.0.clone();
        let mut steps = relative.split('/').peekable();
        while let Some(step) = steps.next() {
            path.push(step);
            match disk::kind(&path)? {
                Found::Link => return Err(StoreError::HostileLink(path)),
                Found::Folder if steps.peek().is_some() => {}
                Found::File | Found::Other if steps.peek().is_some() => {
                    return Err(StoreError::broken(&path, "it is not a folder"));
                }
                found => return Ok(found),
            }
        }
        Ok(Found::Folder)
    }
}
