//! Where the words go: pipes that close, disks that are full, colours.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;

use crate::desk::{Desk, Run, storage, world};

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut grown = world("v1.8.2");
    grown.grow(300, 300, 0);
    grown
        .namespaces_in_bundle
        .extend((0..20).map(|number| format!("load-{number:02}")));
    let desk = Desk::with(&grown);
    for words in ["check-driver vm -A -o json", "check-driver vm -A"] {
        let mut child = desk
            .command(&format!("{words} --from bundle.zip"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        drop(reader);
        let output = child.wait_with_output().unwrap();
        let run = Run::of(&output, &desk.path(""));
        assert!(!first.is_empty());
        assert_eq!(run.code, Some(0), "{words}: {run}");
        assert!(
            !run.stderr.contains("panicked") && !run.stderr.contains("error"),
            "{words}: {run}"
        );
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let desk = Desk::with(&storage("v1.8.2"));
    for words in [
        "--check-driver",
        "check-driver -o json",
        "check-driver -o name",
    ] {
        let output = desk
            .command(&format!("{words} --from bundle.zip"))
            .stdout(File::options().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap();
        let run = Run::of(&output, &desk.path(""));
        assert_eq!(run.code, Some(1), "{words}: {run}");
        assert!(
            run.stderr.contains("No space left on device"),
            "{words}: {run}"
        );
    }
}

#[test]
fn colours_are_for_terminals_or_those_who_ask() {
    let desk = Desk::with(&storage("v1.8.2"));
    let plain = desk.ask("--check-driver");
    assert!(!plain.stdout.contains('\u{1b}'), "{plain}");
    let coloured = desk.ask("--check-driver --color=always");
    assert!(
        coloured.stdout.contains("\u{1b}[32m"),
        "{:?}",
        coloured.stdout
    );
    let stripped = strip(&coloured.stdout);
    assert_eq!(stripped, plain.stdout);
    let json = desk.ask("check-driver -o json --color=always");
    assert!(!json.stdout.contains('\u{1b}'), "{json}");
    let never = desk.ask("--check-driver --color=never");
    assert_eq!(never.stdout, plain.stdout);
    assert_snapshot!(desk.ask("--check-driver --color=pink"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: invalid value 'pink' for '--color <WHEN>'
      [possible values: auto, always, never]

    For more information, try '--help'.
    ");
}

/// The text without the sequences that set colours.
fn strip(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
fn results_and_remarks_go_to_different_streams() {
    let desk = Desk::with(&world("v1.8.2"));
    let run = desk.ask("check-driver pvc -n prod -o json");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["kind"], "DriverReport");
    let table = desk.ask("check-driver pvc -n prod");
    assert!(table.stderr.contains("covers"), "{table}");
    assert!(!table.stdout.contains("covers"), "{table}");
}
