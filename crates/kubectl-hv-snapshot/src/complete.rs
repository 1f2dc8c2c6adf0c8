//! Candidates that only a cluster knows: names of classes, VMs, claims, images and namespaces.

use std::ffi::OsString;

use clap::Command;
use hv_cli::completion::{self, DoorWords, candidates};
use hv_cluster::kinds::{self, Kind};

use crate::{Cli, Verb, target};

/// Adds the names that fit the last word; without a cluster none, and never a word about it.
pub(crate) fn with_names(command: Command, words: &[OsString]) -> Command {
    let word = words
        .last()
        .and_then(|word| word.to_str())
        .unwrap_or_default();
    let before = words.len().checked_sub(2).and_then(|at| words[at].to_str());
    if matches!(before, Some("-n" | "--namespace")) {
        let names = names(words, &kinds::NAMESPACE, "");
        return command.mut_arg("namespace", |arg| arg.add(candidates(names)));
    }
    let (kind, prefix) = match word.split_once('/') {
        Some((typed, _)) => match target::listed(typed) {
            Some(kind) => (kind, format!("{typed}/")),
            None => return command,
        },
        None => (&kinds::STORAGE_CLASS, String::new()),
    };
    let mut found = names(words, kind, &prefix);
    if prefix.is_empty() {
        found.extend(target::types());
    }
    command.mut_subcommand("check-driver", |verb| {
        verb.mut_arg("targets", |arg| arg.add(candidates(found)))
    })
}

fn names(words: &[OsString], kind: &Kind, prefix: &str) -> Vec<String> {
    let argv = crate::argv::spelled_out(completion::argv(crate::VISITOR, words));
    let names = completion::names(crate::VISITOR, argv, kind, |cli: &Cli| DoorWords {
        from: match &cli.verb {
            Some(Verb::CheckDriver(args)) => args.bundle(),
            _ => None,
        },
        scope: &cli.scope,
        connection: &cli.connection,
    });
    let prefixed = names.into_iter().map(|name| format!("{prefix}{name}"));
    prefixed.collect()
}
