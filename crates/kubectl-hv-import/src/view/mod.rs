//! The reports as tables.

#[cfg(test)]
mod tests;
mod undo;

pub(crate) use undo::undone;

use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui, plural};
use hv_vm::header::VmName;

use crate::report::{ImportReport, Outcome, PreflightItem, PreflightReport, Verdict};

/// Shows what stands in the way, in the format that was asked for.
pub(crate) fn preflight(report: &PreflightReport, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Name => {
            let blocks = |item: &&PreflightItem| item.result == Verdict::Block;
            let mut names: Vec<String> = report
                .items
                .iter()
                .filter(blocks)
                .map(|item| id(&item.vm))
                .collect();
            names.dedup();
            for name in &names {
                ui.out(name);
            }
            return Ok(());
        }
        OutputFormat::Table | OutputFormat::Wide | OutputFormat::Prometheus => {}
    }
    let wide = ui.format() == OutputFormat::Wide;
    let mut headers = vec!["VM", "GROUP", "CHECK", "RESULT", "NOTE"];
    if wide {
        headers.insert(4, "CODE");
    }
    let mut table = Table::new(headers);
    for item in &report.items {
        let mut cells = vec![
            Cell::from(id(&item.vm)),
            Cell::from(item.group.name()),
            Cell::from(&item.check),
            verdict(item.result),
            Cell::from(note(item)),
        ];
        if wide {
            cells.insert(4, Cell::from(&item.code));
        }
        table.row(cells);
    }
    if !table.is_empty() {
        ui.table(&table);
    }
    ui.note(&closing(report));
    Ok(())
}

/// What was found, and what changes it.
fn note(item: &PreflightItem) -> String {
    match (item.message.as_str(), item.fix.as_deref()) {
        ("", Some(fix)) => fix.to_owned(),
        (message, Some(fix)) => format!("{message}: {fix}"),
        (message, None) => message.to_owned(),
    }
}

fn verdict(verdict: Verdict) -> Cell {
    let tone = match verdict {
        Verdict::Ok => Tone::Good,
        Verdict::Warn => Tone::Doubt,
        Verdict::Block => Tone::Bad,
    };
    Cell::toned(tone, verdict.name())
}

/// `1 VM, 2 blockers`.
fn closing(report: &PreflightReport) -> String {
    let summary = &report.summary;
    let mut parts = vec![plural::count(summary.vms, "VM")];
    parts.push(match summary.blockers {
        0 => "no blockers".to_owned(),
        blockers => plural::count(blockers, "blocker"),
    });
    if summary.warnings > 0 {
        parts.push(plural::count(summary.warnings, "warning"));
    }
    parts.join(", ")
}

/// Shows what became of a plan, in the format that was asked for.
pub(crate) fn import(report: &ImportReport, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Name => {
            for item in &report.items {
                if item.result == Outcome::Created {
                    ui.out(&item.object);
                }
            }
            return Ok(());
        }
        OutputFormat::Table | OutputFormat::Wide | OutputFormat::Prometheus => {}
    }
    let mut table = Table::new(["VM", "OBJECT", "RESULT", "REASON"]);
    for item in &report.items {
        table.row([
            Cell::from(item.vm.as_ref().map_or("-".to_owned(), id)),
            Cell::from(&item.object),
            outcome(item.result),
            Cell::from(item.reason.as_deref().unwrap_or_default()),
        ]);
    }
    if !table.is_empty() {
        ui.table(&table);
    }
    for note in &report.notes {
        ui.note(note);
    }
    ui.note(&sum(report));
    Ok(())
}

fn outcome(outcome: Outcome) -> Cell {
    let tone = match outcome {
        Outcome::Created => Tone::Good,
        Outcome::Unchanged => Tone::Plain,
        Outcome::Skipped => Tone::Doubt,
        Outcome::Refused | Outcome::Failed => Tone::Bad,
    };
    Cell::toned(tone, outcome.name())
}

fn sum(report: &ImportReport) -> String {
    let summary = &report.summary;
    let mut parts = Vec::new();
    for (count, word) in [
        (summary.created, "created"),
        (summary.unchanged, "unchanged"),
        (summary.skipped, "skipped"),
        (summary.refused, "refused"),
        (summary.failed, "failed"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let objects = plural::count(summary.objects, "object");
    match parts.is_empty() {
        true => format!("plan {}: {objects}", report.plan),
        false => format!("plan {}: {objects}, {}", report.plan, parts.join(", ")),
    }
}

fn id(vm: &VmName) -> String {
    format!("{}/{}", vm.namespace, vm.name)
}
