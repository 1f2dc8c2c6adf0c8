//! What Harvester writes beside Longhorn's data: one record for each VM backup and each image.

mod error;
mod image;
mod mismatch;
mod source;
mod vm;
mod volume;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

pub use self::error::{NotAFile, RecordError, Stops};
pub use self::image::ImageRecord;
pub use self::mismatch::Mismatch;
pub use self::source::{VmSource, VmVolume};
pub use self::vm::{BackupSpec, SecretMention, VmRecord};
pub use self::volume::{Claim, VolumeBackup};

/// Records larger than this are not read; real ones have some kilobytes.
pub const RECORD_LIMIT_BYTES: u64 = 100 << 20;

/// The namespace of a record that names none, as Harvester reads it.
const DEFAULT_NAMESPACE: &str = "default";

/// Reads a file that must be one, up to the limit.
///
/// A queue or a device is refused before it is opened, since opening one can take for ever.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, RecordError> {
    let metadata = fs::metadata(path).map_err(RecordError::Unreadable)?;
    if metadata.is_dir() {
        return Err(RecordError::NotAFile(NotAFile::Folder));
    }
    if !metadata.is_file() {
        return Err(RecordError::NotAFile(NotAFile::Special));
    }
    if metadata.len() > RECORD_LIMIT_BYTES {
        return Err(RecordError::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    let read = |bytes: &mut Vec<u8>| -> io::Result<usize> {
        File::open(path)?
            .take(RECORD_LIMIT_BYTES + 1)
            .read_to_end(bytes)
    };
    let length = read(&mut bytes).map_err(RecordError::Unreadable)?;
    // The file may have grown since it was looked at.
    if u64::try_from(length).is_ok_and(|length| length > RECORD_LIMIT_BYTES) {
        return Err(RecordError::TooLarge);
    }
    Ok(bytes)
}

/// The namespace that a record means.
fn namespace_or_default(namespace: String) -> String {
    if namespace.is_empty() {
        DEFAULT_NAMESPACE.to_owned()
    } else {
        namespace
    }
}
