//! `kubectl hv-snapshot`: what Harvester's storage can snapshot, restore, back up and move.

mod argv;
mod check;
mod complete;
mod explain;
mod report;
mod require;
mod target;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, Parser, Subcommand};
use hv_cli::door::Visitor;
use hv_cli::{
    CompletionArgs, ConnectionArgs, ExitKind, Failure, OutputArgs, Plugin, ScopeArgs, Ui,
};

/// Show what the cluster's storage can snapshot, restore, back up, clone, expand and live-migrate
///
/// The driver's ability, its sidecars, the classes, Harvester's settings, the rules of its release
/// and the state of the VM all decide. This command reads them and says which one stands in the way.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  # What can every storage class do
  {cmd} --check-driver

  # The same, from a support bundle
  {cmd} --check-driver --from supportbundle.zip

  # Why can this VM not be snapshotted
  {cmd} check-driver vm/web01 -n prod

  # What does a reason mean
  {cmd} explain not-in-csi-driver-config"
)]
struct Cli {
    /// Same as the command check-driver
    #[arg(long)]
    check_driver: bool,
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
    CheckDriver(check::CheckDriverArgs),
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
    program: "kubectl-hv_snapshot",
    version: env!("CARGO_PKG_VERSION"),
};

fn main() -> ExitCode {
    hv_cli::run(argv::spelled_out(std::env::args_os()), perform)
}

async fn perform(cli: Cli, ui: Ui) -> Result<ExitKind, Failure> {
    match cli.verb {
        Some(Verb::CheckDriver(args)) => {
            Box::pin(check::perform(&args, &cli.scope, &cli.connection, &ui)).await
        }
        Some(Verb::Explain(args)) => explain::perform(&args, &ui),
        Some(Verb::Completion(args)) => args.perform(&ui),
        None => Err(Failure::usage("no command given").hint("{cmd} check-driver")),
    }
}
