//! The one door to the file system: nothing else in the store reads or changes a file.

mod look;
mod stamp;
mod system;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use self::look::{Found, children, kind, read, read_stamped};
pub(crate) use self::stamp::Stamp;
pub(crate) use self::system::{Lock, SystemDisk, create, is_locked, lock};

/// The most that is read of one file.
pub(crate) const LARGEST_FILE: u64 = 16 << 20;

/// Everything that changes the disk, each call one step that an interruption can come after.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// Makes a folder that is not there.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes a file that is not there; a private one is for its owner only.
    fn create_file(&self, path: &Path, bytes: &[u8], private: bool) -> io::Result<()>;

    /// Gives a file or folder another name; a file that has the name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Lets two folders change places in one step; `Unsupported` where the disk cannot do that.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;

    /// Removes a file, or a link without following it.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Waits until everything that was written is on the disk; the paths are the files and folders
    /// that were written or changed under the root.
    fn sync(&self, root: &Path, written: &[PathBuf]) -> io::Result<()>;
}
