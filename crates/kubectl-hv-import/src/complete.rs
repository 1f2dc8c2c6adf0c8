//! Candidates that only the machine or a cluster knows: ids of plans, namespaces.

use std::ffi::OsString;

use clap::Command;
use hv_cli::completion::{self, DoorWords, candidates};
use hv_cluster::kinds;

use crate::Cli;

/// Adds the names that fit the last word; without a cluster none, and never a word about it.
pub(crate) fn with_names(command: Command, words: &[OsString]) -> Command {
    let before = words.len().checked_sub(2).and_then(|at| words[at].to_str());
    if matches!(before, Some("-n" | "--namespace" | "--to-namespace")) {
        let argv = completion::argv(crate::VISITOR, words);
        let names = completion::names(crate::VISITOR, argv, &kinds::NAMESPACE, |cli: &Cli| {
            DoorWords {
                from: None,
                scope: &cli.scope,
                connection: &cli.connection,
            }
        });
        return match before {
            Some("--to-namespace") => {
                ["preflight", "plan"]
                    .into_iter()
                    .fold(command, |command, verb| {
                        let names = names.clone();
                        command.mut_subcommand(verb, |verb| {
                            verb.mut_arg("to_namespace", |arg| arg.add(candidates(names)))
                        })
                    })
            }
            _ => command.mut_arg("namespace", |arg| arg.add(candidates(names))),
        };
    }
    let ids = hv_change::Journals::open(None).and_then(|journals| journals.ids());
    let ids = ids.unwrap_or_default();
    ["resume", "undo", "status"]
        .into_iter()
        .fold(command, |command, verb| {
            let ids = ids.clone();
            command.mut_subcommand(verb, |verb| {
                verb.mut_arg("id", |arg| arg.add(candidates(ids)))
            })
        })
}
