//! What a journal says has happened so far.

use std::collections::BTreeMap;

use super::JournalError;
use super::record::{Begin, Done, Event, FORMAT, Record, Verb};

/// What happened to one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepPast {
    /// A request was about to be sent, and nothing is known of its answer.
    pub open: bool,
    /// Digest of what the server said it would store.
    pub expected: Option<String>,
    /// It took effect.
    pub done: Option<Made>,
    /// What it waited for was seen.
    pub seen: bool,
    /// It surely did not take effect; why.
    pub failed: Option<String>,
    /// uid of the object that was about to be removed.
    pub removing: Option<String>,
    /// It was taken back.
    pub removed: bool,
    /// It was not taken back; why.
    pub kept: Option<String>,
}

/// An object as it was right after a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Its uid.
    pub uid: String,
    /// Its resource version.
    pub resource_version: String,
    /// Digest of its normal form.
    pub digest: String,
    /// How often its specification had been changed.
    pub generation: Option<u64>,
}

/// What a journal says has happened so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// What it is of.
    pub begin: Option<Begin>,
    /// By the id of the step.
    pub steps: BTreeMap<String, StepPast>,
    /// The run that was begun last.
    pub run: Option<Verb>,
    /// How that run ended, if it did by itself.
    pub end: Option<super::record::End>,
    /// Number of the last line.
    pub seq: u64,
    /// When it was written, by the clock of then.
    pub last_time: String,
    /// Bytes of whole lines.
    pub length: u64,
    /// Whether its end is broken: the process died while it wrote that.
    pub cut: bool,
}

impl Past {
    /// Reads a journal. A broken end is passed over; damage with a good record after it is an error.
    pub fn read(bytes: &[u8]) -> Result<Self, JournalError> {
        let mut past = Self::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                past.cut = true;
                break;
            };
            let (line, more) = rest.split_at(end + 1);
            let number = past.seq + 1;
            let record = match read_line(line, number) {
                Ok(record) => record,
                // Many records are one write, and its blocks can reach the disk in any order. No
                // request of a record in it was sent, and no answer built on, before all of it was there.
                Err(JournalError::Damaged { .. }) if number > 1 && !goes_on(more, number) => {
                    past.cut = true;
                    break;
                }
                Err(error) => return Err(error),
            };
            if record.seq != number {
                return Err(JournalError::Damaged {
                    line: number,
                    why: format!("it has the number {}", record.seq),
                });
            }
            past.take(record)?;
            past.length += line.len() as u64;
            rest = more;
        }
        Ok(past)
    }

    /// Whether anything was ever taken back, after which nothing is created any more.
    pub fn is_undo(&self) -> bool {
        self.run == Some(Verb::Undo)
    }

    /// What happened to a step.
    pub fn step(&self, id: &str) -> Option<&StepPast> {
        self.steps.get(id)
    }

    fn take(&mut self, record: Record) -> Result<(), JournalError> {
        self.seq = record.seq;
        self.last_time = record.time;
        if let Event::Begin(begin) = record.event {
            if begin.format > FORMAT {
                return Err(JournalError::Newer(begin.format));
            }
            self.begin = Some(begin);
            return Ok(());
        }
        if self.begin.is_none() {
            return Err(JournalError::Damaged {
                line: record.seq,
                why: "it comes before the beginning".to_owned(),
            });
        }
        match record.event {
            Event::Begin(_) => {}
            Event::Run(verb) => {
                // Once something was taken back, nothing makes that undone.
                if self.run != Some(Verb::Undo) {
                    self.run = Some(verb);
                }
                self.end = None;
            }
            Event::Intent(intent) => {
                let step = self.entry(intent.step);
                step.open = true;
                step.expected = intent.expected;
                step.failed = None;
            }
            Event::Done(done) => {
                let Done {
                    step,
                    uid,
                    resource_version,
                    digest,
                    generation,
                } = done;
                let step = self.entry(step);
                step.open = false;
                step.failed = None;
                step.expected = None;
                step.done = Some(Made {
                    uid,
                    resource_version,
                    digest,
                    generation,
                });
            }
            Event::Seen(named) => self.entry(named.step).seen = true,
            Event::Failed(failed) => {
                let step = self.entry(failed.step);
                step.open = false;
                step.failed = Some(failed.reason);
            }
            Event::Removing(removing) => {
                self.entry(removing.step).removing = Some(removing.uid);
            }
            Event::Removed(named) => {
                let step = self.entry(named.step);
                step.removed = true;
                step.kept = None;
            }
            Event::Kept(kept) => {
                let step = self.entry(kept.step);
                step.kept = Some(kept.reason);
                step.removing = None;
            }
            Event::End(end) => self.end = Some(end),
        }
        Ok(())
    }

    fn entry(&mut self, step: String) -> &mut StepPast {
        self.steps.entry(step).or_default()
    }
}

fn read_line(line: &[u8], number: u64) -> Result<Record, JournalError> {
    serde_json::from_slice(line).map_err(|error| match newer(line) {
        Some(format) => JournalError::Newer(format),
        None => JournalError::Damaged {
            line: number,
            why: error.to_string(),
        },
    })
}

/// Whether a record that was written later is among these lines.
fn goes_on(lines: &[u8], number: u64) -> bool {
    lines
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Record>(line).ok())
        .any(|record| record.seq > number)
}

/// The format of a first line that cannot be understood otherwise.
fn newer(line: &[u8]) -> Option<u32> {
    let value: serde_json::Value = serde_json::from_slice(line).ok()?;
    let format = value.pointer("/event/begin/format")?.as_u64()?;
    u32::try_from(format).ok().filter(|format| *format > FORMAT)
}
