//! A very small plugin, which the tests of this crate run as a user would.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Command, Parser, Subcommand};
use hv_cli::completion::{ArgValueCandidates, CompletionCandidate};
use hv_cli::{CompletionArgs, ExitKind, Failure, OutputArgs, Plugin, ScopeArgs, Table, Ui};
use serde_json::json;

/// Count, in whatever way is asked for
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  # Count to three\n  {cmd} to 3"
)]
struct Words {
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    connection: hv_cli::ConnectionArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Count to a number
    To {
        number: usize,
    },
    /// Fail
    Fail {
        message: String,
    },
    /// Wait for a signal
    Sleep,
    /// Work without a pause
    Spin,
    Completion(CompletionArgs),
}

impl Plugin for Words {
    fn output(&self) -> &OutputArgs {
        &self.output
    }

    fn connection(&self) -> Option<&hv_cli::ConnectionArgs> {
        Some(&self.connection)
    }

    fn complete(command: Command, _words: &[OsString]) -> Command {
        let names = || vec![CompletionCandidate::new("prod").help(Some("made up".into()))];
        command.mut_arg("namespace", |arg| arg.add(ArgValueCandidates::new(names)))
    }
}

fn main() -> ExitCode {
    hv_cli::run(std::env::args_os(), perform)
}

async fn perform(words: Words, ui: Ui) -> Result<ExitKind, Failure> {
    match words.verb {
        Verb::To { number } => count(number, &ui),
        Verb::Fail { message } => Err(Failure::refused(message).hint("{cmd} to 3 works")),
        Verb::Completion(completion) => completion.perform(&ui),
        Verb::Sleep => {
            ui.note("sleeping");
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok(ExitKind::Ok)
        }
        Verb::Spin => {
            ui.note("spinning");
            std::thread::sleep(Duration::from_mins(1));
            Ok(ExitKind::Ok)
        }
    }
}

fn count(number: usize, ui: &Ui) -> Result<ExitKind, Failure> {
    if ui.format().is_document() {
        ui.document(&json!({"kind": "Numbers", "items": (1..=number).collect::<Vec<_>>()}))?;
        return Ok(ExitKind::Ok);
    }
    if number == 0 {
        ui.none_found(None);
    }
    let mut table = Table::new(["NUMBER", "PARITY"]);
    for each in 1..=number {
        table.row([
            each.to_string(),
            if each % 2 == 0 { "even" } else { "odd" }.to_owned(),
        ]);
    }
    ui.table(&table);
    ui.note("{cmd} counted");
    Ok(ExitKind::Ok)
}
