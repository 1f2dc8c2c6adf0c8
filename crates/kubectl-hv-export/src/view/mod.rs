//! The report as a table.

pub(crate) mod needs;

use std::path::Path;
use std::time::Duration;

use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui, plural};

use crate::report::{ExportReport, Exported, Outcome};

/// Changes that a row names; the document has them all.
const SHOWN: usize = 2;

/// Shows the report in the format that was asked for.
pub(crate) fn show(
    report: &ExportReport,
    all_namespaces: bool,
    to: &Path,
    elapsed: Duration,
    ui: &Ui,
) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Name => {
            for item in &report.items {
                ui.out(&format!("virtualmachine.kubevirt.io/{}", item.vm.name));
            }
            return Ok(());
        }
        OutputFormat::Table | OutputFormat::Wide | OutputFormat::Prometheus => {}
    }
    let wide = ui.format() == OutputFormat::Wide;
    let table = table(report, all_namespaces, wide);
    if !table.is_empty() {
        ui.table(&table);
    }
    closing(report, to, elapsed, ui);
    Ok(())
}

fn table(report: &ExportReport, all_namespaces: bool, wide: bool) -> Table {
    let mut headers = vec![
        "VM", "DISKS", "NICS", "SECRETS", "REVISION", "RESULT", "CHANGED",
    ];
    if wide {
        headers.push("DIGEST");
    }
    let mut table = Table::namespaced(all_namespaces, headers);
    for item in &report.items {
        let revision = item
            .revision
            .map_or("-".to_owned(), |number| number.to_string());
        let mut cells = vec![
            Cell::from(&item.vm.name),
            Cell::from(item.disks.to_string()),
            Cell::from(item.nics.to_string()),
            Cell::from(secrets(item)),
            Cell::from(revision),
            outcome(item.result),
            Cell::from(changed(item)),
        ];
        if wide {
            cells.push(Cell::from(item.digest.as_deref().unwrap_or("-")));
        }
        table.row_in(&item.vm.namespace, cells);
    }
    table
}

fn outcome(outcome: Outcome) -> Cell {
    let tone = match outcome {
        Outcome::Written => Tone::Good,
        Outcome::Unchanged => Tone::Plain,
        Outcome::Skipped => Tone::Doubt,
        Outcome::Failed => Tone::Bad,
    };
    Cell::toned(tone, outcome.name())
}

fn secrets(item: &Exported) -> String {
    match &item.secrets_state {
        Some(state) if item.secrets > 0 => format!("{} {state}", item.secrets),
        _ => "-".to_owned(),
    }
}

fn changed(item: &Exported) -> String {
    if let Some(reason) = &item.reason {
        return reason.clone();
    }
    let shown: Vec<&str> = item
        .changes
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    match item.changes.len().saturating_sub(SHOWN) {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

/// Says what was done, on standard error.
pub(crate) fn closing(report: &ExportReport, to: &Path, elapsed: Duration, ui: &Ui) {
    let summary = &report.summary;
    let mut parts = Vec::new();
    for (count, word) in [
        (summary.written, "written"),
        (summary.unchanged, "unchanged"),
        (summary.skipped, "skipped"),
        (summary.failed, "failed"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let mut sentence = plural::count(summary.vms, "VM");
    if !parts.is_empty() {
        sentence = format!("{sentence}, {}", parts.join(", "));
    }
    let origin = &report.source;
    let id: String = origin.cluster_id.chars().take(4).collect();
    if !id.is_empty() {
        let release = origin.harvester.as_deref().unwrap_or("release unknown");
        sentence = format!("{sentence}; origin {id}… ({release})");
    }
    if let Some(requests) = summary.requests {
        let requests = plural::count(requests, "request");
        sentence = format!("{sentence}; {requests}, {:.1} s", elapsed.as_secs_f64());
    }
    ui.note(&sentence);
    let partial = report.items.iter().filter(|item| !item.unread.is_empty());
    if let Some(first) = partial.clone().next() {
        let vms = plural::count(partial.count(), "VM");
        ui.warn(&format!(
            "{vms} with something that could not be read or does not exist"
        ));
        ui.hint(&format!("{{cmd}} show {} names it", shown_at(to, first)));
    }
    if !summary.vanished.is_empty() {
        let names: Vec<String> = summary
            .vanished
            .iter()
            .take(3)
            .map(|vm| format!("{}/{}", vm.namespace, vm.name))
            .collect();
        let more = match summary.vanished.len().saturating_sub(3) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names = format!("{}{more}", names.join(", "));
        if summary.pruned > 0 {
            ui.note(&format!(
                "removed, since the cluster has them no longer: {names}"
            ));
        } else {
            ui.warn(&format!("the cluster has them no longer: {names}"));
            ui.hint("--prune removes their folders");
        }
    }
}

/// What to give to `show` for one VM; an archive is shown whole.
fn shown_at(to: &Path, item: &Exported) -> String {
    match &item.path {
        Some(path) if to.is_dir() => to.join(path).display().to_string(),
        _ => to.display().to_string(),
    }
}
