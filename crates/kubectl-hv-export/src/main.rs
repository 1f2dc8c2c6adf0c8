//! `kubectl hv-export`: a VM's configuration as a portable bundle that is good to keep in git.

mod access;
mod complete;
mod diff;
mod kinds;
mod log;
mod place;
mod rbac;
mod read;
mod receipt;
mod report;
mod schedule;
mod show;
mod template;
mod verify;
mod view;
mod vm;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, Parser, Subcommand};
use hv_cli::door::Visitor;
use hv_cli::{
    CompletionArgs, ConnectionArgs, ExitKind, Failure, OutputArgs, Plugin, ScopeArgs, Ui,
};

/// Export the configuration of VMs, without their disks and without their secrets
///
/// Writes a folder a VM that is good to keep in git and that another cluster can take in: the VM
/// halted, its claims, networks and keys, and what a target must have. No Secret is read unless a
/// flag asks for it. Nothing in the cluster is changed.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  # Every VM with a label, into a folder
  {cmd} vm -A -l backup=yes --to ./bundles

  # One VM, its secrets encrypted
  {cmd} vm -n prod db01 --to ./bundles --secrets encrypt --recipient age1…

  # What changed since the last export
  {cmd} diff ./bundles --live

  # Is everything in the folder whole
  {cmd} verify ./bundles"
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
    Vm(vm::VmArgs),
    Template(template::TemplateArgs),

    Show(show::ShowArgs),
    Verify(verify::VerifyArgs),
    Diff(diff::DiffArgs),
    Log(log::LogArgs),
    CheckAccess(access::AccessArgs),
    Rbac(rbac::RbacArgs),
    Schedule(schedule::ScheduleArgs),
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
    program: "kubectl-hv_export",
    version: env!("CARGO_PKG_VERSION"),
};

fn main() -> ExitCode {
    hv_cli::run(std::env::args_os(), perform)
}

async fn perform(cli: Cli, ui: Ui) -> Result<ExitKind, Failure> {
    let (scope, connection) = (&cli.scope, &cli.connection);
    match cli.verb {
        Some(Verb::Vm(args)) => Box::pin(vm::perform(&args, scope, connection, &ui)).await,
        Some(Verb::Template(args)) => {
            Box::pin(template::perform(&args, scope, connection, &ui)).await
        }
        Some(Verb::Show(args)) => {
            if !args.fields {
                reads_files(scope)?;
            }
            Box::pin(show::perform(&args, scope, connection, &ui)).await
        }
        Some(Verb::Verify(args)) => {
            reads_files(scope)?;
            verify::perform(&args, &ui).map_err(undecided)
        }
        Some(Verb::Diff(args)) => {
            reads_files(scope)?;
            let compared = Box::pin(diff::perform(&args, scope, connection, &ui)).await;
            compared.map_err(undecided)
        }
        Some(Verb::Log(args)) => {
            reads_files(scope)?;
            log::perform(&args, &ui)
        }
        Some(Verb::CheckAccess(args)) => {
            let asked = Box::pin(access::perform(&args, scope, connection, &ui)).await;
            asked.map_err(undecided)
        }
        Some(Verb::Rbac(args)) => Box::pin(rbac::perform(&args, scope, connection, &ui)).await,
        Some(Verb::Schedule(args)) => {
            Box::pin(schedule::perform(&args, scope, connection, &ui)).await
        }
        Some(Verb::Completion(args)) => args.perform(&ui),
        None => Err(Failure::usage("no command given").hint("{cmd} vm -A --to ./bundles")),
    }
}

/// Flags that choose VMs in a cluster say nothing about files.
fn reads_files(scope: &ScopeArgs) -> Result<(), Failure> {
    if scope.namespace.is_none() && !scope.all_namespaces && scope.selector.is_none() {
        return Ok(());
    }
    let failure = Failure::usage("-n, -A and -l choose VMs of a cluster, and this reads files");
    Err(failure.hint("name the folder of a namespace or of a VM: PATH/NAMESPACE/VM"))
}

/// A question that could not be answered is not answered with no.
fn undecided(failure: Failure) -> Failure {
    match failure.kind() {
        ExitKind::Failed => failure.with_kind(ExitKind::NoVerdict),
        _ => failure,
    }
}
