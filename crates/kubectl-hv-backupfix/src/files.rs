//! What was read of the files of a backup target; plain data.

use std::path::Path;

use hv_backupstore::folder::{Entry, Folder, Presence, Stored, Stray};
use hv_backupstore::layout::{RecordPath, backup_cfg};
use hv_backupstore::record::{RecordError, Stops, VmRecord};
use hv_cli::Failure;

/// A record, or why it cannot be read.
#[derive(Debug)]
pub(crate) struct RecordFile {
    /// The path below the root of the target.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) content: Result<VmRecord, Unread>,
    /// For each of its disks, whether its data is on the target.
    pub(crate) data: Vec<Presence>,
}

/// Why a record cannot be read.
#[derive(Debug)]
pub(crate) struct Unread {
    /// In words.
    pub(crate) why: String,
    /// Whether it ends Harvester's pass.
    pub(crate) stops: Stops,
}

/// The files of a backup target.
#[derive(Debug)]
pub(crate) struct TargetFiles {
    /// Records in the order of a listing.
    pub(crate) records: Vec<RecordFile>,
    /// What Longhorn has there.
    pub(crate) stored: Stored,
}

impl TargetFiles {
    /// Reads every record, and lists what Longhorn has.
    pub(crate) fn read(folder: &Folder) -> Self {
        let records = folder.records();
        Self {
            records: records
                .iter()
                .filter_map(|entry| record(folder, entry))
                .collect(),
            stored: folder.backups(),
        }
    }
}

/// Opens the folder that `--target-dir` names.
pub(crate) fn open(path: &Path) -> Result<Folder, Failure> {
    Folder::open(path).map_err(|error| {
        Failure::failed(error.to_string())
            .hint("name the folder in which harvester/ and backupstore/ of the backup target lie")
    })
}

/// The path of a stored backup below the root of the target.
pub(crate) fn stored_path(volume: &str, backup: &str) -> String {
    backup_cfg(volume, backup).unwrap_or_else(|_| format!("{volume}/{backup}"))
}

fn record(folder: &Folder, entry: &Entry<RecordPath>) -> Option<RecordFile> {
    // Harvester looks at no names: a file of any name is read as a record.
    let is_file = matches!(
        &entry.found,
        Ok(_) | Err(Stray::Name(_) | Stray::Unlistable(_))
    );
    if !is_file {
        return None;
    }
    let content = folder.read_entry(entry);
    let data = content
        .as_ref()
        .map_or_else(|_| Vec::new(), |record| data(folder, record));
    Some(RecordFile {
        path: entry.path.to_string_lossy().into_owned(),
        content: content.map_err(|error: RecordError| Unread {
            stops: error.stops_harvester(),
            why: error.to_string(),
        }),
        data,
    })
}

/// Whether the data of each disk is on the target, as Harvester looks for it.
fn data(folder: &Folder, record: &VmRecord) -> Vec<Presence> {
    let disks = record.volume_backups.iter().flatten();
    disks
        .map(|disk| match &disk.longhorn_backup_name {
            Some(name) => folder.has_backup(&disk.claim.volume_name, name),
            None => Presence::Unknown("the record names no Longhorn backup".to_owned()),
        })
        .collect()
}
