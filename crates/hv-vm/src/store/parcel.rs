//! A bundle on its way into a store or an archive: checked, and compared with the one before.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::error::StoreError;
use super::index::Entry;
use super::layout::{HEADER, Place};
use super::name::check_file;
use super::read;
use crate::stored::{FileBody, Stored};

/// The files of a bundle that shall be written, by path in its folder.
pub(super) type Bodies = BTreeMap<String, FileBody>;

/// What became of a bundle that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there as it is: in a store, nothing was written.
    Unchanged,
    /// It differs: in a store, it takes its place at the next commit.
    Written,
}

/// Checks a bundle that shall be written, and takes the files that are kept from the one before.
pub(super) fn prepare(
    place: &Place,
    before: Option<&Stored>,
    files: Bodies,
) -> Result<(Bodies, Entry), StoreError> {
    place.check()?;
    let files = resolve(place, before, files)?;
    let at = Path::new(place.path()).join(HEADER);
    let bytes = files.get(HEADER).and_then(FileBody::bytes);
    let bytes = bytes.unwrap_or_default();
    // Most bundles are as they were, and their headers were read a moment ago.
    let known = before.filter(|before| before.files.get(HEADER).is_some_and(|it| it == bytes));
    let header = match known {
        Some(before) => Cow::Borrowed(&before.header),
        None => Cow::Owned(read::header(&at, bytes)?),
    };
    read::check_place(&at, &header, place)?;
    read::check_items(&at, &header)?;
    let listed = |path: &String| header.items.iter().any(|item| item.path == *path);
    if header.items.len() + 1 != files.len() || !files.keys().all(|it| it == HEADER || listed(it)) {
        return Err(StoreError::broken(
            &at,
            "it does not list the files that come with it",
        ));
    }
    Ok((files, Entry::of(place, &header)))
}

/// Whether a bundle that was read has the same bytes.
pub(super) fn is_same(before: Option<&Stored>, files: &Bodies) -> bool {
    before.is_some_and(|before| {
        let mut pairs = before.files.iter().zip(files);
        before.files.len() == files.len()
            && pairs.all(|((a, was), (b, is))| a == b && is.bytes() == Some(was.as_slice()))
    })
}

fn resolve(place: &Place, before: Option<&Stored>, files: Bodies) -> Result<Bodies, StoreError> {
    let mut resolved = Bodies::new();
    for (path, body) in files {
        check_file(&path)?;
        let body = match body {
            FileBody::Kept => {
                let kept = before.and_then(|before| before.files.get(&path)).cloned();
                FileBody::Bytes(kept.ok_or_else(|| {
                    let why = format!("{path:?} was to be kept and is not there");
                    StoreError::broken(Path::new(place.path()), why)
                })?)
            }
            body => body,
        };
        resolved.insert(path, body);
    }
    Ok(resolved)
}
