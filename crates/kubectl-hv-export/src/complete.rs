//! Candidates that only a cluster knows: names of VMs, templates and namespaces.

use std::ffi::OsString;

use clap::Command;
use hv_cli::completion::{self, DoorWords, candidates};
use hv_cluster::kinds::{self, Kind};

use crate::{Cli, Verb};

/// Adds the names that fit the last word; without a cluster none, and never a word about it.
pub(crate) fn with_names(command: Command, words: &[OsString]) -> Command {
    let before = words.len().checked_sub(2).and_then(|at| words[at].to_str());
    if matches!(before, Some("-n" | "--namespace")) {
        let names = names(words, &kinds::NAMESPACE);
        return command.mut_arg("namespace", |arg| arg.add(candidates(names)));
    }
    let says = |verb: &str| words.iter().any(|word| word == verb);
    if says("template") {
        let found = names(words, &kinds::VIRTUAL_MACHINE_TEMPLATE);
        return command.mut_subcommand("template", |verb| {
            verb.mut_arg("names", |arg| arg.add(candidates(found)))
        });
    }
    if says("show") && !says("--fields") {
        return command;
    }
    let found = names(words, &kinds::VIRTUAL_MACHINE);
    let also = found.clone();
    let command = command.mut_subcommand("show", |verb| {
        verb.mut_arg("words", |arg| arg.add(candidates(also)))
    });
    command.mut_subcommand("vm", |verb| {
        verb.mut_arg("names", |arg| arg.add(candidates(found)))
    })
}

fn names(words: &[OsString], kind: &Kind) -> Vec<String> {
    let argv = completion::argv(crate::VISITOR, words);
    completion::names(crate::VISITOR, argv, kind, |cli: &Cli| DoorWords {
        from: match &cli.verb {
            Some(Verb::Vm(args)) => args.from.as_deref(),
            _ => None,
        },
        scope: &cli.scope,
        connection: &cli.connection,
    })
}
