//! A reader that stops when an entry turns out to be larger than it may be.

use std::io::{self, Read};

/// Most bytes one file may have; real ones have tens of MiB.
pub(super) const MAX_ENTRY_BYTES: u64 = 256 << 20;

/// From this size on the ratio of compression is looked at.
const RATIO_MATTERS_BYTES: u64 = 32 << 20;

/// Repetitive YAML reaches about 100; a zip bomb 1000.
const MAX_RATIO: u64 = 250;

/// A size or ratio that no support bundle has.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Hostile(pub(super) String);

/// Counts what really comes, since the sizes in a zip's headers may lie.
pub(super) struct Bounded<R> {
    inner: R,
    seen: u64,
    packed: u64,
}

impl<R> Bounded<R> {
    pub(super) fn new(inner: R, packed: u64) -> Self {
        Self {
            inner,
            seen: 0,
            packed: packed.max(1),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.seen += count as u64;
        if self.seen > MAX_ENTRY_BYTES {
            return Err(refusal(format!(
                "is larger than {} MiB",
                MAX_ENTRY_BYTES >> 20
            )));
        }
        if self.seen > RATIO_MATTERS_BYTES && self.seen / self.packed > MAX_RATIO {
            return Err(refusal(format!(
                "grows to more than {MAX_RATIO} times its packed size, as a zip bomb does"
            )));
        }
        Ok(count)
    }
}

pub(super) fn refusal(text: String) -> io::Error {
    io::Error::other(Hostile(text))
}
