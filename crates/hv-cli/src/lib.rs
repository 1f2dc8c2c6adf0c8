//! How the plugins talk to people: flags, tables, documents, errors, exit codes, completion.
//!
//! A plugin says which words it understands and what it does; [`run`] does the rest. It answers
//! kubectl's questions for completions, names the program as the user typed it, reads flags as
//! kubectl reads them, reports wrong usage, prints the failure, and stops on Ctrl-C.
//!
//! ```
//! use clap::Parser;
//! use hv_cli::{ExitKind, Failure, OutputArgs, Plugin, Table, Ui};
//!
//! /// Count to a number
//! #[derive(Parser)]
//! #[command(version, after_help = "Examples:\n  # Count to three\n  {cmd} 3")]
//! struct Words {
//!     number: usize,
//!     #[command(flatten)]
//!     output: OutputArgs,
//! }
//!
//! impl Plugin for Words {
//!     fn output(&self) -> &OutputArgs {
//!         &self.output
//!     }
//! }
//!
//! async fn perform(words: Words, ui: Ui) -> Result<ExitKind, Failure> {
//!     if words.number > 1000 {
//!         return Err(Failure::refused("that takes too long").hint("{cmd} 1000 is quick"));
//!     }
//!     let mut table = Table::new(["NUMBER"]);
//!     (1..=words.number).for_each(|number| table.row([number]));
//!     ui.table(&table);
//!     Ok(ExitKind::Ok)
//! }
//!
//! let argv = ["kubectl-hv_count", "3"].map(Into::into);
//! let exit_code = hv_cli::run(argv, perform); // In a plugin: std::env::args_os().
//! # assert_eq!(exit_code, std::process::ExitCode::SUCCESS);
//! ```
//!
//! Every `bool` among the words is a flag as kubectl has them, `--flag` and `--flag=false`.
//! `{cmd}` in a help text, a hint or a note is the command as the user types it.

pub mod age;
mod command;
pub mod completion;
pub mod document;
pub mod door;
pub mod duration;
pub mod escape;
pub mod exit;
mod failure;
pub mod flags;
mod interrupt;
mod name;
pub mod nearest;
mod parallel;
pub mod plural;
pub mod redact;
mod run;
mod stop;
mod table;
mod ui;
mod usage;

pub use completion::CompletionArgs;
pub use document::OutputFormat;
pub use exit::ExitKind;
pub use failure::Failure;
pub use flags::{ConnectionArgs, OutputArgs, ScopeArgs, user_agent};
pub use parallel::parallel;
pub use run::{Plugin, run, run_on};
pub use stop::Stop;
pub use table::{Cell, Table};
pub use ui::{Captured, ColorChoice, Manner, Span, Streams, Terminals, Tone, Ui};
