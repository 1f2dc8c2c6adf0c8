//! Why a folder is no backup target.

use std::io;
use std::path::{Path, PathBuf};

/// Why a folder cannot be opened as a backup target.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is nothing at the path.
    #[error("there is no folder {0:?}")]
    Missing(PathBuf),
    /// Something else than a folder is at the path.
    #[error("{0:?} is not a folder")]
    NotAFolder(PathBuf),
    /// The folder cannot be looked into.
    #[error("the folder {path:?} cannot be read: {error}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Nothing in the folder belongs to a backup target.
    #[error("{0:?} is not a backup target: it holds neither \"harvester\" nor \"backupstore\"")]
    NoTarget(PathBuf),
}

impl StoreError {
    pub(super) fn from_io(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing(path),
            io::ErrorKind::NotADirectory => Self::NotAFolder(path),
            _ => Self::Unreadable { path, error },
        }
    }
}
