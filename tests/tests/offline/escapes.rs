//! Names and texts that would drive a terminal.

use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, storage, world};

const HOSTILE: &str = "evil\u{1b}[2J\u{1b}]0;owned\u{7}\nsecond\u{202e}line\u{9b}x";

fn hostile_class() -> Desk {
    let mut world = storage("v1.8.2");
    world.push(json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": HOSTILE, "annotations": {"description": HOSTILE}},
        "provisioner": HOSTILE, "volumeBindingMode": HOSTILE, "allowVolumeExpansion": true,
    }));
    Desk::with(&world)
}

/// Control characters other than line breaks, and those that turn the direction of text.
fn dangerous(text: &str) -> Vec<char> {
    let bidi = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    text.chars()
        .filter(|c| *c != '\n' && (c.is_control() || bidi(*c)))
        .collect()
}

#[test]
fn names_are_shown_escaped_on_one_line() {
    let desk = hostile_class();
    let run = desk.ask("--check-driver --no-headers");
    let rows: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.contains("evil"))
        .collect();
    assert_eq!(rows.len(), 1, "{run}");
    assert_snapshot!(rows[0].split("  ").next().unwrap(), @"evil^[[2J^[]0;owned^G...");
    for words in [
        "",
        "-o wide",
        "-o name",
        "-o yaml",
        "-o json",
        "--suggest-config",
        "-v=9",
    ] {
        let run = desk.ask(&format!("check-driver {words}"));
        assert_eq!(run.code, Some(0), "{words}: {run}");
        assert_eq!(dangerous(&run.stdout), [], "{words}: {run}");
        assert_eq!(dangerous(&run.stderr), [], "{words}: {run}");
    }
}

#[test]
fn documents_keep_the_name_itself() {
    let report = hostile_class().report("check-driver");
    let names: Vec<&str> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["target"]["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&HOSTILE), "{names:?}");
}

#[test]
fn settings_and_versions_are_escaped() {
    let mut world = storage("v1.8.2");
    world.set_setting("server-version", &format!("v1.8.2-{HOSTILE}"));
    world.set_setting("csi-driver-config", &format!("{{\"{HOSTILE}"));
    let desk = Desk::with(&world);
    for words in ["", "-o wide", "-o json", "--suggest-config"] {
        let run = desk.ask(&format!("check-driver {words}"));
        assert_eq!(dangerous(&run.stdout), [], "{words}: {run}");
        assert_eq!(dangerous(&run.stderr), [], "{words}: {run}");
    }
}

#[test]
fn messages_of_kubevirt_are_escaped() {
    let mut world = world("v1.8.2");
    let condition = json!({"status": {"conditions": [
        {"type": "LiveMigratable", "status": "False", "reason": HOSTILE, "message": HOSTILE},
    ]}});
    assert!(world.merge("VirtualMachineInstance", "prod", "web01", &condition));
    let desk = Desk::with(&world);
    let run = desk.ask("check-driver vm/web01 -n prod");
    assert!(run.stdout.contains("not-live-migratable"), "{run}");
    assert_eq!(dangerous(&run.stdout), [], "{run}");
}

#[test]
fn words_that_were_typed_come_back_escaped() {
    let desk = hostile_class();
    for words in [
        vec!["check-driver", HOSTILE, "--from", "bundle.zip"],
        vec!["check-driver", "--from", HOSTILE],
        vec!["check-driver", "--require", HOSTILE],
        vec!["explain", HOSTILE],
        vec![HOSTILE],
        vec!["--color", HOSTILE],
    ] {
        let output = desk.command("").args(&words).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(dangerous(&said), [], "{words:?}: {said:?}");
    }
}
