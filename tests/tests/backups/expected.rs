//! Reads the table of findings typed by hand.

use std::collections::{BTreeMap, BTreeSet};

/// Findings of a world, each as `severity code Kind/namespace/name[/disk]`.
pub(crate) type Findings = BTreeSet<String>;

/// What is found in each world `RELEASE+CODE`, by code and release.
pub(crate) fn table() -> BTreeMap<(String, &'static str), Findings> {
    let text = include_str!("../../expected/findings.txt");
    let mut table = BTreeMap::new();
    let mut code = String::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            name.clone_into(&mut code);
            continue;
        }
        let (releases, finding) = line.split_once(':').unwrap();
        for release in hv_testbed::world::names() {
            let minor = release
                .trim_start_matches('v')
                .rsplitn(2, '.')
                .last()
                .unwrap();
            let minor = minor.split('.').take(2).collect::<Vec<_>>().join(".");
            let speaks = releases
                .split_whitespace()
                .any(|word| word == "all" || word == minor);
            if speaks {
                let findings: &mut Findings = table.entry((code.clone(), release)).or_default();
                let words: Vec<&str> = finding.split_whitespace().collect();
                if words != ["-"] {
                    findings.insert(words.join(" "));
                }
            }
        }
    }
    table
}

#[test]
fn the_table_speaks_of_every_code_on_every_release() {
    let table = table();
    let codes = hv_testbed::world::findings();
    assert!(codes.len() > 50);
    for code in &codes {
        for release in hv_testbed::world::names() {
            assert!(
                table.contains_key(&((*code).to_owned(), release)),
                "{code} on {release}"
            );
        }
    }
    assert_eq!(table.len(), codes.len() * hv_testbed::world::names().len());
}
