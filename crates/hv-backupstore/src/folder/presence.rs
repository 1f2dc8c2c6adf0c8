//! Whether what a record names is in Longhorn's part of the target.

use std::fmt;
use std::path::Path;

use super::guard::{Place, Root};
use crate::json::is_object;
use crate::layout::{BACKUPSTORE, PathError, backup_cfg, volume_cfg};
use crate::record::read_file;

/// Whether something is in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Present,
    /// It is not there, and where it would be could be looked at.
    Absent,
    /// It cannot be told; why. Never to be taken for absence.
    Unknown(String),
}

impl Presence {
    fn unknown(path: &str, why: impl fmt::Display) -> Self {
        Self::Unknown(format!("{path}: {why}"))
    }
}

pub(super) fn folder(root: &Root, path: &str) -> Presence {
    match root.place(Path::new(path)) {
        Place::Folder(_) => Presence::Present,
        Place::Missing => Presence::Absent,
        Place::File(_) => Presence::unknown(path, "a file is where a folder is expected"),
        Place::Other(kind) => Presence::unknown(path, kind),
        Place::Failed(error) => Presence::unknown(path, error),
    }
}

pub(super) fn volume(root: &Root, volume: &str) -> Presence {
    described(root, volume_cfg(volume), |path| {
        let content = read_file(path).map_err(|error| error.to_string())?;
        is_object(&content).map_err(|error| error.to_string())
    })
}

pub(super) fn backup(root: &Root, volume: &str, backup: &str) -> Presence {
    described(root, backup_cfg(volume, backup), |path| {
        match path.metadata() {
            Ok(found) if found.len() == 0 => Err("the file is empty".to_owned()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    })
}

fn described(
    root: &Root,
    path: Result<String, PathError>,
    check: impl FnOnce(&Path) -> Result<(), String>,
) -> Presence {
    match folder(root, BACKUPSTORE) {
        Presence::Present => {}
        // A copy of Harvester's part alone says nothing about Longhorn's.
        Presence::Absent => return Presence::unknown(BACKUPSTORE, "there is no such folder"),
        unknown @ Presence::Unknown(_) => return unknown,
    }
    let Ok(path) = path else {
        return Presence::Absent;
    };
    match root.place(Path::new(&path)) {
        Place::File(file) => match check(&file) {
            Ok(()) => Presence::Present,
            Err(why) => Presence::unknown(&path, why),
        },
        Place::Missing => Presence::Absent,
        Place::Folder(_) => Presence::unknown(&path, "a folder is where a file is expected"),
        Place::Other(kind) => Presence::unknown(&path, kind),
        Place::Failed(error) => Presence::unknown(&path, error),
    }
}
