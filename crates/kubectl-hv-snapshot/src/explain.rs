//! `explain`: what a reason code means, since when, and what to do.

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use hv_cli::nearest::nearest;
use hv_cli::{ExitKind, Failure, Ui};
use hv_cluster::facts::{Facts, Reason};
use serde::Serialize;

/// Tell what a reason code means and what to do about it
#[derive(Args)]
#[command(after_help = "Examples:
  # What stands behind a footnote of check-driver
  {cmd} explain third-party-snapshot-only

  # Every code
  {cmd} explain")]
pub(crate) struct ExplainArgs {
    /// Codes as check-driver prints them; all of them if none is given
    #[arg(value_name = "CODE", add = ArgValueCandidates::new(codes))]
    codes: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Explanation<'a> {
    code: &'a str,
    message: &'a str,
    meaning: &'a str,
    since: &'a str,
    remedy: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReasonList<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<Explanation<'a>>,
}

fn codes() -> Vec<CompletionCandidate> {
    let facts = Facts::builtin();
    let all = facts.iter().flat_map(|facts| facts.reasons.all());
    all.map(|r| CompletionCandidate::new(&r.code).help(Some(r.message.clone().into())))
        .collect()
}

pub(crate) fn perform(args: &ExplainArgs, ui: &Ui) -> Result<ExitKind, Failure> {
    let facts = Facts::builtin().map_err(|error| Failure::failed(error.to_string()))?;
    let chosen = choose(&facts, &args.codes)?;
    let format = ui.format();
    if format.is_document() {
        let items = chosen.iter().map(|reason| explanation(reason)).collect();
        ui.document(&ReasonList {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "ReasonList",
            items,
        })?;
    } else if !format.is_table() {
        for reason in &chosen {
            ui.out(&reason.code);
        }
    } else if args.codes.is_empty() {
        let mut table = hv_cli::Table::new(["CODE", "SINCE", "MESSAGE"]);
        for reason in &chosen {
            table.row([reason.code.as_str(), &reason.since, &reason.message]);
        }
        ui.table(&table);
    } else {
        for (at, reason) in chosen.iter().enumerate() {
            if at > 0 {
                ui.out("");
            }
            ui.out(&reason.code);
            ui.out(&format!("  {}", reason.message));
            ui.out(&format!("  what it means: {}", reason.meaning));
            ui.out(&format!("  met on:        {}", reason.since));
            ui.out(&format!("  what to do:    {}", reason.remedy));
        }
    }
    Ok(ExitKind::Ok)
}

fn choose<'a>(facts: &'a Facts, codes: &[String]) -> Result<Vec<&'a Reason>, Failure> {
    if codes.is_empty() {
        return Ok(facts.reasons.all().iter().collect());
    }
    let find = |code: &String| {
        facts.reasons.get(code).ok_or_else(|| {
            let all = facts
                .reasons
                .all()
                .iter()
                .map(|reason| reason.code.as_str());
            Failure::usage(format!("unknown reason code \"{code}\"")).hint(
                match nearest(code, all) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => "{cmd} explain lists them all".to_owned(),
                },
            )
        })
    };
    codes.iter().map(find).collect()
}

fn explanation(reason: &Reason) -> Explanation<'_> {
    Explanation {
        code: &reason.code,
        message: &reason.message,
        meaning: &reason.meaning,
        since: &reason.since,
        remedy: &reason.remedy,
    }
}
