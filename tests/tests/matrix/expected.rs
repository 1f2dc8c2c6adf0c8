//! Reads the tables typed by hand.

use hv_cluster::capability::{Capability, Verdict};

pub(crate) const CLASSES: &str = include_str!("../../expected/classes.txt");
pub(crate) const DRIVERS: &str = include_str!("../../expected/drivers.txt");
pub(crate) const POLICY: &str = include_str!("../../expected/policy.txt");
pub(crate) const RELEASES: &str = include_str!("../../expected/releases.txt");

/// A line of a table: what it speaks of, and a verdict for each capability.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) section: String,
    pub(crate) keys: Vec<String>,
    pub(crate) verdicts: Vec<(Capability, Verdict)>,
}

/// The lines of a table with `keys` words in front of the verdicts.
pub(crate) fn lines(text: &str, keys: usize) -> Vec<Line> {
    let mut section = String::new();
    let mut lines = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["world", name] = words.as_slice() {
            (*name).clone_into(&mut section);
        } else if words.contains(&"vs") {
            let order = [
                "vs", "ps", "pr", "vr", "vb", "cl", "ex", "eo", "en", "lm", "gs",
            ];
            assert_eq!(
                words[keys..],
                order,
                "the columns are those of Capability::ALL"
            );
        } else {
            assert_eq!(words.len(), keys + Capability::ALL.len(), "{line}");
            let verdicts = words[keys..].iter().map(|word| verdict(word));
            lines.push(Line {
                section: section.clone(),
                keys: words[..keys]
                    .iter()
                    .map(|word| (*word).to_owned())
                    .collect(),
                verdicts: Capability::ALL.iter().copied().zip(verdicts).collect(),
            });
        }
    }
    lines
}

fn verdict(word: &str) -> Verdict {
    match word {
        "yes" => Verdict::Yes,
        "likely" => Verdict::Likely,
        "unknown" => Verdict::Unknown,
        "unlikely" => Verdict::Unlikely,
        "no" => Verdict::No,
        other => panic!("{other} is no verdict"),
    }
}
