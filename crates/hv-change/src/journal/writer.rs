//! Writes records so that they survive, many of them with one sync.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::JournalError;
use super::medium::Medium;
use super::record::{Event, Record};

/// A record that waits to be written, and who waits for it.
struct Waiting {
    event: Event,
    written: oneshot::Sender<Result<(), JournalError>>,
}

/// Writes records, each of them on disk when `append` returns.
pub(super) struct Writer(Way);

enum Way {
    /// A sync takes longer than a request, so it has a thread of its own.
    Thread {
        sender: Option<Sender<Waiting>>,
        thread: Option<JoinHandle<()>>,
    },
    Here(Mutex<Lines>),
}

/// The lines of a journal, and whether it can still be trusted.
struct Lines {
    medium: Box<dyn Medium>,
    clock: Clock,
    seq: u64,
    broken: Option<JournalError>,
}

/// What time it is, for people.
pub(super) type Clock = Box<dyn Fn() -> String + Send>;

impl Writer {
    pub(super) fn new(medium: Box<dyn Medium>, seq: u64, clock: Clock) -> io::Result<Self> {
        let slow = medium.is_slow();
        let mut lines = Lines {
            medium,
            clock,
            seq,
            broken: None,
        };
        if !slow {
            return Ok(Self(Way::Here(Mutex::new(lines))));
        }
        let (sender, receiver) = channel();
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || lines.serve(&receiver))?;
        Ok(Self(Way::Thread {
            sender: Some(sender),
            thread: Some(thread),
        }))
    }

    /// Returns once the record is on disk.
    pub(super) async fn append(&self, event: Event) -> Result<(), JournalError> {
        match &self.0 {
            Way::Here(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.write(std::iter::once(event))
            }
            Way::Thread { sender, .. } => {
                let (written, answer) = oneshot::channel();
                let waiting = Waiting { event, written };
                let gone = || JournalError::Lost("its thread has ended".to_owned());
                sender
                    .as_ref()
                    .ok_or_else(gone)?
                    .send(waiting)
                    .map_err(|_| gone())?;
                answer.await.map_err(|_| gone())?
            }
        }
    }
}

impl Drop for Writer {
    /// Waits for what is being written, so that the lock is not given up before.
    fn drop(&mut self) {
        if let Way::Thread { sender, thread } = &mut self.0 {
            drop(sender.take());
            if let Some(thread) = thread.take() {
                // A panic of the thread was told to those who waited.
                let _ = thread.join();
            }
        }
    }
}

impl Lines {
    fn serve(&mut self, receiver: &Receiver<Waiting>) {
        while let Ok(first) = receiver.recv() {
            // Whatever came during the last sync shares the next one.
            let batch: Vec<Waiting> = std::iter::once(first).chain(receiver.try_iter()).collect();
            let (events, waiting): (Vec<_>, Vec<_>) = batch
                .into_iter()
                .map(|waiting| (waiting.event, waiting.written))
                .unzip();
            let result = self.write(events.into_iter());
            for written in waiting {
                // Whoever does not wait any more needs no answer.
                let _ = written.send(result.clone());
            }
        }
    }

    fn write(&mut self, events: impl Iterator<Item = Event>) -> Result<(), JournalError> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        let mut bytes = Vec::new();
        for event in events {
            self.seq += 1;
            let record = Record {
                seq: self.seq,
                time: (self.clock)(),
                event,
            };
            // Plain data with texts as keys always is JSON.
            let _ = serde_json::to_writer(&mut bytes, &record);
            bytes.push(b'\n');
        }
        let result = self
            .medium
            .append(&bytes)
            .and_then(|()| self.medium.sync())
            .map_err(|error| JournalError::of_write(&error));
        // After a failure nobody knows how much of it is on disk, so nothing is added any more.
        self.broken = result.clone().err();
        result
    }
}
