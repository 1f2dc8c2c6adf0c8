//! `--require`: a verdict for pipelines, as an exit code.

use hv_cli::nearest::nearest;
use hv_cli::{ExitKind, Failure};
use hv_cluster::capability::{Capability, Verdict};

use crate::report::{Item, Requirement};

/// Reads `CAP[,CAP…]`.
pub(crate) fn parse(words: &[String]) -> Result<Vec<Capability>, Failure> {
    let names = || Capability::ALL.iter().map(|capability| capability.name());
    let read = |word: &String| {
        Capability::parse(word.trim()).ok_or_else(|| {
            let near = nearest(word.trim(), names());
            Failure::usage(format!("unknown capability \"{word}\"")).hint(match near {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("one of {}", names().collect::<Vec<_>>().join(", ")),
            })
        })
    };
    words.iter().map(read).collect()
}

/// Whether every item has every required capability: the worst verdict decides.
///
/// `partial`: targets may be missing, so that at best nothing is known to be wrong.
pub(crate) fn outcome(
    items: &[Item],
    wanted: &[Capability],
    partial: bool,
) -> (Requirement, ExitKind) {
    let verdicts: Vec<Verdict> = items
        .iter()
        .flat_map(|item| {
            wanted
                .iter()
                .map(|capability| item.capabilities[capability].verdict)
        })
        .collect();
    let (outcome, exit) = if verdicts.iter().any(|v| *v <= Verdict::Unlikely) {
        ("not-met", ExitKind::Failed)
    } else if partial || verdicts.is_empty() || verdicts.contains(&Verdict::Unknown) {
        // Nothing judged proves nothing.
        ("unknown", ExitKind::NoVerdict)
    } else {
        ("met", ExitKind::Ok)
    };
    (
        Requirement {
            capabilities: wanted.to_vec(),
            outcome,
        },
        exit,
    )
}

/// The verdicts that keep a requirement from being met, for people.
pub(crate) fn shortfalls(items: &[Item], wanted: &[Capability]) -> Vec<String> {
    let mut lines = Vec::new();
    for item in items {
        for capability in wanted {
            let judgement = &item.capabilities[capability];
            if judgement.verdict < Verdict::Likely {
                let mut name = item.target.full_name();
                if let Some(namespace) = &item.target.namespace {
                    name = format!("{name} in {namespace}");
                }
                let (verdict, reason) = (judgement.verdict, &judgement.reason);
                lines.push(format!("{name}: {capability} is {verdict} ({reason})"));
            }
        }
    }
    lines
}
