//! The walk-through of the documentation, run as it stands.

use std::process::Command;

use age::secrecy::ExposeSecret as _;
use hv_testbed::plugin::Run;

use crate::desk::{Desk, contents, pair, plain};

const PAGE: &str = include_str!("../../../docs/move-a-vm.md");

#[test]
fn the_walk_through_works_as_written() {
    let sites = pair();
    let (source, dr) = (&sites[0], &sites[1]);
    let desk = Desk::of(&[("source", &source.plane), ("dr", &dr.plane)]);
    let key = age::x25519::Identity::generate();
    desk.write("key.txt", key.to_string().expose_secret());
    let before = plain(&contents(&dr.plane, "dr-shop"));
    for command in commands(PAGE) {
        let mut shell = Command::new("bash");
        let path = format!("{}:/usr/bin:/bin", desk.path("").display());
        shell
            .args(["-euo", "pipefail", "-c", &command])
            .current_dir(desk.path(""))
            .env_clear()
            .env("PATH", path)
            .env("HOME", desk.path(""))
            .env("KUBECONFIG", desk.path("kubeconfig"))
            .env("RECIPIENT", key.to_public().to_string());
        let run = Run::of(shell.output().unwrap());
        assert_eq!(run.code, Some(0), "$ {command}\n{run:#?}");
        dr.settle(std::time::Duration::from_secs(20)).unwrap();
        if command.contains("hv-import apply") {
            let after = plain(&contents(&dr.plane, "dr-shop"));
            // A claim, two Secrets, the VM.
            assert_eq!(after.len(), before.len() + 4, "{after:#?}");
        }
    }
    assert_eq!(plain(&contents(&dr.plane, "dr-shop")), before);
}

/// The lines that begin with a dollar, each with what belongs to it.
fn commands(page: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => {
                if let Some(command) = line.strip_prefix("$ ") {
                    commands.push(command.to_owned());
                } else {
                    let last = commands.last_mut().unwrap();
                    last.push('\n');
                    last.push_str(line);
                }
            }
        }
    }
    assert!(commands.len() > 5, "{commands:?}");
    commands
}
