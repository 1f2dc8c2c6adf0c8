//! What is left over as a table, with a line of advice a class.

use hv_cli::{Cell, Failure, OutputFormat, Table, Tone, Ui, plural};

use super::document::{Data, Orphan, OrphanList};

/// Shows it in the format that was asked for.
pub(super) fn show(report: &OrphanList, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Name => {
            report
                .items
                .iter()
                .for_each(|item| ui.out(&full_name(item)));
            return Ok(());
        }
        _ => {}
    }
    if report.items.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(["KIND", "NAMESPACE", "NAME", "POLICY", "LEADS-TO", "NOTE"]);
    for item in &report.items {
        let namespace = match item.object.namespace() {
            "" => "-",
            namespace => namespace,
        };
        table.row([
            Cell::from(&item.object.kind),
            Cell::from(namespace),
            Cell::from(&item.object.name),
            policy(item),
            Cell::from(item.leads_to.as_deref().unwrap_or("-")),
            Cell::from(note(item)),
        ]);
    }
    ui.table(&table);
    if ui.headers() {
        ui.out("");
        let mut lines = Table::headless();
        for advice in &report.advice {
            lines.row([class_word(advice.class), advice.text]);
        }
        ui.table(&lines);
    }
    Ok(())
}

fn policy(item: &Orphan) -> Cell {
    match item.policy.as_deref() {
        Some("Retain") => Cell::toned(Tone::Good, "Retain"),
        Some(policy) => Cell::toned(Tone::Doubt, policy),
        None => Cell::from("-"),
    }
}

fn note(item: &Orphan) -> String {
    let certain = if item.proven { "" } else { "perhaps: " };
    let held = match item.also_held_by.as_slice() {
        [] => String::new(),
        holders => format!("; also led to by {}", holders.join(", ")),
    };
    let reason = &item.deletion.reason;
    let deletion = match item.deletion.data {
        Data::Deleted => format!("deleting it deletes data: {reason}"),
        Data::Kept => format!("deleting it keeps the data: {reason}"),
        Data::Unknown => format!("what deleting it does is not known: {reason}"),
    };
    format!("{certain}{}{held}; {deletion}", item.note)
}

fn class_word(class: super::document::Class) -> &'static str {
    use super::document::Class;
    match class {
        Class::OrphanSnapshot => "orphan snapshot:",
        Class::HandedOver => "handed over:",
        Class::RenamedPair => "renamed pair:",
        Class::StrayContent => "stray content:",
        Class::RestoreContent => "restore content:",
        Class::UnreferencedBackup => "unreferenced backup:",
        Class::RecordWithoutData => "record without data:",
        Class::DataWithoutRecord => "data without record:",
    }
}

fn full_name(item: &Orphan) -> String {
    let resource = match item.object.kind.as_str() {
        "VolumeSnapshot" => "volumesnapshot.snapshot.storage.k8s.io",
        "VolumeSnapshotContent" => "volumesnapshotcontent.snapshot.storage.k8s.io",
        "Backup" => "backup.longhorn.io",
        "Record" => "record",
        _ => "data",
    };
    format!("{resource}/{}", item.object.name)
}

/// What is said besides the table.
pub(super) fn closing(report: &OrphanList, ui: &Ui) {
    let unproven = report.items.iter().filter(|item| !item.proven).count();
    let sure = match unproven {
        0 => String::new(),
        count => format!(", {count} not proven"),
    };
    ui.note(&format!(
        "{} left over{sure}",
        plural::count(report.items.len(), "object")
    ));
    if report.left_out > 0 {
        let left_out = plural::count(report.left_out, "Longhorn backup");
        ui.note(&format!(
            "{left_out} of other or unknown namespaces left out; -A shows them"
        ));
    }
    match report.cluster.harvester_release {
        "known" => {}
        "assumed" => ui.warn(&format!(
            "Harvester {} is not known here; judged as the newest known release",
            report.cluster.harvester_version
        )),
        "not-harvester" => ui.warn("Harvester is not installed here"),
        _ => ui.warn("the release of Harvester is not known"),
    }
    for line in &report.cluster.unread {
        ui.warn(&format!("not read: {line}"));
    }
    for line in &report.not_judged {
        ui.warn(&format!("not judged: {line}"));
    }
    if let Some(covered) = &report.cluster.covered_namespaces {
        ui.note(&format!(
            "the bundle covers the namespaces {}",
            covered.join(", ")
        ));
    }
}
