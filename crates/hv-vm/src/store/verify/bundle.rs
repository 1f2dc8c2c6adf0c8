//! One bundle: its header, the files that it lists, and what is in them.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::error::StoreError;
use super::super::index::Entry;
use super::super::layout::{HEADER, Place};
use super::super::name::{is_litter, is_private};
use super::super::read::{self, Files};
use super::objects::Objects;
use super::{Verification, clear, references};
use crate::digest;
use crate::header::Header;

/// Checks a bundle by its files; gives its entry in the index if its header can be read.
pub(super) fn check(place: &Place, files: &Files, into: &mut Verification) -> Option<Entry> {
    into.bundles += 1;
    let Some(bytes) = files.get(HEADER) else {
        // A header that is there and cannot be read was told already.
        let told = into
            .problems
            .iter()
            .any(|one| one.path == format!("{place}/{HEADER}"));
        if !told {
            into.problem(place, "no-header", HEADER, "there is no header");
        }
        return None;
    };
    let header = match read::header(Path::new(HEADER), bytes) {
        Ok(header) => header,
        Err(error) => {
            let code = match error {
                StoreError::NewerFormat { .. } => "newer-format",
                _ => "header-broken",
            };
            into.problem(place, code, HEADER, error.to_string());
            return None;
        }
    };
    for checked in [
        read::check_place(Path::new(HEADER), &header, place),
        read::check_items(Path::new(HEADER), &header),
    ] {
        if let Err(error) = checked {
            into.problem(place, "header-broken", HEADER, error.to_string());
        }
    }
    if (header.revision == 0) || (header.revision > 1) != header.parent_digest.is_some() {
        let message = "its revision and the digest of the revision before do not fit together";
        into.problem(place, "header-broken", HEADER, message);
    }
    items(place, &header, files, into);
    let objects = Objects::read(place, &header, files, into);
    objects.check_digest(place, &header, into);
    references::check(place, &header, &objects, into);
    clear::check(place, &header, &objects, into);
    Some(Entry::of(place, &header))
}

/// Every file is listed, and is as its digest says.
fn items(place: &Place, header: &Header, files: &Files, into: &mut Verification) {
    let mut listed = BTreeSet::from([HEADER]);
    for item in &header.items {
        listed.insert(&item.path);
        match files.get(&item.path) {
            None => into.problem(place, "missing-file", &item.path, "the header lists it"),
            Some(bytes) if digest::bytes(bytes) != item.sha256 => {
                let message = "it is not as its digest in the header says";
                into.problem(place, "digest-mismatch", &item.path, message);
            }
            Some(_) => {}
        }
    }
    for path in files.keys() {
        if !listed.contains(path.as_str()) && !is_litter(path) {
            let message = match is_private(path) {
                true => "the header does not list it, and it may hold a secret",
                false => "the header does not list it",
            };
            into.problem(place, "unlisted-file", path, message);
        }
    }
}
