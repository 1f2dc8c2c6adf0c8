//! The printer: what was asked for, and results on standard output.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

use super::color::{ColorChoice, Terminals};
use super::observe::LEVEL_OF_REQUESTS;
use super::streams::{Captured, Streams};
use super::tone::Span;
use crate::document::{self, OutputFormat};
use crate::failure::Failure;
use crate::name::Program;
use crate::plural::count;
use crate::stop::{Graceful, Stop};
use crate::table::Table;

/// How the user wants to be talked to.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// `-o`.
    pub format: OutputFormat,
    /// `--no-headers`.
    pub no_headers: bool,
    /// `--color`.
    pub color: ColorChoice,
    /// `-q`.
    pub quiet: bool,
    /// `-v`.
    pub verbosity: u8,
}

/// The printer: results go to standard output, everything said about the work to standard error.
///
/// Clones write to the same streams. Text is escaped here, so callers pass what they got from the
/// cluster as it is. If the reader of standard output goes away (`| head`), writing stops quietly
/// and the run's exit code stays what it would have been.
#[derive(Clone)]
pub struct Ui(Arc<Shared>);

struct Shared {
    program: Program,
    manner: Manner,
    color_out: bool,
    color_err: bool,
    graceful: Graceful,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) streams: Streams,
    pub(super) warnings: BTreeSet<String>,
    pub(super) requests: usize,
}

impl Ui {
    /// A printer for one run.
    pub(crate) fn new(program: Program, manner: Manner, streams: Streams) -> Self {
        let Terminals {
            stdout,
            stderr,
            plain,
        } = streams.terminals;
        Self(Arc::new(Shared {
            program,
            color_out: manner.color.decide(stdout, plain),
            color_err: manner.color.decide(stderr, plain),
            manner,
            graceful: Graceful::default(),
            state: Mutex::new(State {
                streams,
                warnings: BTreeSet::new(),
                requests: 0,
            }),
        }))
    }

    /// A printer into memory, for tests.
    pub fn capture(manner: Manner) -> (Self, Captured) {
        let captured = Captured::default();
        let program = Program::from_argv0(Some("kubectl-hv_test".as_ref()), "");
        (
            Self::new(program, manner, captured.streams(Terminals::default())),
            captured,
        )
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was asked for.
impl Ui {
    /// What `-o` says.
    pub fn format(&self) -> OutputFormat {
        self.0.manner.format
    }

    /// Whether tables have a header, and with it preamble and notes.
    pub fn headers(&self) -> bool {
        !self.0.manner.no_headers
    }

    /// Whether only results, warnings and errors are wanted.
    pub fn quiet(&self) -> bool {
        self.0.manner.quiet
    }

    /// What `-v` says.
    pub fn verbosity(&self) -> u8 {
        self.0.manner.verbosity
    }

    /// The command as the user types it: `kubectl hv-snapshot`.
    pub fn cmd(&self) -> &str {
        self.0.program.command()
    }

    pub(super) fn color_err(&self) -> bool {
        self.0.color_err
    }

    /// How this program was called.
    pub(crate) fn program(&self) -> &Program {
        &self.0.program
    }

    /// Whether the reader of standard output went away, so that a long run may stop.
    pub fn stdout_closed(&self) -> bool {
        self.state().streams.is_closed()
    }
}

/// Results, on standard output.
impl Ui {
    /// Prints text and a line break.
    pub fn out(&self, text: &str) {
        self.line(&[Span::plain(text)]);
    }

    /// Prints a line made of differently toned parts.
    pub fn line(&self, spans: &[Span<'_>]) {
        let mut line: String = spans
            .iter()
            .map(|span| span.render(self.0.color_out))
            .collect();
        line.push('\n');
        self.state().streams.write_out(&line);
    }

    /// Prints a table.
    pub fn table(&self, table: &Table) {
        let text = table.render(self.headers(), self.0.color_out);
        self.state().streams.write_out(&text);
    }

    /// Prints the one document of `-o json` or `-o yaml`.
    pub fn document(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = match self.format() {
            OutputFormat::Yaml => document::yaml(value)?,
            _ => document::json(value)?,
        };
        self.state().streams.write_out(&text);
        Ok(())
    }
}

/// Objects for a cluster, on standard output.
impl Ui {
    /// Prints objects that `kubectl apply -f -` takes: YAML, unless `-o json` or `-o name` is given.
    pub fn objects(&self, objects: &[Value]) -> Result<(), Failure> {
        let text = document::objects(self.format(), objects)?;
        self.state().streams.write_out(&text);
        Ok(())
    }
}

/// The end of a run.
impl Ui {
    pub(crate) fn help(&self, plain: &str, colored: &str) {
        let text = if self.0.color_out { colored } else { plain };
        self.state().streams.write_out(text);
    }

    /// From now on the first Ctrl-C or SIGTERM only sets this token, and the run is awaited; the
    /// second one ends it at once.
    pub fn stop(&self) -> Stop {
        self.0.graceful.ask()
    }

    pub(crate) fn graceful(&self) -> &Graceful {
        &self.0.graceful
    }

    /// How many different warnings the server sent.
    pub(crate) fn warnings(&self) -> usize {
        self.state().warnings.len()
    }

    /// Tells the total of requests and writes what is left.
    pub(crate) fn finish(&self) -> Result<(), Failure> {
        let requests = self.state().requests;
        if requests > 0 {
            self.log(LEVEL_OF_REQUESTS, &count(requests, "request"));
        }
        let result = self.state().streams.finish().map_err(io::Error::to_string);
        result.map_err(|error| Failure::failed(format!("cannot write to standard output: {error}")))
    }
}
