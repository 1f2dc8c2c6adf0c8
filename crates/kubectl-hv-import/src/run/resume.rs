//! `resume`: goes on with a plan that did not get through.

use clap::Args;
use hv_change::{LiveTarget, Run, Stop, run};
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui};

use super::apply::PaceArgs;
use super::{JournalArgs, MANAGER, ending, failure, journal, progress, seen};
use crate::domain::Vault;
use crate::view;

/// Go on with a plan
///
/// Compares what the journal says with the cluster, by lists, and does what is left. What somebody
/// changed or removed meanwhile stays as it is and is reported.
#[derive(Args)]
#[command(after_help = "Examples:
  # After an interruption; status lists the ids
  {cmd} resume 41aa7c03")]
pub(crate) struct ResumeArgs {
    /// Id of the plan, or its beginning
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

pub(crate) async fn perform(
    args: &ResumeArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let journals = args.journal.open()?;
    let id = journals
        .find(&args.id)
        .map_err(|error| journal::failure(&error))?;
    let (plan, journal) = journals
        .reopen(&id)
        .map_err(|error| journal::failure(&error))?;
    let cluster = super::cluster(scope, connection, ui).await?;
    let vault = Vault::open(&plan, args.pace.identity.as_deref())?;
    let target = LiveTarget::new(&cluster, MANAGER);
    let stop = ui.stop();
    let show = progress::show(ui, "resume");
    let this = Run {
        plan: &plan,
        journal: &journal,
        target: &target,
        domain: &vault,
        limits: args.pace.limits(),
        stop: Stop::from(stop.receiver()),
        progress: &show,
    };
    let ran = run::resume(&this).await;
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
