//! The tables of VMs and their disks.

use hv_cli::{Cell, Table, Ui};
use hv_cluster::capability::{Capability, Consistency, Judgement, Verdict};

use super::footnotes::Footnotes;
use super::{cell, heading};
use crate::report::{Disk, Item};

pub(super) fn show(
    items: &[&Item],
    shown: &[Capability],
    all_namespaces: bool,
    detailed: bool,
    notes: &mut Footnotes<'_>,
    ui: &Ui,
) {
    let mut headers = vec!["NAME".to_owned(), "DISKS".to_owned()];
    headers.extend(shown.iter().map(|capability| heading(*capability)));
    headers.push("CONSISTENCY".to_owned());
    let mut table = Table::namespaced(all_namespaces, headers);
    for item in items {
        let mut row: Vec<Cell> = vec![Cell::from(item.target.name.as_str())];
        row.push(Cell::from(item.disks.as_ref().map_or(0, Vec::len)));
        row.extend(
            shown
                .iter()
                .map(|capability| cell(&item.capabilities[capability], notes)),
        );
        row.push(Cell::or_none(
            item.forecast.as_ref().map(|f| word(f.consistency)),
        ));
        table.row_in(item.target.namespace.as_deref().unwrap_or_default(), row);
    }
    ui.table(&table);
    if detailed {
        for item in items {
            detail(item, shown, notes, ui);
        }
    }
}

fn detail(item: &Item, shown: &[Capability], notes: &mut Footnotes<'_>, ui: &Ui) {
    if let Some(disks) = item.disks.as_ref().filter(|disks| !disks.is_empty()) {
        ui.out("");
        let mut headers: Vec<String> = ["DISK", "PVC", "STORAGECLASS", "DRIVER"]
            .map(Into::into)
            .to_vec();
        headers.extend(shown.iter().map(|capability| heading(*capability)));
        let mut table = Table::new(headers);
        for disk in disks {
            let mut row: Vec<Cell> = vec![
                Cell::from(disk.volume.as_str()),
                Cell::from(disk.pvc.as_str()),
                Cell::or_none(Some(disk.storage_class.clone()).filter(|class| !class.is_empty())),
                Cell::from(driver(disk)),
            ];
            row.extend(
                shown
                    .iter()
                    .map(|capability| cell(&disk.capabilities[capability], notes)),
            );
            table.row(row);
        }
        ui.table(&table);
    }
    let Some(forecast) = item.forecast.as_ref().filter(|_| ui.headers()) else {
        return;
    };
    ui.out("");
    let held = if forecast.captured.is_empty() {
        "nothing".to_owned()
    } else {
        forecast.captured.join(", ")
    };
    ui.out(&format!(
        "A VM snapshot of {} would hold: {held}",
        item.target.name
    ));
    for omitted in &forecast.omitted {
        ui.out(&format!("  not: {} ({})", omitted.volume, omitted.why));
    }
    ui.out(&format!(
        "Consistency: {}. {}",
        word(forecast.consistency),
        forecast.consistency_detail
    ));
    if forecast.captured.is_empty() {
        return;
    }
    let restore = &item.capabilities[&Capability::VmRestore];
    if restore.verdict < Verdict::Likely {
        let Judgement {
            verdict,
            reason,
            message,
            ..
        } = restore;
        ui.out(&format!(
            "Restore: vm-restore is {verdict} ({reason}). {message}"
        ));
    } else if forecast.restore.is_empty() {
        ui.out("A restore would meet nothing unusual.");
    }
    forecast
        .restore
        .iter()
        .for_each(|note| ui.out(&format!("Restore: {note}")));
}

fn driver(disk: &Disk) -> String {
    match &disk.engine {
        Some(engine) => format!("{}/{engine}", disk.driver),
        None if disk.driver.is_empty() => "<unknown>".to_owned(),
        None => disk.driver.clone(),
    }
}

fn word(consistency: Consistency) -> String {
    match consistency {
        Consistency::Offline => "offline",
        Consistency::CrashConsistent => "crash-consistent",
        Consistency::NotPointInTime => "not-point-in-time",
        Consistency::Unknown => "<unknown>",
    }
    .to_owned()
}
