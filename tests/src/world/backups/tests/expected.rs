//! The findings typed by hand fit the table of findings and the worlds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{each, table, text};
use crate::world;

const EXPECTED: &str = include_str!("../../../../expected/findings.txt");

/// Findings as words, by code of the world and release.
type Findings<'a> = BTreeMap<(&'a str, &'static str), Vec<Vec<&'a str>>>;

fn expected() -> Findings<'static> {
    let mut findings = Findings::new();
    let mut code = "";
    for line in EXPECTED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix('[') {
            code = name.trim_end_matches(']');
            continue;
        }
        let (releases, finding) = line.split_once(" : ").unwrap_or_else(|| panic!("{line}"));
        let words: Vec<&str> = finding.split_whitespace().collect();
        for release in world::names() {
            let minor = &release[1..4];
            let named = releases
                .split_whitespace()
                .any(|word| word == minor || word == "all");
            if named && words == ["-"] {
                assert!(
                    findings.insert((code, release), Vec::new()).is_none(),
                    "{line}"
                );
            } else if named {
                assert_eq!(words.len(), 3, "{line}");
                findings
                    .entry((code, release))
                    .or_default()
                    .push(words.clone());
            }
        }
    }
    findings
}

#[test]
fn every_code_is_spoken_of_for_every_release() {
    let expected = expected();
    let spoken: BTreeSet<_> = expected.keys().copied().collect();
    let all: BTreeSet<_> = world::findings()
        .into_iter()
        .flat_map(|code| {
            world::names()
                .into_iter()
                .map(move |release| (code, release))
        })
        .collect();
    assert_eq!(spoken, all);
}

#[test]
fn severities_are_those_of_the_table() {
    let table = table();
    for ((world, release), findings) in expected() {
        for finding in findings {
            let [severity, code, object] = finding[..] else {
                panic!("{finding:?}")
            };
            let row = table.iter().find(|row| row["code"] == code);
            let row = row.unwrap_or_else(|| panic!("no code {code}"));
            // What runs without an error is graver the longer it runs.
            let depends_on_age = matches!(code, "stuck-progress" | "vmr-incomplete");
            if !depends_on_age {
                let expected = severity_on(row, release);
                assert_eq!(expected, Some(severity), "{code} in {release}+{world}");
            }
            assert_eq!(
                object.split('/').next(),
                row["about"].as_str(),
                "{code} of {object}"
            );
            if object.starts_with("VirtualMachineBackup/") {
                let parts = object.split('/').count();
                assert_eq!(parts == 4, row["disk"] == true, "{code} of {object}");
            }
        }
    }
}

/// The severity of the span that a release is in.
fn severity_on<'a>(row: &'a Value, release: &str) -> Option<&'a str> {
    let minor = |text: &str| text.split('.').nth(1)?.parse::<u32>().ok();
    let here = minor(&release[1..]);
    let spans = row["on"].as_array()?;
    let span = spans.iter().find(|span| {
        let bound = |field: &str| span[field].as_str().and_then(minor);
        bound("since").is_none_or(|since| here >= Some(since))
            && bound("before").is_none_or(|before| here < Some(before))
    });
    span.and_then(|span| span["severity"].as_str())
}

#[test]
fn the_code_itself_is_found_where_the_table_knows_it() {
    let table = table();
    for ((world, release), findings) in expected() {
        let row = table.iter().find(|row| row["code"] == world).unwrap();
        let found = findings.iter().any(|finding| finding[1] == world);
        let known = severity_on(row, release).is_some();
        assert_eq!(found, known, "{release}+{world}");
    }
}

#[test]
fn what_else_is_found_is_what_the_files_say() {
    let mut others: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((world, _), findings) in expected() {
        let codes = findings
            .iter()
            .map(|finding| finding[1])
            .filter(|code| *code != world);
        others.entry(world).or_default().extend(codes);
    }
    for (code, others) in others {
        let also = world::found_with(code).unwrap();
        let also: BTreeSet<&str> = also.iter().map(String::as_str).collect();
        assert_eq!(also, others, "{code}");
    }
}

#[test]
fn every_object_that_is_found_is_there() {
    let expected = expected();
    each(|code, world| {
        let release = world::names()
            .into_iter()
            .find(|name| *name == world.release());
        let findings = release.and_then(|release| expected.get(&(code, release)));
        for finding in findings.into_iter().flatten() {
            let parts: Vec<&str> = finding[2].split('/').collect();
            let there = match parts[..] {
                ["Record", ..] => world.target.contains_key(&finding[2]["Record/".len()..]),
                [kind, name] => world.get(kind, "", name).is_some(),
                [kind, namespace, name] => world.get(kind, namespace, name).is_some(),
                [kind, namespace, name, disk] => {
                    let records = world
                        .get(kind, namespace, name)
                        .and_then(|object| object["status"]["volumeBackups"].as_array());
                    let mut records = records.into_iter().flatten();
                    records.any(|record| text(record, "/volumeName") == disk)
                }
                _ => false,
            };
            assert!(there, "{}: {finding:?}", world.name);
        }
    });
}
