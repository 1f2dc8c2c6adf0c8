//! `apply`: runs a plan.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use hv_change::{Limits, LiveTarget, Plan, Run, Stop, oracle, run};
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui};

use super::{JournalArgs, MADE_BY, MANAGER, ending, failure, journal, progress, seen};
use crate::domain::Vault;
use crate::plan;
use crate::view;

/// Run a plan
///
/// Compares what the plan builds on with the cluster, sends every step as a dry run, and then
/// creates the objects; each request is noted down in a journal before and after. Nothing is
/// overwritten and no VM is started. Ctrl-C ends the run between requests. Exits 4 if some VMs
/// could not be imported.
#[derive(Args)]
#[command(after_help = "Examples:
  # Run a plan that was reviewed
  {cmd} apply plan.json --context dr

  # Ask the cluster once more, and write nothing
  {cmd} apply plan.json --dry-run server

  # With secrets that are encrypted in the bundles
  {cmd} apply plan.json --identity key.txt")]
pub(crate) struct ApplyArgs {
    /// Plan that `plan` wrote
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    plan: PathBuf,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    pace: PaceArgs,
    /// server sends every step as a dry run and writes nothing
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    dry_run: DryRun,
}

/// How a plan is run.
#[derive(Args, Clone, Debug)]
pub(crate) struct PaceArgs {
    /// Age identity that opens encrypted secrets
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) identity: Option<PathBuf>,
    /// Requests on their way at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) in_flight: u16,
}

impl PaceArgs {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            in_flight: self.in_flight.into(),
            ..Limits::default()
        }
    }
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DryRun {
    /// The plan is run
    #[default]
    None,
    /// Every step is sent as a dry run
    Server,
}

pub(crate) async fn perform(
    args: &ApplyArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let plan = Plan::read(&args.plan).map_err(|error| plan::failure(&error))?;
    if plan.made_by != MADE_BY {
        let failure = format!("the plan is one of {}", plan.made_by);
        return Err(Failure::refused(failure).hint(format!("kubectl {} runs it", plan.made_by)));
    }
    let journals = args.journal.open()?;
    let cluster = super::cluster(scope, connection, ui).await?;
    let vault = Vault::open(&plan, args.pace.identity.as_deref())?;
    let target = LiveTarget::new(&cluster, MANAGER);
    let limits = args.pace.limits();
    if args.dry_run == DryRun::Server {
        let asked = oracle::ask(&plan, &target, &vault, &limits, &Stop::never()).await;
        if asked.iter().any(hv_change::Asked::is_refused) {
            return Err(failure::refused(&asked, &plan).with_kind(ExitKind::Failed));
        }
        ui.out(&format!(
            "{} (dry run: the cluster takes it)",
            plan::line(&plan)
        ));
        return Ok(ExitKind::Ok);
    }
    let journal = journals
        .create(&plan)
        .map_err(|error| journal::failure(&error))?;
    let stop = ui.stop();
    let show = progress::show(ui, "apply");
    let this = Run {
        plan: &plan,
        journal: &journal,
        target: &target,
        domain: &vault,
        limits,
        stop: Stop::from(stop.receiver()),
        progress: &show,
    };
    let ran = run::apply(&this, None).await;
    ui.progress_done();
    let ran = ran.map_err(|error| failure::failure(&error, &plan))?;
    let notes = seen::compare(&cluster, &plan, &ran, &vault).await;
    view::import(&ending::report(&plan, &ran, notes), ui)?;
    ending::tell_next(&plan, &ran, ui);
    ending::exit(&plan, &ran, stop.kind(), &args.journal.again(), ui)
}
