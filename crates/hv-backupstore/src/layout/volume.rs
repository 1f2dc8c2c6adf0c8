//! Paths of Longhorn's volumes and of their backups.

use sha2::{Digest, Sha512};

use super::{PathError, SUFFIX, is_longhorn_name};

/// The folder of Longhorn's volumes.
pub const VOLUMES: &str = "backupstore/volumes";

/// What stands before the name of a backup in the name of its file.
const BACKUP_PREFIX: &str = "backup_";

/// `backupstore/volumes/<h1>/<h2>/<volume>`, with h1 and h2 from the hash of the volume's name.
pub fn volume_folder(volume: &str) -> Result<String, PathError> {
    if !is_longhorn_name(volume) {
        return Err(PathError::Longhorn);
    }
    let hash = Sha512::digest(volume.as_bytes());
    Ok(format!(
        "{VOLUMES}/{:02x}/{:02x}/{volume}",
        hash[0], hash[1]
    ))
}

/// The description of a volume, without which Longhorn does not see it.
pub fn volume_cfg(volume: &str) -> Result<String, PathError> {
    Ok(volume_folder(volume)? + "/volume.cfg")
}

/// The description of a backup of a volume.
pub fn backup_cfg(volume: &str, backup: &str) -> Result<String, PathError> {
    if !is_longhorn_name(backup) {
        return Err(PathError::Longhorn);
    }
    let folder = volume_folder(volume)?;
    Ok(format!("{folder}/backups/{BACKUP_PREFIX}{backup}{SUFFIX}"))
}

/// The backup that a file in the folder `backups` of a volume describes, if it does.
///
/// Leftovers of interrupted writes end in `.tmp.` and a number, so they describe none.
pub fn backup_name(file: &str) -> Option<&str> {
    let name = file.strip_prefix(BACKUP_PREFIX)?.strip_suffix(SUFFIX)?;
    is_longhorn_name(name).then_some(name)
}
