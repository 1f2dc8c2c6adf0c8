//! Which backups Longhorn has on the target, for finding those that no record names.

use std::path::{Path, PathBuf};

use super::guard::{Child, Kind, Root, Unlisted};
use super::listing::as_text;
use crate::layout::{BACKUPSTORE, VOLUMES, backup_name, volume_folder};

/// The folder in which Longhorn locks all backing images: it looks like a volume and is none.
const IMAGE_LOCKS: &str = "BACKINGIMAGE";

/// What Longhorn has on the target, as far as it could be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The backups, by volume and name.
    pub backups: Vec<StoredBackup>,
    /// Where there may be more.
    pub gaps: Vec<Gap>,
}

/// A backup that has a description on the target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredBackup {
    /// The volume.
    pub volume: String,
    /// The backup.
    pub backup: String,
}

/// A part of the target that could not be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The path, relative to the root of the target.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

pub(super) fn backups(root: &Root) -> Stored {
    let mut stored = Stored::default();
    if !root.has_folder(BACKUPSTORE) {
        stored.gap(Path::new(BACKUPSTORE), "there is no such folder".to_owned());
        return stored;
    }
    let volumes = Path::new(VOLUMES);
    for first in stored.folders(root, volumes) {
        for second in stored.folders(root, &first) {
            for volume in stored.folders(root, &second) {
                stored.add_volume(root, &volume);
            }
        }
    }
    stored.backups.sort();
    stored
}

impl Stored {
    fn add_volume(&mut self, root: &Root, folder: &Path) {
        let Some(volume) = folder.file_name().and_then(|name| name.to_str()) else {
            return self.gap(folder, "the name is not UTF-8".to_owned());
        };
        if volume == IMAGE_LOCKS {
            return;
        }
        match volume_folder(volume) {
            Ok(home) if as_text(folder).is_ok_and(|path| path == home) => {}
            Ok(_) => return self.gap(folder, "a volume of this name lies elsewhere".to_owned()),
            Err(error) => return self.gap(folder, error.to_string()),
        }
        let path = folder.join("backups");
        for child in self.list(root, &path) {
            match (child.name.to_str().and_then(backup_name), child.kind) {
                (Some(backup), Kind::File) => self.backups.push(StoredBackup {
                    volume: volume.to_owned(),
                    backup: backup.to_owned(),
                }),
                (Some(_), Kind::Other(kind)) => self.gap(&path.join(&child.name), kind.to_string()),
                (Some(_), Kind::Unknown(why)) => self.gap(&path.join(&child.name), why),
                (Some(_), Kind::Folder) | (None, _) => {}
            }
        }
    }

    /// The folders in a folder, but for hidden ones, which file servers add.
    fn folders(&mut self, root: &Root, folder: &Path) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for child in self.list(root, folder) {
            let path = folder.join(&child.name);
            match child.kind {
                _ if child.name.as_encoded_bytes().starts_with(b".") => {}
                Kind::Folder => folders.push(path),
                Kind::File => {}
                Kind::Other(kind) => self.gap(&path, kind.to_string()),
                Kind::Unknown(why) => self.gap(&path, why),
            }
        }
        folders
    }

    fn list(&mut self, root: &Root, folder: &Path) -> Vec<Child> {
        match root.list(folder) {
            Ok(children) => return children,
            Err(Unlisted::Missing) => {}
            Err(Unlisted::Failed(why)) => self.gap(folder, why),
        }
        Vec::new()
    }

    fn gap(&mut self, path: &Path, reason: String) {
        self.gaps.push(Gap {
            path: path.to_owned(),
            reason,
        });
    }
}
