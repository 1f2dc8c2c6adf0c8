//! `explain`: what a code of preflight means, and what changes it.

use clap::Args;
use hv_cli::completion::{ArgValueCandidates, CompletionCandidate};
use hv_cli::nearest::nearest;
use hv_cli::{ExitKind, Failure, OutputFormat, Table, Ui};
use schemars::JsonSchema;
use serde::Serialize;

use crate::preflight::{Catalog, Check};
use crate::report::{Group, Verdict};

/// Tell what a code of preflight means and what changes it
#[derive(Args)]
#[command(after_help = "Examples:
  # What stands behind a line of preflight -o wide
  {cmd} explain class-missing

  # Every code
  {cmd} explain")]
pub(crate) struct ExplainArgs {
    /// Codes as preflight -o wide prints them; all of them if none is given
    #[arg(value_name = "CODE", add = ArgValueCandidates::new(codes))]
    codes: Vec<String>,
}

/// Codes of preflight.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckList<'a> {
    /// Always `kubectl-hv.io/v1alpha1`.
    api_version: &'static str,
    /// Always `CheckList`.
    kind: &'static str,
    /// The codes.
    items: Vec<CheckItem<'a>>,
}

/// A code of preflight.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckItem<'a> {
    /// Stable code.
    code: &'a str,
    /// What it belongs to.
    group: Group,
    /// How grave it is.
    result: Verdict,
    /// What is said; `{name}` stands for a value.
    message: String,
    /// The entry of the map or the flag that changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// What is behind it.
    about: &'a str,
}

fn codes() -> Vec<CompletionCandidate> {
    let catalog = Catalog::builtin();
    let all = catalog.iter().flat_map(Catalog::all);
    all.map(|row| CompletionCandidate::new(&row.code).help(Some(row.about.clone().into())))
        .collect()
}

pub(crate) fn perform(args: &ExplainArgs, ui: &Ui) -> Result<ExitKind, Failure> {
    let catalog = Catalog::builtin().map_err(|error| Failure::failed(error.to_string()))?;
    let chosen = choose(&catalog, &args.codes)?;
    if ui.format().is_document() {
        let items = chosen.iter().map(|row| item(row)).collect();
        ui.document(&CheckList {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "CheckList",
            items,
        })?;
    } else if ui.format() == OutputFormat::Name {
        for row in &chosen {
            ui.out(&row.code);
        }
    } else if args.codes.is_empty() {
        let mut table = Table::new(["CODE", "GROUP", "RESULT", "ABOUT"]);
        for row in &chosen {
            table.row([
                row.code.as_str(),
                row.group.name(),
                row.result.name(),
                &row.about,
            ]);
        }
        ui.table(&table);
    } else {
        for (at, row) in chosen.iter().enumerate() {
            if at > 0 {
                ui.out("");
            }
            ui.out(&row.code);
            let (group, result) = (row.group.name(), row.result.name());
            ui.out(&format!("  how grave:     {result}, of the group {group}"));
            ui.out(&format!("  what it means: {}", row.about));
            if !row.message.is_empty() {
                ui.out(&format!("  what is said:  {}", plain(&row.message)));
            }
            if let Some(fix) = &row.fix {
                ui.out(&format!("  what to do:    {}", plain(fix)));
            }
        }
    }
    Ok(ExitKind::Ok)
}

fn choose<'a>(catalog: &'a Catalog, codes: &[String]) -> Result<Vec<&'a Check>, Failure> {
    if codes.is_empty() {
        return Ok(catalog.all().iter().collect());
    }
    let find = |code: &String| {
        catalog.get(code).ok_or_else(|| {
            let all = catalog.all().iter().map(|row| row.code.as_str());
            let hint = match nearest(code, all) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "{cmd} explain lists them all".to_owned(),
            };
            Failure::usage(format!("unknown code \"{code}\"")).hint(hint)
        })
    };
    codes.iter().map(find).collect()
}

/// A template as people read it: its braces are doubled where they stand for themselves.
fn plain(template: &str) -> String {
    template.replace("{{", "{").replace("}}", "}")
}

fn item(row: &Check) -> CheckItem<'_> {
    CheckItem {
        code: &row.code,
        group: row.group,
        result: row.result,
        message: plain(&row.message),
        fix: row.fix.as_deref().map(plain),
        about: &row.about,
    }
}
