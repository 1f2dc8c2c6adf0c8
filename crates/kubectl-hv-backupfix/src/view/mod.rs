//! The findings as a table, or in the text format of Prometheus.

mod prometheus;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui, plural};

use crate::catalog::Severity;
use crate::finding::Finding;
use crate::report::FindingList;

/// Shows the report in the format that was asked for.
pub(crate) fn show(
    report: &FindingList,
    namespace: Option<&str>,
    from: Option<&Path>,
    elapsed: Duration,
    ui: &Ui,
) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Prometheus => {
            for line in prometheus::lines(report) {
                ui.out(&line);
            }
            return Ok(());
        }
        OutputFormat::Name => {
            let mut names: Vec<String> = report
                .items
                .iter()
                .map(|item| item.object.full_name())
                .collect();
            names.dedup();
            for name in &names {
                ui.out(name);
            }
            return Ok(());
        }
        OutputFormat::Table | OutputFormat::Wide => {}
    }
    let table = table(
        report,
        namespace.is_none(),
        ui.format() == OutputFormat::Wide,
    );
    if !table.is_empty() {
        ui.table(&table);
    }
    closing(report, namespace, from, elapsed, ui);
    Ok(())
}

fn table(report: &FindingList, all_namespaces: bool, wide: bool) -> Table {
    let mut headers = vec!["BACKUP", "DISK", "CODE", "SEVERITY", "NOTE"];
    if wide {
        headers.push("CONSEQUENCE");
    }
    let mut table = Table::namespaced(all_namespaces, headers);
    let mut unknown: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in &report.items {
        if finding.severity == Severity::Unknown {
            unknown
                .entry((&finding.code, &finding.message))
                .or_default()
                .push(finding);
        } else {
            row(&mut table, finding, wide);
        }
    }
    // One refused list makes the same thing unknown for every backup.
    for ((code, message), findings) in unknown {
        if let [only] = findings.as_slice() {
            row(&mut table, only, wide);
            continue;
        }
        let what = format!("({})", plural::count(findings.len(), "object"));
        let mut cells = vec![
            Cell::from(what),
            Cell::from("-"),
            Cell::from(code),
            severity(Severity::Unknown),
            Cell::from(message),
        ];
        if wide {
            cells.push(Cell::from(
                findings.first().map_or("", |f| f.consequence.as_str()),
            ));
        }
        table.row_in("-", cells);
    }
    for object in report.sound.iter().flatten() {
        let mut cells = vec![
            Cell::from(object.word()),
            Cell::from("-"),
            Cell::toned(Tone::Good, "ok"),
            Cell::from("-"),
            Cell::from("-"),
        ];
        if wide {
            cells.push(Cell::from("-"));
        }
        table.row_in(object.namespace(), cells);
    }
    table
}

fn row(table: &mut Table, finding: &Finding, wide: bool) {
    let object = &finding.object;
    let mut cells = vec![
        Cell::from(object.word()),
        Cell::from(finding.disk.as_deref().unwrap_or("-")),
        Cell::from(&finding.code),
        severity(finding.severity),
        Cell::from(&finding.message),
    ];
    if wide {
        cells.push(Cell::from(&finding.consequence));
    }
    table.row_in(
        if object.namespace().is_empty() {
            "-"
        } else {
            object.namespace()
        },
        cells,
    );
}

/// A severity with its colour.
pub(crate) fn severity(severity: Severity) -> Cell {
    let tone = match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning | Severity::Unknown => Tone::Doubt,
        Severity::Info => Tone::Plain,
    };
    Cell::toned(tone, severity.name())
}

fn closing(
    report: &FindingList,
    namespace: Option<&str>,
    from: Option<&Path>,
    elapsed: Duration,
    ui: &Ui,
) {
    let summary = &report.summary;
    let mut kinds = Vec::new();
    for (count, word) in [(summary.errors, "error"), (summary.warnings, "warning")] {
        if count > 0 {
            kinds.push(plural::count(count, word));
        }
    }
    if summary.unknown > 0 {
        kinds.push(format!("{} unknown", summary.unknown));
    }
    let kinds = match kinds.is_empty() {
        true => String::new(),
        false => format!(" ({})", kinds.join(", ")),
    };
    let mut told = format!(
        "{}{kinds} in {}, {}",
        plural::count(report.items.len(), "finding"),
        plural::count(summary.backups, "backup"),
        plural::count(summary.disks, "disk"),
    );
    if let Some(requests) = summary.requests {
        let seconds = elapsed.as_secs_f64();
        told = format!(
            "{told}; {}, {seconds:.1} s",
            plural::count(requests, "request")
        );
    }
    let cluster = &report.cluster;
    if matches!(cluster.harvester_release, "known" | "assumed") {
        told = format!("{told}; Harvester {}", cluster.harvester_version);
    }
    ui.note(&told);
    if summary.not_shown > 0 {
        let hidden = plural::count(summary.not_shown, "finding");
        ui.note(&format!(
            "{hidden} not shown because of --severity or --only"
        ));
    }
    match cluster.harvester_release {
        "known" => {}
        "not-harvester" => ui.warn("Harvester is not installed here"),
        "assumed" => ui.warn(&format!(
            "Harvester {} is not known here; judged as the newest known release",
            cluster.harvester_version
        )),
        _ => ui
            .warn("the release of Harvester is not known; consequences of every release are given"),
    }
    for line in &cluster.unread {
        ui.warn(&format!("not read: {line}"));
    }
    if let Some(covered) = &cluster.covered_namespaces {
        ui.note(&format!(
            "the bundle covers the namespaces {}",
            covered.join(", ")
        ));
    }
    if let Some(namespace) = namespace
        && summary.backups == 0
        && report.items.is_empty()
    {
        ui.hint(&format!(
            "no backup was looked at in namespace {namespace}; -A looks in all namespaces"
        ));
    }
    if let Some(first) = report.items.first() {
        let words = next(first);
        let from = from.map_or_else(String::new, |path| format!(" --from {}", path.display()));
        ui.hint(&format!("{{cmd}} explain {words}{from}"));
    }
}

/// The words that look at a finding more closely.
fn next(finding: &Finding) -> String {
    let object = &finding.object;
    match object.kind.as_str() {
        "VirtualMachineBackup" | "VirtualMachineRestore" => {
            format!("-n {} {}", object.namespace(), object.word())
        }
        "Setting" if object.name == "backup-target" => object.word(),
        _ => finding.code.clone(),
    }
}
