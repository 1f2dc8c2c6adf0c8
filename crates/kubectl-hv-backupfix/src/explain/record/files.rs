//! Reads the records of a mounted or copied backup target.

use std::path::{Path, PathBuf};

use hv_backupstore::layout::{IMAGES, RECORDS};
use hv_backupstore::record::{NotAFile, Stops};
use hv_backupstore::{Folder, Presence, StoreError, Stray};
use hv_cli::Failure;

use super::case::{Content, Filed};

/// The records of a target, and what else ends a pass over it.
#[derive(Debug)]
pub(crate) struct Files {
    /// Files in the folder of the records, in the order of a listing.
    pub(crate) filed: Vec<Filed>,
    /// What ends a pass in the folder of the records of images.
    pub(crate) bad_images: Vec<BadImage>,
}

/// Something in the folder of the records of images that Harvester stumbles over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadImage {
    pub(crate) path: String,
    pub(crate) why: String,
    /// Whether it is sure that Harvester does.
    pub(crate) is_sure: bool,
}

/// Reads all of them; what Harvester passes over is left out.
pub(crate) fn read(folder: &Folder) -> Files {
    let mut filed: Vec<Filed> = folder
        .records()
        .into_iter()
        .filter_map(|entry| {
            let path = text(&entry.path);
            let content = match &entry.found {
                Ok(_) | Err(Stray::Name(_)) => match folder.read_entry(&entry) {
                    Ok(record) => Content::Record(Box::new(record)),
                    Err(error) => {
                        let stops = error.stops_harvester();
                        Content::Unreadable {
                            why: error.to_string(),
                            stops,
                        }
                    }
                },
                Err(stray) => match entry.stops_harvester() {
                    Stops::No => return None,
                    stops => Content::Unreadable {
                        why: stray.to_string(),
                        stops,
                    },
                },
            };
            if matches!(
                &content,
                Content::Unreadable {
                    stops: Stops::No,
                    ..
                }
            ) {
                return None;
            }
            Some(Filed {
                folder: folder_of(&path),
                path,
                content,
            })
        })
        .collect();
    // Files are listed byte by byte; flat ones are looked at before all others.
    filed.sort_by(|one, other| {
        let key = |filed: &Filed| (filed.folder.clone(), filed.path.clone());
        key(one).cmp(&key(other))
    });
    Files {
        filed,
        bad_images: bad_images(folder),
    }
}

/// What ends a pass before the first record of a backup is read.
fn bad_images(folder: &Folder) -> Vec<BadImage> {
    let entries = folder.images().into_iter();
    entries
        .filter_map(|entry| {
            let (why, is_sure) = match &entry.found {
                Ok(path) => {
                    let error = folder.read_image(path).err()?;
                    (error.to_string(), error.stops_harvester() == Stops::Yes)
                }
                // File systems do not list what begins with a dot.
                Err(Stray::Hidden) => return None,
                // Every entry of a folder is opened, other folders too.
                Err(stray @ Stray::NotAFile(NotAFile::Folder)) => (stray.to_string(), true),
                Err(stray) => (stray.to_string(), false),
            };
            Some(BadImage {
                path: text(&entry.path),
                why,
                is_sure,
            })
        })
        .collect()
}

fn folder_of(path: &str) -> Option<String> {
    let below = path.strip_prefix(RECORDS)?.strip_prefix('/')?;
    below.split_once('/').map(|(folder, _)| folder.to_owned())
}

fn text(path: &Path) -> String {
    let steps: Vec<_> = path.iter().map(|step| step.to_string_lossy()).collect();
    steps.join("/")
}

/// Opens the target, and finds the record in it if one is named.
pub(crate) fn open(
    record: Option<&Path>,
    target_dir: Option<&Path>,
) -> Result<(Folder, Option<String>), Failure> {
    let folder = match (target_dir, record) {
        (Some(dir), _) => Folder::open(dir).map_err(|error| unopened(&error))?,
        (None, Some(record)) => {
            exists(record)?;
            Folder::containing(record).ok_or_else(|| {
                let failure = Failure::usage(format!("{} is in no backup target", shown(record)));
                failure.hint(format!(
                    "records lie in {RECORDS}; name the target with --target-dir"
                ))
            })?
        }
        (None, None) => return Err(Failure::usage("neither a record nor a target is named")),
    };
    let record = match record {
        Some(record) => Some(inside(&folder, record)?),
        None => None,
    };
    if let Presence::Absent = folder.has_records() {
        let failure = format!("there is no folder {RECORDS} in {}", shown(folder.root()));
        let hint = "either nothing was ever backed up, or only a part of the target was copied";
        return Err(Failure::no_verdict(failure).hint(hint));
    }
    Ok((folder, record))
}

/// The path of a record below the root; relative paths count from here first, then from the root.
fn inside(folder: &Folder, record: &Path) -> Result<String, Failure> {
    let candidates: [PathBuf; 3] = [
        record.to_owned(),
        folder.root().join(record),
        folder.root().join(RECORDS).join(record),
    ];
    let Some(found) = candidates.iter().find(|path| path.exists()) else {
        exists(record)?;
        return Err(missing(record));
    };
    if found.is_dir() {
        return Err(is_folder(record));
    }
    let canonical = found.canonicalize().unwrap_or_else(|_| found.clone());
    let Ok(below) = canonical.strip_prefix(folder.root()) else {
        let failure = format!(
            "{} is not in the backup target {}",
            shown(record),
            shown(folder.root())
        );
        return Err(Failure::usage(failure));
    };
    let below = text(below);
    if below.starts_with(&format!("{IMAGES}/")) {
        let failure = Failure::usage(format!("{} is the record of an image", shown(record)));
        return Err(failure.hint("only records of backups are explained"));
    }
    let is_record = below
        .strip_prefix(RECORDS)
        .and_then(|rest| rest.strip_prefix('/'));
    if let Some(0 | 1) = is_record.map(|rest| rest.matches('/').count()) {
        return Ok(below);
    }
    let failure = Failure::usage(format!("{} is no record of a backup", shown(record)));
    Err(failure.hint(format!("records are files in {RECORDS} and in its folders")))
}

fn exists(record: &Path) -> Result<(), Failure> {
    match record.metadata() {
        Ok(found) if found.is_dir() => Err(is_folder(record)),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(missing(record)),
        Err(error) => Err(Failure::no_verdict(format!(
            "{} cannot be read: {error}",
            shown(record)
        ))),
    }
}

fn missing(record: &Path) -> Failure {
    Failure::no_verdict(format!("there is no file {}", shown(record)))
}

fn is_folder(record: &Path) -> Failure {
    let failure = Failure::usage(format!("{} is a folder, not a record", shown(record)));
    failure.hint("list the records of a target with --target-dir DIR -A")
}

fn unopened(error: &StoreError) -> Failure {
    let failure = error.to_string();
    match error {
        StoreError::NotAFolder(_) | StoreError::NoTarget(_) => Failure::usage(failure)
            .hint("a backup target is the folder with harvester and backupstore in it"),
        _ => Failure::no_verdict(failure),
    }
}

fn shown(path: &Path) -> String {
    format!("\"{}\"", path.display())
}
