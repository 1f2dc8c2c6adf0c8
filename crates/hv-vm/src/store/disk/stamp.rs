//! What tells that a file was changed, without reading it.

use std::fs::Metadata;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Size, times of the last change of its bytes and of the file, and number of a file.
///
/// The second time and the number cannot be set by those who set the first, such as tools that
/// restore or copy files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp(u64, i64, i64, u64);

impl Stamp {
    /// The stamp of a file; none where the system does not tell enough.
    #[cfg(unix)]
    pub(crate) fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;

        let nanos = |secs: i64, nanos: i64| secs.checked_mul(1_000_000_000)?.checked_add(nanos);
        Some(Self(
            found.len(),
            nanos(found.mtime(), found.mtime_nsec())?,
            nanos(found.ctime(), found.ctime_nsec())?,
            found.ino(),
        ))
    }

    /// The stamp of a file; none where the system does not tell enough.
    #[cfg(not(unix))]
    pub(crate) fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// The stamp of a regular file; none for a link or if there is none.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let found = std::fs::symlink_metadata(path).ok()?;
        found.is_file().then(|| Self::of(&found)).flatten()
    }

    /// When its bytes were changed last, in nanoseconds.
    pub(crate) fn changed(self) -> i64 {
        self.1
    }
}
