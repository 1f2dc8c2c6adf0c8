//! What codes mean, how grave they are on which release, and what to do.

use hv_cli::{Failure, Table, Ui};
use serde::Serialize;

use crate::catalog::{Catalog, Code};
use crate::scan;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeList<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    code: &'a str,
    about: &'a str,
    title: &'a str,
    meaning: &'a str,
    on: Vec<On<'a>>,
    remedy: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct On<'a> {
    releases: String,
    severity: &'static str,
    consequence: &'a str,
}

/// Shows some codes, or all of them in a table.
pub(crate) fn show(catalog: &Catalog, codes: &[String], ui: &Ui) -> Result<(), Failure> {
    let chosen = choose(catalog, codes)?;
    let format = ui.format();
    if format.is_document() {
        let items = chosen.into_iter().map(item).collect();
        let api_version = "kubectl-hv.io/v1alpha1";
        return ui.document(&CodeList {
            api_version,
            kind: "CodeList",
            items,
        });
    }
    if !format.is_table() {
        for row in chosen {
            ui.out(&row.code);
        }
    } else if codes.is_empty() {
        let mut table = Table::new(["CODE", "ABOUT", "SEVERITY", "TITLE"]);
        for row in chosen {
            table.row([row.code.as_str(), about(row), &severities(row), &row.title]);
        }
        ui.table(&table);
    } else {
        for (at, row) in chosen.into_iter().enumerate() {
            if at > 0 {
                ui.out("");
            }
            for line in lines(row) {
                ui.out(&line);
            }
        }
    }
    Ok(())
}

fn choose<'a>(catalog: &'a Catalog, codes: &[String]) -> Result<Vec<&'a Code>, Failure> {
    if codes.is_empty() {
        return Ok(catalog.all().iter().collect());
    }
    let find = |code: &String| {
        catalog
            .get(code)
            .ok_or_else(|| scan::unknown_code(code, catalog))
    };
    codes.iter().map(find).collect()
}

fn item(row: &Code) -> Item<'_> {
    let on = row.on.iter().map(|ruling| On {
        releases: ruling.releases(),
        severity: ruling.severity.name(),
        consequence: &ruling.consequence,
    });
    Item {
        code: &row.code,
        about: about(row),
        title: &row.title,
        meaning: &row.meaning,
        on: on.collect(),
        remedy: &row.remedy,
        source: &row.source,
    }
}

/// What a finding is about; a disk is a part of its backup.
fn about(row: &Code) -> &str {
    if row.disk { "disk" } else { &row.about }
}

/// Each severity once, in the order of the releases.
fn severities(row: &Code) -> String {
    let mut names: Vec<&str> = row.on.iter().map(|ruling| ruling.severity.name()).collect();
    names.dedup();
    names.join("/")
}

fn lines(row: &Code) -> Vec<String> {
    let mut lines = vec![
        row.code.clone(),
        format!("  {}", row.title),
        format!("  what it means: {}", row.meaning),
    ];
    lines.extend(row.on.iter().map(|ruling| {
        format!(
            "  {}: {}. {}",
            ruling.releases(),
            ruling.severity,
            ruling.consequence
        )
    }));
    lines.push(format!("  what to do: {}", row.remedy));
    lines
}

#[cfg(test)]
mod tests {
    use hv_cli::{Manner, OutputFormat};

    use super::*;

    fn shown(codes: &[&str], format: OutputFormat) -> String {
        let (ui, captured) = Ui::capture(Manner {
            format,
            ..Manner::default()
        });
        let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
        show(&Catalog::builtin().unwrap(), &codes, &ui).unwrap();
        captured.stdout()
    }

    #[test]
    fn a_code_is_told_release_by_release() {
        let text = shown(&["wrong-handle"], OutputFormat::Table);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "wrong-handle");
        assert!(
            lines[3].starts_with("  before 1.5: warning. Harmless here"),
            "{text}"
        );
        assert!(lines[5].starts_with("  1.9 and later: error. "), "{text}");
        assert!(lines[6].starts_with("  what to do: "), "{text}");
        let two = shown(&["wrong-handle", "demoted"], OutputFormat::Table);
        assert!(two.contains("\n\ndemoted\n"), "{two}");
    }

    #[test]
    fn all_codes_are_a_table_a_document_or_names() {
        let catalog = Catalog::builtin().unwrap();
        let table = shown(&[], OutputFormat::Table);
        assert_eq!(table.lines().count(), catalog.all().len() + 1);
        assert!(table.contains("warning/error"), "{table}");
        let names = shown(&[], OutputFormat::Name);
        assert_eq!(names.lines().count(), catalog.all().len());
        let document: serde_json::Value =
            serde_json::from_str(&shown(&["demoted"], OutputFormat::Json)).unwrap();
        assert_eq!(
            document["items"][0]["on"][0]["releases"],
            "1.6 to before 1.7"
        );
    }

    #[test]
    fn a_code_that_nobody_knows_is_a_failure() {
        let (ui, _) = Ui::capture(Manner::default());
        let failure = show(&Catalog::builtin().unwrap(), &["demotd".to_owned()], &ui).unwrap_err();
        assert_eq!(failure.hints(), ["did you mean \"demoted\"?"]);
    }
}
