//! The disk of this machine.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Disk;

/// From this many files on, one sync of the whole file system is cheaper than one for each.
#[cfg(any(target_os = "linux", target_os = "android"))]
const MANY: usize = 24;

/// The disk of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemDisk;

impl Disk for SystemDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create_file(&self, path: &Path, bytes: &[u8], private: bool) -> io::Result<()> {
        create(path, private)?.write_all(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;

        renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| match error {
            // Old kernels, and disks of other kernels such as NFS.
            Errno::NOSYS | Errno::INVAL | Errno::NOTSUP => io::ErrorKind::Unsupported.into(),
            other => other.into(),
        })
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn exchange(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn sync(&self, root: &Path, written: &[PathBuf]) -> io::Result<()> {
        if written.len() < MANY {
            return sync_each(written);
        }
        Ok(rustix::fs::syncfs(File::open(root)?)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn sync(&self, _: &Path, written: &[PathBuf]) -> io::Result<()> {
        sync_each(written)
    }
}

/// Makes a file that is not there, which cannot be reached by way of a link.
pub(crate) fn create(path: &Path, private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    restrict(&mut options, private);
    options.open(path)
}

/// Locks a file for this run, where the disk knows locks; whether another run holds it.
///
/// On Windows a lock would keep readers out, too, so that there is none.
pub(crate) fn lock(file: &File) -> bool {
    cfg!(unix) && matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// A file that this run holds.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Locks a file, where the disk knows locks; nothing if another run holds it.
    pub(crate) fn new(path: &Path) -> io::Result<Option<Self>> {
        // A network disk locks only what could be written; and if it cannot be, nothing else can.
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok((!lock(&file)).then_some(Self(file)))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A child process that is just being started may hold the file for a moment longer.
        let _ = self.0.unlock();
    }
}

/// Whether another run holds a file.
pub(crate) fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| lock(&file))
}

fn sync_each(written: &[PathBuf]) -> io::Result<()> {
    for path in written {
        // Windows opens no folders, and needs none of them synced.
        if cfg!(unix) || !path.is_dir() {
            open_to_sync(path)?.sync_all()?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn open_to_sync(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(not(unix))]
fn open_to_sync(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, private: bool) {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(if private { 0o600 } else { 0o666 });
}

#[cfg(not(unix))]
fn restrict(_: &mut OpenOptions, _: bool) {}
