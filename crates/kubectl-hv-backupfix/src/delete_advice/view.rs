//! The answers as a table, and below it what to do.

use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui};

use super::document::{DeleteAdvice, DeleteAdviceList, DiskAdvice, Step};
use super::outcome::Outcome;

/// Shows the answers in the format that was asked for.
pub(super) fn show(report: &DeleteAdviceList, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Name => {
            for item in &report.items {
                ui.out(&format!(
                    "virtualmachinebackup.harvesterhci.io/{}",
                    item.object.name
                ));
            }
            return Ok(());
        }
        _ => {}
    }
    let wide = ui.format() == OutputFormat::Wide;
    let mut headers = vec!["BACKUP", "DISK", "DATA"];
    if wide {
        headers.extend(["CONTENT", "POLICY", "LONGHORN-BACKUP"]);
    }
    headers.push("NOTE");
    let mut table = Table::new(headers);
    for item in &report.items {
        for disk in &item.disks {
            table.row(row(item, disk, wide));
        }
    }
    if !table.is_empty() {
        ui.table(&table);
    }
    for (at, item) in report.items.iter().enumerate() {
        if at > 0 || !table.is_empty() {
            ui.out("");
        }
        below(item, ui);
    }
    Ok(())
}

fn row(item: &DeleteAdvice, disk: &DiskAdvice, wide: bool) -> Vec<Cell> {
    let tone = match disk.outcome {
        Outcome::Kept => Tone::Good,
        Outcome::Deleted | Outcome::Race => Tone::Bad,
        Outcome::Leaked | Outcome::Hangs | Outcome::Unknown => Tone::Doubt,
    };
    let mut cells = vec![
        Cell::from(&item.object.name),
        Cell::from(&disk.disk),
        Cell::toned(tone, disk.outcome.name()),
    ];
    if wide {
        cells.push(Cell::or_none(disk.content.clone()));
        cells.push(Cell::or_none(disk.deletion_policy.clone()));
        cells.push(Cell::or_none(disk.longhorn_backup.clone()));
    }
    cells.push(Cell::from(&disk.reason));
    cells
}

fn below(item: &DeleteAdvice, ui: &Ui) {
    ui.out(&format!("{}: {}", item.object.name, item.reason));
    for restore in &item.refused_by {
        ui.out(&format!(
            "  refused:  while restore {restore} is in progress"
        ));
    }
    let record = match item.record {
        "removed" => "is removed from the backup target",
        "kept" => "stays on the backup target",
        "none" => "none is looked for",
        _ => "not known",
    };
    ui.out(&format!("  record:   {record}"));
    for disk in &item.disks {
        if !disk.also_held_by.is_empty() {
            let held = disk.also_held_by.join(", ");
            ui.out(&format!("  shared:   {} is also held by {held}", disk.disk));
        }
        if let Some(other) = &disk.endangers {
            ui.out(&format!(
                "  danger:   {} leads to Longhorn Backup {other}",
                disk.disk
            ));
        }
    }
    for note in &item.notes {
        ui.out(&format!("  note:     {note}"));
    }
    steps("to keep the data", &item.to_keep, ui);
    steps("to delete backup and data", &item.to_delete, ui);
}

fn steps(title: &str, steps: &[Step], ui: &Ui) {
    if steps.is_empty() {
        return;
    }
    ui.out(&format!("  {title}:"));
    for step in steps {
        match &step.command {
            Some(command) => {
                ui.out(&format!("    # {}", step.text));
                ui.out(&format!("    {command}"));
            }
            None => ui.out(&format!("    # {}", step.text)),
        }
    }
}
