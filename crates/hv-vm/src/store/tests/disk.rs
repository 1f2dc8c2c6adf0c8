//! Disks that stop, fail, or cannot do what most can.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::super::disk::{Disk, SystemDisk};

/// What a disk does that the real one does not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// After so many steps nothing works any more.
    pub(super) stop_after: Option<usize>,
    /// When it stops, what was not synced is lost.
    pub(super) loses_unsynced: bool,
    /// Folders cannot change places in one step.
    pub(super) no_exchange: bool,
    /// Only this step fails, with this error of the system.
    pub(super) fail_at: Option<(usize, io::ErrorKind)>,
}

/// A disk with habits, which writes down what is asked of it.
#[derive(Clone, Debug, Default)]
pub(super) struct OddDisk {
    habits: Habits,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    log: Vec<String>,
    unsynced: Vec<File>,
    dead: bool,
}

impl OddDisk {
    pub(super) fn new(habits: Habits) -> Self {
        Self {
            habits,
            state: Arc::default(),
        }
    }

    /// What was asked of it, a step a line.
    pub(super) fn log(&self) -> Vec<String> {
        self.state.lock().unwrap().log.clone()
    }

    /// Counts a step; an error if it is not to be done.
    fn step(&self, what: &str, path: &Path) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        let count = state.log.len();
        if state.dead {
            return Err(io::Error::other("stopped"));
        }
        if self.habits.stop_after.is_some_and(|stop| count >= stop) {
            state.dead = true;
            if self.habits.loses_unsynced {
                for file in state.unsynced.drain(..) {
                    file.set_len(0).unwrap();
                }
            }
            return Err(io::Error::other("stopped"));
        }
        state.log.push(format!("{what} {}", path.display()));
        match self.habits.fail_at {
            Some((at, kind)) if at == count => Err(kind.into()),
            _ => Ok(()),
        }
    }
}

impl Disk for OddDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step("folder", path)?;
        SystemDisk.create_folder(path)
    }

    fn create_file(&self, path: &Path, bytes: &[u8], private: bool) -> io::Result<()> {
        self.step("file", path)?;
        // A write may end in the middle, so that it counts as two steps.
        SystemDisk.create_file(path, &bytes[..bytes.len() / 2], private)?;
        let file = OpenOptions::new().write(true).open(path)?;
        self.state.lock().unwrap().unsynced.push(file);
        self.step("rest", path)?;
        std::fs::write(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename", to)?;
        SystemDisk.rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        if self.habits.no_exchange {
            return Err(io::ErrorKind::Unsupported.into());
        }
        self.step("exchange", other)?;
        SystemDisk.exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step("remove", path)?;
        SystemDisk.remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step("remove", path)?;
        SystemDisk.remove_folder(path)
    }

    fn sync(&self, root: &Path, written: &[PathBuf]) -> io::Result<()> {
        self.step("sync", root)?;
        for path in written {
            assert!(
                path.exists(),
                "{} is to be synced and not there",
                path.display()
            );
        }
        self.state.lock().unwrap().unsynced.clear();
        Ok(())
    }
}
