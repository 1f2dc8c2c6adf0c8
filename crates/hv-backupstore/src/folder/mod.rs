//! A backup target that is mounted or was copied: its records, and what Longhorn has beside them.
//!
//! Everything is read as it is asked for, and nothing is kept. Symbolic links are followed as long as
//! they stay in the target; one that leads out of it is treated as an obstacle, never read through.
//! That check and the reading are two steps, so it is no wall against somebody who swaps files between.

mod error;
mod guard;
mod listing;
mod presence;
mod stored;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

pub use self::error::StoreError;
use self::guard::{Place, Root};
pub use self::listing::{Entry, Stray};
pub use self::presence::Presence;
pub use self::stored::{Gap, Stored, StoredBackup};
use crate::layout::{BACKUPSTORE, HARVESTER, IMAGES, ImagePath, PathError, RECORDS, RecordPath};
use crate::record::{ImageRecord, NotAFile, RecordError, VmRecord, read_file};

/// The root of a mounted or copied backup target.
#[derive(Clone, Debug)]
pub struct Folder {
    root: Root,
}

impl Folder {
    /// Opens a target by its root, or by `harvester`, `harvester/vmbackups` or `backupstore` in it.
    ///
    /// The root is the folder with `harvester` or `backupstore` in it. A target may itself be called
    /// `backupstore`, so what a folder holds counts before what it is called.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let full = fs::canonicalize(path).map_err(|error| StoreError::from_io(path, error))?;
        if !full.is_dir() {
            return Err(StoreError::NotAFolder(path.to_owned()));
        }
        // What cannot even be looked into must not be called empty.
        fs::read_dir(&full).map_err(|error| StoreError::from_io(path, error))?;
        let root = Root::new(full.clone());
        if root.has_folder(HARVESTER) || root.has_folder(BACKUPSTORE) {
            return Ok(Self { root });
        }
        let inner: &[&str] = if full.ends_with(HARVESTER) {
            &["vmbackups", "vmimages"]
        } else if full.ends_with(BACKUPSTORE) {
            &["volumes", "backing-images"]
        } else {
            &[]
        };
        let climbs = if full.ends_with(RECORDS) {
            2
        } else {
            usize::from(inner.iter().any(|name| root.has_folder(name)))
        };
        match full.ancestors().nth(climbs) {
            Some(above) if climbs > 0 => Ok(Self {
                root: Root::new(above.to_owned()),
            }),
            _ => Err(StoreError::NoTarget(path.to_owned())),
        }
    }

    /// Finds the target in which a record of a VM backup lies, if it lies in one.
    pub fn containing(file: &Path) -> Option<Self> {
        let full = fs::canonicalize(file).ok()?;
        let folders = full.ancestors().skip(1).take(2);
        let records = folders
            .into_iter()
            .find(|folder| folder.ends_with(RECORDS))?;
        let root = records.ancestors().nth(2)?;
        Some(Self {
            root: Root::new(root.to_owned()),
        })
    }

    /// The root, as an absolute path without links.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The place in the target of a file that is named from outside.
    pub fn record_path(&self, file: &Path) -> Result<RecordPath, PathError> {
        let full = fs::canonicalize(file).map_err(|_| PathError::Elsewhere)?;
        let relative = full
            .strip_prefix(self.root())
            .map_err(|_| PathError::Elsewhere)?;
        RecordPath::parse(&listing::as_text(relative)?)
    }

    /// Whether the folder of the records of VM backups is there.
    ///
    /// If it is absent, either nothing was ever backed up or only a part of the target was copied.
    pub fn has_records(&self) -> Presence {
        presence::folder(&self.root, RECORDS)
    }

    /// Lists the records of VM backups without reading them, and what lies between them.
    ///
    /// First those in folders, by namespace and name, then those of old releases by name.
    pub fn records(&self) -> Vec<Entry<RecordPath>> {
        listing::entries(&self.root, RECORDS, RecordPath::parse)
    }

    /// Reads the record of a VM backup.
    pub fn read(&self, path: &RecordPath) -> Result<VmRecord, RecordError> {
        VmRecord::from_slice(&self.content(Path::new(&path.to_string()))?)
    }

    /// Reads an entry as a record of a VM backup, whatever its name, as Harvester does.
    pub fn read_entry(&self, entry: &Entry<RecordPath>) -> Result<VmRecord, RecordError> {
        VmRecord::from_slice(&self.content(&entry.path)?)
    }

    /// Lists the records of images without reading them, and what lies between them.
    pub fn images(&self) -> Vec<Entry<ImagePath>> {
        listing::entries(&self.root, IMAGES, ImagePath::parse)
    }

    /// Reads the record of an image.
    pub fn read_image(&self, path: &ImagePath) -> Result<ImageRecord, RecordError> {
        ImageRecord::from_slice(&self.content(Path::new(&path.to_string()))?)
    }

    /// Reads an entry as a record of an image, whatever its name, as Harvester does.
    pub fn read_image_entry(&self, entry: &Entry<ImagePath>) -> Result<ImageRecord, RecordError> {
        ImageRecord::from_slice(&self.content(&entry.path)?)
    }

    /// Whether Longhorn has a volume on the target: whether its description is there and is JSON.
    ///
    /// A name that Longhorn cannot give is absent.
    pub fn has_volume(&self, volume: &str) -> Presence {
        presence::volume(&self.root, volume)
    }

    /// Whether Longhorn has a backup of a volume on the target: whether its description is there and
    /// is not empty.
    ///
    /// Neither the description nor the blocks are read, so an unfinished backup is present; and the
    /// volume may be absent, in which case Longhorn does not see the backup.
    pub fn has_backup(&self, volume: &str, backup: &str) -> Presence {
        presence::backup(&self.root, volume, backup)
    }

    /// Lists Longhorn's backups on the target, by volume and name, without reading them.
    pub fn backups(&self) -> Stored {
        stored::backups(&self.root)
    }

    fn content(&self, relative: &Path) -> Result<Vec<u8>, RecordError> {
        match self.root.place(relative) {
            Place::File(path) => read_file(&path),
            Place::Folder(_) => Err(RecordError::NotAFile(NotAFile::Folder)),
            Place::Other(kind) => Err(RecordError::NotAFile(kind)),
            Place::Missing => Err(RecordError::Unreadable(ErrorKind::NotFound.into())),
            Place::Failed(error) => Err(RecordError::Unreadable(error)),
        }
    }
}
