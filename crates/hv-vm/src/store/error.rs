//! Why a store, or a bundle in it, cannot be read or written.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a store, or a bundle in it, cannot be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// There is nothing at the path.
    #[error("there is no file or folder {0:?}")]
    Missing(PathBuf),
    /// Something is at the path that is no store.
    #[error("{path:?} is no bundle store: {why}")]
    NotOurs {
        /// The path.
        path: PathBuf,
        /// What is there instead.
        why: String,
    },
    /// A later release wrote it.
    #[error("{path:?} has format {found}, and this release knows formats up to {known}")]
    NewerFormat {
        /// The file that says so.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The newest format that is known here.
        known: u32,
    },
    /// A file of the store is damaged, or a bundle is incomplete.
    #[error("{path:?} is damaged: {why}")]
    Broken {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Two paths are one on a disk that ignores case.
    #[error("\"{a}\" and \"{b}\" are the same path on a disk that ignores case")]
    Collision {
        /// The path that is there.
        a: String,
        /// The path that was to be written.
        b: String,
    },
    /// A symbolic link lies in the store.
    #[error("{0:?} is a symbolic link, and links in a store are never followed")]
    HostileLink(PathBuf),
    /// Something lies in a bundle's folder that is no part of it and would be lost.
    #[error("{0:?} is in the way: it is no part of the bundle and would be lost")]
    InTheWay(PathBuf),
    /// A name that cannot be a path.
    #[error("\"{name}\" cannot be the name of a file or folder: {why}")]
    BadName {
        /// The name.
        name: String,
        /// Why it cannot.
        why: &'static str,
    },
    /// Something is larger than any bundle is.
    #[error("{path:?} is larger than {limit} bytes, which no part of a bundle is")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// Another run writes to the store.
    #[error("another run is writing to {0:?}")]
    Busy(PathBuf),
    /// The system does not let us.
    #[error("{path:?} may not be read or written: {error}")]
    NoPermission {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: Arc<io::Error>,
    },
    /// The disk is full.
    #[error("{path:?} cannot be written: {error}")]
    Full {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: Arc<io::Error>,
    },
    /// Anything else that the system says.
    #[error("{path:?} cannot be read or written: {error}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: Arc<io::Error>,
    },
}

impl StoreError {
    /// Sorts what the system says about a path.
    pub(crate) fn from_io(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        if is_link(&error) {
            return Self::HostileLink(path);
        }
        match error.kind() {
            ErrorKind::NotFound => Self::Missing(path),
            ErrorKind::InvalidFilename => Self::BadName {
                name: path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into(),
                why: "this disk does not take it",
            },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::NoPermission {
                path,
                error: Arc::new(error),
            },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full {
                path,
                error: Arc::new(error),
            },
            _ => Self::Io {
                path,
                error: Arc::new(error),
            },
        }
    }

    /// Says what is wrong with a file.
    pub(crate) fn broken(path: &Path, why: impl Into<String>) -> Self {
        Self::Broken {
            path: path.to_owned(),
            why: why.into(),
        }
    }

    /// Says why a path is no store.
    pub(crate) fn not_ours(path: &Path, why: impl Into<String>) -> Self {
        Self::NotOurs {
            path: path.to_owned(),
            why: why.into(),
        }
    }
}

/// Whether the system refused to open a file because it is a link.
#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    let links = [rustix::io::Errno::LOOP, rustix::io::Errno::MLINK];
    links
        .iter()
        .any(|link| error.raw_os_error() == Some(link.raw_os_error()))
}

#[cfg(not(unix))]
fn is_link(_: &io::Error) -> bool {
    false
}
