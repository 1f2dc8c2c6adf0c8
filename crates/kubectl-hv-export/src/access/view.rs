//! `check-access` as people read it.

use std::collections::BTreeSet;

use hv_cli::plural::count;
use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui};

use super::document::{Access, AccessReport};

pub(crate) fn show(report: &AccessReport, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => ui.document(report)?,
        format => ui.table(&table(report, format == OutputFormat::Wide)),
    }
    closing(report, ui);
    Ok(())
}

fn table(report: &AccessReport, wide: bool) -> Table {
    let mut headers = vec!["VERB", "RESOURCE", "NAMESPACE", "ALLOWED", "NEEDED-FOR"];
    if wide {
        headers.push("REASON");
    }
    let mut table = Table::new(headers);
    for item in &report.items {
        let mut row = vec![
            Cell::from(item.verb),
            item.object().into(),
            namespace(item).into(),
            allowed(item),
            needed_for(item).into(),
        ];
        if wide {
            row.push(Cell::or_none(item.reason.as_deref()));
        }
        table.row(row);
    }
    table
}

fn namespace(item: &Access) -> &str {
    match &item.namespace {
        Some(namespace) => namespace,
        None if item.namespaced => "*",
        None => "<none>",
    }
}

fn allowed(item: &Access) -> Cell {
    match (item.allowed, item.needed) {
        (true, _) => Cell::toned(Tone::Good, "yes"),
        (false, true) => Cell::toned(Tone::Bad, "no"),
        (false, false) => Cell::toned(Tone::Doubt, "no"),
    }
}

fn needed_for(item: &Access) -> String {
    match item.needed {
        true => item.needed_for.to_owned(),
        false => format!("{} (optional)", item.needed_for),
    }
}

fn closing(report: &AccessReport, ui: &Ui) {
    let summary = report.summary;
    // Where an export is worth nothing, what else it would lack is no matter.
    if summary.needed_denied == 0 {
        let denied = report.items.iter().filter(|item| !item.allowed);
        let mut told = BTreeSet::new();
        for (item, lost) in denied.filter_map(|item| Some((item, item.lost?))) {
            if told.insert(lost) {
                ui.warn(&format!("without {}: {lost}", item.needed_for));
            }
        }
    }
    let reviews = count(summary.reviews, "right");
    match (summary.needed_denied, summary.optional_denied) {
        (0, 0) => ui.note(&format!("{reviews} asked for, all granted")),
        (0, optional) => ui.note(&format!(
            "{reviews} asked for, all that are needed are granted, {optional} optional missing"
        )),
        (needed, 0) => ui.note(&format!("{reviews} asked for, {needed} needed missing")),
        (needed, optional) => ui.note(&format!(
            "{reviews} asked for, {needed} needed and {optional} optional missing"
        )),
    }
}
