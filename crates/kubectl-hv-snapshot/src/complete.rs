//! Candidates that only a cluster knows: names of classes, VMs, claims, images and namespaces.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Command, CommandFactory, FromArgMatches};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use hv_cluster::Query;
use hv_cluster::kinds::{self, Kind, Scope};
use hv_cluster::views::Meta;
use serde::Deserialize;

use crate::{Cli, Verb, target};

/// A user waits for the tab key; a cluster that is slower than this has no names to offer.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    metadata: Meta,
}

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

fn candidates(names: Vec<String>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || names.iter().map(CompletionCandidate::new).collect())
}

fn names(words: &[OsString], kind: &Kind, prefix: &str) -> Vec<String> {
    let program = OsString::from(crate::VISITOR.program);
    let argv = crate::argv::spelled_out(std::iter::once(program).chain(words.iter().cloned()));
    let matches = Cli::command()
        .ignore_errors(true)
        .try_get_matches_from(argv);
    let Some(cli) = matches
        .ok()
        .and_then(|matches| Cli::from_arg_matches(&matches).ok())
    else {
        return Vec::new();
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return Vec::new();
    };
    let listed = runtime.block_on(async { tokio::time::timeout(PATIENCE, list(&cli, kind)).await });
    let names = listed.ok().flatten().unwrap_or_default();
    names
        .into_iter()
        .map(|name| format!("{prefix}{name}"))
        .collect()
}

async fn list(cli: &Cli, kind: &Kind) -> Option<Vec<String>> {
    let from = match &cli.verb {
        Some(Verb::CheckDriver(args)) => args.bundle(),
        _ => None,
    };
    let source = hv_cli::door::peek(crate::VISITOR, from, &cli.scope, &cli.connection).await?;
    let namespace = hv_cli::door::namespace(&source, &cli.scope).to_owned();
    let namespace = (kind.scope == Scope::Namespaced).then_some(namespace);
    let query = Query {
        namespace,
        ..Query::default()
    };
    let listing = source.list::<Named>(kind, &query).await.ok()?;
    Some(
        listing
            .items
            .into_iter()
            .map(|item| item.metadata.name)
            .collect(),
    )
}
