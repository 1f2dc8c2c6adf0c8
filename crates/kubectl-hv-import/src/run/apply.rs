//! `apply`: runs a plan.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use hv_change::{
    Asked, Limits, LiveTarget, Plan, Run, RunError, Stop, Target as _, Verdict, oracle, run,
};
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
    let plan = Plan::read(&args.plan).map_err(|error| plan::failure(&args.plan, &error))?;
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
        return Box::pin(rehearse(&plan, &target, &vault, &limits, ui)).await;
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
    ending::tell_next(&plan, &ran, connection, ui);
    ending::exit(
        &plan,
        &ran,
        stop.kind(),
        &args.journal.again(connection),
        ui,
    )
}

/// Sends every step as a dry run, to the right cluster only.
async fn rehearse(
    plan: &Plan,
    target: &LiveTarget<'_>,
    vault: &Vault,
    limits: &Limits,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let found = target.cluster_id().await.map_err(Failure::no_verdict)?;
    if found != plan.cluster.id {
        let other = RunError::OtherCluster {
            planned: plan.cluster.id.clone(),
            context: plan.cluster.context.clone(),
            found,
        };
        return Err(failure::failure(&other, plan));
    }
    let asked = oracle::ask(plan, target, vault, limits, &Stop::never()).await;
    if asked.iter().any(Asked::is_refused) {
        return Err(failure::refused(&asked, plan).with_kind(ExitKind::Failed));
    }
    let count = |test: fn(&Verdict) -> bool| asked.iter().filter(|one| test(&one.verdict)).count();
    let accepted = count(|verdict| matches!(verdict, Verdict::Accepted(_)));
    let later = count(|verdict| matches!(verdict, Verdict::Later(_)));
    ui.out(&format!(
        "{}: {accepted} accepted, {later} can only be asked at their turn (dry run, nothing was changed)",
        plan::line(plan)
    ));
    let unknown = asked.iter().find_map(|one| match &one.verdict {
        Verdict::Unavailable(why) => Some((&plan.steps[one.place].object, why)),
        _ => None,
    });
    match unknown {
        None => Ok(ExitKind::Ok),
        Some((object, why)) => {
            let failure = format!("{object} could not be asked: {why}");
            Err(Failure::no_verdict(failure).hint("nothing was changed; try again later"))
        }
    }
}
