//! Where a journal is written to: a file, or something that fails on purpose.

use std::fs::File;
use std::io::{self, Write as _};

/// Where a journal is written to.
pub trait Medium: Send {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Returns once everything that was added survives a loss of power.
    fn sync(&mut self) -> io::Result<()>;

    /// Whether it takes so long that another thread should do it.
    fn is_slow(&self) -> bool {
        true
    }
}

impl Medium for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
