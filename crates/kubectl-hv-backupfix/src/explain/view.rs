//! The document for people.

use std::collections::BTreeSet;

use hv_cli::{Cell, Failure, OutputFormat, Span, Table, Tone, Ui, plural};

use super::document::{BackupExplanation, Concern};
use super::record::{Outcome, RecordLine};
use super::walk::{Answer, Step};
use crate::catalog::Severity;
use crate::finding::Finding;

/// Shows it in the format that was asked for.
pub(crate) fn show(told: &BackupExplanation, all_namespaces: bool, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(told),
        OutputFormat::Name => {
            match &told.records {
                Some(records) => records.iter().for_each(|record| ui.out(&record.path)),
                None => ui.out(&told.subject.word()),
            }
            return Ok(());
        }
        OutputFormat::Table | OutputFormat::Wide | OutputFormat::Prometheus => {}
    }
    if let Some(records) = &told.records {
        ui.table(&list(records, all_namespaces));
    }
    if !told.steps.is_empty() {
        ui.table(&steps(&told.steps));
        ui.line(&[Span::toned(tone(told.answer), &told.conclusion)]);
    }
    if !told.concerned.is_empty() {
        ui.out("");
        ui.table(&concerned(&told.concerned));
    }
    for finding in &told.findings {
        ui.out("");
        in_full(finding, ui);
    }
    let has_parts = !told.concerned.is_empty() || !told.findings.is_empty();
    if has_parts && !(told.help.is_empty() && told.remarks.is_empty()) {
        ui.out("");
    }
    told.help
        .iter()
        .for_each(|line| ui.out(&format!("what helps: {line}")));
    told.remarks
        .iter()
        .for_each(|line| ui.out(&format!("note: {line}")));
    if let Some(pass) = &told.pass {
        match told.records {
            Some(_) => ui.note(&format!(
                "{}: {}",
                plural::count(pass.records, "record"),
                pass.words()
            )),
            None => ui.out(&format!("the same pass: {}", pass.words())),
        }
        for line in pass.endings() {
            ui.out(&line);
        }
    }
    closing(told, ui);
    Ok(())
}

fn closing(told: &BackupExplanation, ui: &Ui) {
    if let Some(release) = &told.judged_as {
        let others = told.otherwise.len() > 1;
        ui.warn(&format!(
            "the release of Harvester is not known; the list is that of {release}{}",
            if others {
                ", others decide otherwise:"
            } else {
                ""
            }
        ));
        if others {
            for other in &told.otherwise {
                ui.note(&format!("  {}: {}", other.releases, other.outcome));
            }
        }
    }
    let Some(cluster) = &told.cluster else { return };
    match cluster.harvester_release {
        "assumed" => ui.warn(&format!(
            "Harvester {} is not known here; judged as the newest known release",
            cluster.harvester_version
        )),
        "not-harvester" => ui.warn("Harvester is not installed here"),
        _ => {}
    }
    for line in &cluster.unread {
        ui.warn(&format!("not read: {line}"));
    }
}

/// The columns that the steps have a use for.
fn steps(steps: &[Step]) -> Table {
    let stages: BTreeSet<&str> = steps.iter().map(|step| step.stage.words()).collect();
    let disks: BTreeSet<&str> = steps
        .iter()
        .filter_map(|step| step.disk.as_deref())
        .collect();
    // Where records are concerned one disk needs no name.
    let shows_disks = disks.len() > 1 || (disks.len() == 1 && stages.len() > 1);
    let shows_stages = stages.len() > 1;
    let mut table = Table::headless();
    for step in steps {
        let mut cells = vec![Cell::from(step.number)];
        if shows_stages {
            cells.push(Cell::toned(Tone::Faint, step.stage.words()));
        }
        if shows_disks {
            cells.push(Cell::from(step.disk.as_deref().unwrap_or("-")));
        }
        cells.push(Cell::from(&step.question));
        cells.push(Cell::toned(tone(step.answer), step.answer.words()));
        cells.push(Cell::from(step.note.as_deref().unwrap_or_default()));
        table.row(cells);
    }
    table
}

fn tone(answer: Answer) -> Tone {
    match answer {
        Answer::Yes => Tone::Good,
        Answer::No => Tone::Bad,
        Answer::Unknown => Tone::Doubt,
        Answer::NotReached => Tone::Faint,
    }
}

/// Above so many, objects of which the same is said share a line.
const ALIKE: usize = 3;

fn concerned(concerns: &[Concern]) -> Table {
    let mut table = Table::namespaced(true, ["OBJECT", "PART", "WHY"]);
    let alike = concerns.chunk_by(|one, other| (one.part, &one.why) == (other.part, &other.why));
    for group in alike {
        let shown = if group.len() > ALIKE {
            &group[..1]
        } else {
            group
        };
        for concern in shown {
            let kind = match concern.object.kind.as_str() {
                "VirtualMachineBackup" => format!("backup/{}", concern.object.name),
                "PersistentVolumeClaim" => format!("pvc/{}", concern.object.name),
                _ => concern.object.word(),
            };
            let (namespace, name) = match (group.len() > ALIKE, concern.object.namespace()) {
                (true, _) => ("-", format!("({})", plural::count(group.len(), "object"))),
                (false, "") => ("-", kind),
                (false, namespace) => (namespace, kind),
            };
            table.row_in(
                namespace,
                [name.as_str(), concern.part.words(), &concern.why],
            );
        }
    }
    table
}

fn list(records: &[RecordLine], all_namespaces: bool) -> Table {
    let mut table = Table::namespaced(all_namespaces, ["RECORD", "OUTCOME", "AT", "NOTE"]);
    for record in records {
        let name = if record.name.is_empty() {
            &record.path
        } else {
            &record.name
        };
        let cells = [
            Cell::from(name),
            Cell::toned(outcome_tone(record.outcome), record.outcome.words()),
            Cell::from(record.reason.as_deref().unwrap_or("-")),
            Cell::from(record.note.as_deref().unwrap_or("-")),
        ];
        let namespace = if record.namespace.is_empty() {
            "-"
        } else {
            &record.namespace
        };
        table.row_in(namespace, cells);
    }
    table
}

fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        outcome if outcome.is_fine() => Tone::Good,
        Outcome::Unknown | Outcome::Overwritten => Tone::Doubt,
        _ => Tone::Bad,
    }
}

/// A finding with everything that is known of it.
fn in_full(finding: &Finding, ui: &Ui) {
    let disk = match &finding.disk {
        Some(disk) => format!("{disk}: "),
        None => String::new(),
    };
    let tone = match finding.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning | Severity::Unknown => Tone::Doubt,
        Severity::Info => Tone::Plain,
    };
    ui.line(&[
        Span::toned(tone, finding.severity.name()),
        Span::plain("  "),
        Span::toned(Tone::Strong, &finding.code),
        Span::plain(&format!("  {disk}{}", finding.message)),
    ]);
    for evidence in &finding.evidence {
        let field = match evidence.field.as_str() {
            "-" => String::new(),
            field => format!(" {field}"),
        };
        ui.out(&format!(
            "  seen: {}{field} = {}",
            evidence.object, evidence.value
        ));
    }
    ui.out(&format!("  what follows: {}", finding.consequence));
    if let Some(fix) = &finding.fix {
        ui.out(&format!("  what to do: {fix}"));
    }
}
