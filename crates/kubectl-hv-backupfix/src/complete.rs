//! Candidates that only a cluster knows: names of backups, restores, VMs and namespaces.

use std::ffi::OsString;

use clap::Command;
use hv_cli::completion::{self, DoorWords, candidates};
use hv_cluster::kinds::{self, Kind};

use crate::{Cli, Verb, explain};

/// Adds the names that fit the last word; without a cluster none, and never a word about it.
pub(crate) fn with_names(command: Command, words: &[OsString]) -> Command {
    let before = words.len().checked_sub(2).and_then(|at| words[at].to_str());
    if matches!(before, Some("-n" | "--namespace")) {
        let names = names(words, &kinds::NAMESPACE);
        return command.mut_arg("namespace", |arg| arg.add(candidates(names)));
    }
    // `vm/…` of explain; every other word is the name of a backup.
    let word = words
        .last()
        .and_then(|word| word.to_str())
        .unwrap_or_default();
    if let Some((typed, _)) = word.split_once('/') {
        let Some(kind) = explain::listed(typed) else {
            return command;
        };
        let found = names(words, kind)
            .into_iter()
            .map(|name| format!("{typed}/{name}"))
            .collect();
        return command.mut_subcommand("explain", |verb| {
            verb.mut_arg("words", |arg| arg.add(explain::candidates(found, false)))
        });
    }
    let found = names(words, &kinds::VIRTUAL_MACHINE_BACKUP);
    let also = found.clone();
    let command = command.mut_subcommand("explain", |verb| {
        verb.mut_arg("words", |arg| arg.add(explain::candidates(also, true)))
    });
    let doomed = found.clone();
    let command = command.mut_subcommand("delete-advice", |verb| {
        verb.mut_arg("names", |arg| arg.add(candidates(doomed)))
    });
    command.mut_subcommand("scan", |verb| {
        verb.mut_arg("names", |arg| arg.add(candidates(found)))
    })
}

fn names(words: &[OsString], kind: &Kind) -> Vec<String> {
    let argv = completion::argv(crate::VISITOR, words);
    completion::names(crate::VISITOR, argv, kind, |cli: &Cli| DoorWords {
        from: match &cli.verb {
            Some(Verb::Scan(args)) => args.bundle(),
            Some(Verb::DeleteAdvice(args)) => args.bundle(),
            Some(Verb::Orphans(args)) => args.bundle(),
            Some(Verb::Target(args)) => args.bundle(),
            Some(Verb::Explain(args)) => args.bundle(),
            _ => None,
        },
        scope: &cli.scope,
        connection: &cli.connection,
    })
}
