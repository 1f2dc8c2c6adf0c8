//! What became of taking a plan back, as a table.

use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui, plural};

use crate::undo_report::UndoReport;

/// Shows what became of taking a plan back, in the format that was asked for.
pub(crate) fn undone(report: &UndoReport, ui: &Ui) -> Result<(), Failure> {
    if ui.format().is_document() {
        return ui.document(report);
    }
    if ui.format() == OutputFormat::Name {
        let removed = report.items.iter().filter(|item| item.result == "Removed");
        removed.for_each(|item| ui.out(&item.object));
        return Ok(());
    }
    let mut table = Table::new(["OBJECT", "RESULT", "REASON"]);
    for item in &report.items {
        let tone = match item.result {
            "Removed" => Tone::Good,
            "Gone" => Tone::Plain,
            "Kept" | "Skipped" => Tone::Doubt,
            _ => Tone::Bad,
        };
        table.row([
            Cell::from(&item.object),
            Cell::toned(tone, item.result),
            Cell::from(item.reason.as_deref().unwrap_or_default()),
        ]);
    }
    if !table.is_empty() {
        ui.table(&table);
    }
    let summary = &report.summary;
    let mut parts = vec![format!("{} removed", summary.removed)];
    for (count, word) in [
        (summary.kept, "kept"),
        (summary.gone, "were not there"),
        (summary.failed, "failed"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let objects = plural::count(report.items.len(), "object");
    ui.note(&format!(
        "plan {}: {objects}, {}",
        report.plan,
        parts.join(", ")
    ));
    Ok(())
}
