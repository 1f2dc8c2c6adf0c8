//! Why a record cannot be read, and whether Harvester stumbles over it as well.

use std::io;

use super::RECORD_LIMIT_BYTES;

/// Why a record cannot be read. No variant holds or prints anything of its content.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system refuses to read the file.
    #[error("the file cannot be read: {0}")]
    Unreadable(io::Error),
    /// What is there is no file of the backup target.
    #[error("{0}")]
    NotAFile(NotAFile),
    /// There is nothing in it, or white space only.
    #[error("the file is empty")]
    Empty,
    /// It is larger than any record.
    #[error("the file is larger than {} MiB, no record is", RECORD_LIMIT_BYTES >> 20)]
    TooLarge,
    /// It is no text at all.
    #[error("the content is not JSON, and not UTF-8 either")]
    NotUtf8,
    /// The text is not JSON.
    #[error("the content is not JSON from line {line}, column {column} on")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1; 0 if the line before it ends too early.
        column: usize,
    },
    /// The text ends in the middle of the JSON.
    #[error("the content ends too early, after {bytes} bytes")]
    CutShort {
        /// How many there are.
        bytes: usize,
    },
    /// Objects and lists nest deeper than Harvester reads.
    #[error("the JSON is nested too deeply")]
    TooDeep,
    /// A field has another type than it has to have.
    #[error("{} is not {expected}", or_content(field))]
    WrongShape {
        /// The way to the field, such as `volumeBackups[0].volumeSize`; empty for the whole.
        field: String,
        /// What it has to be.
        expected: &'static str,
    },
}

/// What is in the place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAFile {
    /// A folder.
    #[error("a folder is where a file is expected")]
    Folder,
    /// A symbolic link out of the backup target.
    #[error("a link leads out of the backup target")]
    Outside,
    /// A symbolic link to nothing, or to itself.
    #[error("a link leads nowhere")]
    DeadLink,
    /// A queue, a socket or a device.
    #[error("a queue, a socket or a device is where a file is expected")]
    Special,
}

/// Whether something ends Harvester's pass over the backup target.
///
/// Harvester gives up a whole pass at the first record that it cannot read, tries again after
/// seconds, and imports nothing of what would have come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// It does.
    Yes,
    /// It does not: Harvester never opens it.
    No,
    /// Harvester may see it otherwise than it is seen from here.
    Unknown,
}

impl RecordError {
    /// Whether the record ends Harvester's pass.
    ///
    /// For what is no file, this is about the records of VM backups; between those of images, ask the
    /// entry. Harvester sets no limit to the size, and reads with other rights and through another mount.
    pub fn stops_harvester(&self) -> Stops {
        match self {
            Self::Unreadable(_) | Self::TooLarge => Stops::Unknown,
            Self::NotAFile(kind) => kind.stops_harvester(),
            Self::Empty
            | Self::NotUtf8
            | Self::NotJson { .. }
            | Self::CutShort { .. }
            | Self::TooDeep
            | Self::WrongShape { .. } => Stops::Yes,
        }
    }
}

impl NotAFile {
    /// Whether it ends Harvester's pass over the records of VM backups.
    pub fn stops_harvester(self) -> Stops {
        match self {
            // It is passed over, or taken for a namespace's folder and listed.
            Self::Folder | Self::DeadLink => Stops::No,
            Self::Outside | Self::Special => Stops::Unknown,
        }
    }
}

fn or_content(field: &str) -> &str {
    if field.is_empty() {
        "the content"
    } else {
        field
    }
}
