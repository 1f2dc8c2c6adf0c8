//! `kubectl hv-import`: a bundle becomes a halted VM on another cluster, and every step can be taken back.

mod about;
mod args;
mod bases;
mod bundles;
mod complete;
mod domain;
mod explain;
mod inventory;
mod plan;
mod preflight;
mod preflight_command;
mod prepare;
mod report;
mod resolve;
mod run;
mod salt;
mod status;
mod steps;
mod undo_report;
mod view;
mod wishes;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, Parser, Subcommand};
use hv_cli::door::Visitor;
use hv_cli::{
    CompletionArgs, ConnectionArgs, ExitKind, Failure, OutputArgs, Plugin, ScopeArgs, Ui,
};

/// Import bundles of VMs into a cluster, halted, with every step recorded
///
/// Checks everything first and tells all that stands in the way at once; writes a plan that can be
/// read; runs it through a journal, so that it can be interrupted, resumed and taken back. Nothing
/// that is there is overwritten, and no VM is started.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  # What stands in the way
  {cmd} preflight bundles --context dr --map map.yaml

  # A plan to review, and to run
  {cmd} plan bundles --context dr --map map.yaml --to plan.json
  {cmd} apply plan.json --context dr

  # Go on after an interruption, or take everything back
  {cmd} resume 41aa7c03
  {cmd} undo 41aa7c03"
)]
struct Cli {
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    Preflight(preflight_command::PreflightArgs),
    Plan(plan::PlanArgs),
    Apply(run::ApplyArgs),
    Resume(run::ResumeArgs),
    Undo(run::UndoArgs),
    Status(status::StatusArgs),
    Explain(explain::ExplainArgs),
    /// Set up completion of the words after the plugin's name
    Completion(CompletionArgs),
}

impl Plugin for Cli {
    fn output(&self) -> &OutputArgs {
        &self.output
    }

    fn connection(&self) -> Option<&ConnectionArgs> {
        Some(&self.connection)
    }

    fn complete(command: Command, words: &[OsString]) -> Command {
        complete::with_names(command, words)
    }
}

/// Who asks, in the user agent.
pub(crate) const VISITOR: Visitor = Visitor {
    program: "kubectl-hv_import",
    version: env!("CARGO_PKG_VERSION"),
};

fn main() -> ExitCode {
    hv_cli::run(std::env::args_os(), perform)
}

async fn perform(cli: Cli, ui: Ui) -> Result<ExitKind, Failure> {
    let (scope, connection) = (&cli.scope, &cli.connection);
    match cli.verb {
        Some(Verb::Preflight(args)) => {
            Box::pin(preflight_command::perform(&args, scope, connection, &ui)).await
        }
        Some(Verb::Plan(args)) => Box::pin(plan::perform(&args, scope, connection, &ui)).await,
        Some(Verb::Apply(args)) => Box::pin(run::apply(&args, scope, connection, &ui)).await,
        Some(Verb::Resume(args)) => Box::pin(run::resume(&args, scope, connection, &ui)).await,
        Some(Verb::Undo(args)) => Box::pin(run::undo(&args, scope, connection, &ui)).await,
        Some(Verb::Status(args)) => status::perform(&args, &ui),
        Some(Verb::Explain(args)) => explain::perform(&args, &ui),
        Some(Verb::Completion(args)) => args.perform(&ui),
        None => Err(Failure::usage("no command given").hint("{cmd} preflight PATH --map FILE")),
    }
}
