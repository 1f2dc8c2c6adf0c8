//! A record on a backup target, and what surrounds it.

use hv_backupstore::record::Stops;
use hv_backupstore::{Folder, Presence, VmRecord};

use crate::index::{Found, Index};

/// A file in the folder of the records.
#[derive(Clone, Debug)]
pub(crate) struct Filed {
    /// The path below the root of the target, with forward slashes.
    pub(crate) path: String,
    /// The folder it lies in, or none for a record of an old release.
    pub(crate) folder: Option<String>,
    /// What is in it.
    pub(crate) content: Content,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A record.
    Record(Box<VmRecord>),
    /// Something that cannot be read from here.
    Unreadable {
        /// Why.
        why: String,
        /// Whether Harvester cannot read it either.
        stops: Stops,
    },
}

impl Filed {
    /// The record, if it can be read.
    pub(crate) fn record(&self) -> Option<&VmRecord> {
        match &self.content {
            Content::Record(record) => Some(record),
            Content::Unreadable { .. } => None,
        }
    }

    /// The name of the file.
    pub(crate) fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The namespace that it names, or else that of its folder.
    pub(crate) fn namespace(&self) -> &str {
        match self.record() {
            Some(record) => &record.namespace,
            None => self.folder.as_deref().unwrap_or_default(),
        }
    }

    /// The name that it names, or else that of its file.
    pub(crate) fn name(&self) -> &str {
        match self.record() {
            Some(record) => &record.name,
            None => self.file().strip_suffix(".cfg").unwrap_or(self.file()),
        }
    }

    /// Whether it lies where releases up to 1.2 wrote their records.
    pub(crate) fn is_flat(&self) -> bool {
        self.folder.is_none()
    }
}

/// What Longhorn has on the backup target.
pub(crate) trait Stored {
    /// Whether a volume is there.
    fn volume(&self, volume: &str) -> Presence;
    /// Whether a backup of it is there.
    fn backup(&self, volume: &str, backup: &str) -> Presence;
}

impl Stored for Folder {
    fn volume(&self, volume: &str) -> Presence {
        self.has_volume(volume)
    }

    fn backup(&self, volume: &str, backup: &str) -> Presence {
        self.has_backup(volume, backup)
    }
}

/// What surrounds every record.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The cluster that would import it, or why it could not be read.
    pub(crate) index: Result<&'a Index<'a>, &'a str>,
    /// The backup target.
    pub(crate) stored: &'a dyn Stored,
}

impl<'a> Surroundings<'a> {
    /// Looks something up in the cluster.
    pub(crate) fn found<T>(&self, look: impl FnOnce(&'a Index<'a>) -> Found<T>) -> Found<T> {
        match self.index {
            Ok(index) => look(index),
            Err(why) => Found::Unknown(why.to_owned()),
        }
    }

    /// A storage class, and whether it is being deleted, which not every release minds.
    pub(crate) fn class(&self, name: &str) -> Found<bool> {
        self.found(|index| {
            let mut classes = index.inventory.classes.items.iter();
            match classes.find(|class| class.metadata.name == name) {
                Some(class) => Found::Yes(class.metadata.is_deleting()),
                None => match index.class(name) {
                    Found::Yes(_) | Found::No => Found::No,
                    Found::Unknown(why) => Found::Unknown(why),
                },
            }
        })
    }
}
