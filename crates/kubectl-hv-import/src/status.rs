//! `status`: the plans of this machine, and how far each got.

use clap::Args;
use hv_cli::{ExitKind, Failure, OutputFormat, Table, Ui, plural};

use crate::run::JournalArgs;
use crate::undo_report::{JournalItem, JournalList};

/// Show the plans of this machine
///
/// How far each plan got, as its journal says; the cluster is not asked.
#[derive(Args)]
#[command(after_help = "Examples:
  # Every plan that was begun here
  {cmd} status

  # One of them
  {cmd} status 41aa7c03 -o json")]
pub(crate) struct StatusArgs {
    /// Id of a plan, or its beginning
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    journal: JournalArgs,
}

pub(crate) fn perform(args: &StatusArgs, ui: &Ui) -> Result<ExitKind, Failure> {
    let journals = args.journal.open()?;
    let failure = |error: &hv_change::JournalError| crate::run::journal_failure(error);
    let mut items = Vec::new();
    if let Some(id) = &args.id {
        let id = journals.find(id).map_err(|error| failure(&error))?;
        let status = journals.status(&id).map_err(|error| failure(&error))?;
        items.push(JournalItem::of(&status));
    } else {
        for (id, status) in journals.list().map_err(|error| failure(&error))? {
            items.push(match status {
                Ok(status) => JournalItem::of(&status),
                Err(error) => JournalItem::unreadable(&id, error.to_string()),
            });
        }
    }
    items.sort_by(|a, b| (&a.last_time, &a.id).cmp(&(&b.last_time, &b.id)));
    let list = JournalList {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "JournalList",
        items,
    };
    show(&list, ui)?;
    Ok(ExitKind::Ok)
}

fn show(list: &JournalList, ui: &Ui) -> Result<(), Failure> {
    if ui.format().is_document() {
        return ui.document(list);
    }
    if ui.format() == OutputFormat::Name {
        list.items.iter().for_each(|item| ui.out(&item.id));
        return Ok(());
    }
    if list.items.is_empty() {
        ui.note("no plan was begun here");
        return Ok(());
    }
    let mut table = Table::new([
        "PLAN", "PHASE", "STEPS", "DONE", "FAILED", "OPEN", "REMOVED", "KEPT", "LAST",
    ]);
    for item in &list.items {
        let count = |number: usize| number.to_string();
        let last = item.last_time.split('.').next().unwrap_or_default();
        table.row([
            item.id.clone(),
            item.phase.to_owned(),
            count(item.steps),
            count(item.done),
            count(item.failed),
            count(item.open),
            count(item.removed),
            count(item.kept),
            last.to_owned(),
        ]);
    }
    ui.table(&table);
    for item in list.items.iter().filter(|item| item.reason.is_some()) {
        let why = item.reason.as_deref().unwrap_or_default();
        ui.warn(&format!("journal {}: {why}", item.id));
    }
    let open =
        |item: &&JournalItem| matches!(item.phase, "Interrupted" | "Partial" | "UndoInterrupted");
    let open = list.items.iter().filter(open).count();
    if open > 0 {
        ui.hint(&format!(
            "{} not finished: {{cmd}} resume ID goes on, {{cmd}} undo ID takes back",
            plural::count(open, "plan")
        ));
    }
    Ok(())
}
