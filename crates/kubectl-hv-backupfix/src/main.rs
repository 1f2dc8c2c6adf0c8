//! `kubectl hv-backupfix`: why a Harvester backup is missing or will not restore.

mod catalog;
mod complete;
mod delete_advice;
mod explain;
mod files;
mod finding;
mod handover;
mod index;
mod inventory;
mod judge;
mod orphans;
mod report;
mod scan;
mod target;
mod target_show;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, Parser, Subcommand};
use hv_cli::door::Visitor;
use hv_cli::{
    CompletionArgs, ConnectionArgs, ExitKind, Failure, OutputArgs, OutputFormat, Plugin, ScopeArgs,
    Ui,
};

/// Tell why a backup is missing or will not restore
///
/// Reads backups, restores, snapshots and Longhorn's objects, of a cluster or of a support bundle,
/// and names everything that is wrong with what follows from it on this release. Nothing is written.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  # What is wrong with the backups of all namespaces
  {cmd} scan -A

  # The same, from a support bundle
  {cmd} scan -A --from supportbundle.zip

  # Why will this backup not restore
  {cmd} explain -n prod nightly-0712

  # What does a code mean
  {cmd} explain wrong-handle"
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
    Scan(scan::ScanArgs),
    Explain(explain::ExplainArgs),
    DeleteAdvice(delete_advice::DeleteAdviceArgs),
    Orphans(orphans::OrphansArgs),
    Target(target_show::TargetArgs),
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

    fn offers(&self, format: OutputFormat) -> bool {
        format != OutputFormat::Prometheus || matches!(self.verb, Some(Verb::Scan(_)))
    }

    fn complete(command: Command, words: &[OsString]) -> Command {
        complete::with_names(command, words)
    }
}

/// Who asks, in the user agent.
pub(crate) const VISITOR: Visitor = Visitor {
    program: "kubectl-hv_backupfix",
    version: env!("CARGO_PKG_VERSION"),
};

fn main() -> ExitCode {
    hv_cli::run(std::env::args_os(), perform)
}

async fn perform(cli: Cli, ui: Ui) -> Result<ExitKind, Failure> {
    match cli.verb {
        Some(Verb::Scan(args)) => {
            Box::pin(scan::perform(&args, &cli.scope, &cli.connection, &ui)).await
        }
        Some(Verb::Explain(args)) => {
            Box::pin(explain::perform(&args, &cli.scope, &cli.connection, &ui)).await
        }
        Some(Verb::DeleteAdvice(args)) => {
            Box::pin(delete_advice::perform(
                &args,
                &cli.scope,
                &cli.connection,
                &ui,
            ))
            .await
        }
        Some(Verb::Orphans(args)) => {
            Box::pin(orphans::perform(&args, &cli.scope, &cli.connection, &ui)).await
        }
        Some(Verb::Target(args)) => {
            Box::pin(target_show::perform(
                &args,
                &cli.scope,
                &cli.connection,
                &ui,
            ))
            .await
        }
        Some(Verb::Completion(args)) => args.perform(&ui),
        None => Err(Failure::usage("no command given").hint("{cmd} scan -A")),
    }
}
