//! Where things lie below the root of a backup target, as relative paths with forward slashes.

mod names;
mod record;
mod volume;

pub use self::names::{is_longhorn_name, is_namespace_name, is_object_name};
pub use self::record::{IMAGES, ImagePath, RECORDS, RecordPath};
pub use self::volume::{VOLUMES, backup_cfg, backup_name, volume_cfg, volume_folder};

/// The folder in which Harvester's records lie.
pub const HARVESTER: &str = "harvester";
/// The folder in which Longhorn's volumes and backing images lie.
pub const BACKUPSTORE: &str = "backupstore";
/// How the name of every record and of every description of Longhorn ends.
pub const SUFFIX: &str = ".cfg";

/// Why a path or a name is none of a backup target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is absolute, climbs with `..`, or has empty or `.` steps.
    #[error("the path is not a plain one below the backup target")]
    NotPlain,
    /// It lies in another folder, or deeper than records do.
    #[error("the path is not where records lie")]
    Elsewhere,
    /// The file name does not end in `.cfg`.
    #[error("the file name does not end in .cfg")]
    Suffix,
    /// The folder has a name that no namespace can have.
    #[error("the folder is not named like a namespace")]
    Namespace,
    /// The file has a name that no object can have.
    #[error("the file is not named like an object")]
    Name,
    /// The name is none of a volume or backup of Longhorn.
    #[error("the name is not one that Longhorn gives")]
    Longhorn,
    /// The name is not UTF-8.
    #[error("the name is not UTF-8")]
    NotText,
}
