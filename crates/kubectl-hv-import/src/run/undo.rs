//! `undo`: takes a plan back, except for what somebody touched.

use clap::Args;
use hv_change::{ItemResult, LiveTarget, Run, Stop, run};
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui};

use super::apply::PaceArgs;
use super::{JournalArgs, MANAGER, failure, journal, progress};
use crate::domain::Vault;
use crate::view;

/// Take a plan back
///
/// Removes what the plan created and nobody touched, the last first. An object that differs from
/// what was written, a claim that is in use, and whatever has another uid stays and is reported.
/// Exits 4 if something stayed.
#[derive(Args)]
#[command(after_help = "Examples:
  # As if the plan had not been run
  {cmd} undo 41aa7c03")]
pub(crate) struct UndoArgs {
    /// Id of the plan, or its beginning
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

pub(crate) async fn perform(
    args: &UndoArgs,
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
    let vault = Vault::bare()?;
    let target = LiveTarget::new(&cluster, MANAGER);
    let stop = ui.stop();
    let show = progress::show(ui, "undo");
    let this = Run {
        plan: &plan,
        journal: &journal,
        target: &target,
        domain: &vault,
        limits: args.pace.limits(),
        stop: Stop::from(stop.receiver()),
        progress: &show,
    };
    let ran = run::undo(&this).await;
    ui.progress_done();
    let ran = ran.map_err(|error| failure::failure(&error, &plan))?;
    view::undone(&crate::undo_report::UndoReport::of(&plan, &ran), ui)?;
    let way = format!("{{cmd}} undo {}{}", plan.id, args.journal.again(connection));
    if let Some(halt) = &ran.halted {
        return Err(Failure::failed(halt.to_string()).hint(format!("go on: {way}")));
    }
    if ran.interrupted {
        ui.note(&format!("interrupted; go on taking it back: {way}"));
        return Ok(stop.kind().unwrap_or(ExitKind::Interrupted));
    }
    let left = [
        ItemResult::Kept,
        ItemResult::Failed,
        ItemResult::Refused,
        ItemResult::Pending,
    ];
    Ok(match ran.count(&left) {
        0 => ExitKind::Ok,
        _ => ExitKind::Partial,
    })
}
