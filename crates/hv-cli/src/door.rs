//! Opens the cluster or the support bundle that the flags name.

use std::path::Path;

use hv_cluster::bundle::SupportBundle;
use hv_cluster::live::{Events, LiveCluster};
use hv_cluster::{Gap, Source, SourceError};

use crate::exit::ExitKind;
use crate::failure::Failure;
use crate::flags::{ConnectionArgs, ScopeArgs, user_agent};
use crate::ui::Ui;

/// Who opens the door, for the user agent: the binary's name and version.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    /// Such as `kubectl-hv_snapshot`.
    pub program: &'static str,
    /// Such as `0.1.0`.
    pub version: &'static str,
}

/// Opens the door; nothing is asked of a cluster yet.
pub async fn open(
    visitor: Visitor,
    from: Option<&Path>,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<Source, Failure> {
    if let Some(path) = from {
        let bundle = SupportBundle::open(path).map_err(|error| failure(&error))?;
        for note in bundle.notes() {
            ui.note(note);
        }
        return Ok(Source::Bundle(bundle));
    }
    let agent = user_agent(visitor.program, visitor.version);
    let connection = connection.to_connection(scope, agent)?;
    let cluster = LiveCluster::connect(connection, ui.events()).await;
    cluster.map(Source::Live).map_err(|error| failure(&error))
}

/// The same without a word to the user, for completion; nothing if it does not open.
pub async fn peek(
    visitor: Visitor,
    from: Option<&Path>,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
) -> Option<Source> {
    if let Some(path) = from {
        return SupportBundle::open(path).ok().map(Source::Bundle);
    }
    let agent = user_agent(visitor.program, visitor.version);
    let connection = connection.to_connection(scope, agent).ok()?;
    let cluster = LiveCluster::connect(connection, Events::silent()).await;
    cluster.ok().map(Source::Live)
}

/// The namespace that is meant where none is named.
pub fn namespace<'a>(source: &'a Source, scope: &'a ScopeArgs) -> &'a str {
    match source {
        Source::Live(cluster) => cluster.default_namespace(),
        Source::Bundle(_) => scope.namespace().unwrap_or("default"),
    }
}

/// A failure of the door as people read it.
pub fn failure(error: &SourceError) -> Failure {
    let kind = match error {
        SourceError::TimedOut { .. } => ExitKind::TimedOut,
        _ => ExitKind::Failed,
    };
    let failure = Failure::verbatim(kind, error.kubectl_sentence());
    match error {
        SourceError::Kubeconfig(_) => failure
            .hint("name a kubeconfig with --kubeconfig, or read a support bundle with --from"),
        SourceError::TimedOut { .. } => failure.hint("give it more time with --request-timeout"),
        SourceError::Unauthorized => failure.hint("the token or certificate may have expired"),
        SourceError::NotJson { .. } => failure.hint("check the server's address and HTTPS_PROXY"),
        SourceError::Bundle(_) => failure
            .hint("a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder"),
        _ => failure,
    }
}

/// A kind that is the very thing asked for, and could not be read.
pub fn unread(source: &Source, what: &str, gap: &Gap) -> Failure {
    match gap {
        // A bundle stays as it is, and no server was asked.
        Gap::Denied(why) | Gap::Failed(why) if matches!(source, Source::Bundle(_)) => {
            Failure::no_verdict(format!("the bundle lacks {what}: {why}"))
        }
        Gap::NotServed => Failure::no_resource_type(what),
        Gap::Denied(why) => Failure::from_server(Some("Forbidden"), why)
            .with_kind(ExitKind::NoVerdict)
            .hint(format!("reading {what} needs the right to list them")),
        Gap::Failed(why) => Failure::from_server(None, why)
            .with_kind(ExitKind::NoVerdict)
            .hint("try again later"),
        Gap::NotCollected(why) => Failure::no_verdict(why.clone()),
    }
}
