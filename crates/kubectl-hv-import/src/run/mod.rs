//! `apply`, `resume`, `undo`: a plan through its journal, and what is said about it.

mod apply;
mod ending;
mod failure;
mod journal;
mod progress;
mod resume;
mod seen;
mod undo;

pub(crate) use apply::{ApplyArgs, perform as apply};
pub(crate) use journal::{JournalArgs, failure as journal_failure};
pub(crate) use resume::{ResumeArgs, perform as resume};
pub(crate) use undo::{UndoArgs, perform as undo};

use hv_cli::{ConnectionArgs, Failure, ScopeArgs, Ui, door};
use hv_cluster::Source;
use hv_cluster::live::LiveCluster;

/// Who writes, as the field manager of what is written.
pub(crate) const MANAGER: &str = "kubectl-hv-import";

/// The plugin that plans must be of.
pub(crate) const MADE_BY: &str = "hv-import";

/// Opens the cluster that a plan is run on.
async fn cluster(
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<LiveCluster, Failure> {
    if scope.namespace.is_some() || scope.all_namespaces || scope.selector.is_some() {
        let failure = Failure::usage("-n, -A and -l say nothing here: the plan names its objects");
        return Err(failure.hint("make another plan for another namespace"));
    }
    match door::open(crate::VISITOR, None, scope, connection, ui).await? {
        Source::Live(cluster) => Ok(cluster),
        Source::Bundle(_) => Err(Failure::failed("a support bundle cannot be changed")),
    }
}
