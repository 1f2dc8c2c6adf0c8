//! Whether a store is as it should be: every byte, every reference, and no secret in the clear.

mod bundle;
mod clear;
mod objects;
mod references;
mod shelf;

use std::io::Read;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::archive;
use super::error::StoreError;
use super::layout::Place;
use super::selection::Located;
use crate::header::VmName;

/// What verifying found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Verification {
    /// How many bundles were looked at.
    pub bundles: usize,
    /// What is wrong, by bundle and path.
    pub problems: Vec<Problem>,
    /// What is as it may be and still worth a word, such as what an interrupted run left behind.
    pub remarks: Vec<Problem>,
}

/// Something that verifying found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Problem {
    /// The VM or template; absent if it concerns the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm: Option<VmName>,
    /// Stable code, such as `digest-mismatch`.
    pub code: String,
    /// The file or folder, from the root of the store on.
    pub path: String,
    /// One sentence.
    pub message: String,
}

/// Verifies what is at a path: a store, a part of it, a bundle, an archive. Nothing is changed.
pub fn verify(path: &Path) -> Result<Verification, StoreError> {
    let mut verification = Verification::default();
    match Located::find(path)? {
        Located::Archive(file) => return verify_archive(file, path),
        Located::Folder(folder) => shelf::alone(&folder, &mut verification),
        Located::Store(selection) => shelf::store(&selection, &mut verification)?,
    }
    Ok(verification.sorted())
}

/// Verifies an archive that comes in a stream; the path is for messages.
pub fn verify_archive(reader: impl Read, at: &Path) -> Result<Verification, StoreError> {
    let mut verification = Verification::default();
    archive::raw(reader, at, &mut |place, files| {
        bundle::check(&place, &files, &mut verification);
        Ok(())
    })?;
    Ok(verification.sorted())
}

impl Verification {
    fn problem(&mut self, place: &Place, code: &str, path: &str, message: impl Into<String>) {
        self.problems.push(Problem::of(place, code, path, message));
    }

    fn remark(&mut self, place: &Place, code: &str, path: &str, message: impl Into<String>) {
        self.remarks.push(Problem::of(place, code, path, message));
    }

    fn sorted(mut self) -> Self {
        self.problems.sort();
        self.remarks.sort();
        self
    }
}

impl Problem {
    fn of(place: &Place, code: &str, path: &str, message: impl Into<String>) -> Self {
        Self {
            vm: Some(place.name().clone()),
            code: code.to_owned(),
            path: match path {
                "" => place.path().to_owned(),
                path => format!("{place}/{path}"),
            },
            message: message.into(),
        }
    }

    /// A problem of the store itself.
    fn of_store(code: &str, path: &str, message: impl Into<String>) -> Self {
        Self {
            vm: None,
            code: code.to_owned(),
            path: path.to_owned(),
            message: message.into(),
        }
    }
}
