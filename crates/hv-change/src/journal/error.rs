//! Why there is no journal to write to.

use std::io;

/// Why there is no journal to write to, or none to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The folder of the journals cannot be used.
    #[error("cannot use the folder of journals {path}: {why}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        why: String,
    },
    /// There is no folder to keep journals in.
    #[error("there is no home folder to keep journals in")]
    Homeless,
    /// No plan of that id was begun here.
    #[error("no plan \"{0}\" was begun here")]
    Unknown(String),
    /// A prefix is too short, or stands for several plans.
    #[error("\"{prefix}\" does not name one plan: {why}")]
    Ambiguous {
        /// What was given.
        prefix: String,
        /// What is wrong with it.
        why: String,
    },
    /// The plan was begun before.
    #[error("plan {0} was begun before")]
    Begun(String),
    /// Another process runs it.
    #[error("plan {0} is being run by another process")]
    Running(String),
    /// The journal belongs to another plan.
    #[error("the journal of plan {0} is that of another plan")]
    Foreign(String),
    /// The copy of the plan cannot be used.
    #[error("the plan of the journal cannot be used: {0}")]
    Plan(String),
    /// Something in the middle is broken.
    #[error("line {line} of the journal is damaged: {why}")]
    Damaged {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// It was written by a newer release.
    #[error("the journal has format {0}, which a newer release writes")]
    Newer(u32),
    /// It cannot be written any more.
    #[error("the journal cannot be written: {0}")]
    Lost(String),
    /// Its disk is full.
    #[error("the journal cannot be written: the disk is full")]
    Full,
}

impl JournalError {
    pub(super) fn of_write(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Lost(error.to_string()),
        }
    }

    pub(super) fn of_folder(path: &std::path::Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Folder {
                path: path.display().to_string(),
                why: error.to_string(),
            },
        }
    }
}
