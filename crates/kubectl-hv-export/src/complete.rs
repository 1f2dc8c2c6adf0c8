//! Candidates that only a cluster knows: names of VMs, templates and namespaces.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Command, CommandFactory, FromArgMatches};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use hv_cluster::Query;
use hv_cluster::kinds::{self, Kind, Scope};
use hv_cluster::views::Network;

use crate::{Cli, Verb};

/// A user waits for the tab key; a cluster that is slower than this has no names to offer.
const PATIENCE: Duration = Duration::from_secs(2);

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

fn candidates(names: Vec<String>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || names.iter().map(CompletionCandidate::new).collect())
}

fn names(words: &[OsString], kind: &Kind) -> Vec<String> {
    let program = OsString::from(crate::VISITOR.program);
    let argv = std::iter::once(program).chain(words.iter().cloned());
    let matches = Cli::command()
        .ignore_errors(true)
        .try_get_matches_from(argv);
    let cli = matches
        .ok()
        .and_then(|matches| Cli::from_arg_matches(&matches).ok());
    let Some(cli) = cli else {
        return Vec::new();
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return Vec::new();
    };
    let listed = runtime.block_on(async { tokio::time::timeout(PATIENCE, list(&cli, kind)).await });
    listed.ok().flatten().unwrap_or_default()
}

async fn list(cli: &Cli, kind: &Kind) -> Option<Vec<String>> {
    let from = match &cli.verb {
        Some(Verb::Vm(args)) => args.from.as_deref(),
        _ => None,
    };
    let source = hv_cli::door::peek(crate::VISITOR, from, &cli.scope, &cli.connection).await?;
    let namespace = hv_cli::door::namespace(&source, &cli.scope).to_owned();
    let query = Query {
        namespace: (kind.scope == Scope::Namespaced).then_some(namespace),
        ..Query::default()
    };
    let listing = source.list::<Network>(kind, &query).await.ok()?;
    Some(
        listing
            .items
            .into_iter()
            .map(|item| item.metadata.name)
            .collect(),
    )
}
