//! The two streams, and what happens when one of them cannot be written.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::color::Terminals;

/// Where a run writes.
pub struct Streams {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    state: OutState,
    pub(crate) terminals: Terminals,
}

/// What became of standard output.
enum OutState {
    Open,
    /// The reader went away, as `head` does: the rest is not wanted.
    Closed,
    Failed(io::Error),
}

impl Streams {
    /// The streams of this process.
    pub fn of_process() -> Self {
        let terminals = Terminals::of_process();
        // Standard output flushes at every line, which is slow for a long table in a pipe.
        let out: Box<dyn Write + Send> = if terminals.stdout {
            Box::new(io::stdout())
        } else {
            Box::new(BufWriter::with_capacity(64 * 1024, io::stdout()))
        };
        Self::new(out, Box::new(io::stderr()), terminals)
    }

    /// Any two streams.
    pub fn new(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        terminals: Terminals,
    ) -> Self {
        Self {
            out,
            err,
            state: OutState::Open,
            terminals,
        }
    }

    pub(crate) fn write_out(&mut self, text: &str) {
        if matches!(self.state, OutState::Open) {
            let result = self.out.write_all(text.as_bytes());
            self.remember(result);
        }
    }

    /// Writes to standard error, after what was said on standard output before.
    pub(crate) fn write_err(&mut self, text: &str) {
        self.flush();
        // There is no place left to complain about a standard error that cannot be written.
        let _ = self
            .err
            .write_all(text.as_bytes())
            .and_then(|()| self.err.flush());
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.state, OutState::Closed)
    }

    /// Writes what is left; an error is one that the user has to know about.
    pub(crate) fn finish(&mut self) -> Result<(), &io::Error> {
        self.flush();
        match &self.state {
            OutState::Failed(error) => Err(error),
            OutState::Open | OutState::Closed => Ok(()),
        }
    }

    fn flush(&mut self) {
        if matches!(self.state, OutState::Open) {
            let result = self.out.flush();
            self.remember(result);
        }
    }

    fn remember(&mut self, result: io::Result<()>) {
        match result {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.state = OutState::Closed,
            Err(error) => self.state = OutState::Failed(error),
        }
    }
}

/// What a run wrote, for tests.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    out: Memory,
    err: Memory,
}

impl Captured {
    /// Streams that are kept in memory.
    pub fn streams(&self, terminals: Terminals) -> Streams {
        Streams::new(
            Box::new(self.out.clone()),
            Box::new(self.err.clone()),
            terminals,
        )
    }

    /// What was written to standard output.
    pub fn stdout(&self) -> String {
        self.out.text()
    }

    /// What was written to standard error.
    pub fn stderr(&self) -> String {
        self.err.text()
    }
}

#[derive(Clone, Debug, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
