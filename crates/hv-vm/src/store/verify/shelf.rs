//! What lies on the disk: links, what interrupted runs left behind, and the index.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::census::Census;
use super::super::disk::{self, Found, LARGEST_FILE};
use super::super::error::StoreError;
use super::super::index::{self, Entries};
use super::super::layout::{INDEX, Place};
use super::super::name::{folded, is_private};
use super::super::read::{self, Files};
use super::super::root::Root;
use super::super::selection::Selection;
use super::{Problem, Verification, bundle};

/// Verifies a store, or a part of it.
pub(super) fn store(selection: &Selection, into: &mut Verification) -> Result<(), StoreError> {
    let root = &selection.root;
    let census = selection.census()?;
    let relative = |path: &Path| {
        let path = path.strip_prefix(root.path()).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    };
    for link in &census.links {
        let message = "it is a symbolic link, and links are never followed";
        into.problems
            .push(Problem::of_store("link", &relative(link), message));
    }
    for folder in &census.headless {
        let message = "it looks like a bundle and has no header";
        into.problems
            .push(Problem::of_store("no-header", &relative(folder), message));
    }
    for (place, sibling) in &census.leftovers {
        let message = "an interrupted run left it behind; the next run cleans it up";
        let path = place.sibling(*sibling);
        into.remarks
            .push(Problem::of_store("leftover", &path, message));
    }
    collisions(&census, into);
    let mut entries = Entries::new();
    for place in &census.places {
        match read::home(root, place) {
            Ok(Some(folder)) => {
                let files = files(&folder, place, into);
                let entry = bundle::check(place, &files, into);
                entries.extend(entry.map(|entry| (entry.path.clone(), entry)));
            }
            Ok(None) => {}
            Err(error) => into.problem(place, code(&error), "", error.to_string()),
        }
    }
    if selection.below.is_empty() {
        index(root, &entries, into);
    }
    Ok(())
}

/// Verifies a bundle whose folder lies in no store.
pub(super) fn alone(folder: &Path, into: &mut Verification) {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    match read::alone(folder) {
        Ok((place, _)) => {
            let files = files(folder, &place, into);
            bundle::check(&place, &files, into);
        }
        Err(error) => {
            into.bundles += 1;
            let problem = Problem::of_store(code(&error), &name(folder), error.to_string());
            into.problems.push(problem);
        }
    }
}

/// Bundles that are one on a disk that ignores case.
fn collisions(census: &Census, into: &mut Verification) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for place in &census.places {
        for path in [place.name().namespace.as_str(), place.path()] {
            let other = *known.entry(folded(path)).or_insert(path);
            if other != path {
                let message = format!("it is the path of \"{other}\" on a disk that ignores case");
                into.problem(place, "name-collision", "", message);
                break;
            }
        }
    }
}

/// Reads every file of a bundle's folder, whether its header lists it or not.
fn files(folder: &Path, place: &Place, into: &mut Verification) -> Files {
    let mut files = Files::new();
    let paths = read::paths(folder).unwrap_or_else(|error| {
        into.problem(place, code(&error), "", error.to_string());
        Vec::new()
    });
    for path in paths {
        let at = folder.join(&path);
        match disk::kind(&at) {
            Ok(Found::Folder) => {
                into.problem(
                    place,
                    "unlisted-file",
                    &path,
                    "no such folder is part of a bundle",
                );
            }
            _ => match disk::read(&at, LARGEST_FILE) {
                Ok(bytes) => {
                    if is_private(&path) && is_open(&at) {
                        let message = "it holds a secret and others may read it";
                        into.remark(place, "secret-mode", &path, message);
                    }
                    files.insert(path, bytes);
                }
                Err(error) => into.problem(place, code(&error), &path, error.to_string()),
            },
        }
    }
    files
}

/// Compares the index with the headers; it is only a cache, so that an old one is no problem.
fn index(root: &Root, entries: &Entries, into: &mut Verification) {
    let known = match index::bytes(root) {
        Ok(None) => return,
        Ok(Some(bytes)) => index::parse(&bytes),
        Err(error) => Err(error.to_string()),
    };
    match known {
        Ok(known) if known == *entries => {}
        Ok(_) => {
            let message = "it does not list the bundles as they are; the next run writes it anew";
            into.remarks
                .push(Problem::of_store("index-stale", INDEX, message));
        }
        Err(why) => {
            let message = format!("it is damaged: {why}; the next run writes it anew");
            into.problems
                .push(Problem::of_store("index-broken", INDEX, message));
        }
    }
}

/// The code of what keeps a bundle or a file of it from being read.
fn code(error: &StoreError) -> &'static str {
    match error {
        StoreError::HostileLink(_) => "link",
        StoreError::TooLarge { .. } => "too-large",
        StoreError::NewerFormat { .. } => "newer-format",
        StoreError::Broken { .. } => "damaged",
        _ => "unreadable",
    }
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    path.symlink_metadata()
        .is_ok_and(|found| found.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}
