//! Candidates that only a cluster knows: the names of its objects.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use clap::Parser;
use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use hv_cluster::Query;
use hv_cluster::kinds::{Kind, Scope};
use hv_cluster::views::Network;

use crate::door::{self, Visitor};
use crate::flags::{ConnectionArgs, ScopeArgs};

/// A user waits for the tab key; a cluster that is slower than this has no names to offer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What of a plugin's words opens a door.
#[derive(Clone, Copy, Debug)]
pub struct DoorWords<'a> {
    /// A support bundle to read instead of a cluster.
    pub from: Option<&'a Path>,
    /// The namespace.
    pub scope: &'a ScopeArgs,
    /// The cluster.
    pub connection: &'a ConnectionArgs,
}

/// The names of a kind, where the words so far lead to; without a cluster none, and never a word
/// about it.
pub fn names<P: Parser>(
    visitor: Visitor,
    argv: impl IntoIterator<Item = OsString>,
    kind: &Kind,
    door: impl for<'a> FnOnce(&'a P) -> DoorWords<'a>,
) -> Vec<String> {
    let matches = P::command().ignore_errors(true).try_get_matches_from(argv);
    let parsed = matches.ok().and_then(|it| P::from_arg_matches(&it).ok());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let (Some(plugin), Ok(runtime)) = (parsed, runtime) else {
        return Vec::new();
    };
    let listing = list(visitor, door(&plugin), kind);
    let listed = runtime.block_on(async { tokio::time::timeout(PATIENCE, listing).await });
    listed.ok().flatten().unwrap_or_default()
}

/// The words of a plugin as its parser takes them, the program first.
pub fn argv(visitor: Visitor, words: &[OsString]) -> impl Iterator<Item = OsString> {
    std::iter::once(OsString::from(visitor.program)).chain(words.iter().cloned())
}

/// Names as candidates.
pub fn candidates(names: Vec<String>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || names.iter().map(CompletionCandidate::new).collect())
}

async fn list(visitor: Visitor, words: DoorWords<'_>, kind: &Kind) -> Option<Vec<String>> {
    let source = door::peek(visitor, words.from, words.scope, words.connection).await?;
    let namespace = door::namespace(&source, words.scope).to_owned();
    let query = Query {
        namespace: (kind.scope == Scope::Namespaced).then_some(namespace),
        ..Query::default()
    };
    // The view holds nothing but the name, which is all that is wanted of any kind.
    let listing = source.list::<Network>(kind, &query).await.ok()?;
    let items = listing.items.into_iter();
    Some(items.map(|item| item.metadata.name).collect())
}
