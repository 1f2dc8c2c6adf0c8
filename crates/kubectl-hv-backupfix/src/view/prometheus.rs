//! The findings in the text format of Prometheus, for a textfile collector or a push gateway.

use std::collections::BTreeMap;

use crate::report::FindingList;

/// The lines of the exposition; every series has the same labels whatever was found.
pub(super) fn lines(report: &FindingList) -> Vec<String> {
    let summary = &report.summary;
    let mut lines = vec![
        "# HELP hv_backup_finding A finding of kubectl hv-backupfix; always 1.".to_owned(),
        "# TYPE hv_backup_finding gauge".to_owned(),
    ];
    let mut series: BTreeMap<String, usize> = BTreeMap::new();
    for item in &report.items {
        let labels = [
            ("kind", item.object.kind.as_str()),
            ("namespace", item.object.namespace()),
            ("name", &item.object.name),
            ("disk", item.disk.as_deref().unwrap_or_default()),
            ("code", &item.code),
            ("severity", item.severity.name()),
        ];
        let labels: Vec<String> = labels
            .iter()
            .map(|(key, value)| format!("{key}=\"{}\"", escape(value)))
            .collect();
        *series.entry(labels.join(",")).or_default() += 1;
    }
    lines.extend(
        series
            .keys()
            .map(|labels| format!("hv_backup_finding{{{labels}}} 1")),
    );
    lines.push("# HELP hv_backup_findings Findings by severity.".to_owned());
    lines.push("# TYPE hv_backup_findings gauge".to_owned());
    for (severity, count) in [
        ("error", summary.errors),
        ("warning", summary.warnings),
        ("info", summary.infos),
        ("unknown", summary.unknown),
    ] {
        lines.push(format!(
            "hv_backup_findings{{severity=\"{severity}\"}} {count}"
        ));
    }
    for (name, help, value) in [
        (
            "hv_backups",
            "Backups and snapshots that were looked at.",
            summary.backups,
        ),
        ("hv_backup_disks", "Disks of these backups.", summary.disks),
        (
            "hv_backup_unread_kinds",
            "Kinds that could not be read.",
            report.cluster.unread.len(),
        ),
    ] {
        lines.push(format!("# HELP {name} {help}"));
        lines.push(format!("# TYPE {name} gauge"));
        lines.push(format!("{name} {value}"));
    }
    lines
}

/// Label values escape the backslash, the quote and the line break, and nothing else.
fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn label_values_are_escaped() {
        assert_eq!(escape("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
    }
}
