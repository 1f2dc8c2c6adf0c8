//! `delete-advice`: what the deletion of a backup would do to its data.

mod advise;
mod around;
mod command;
mod course;
mod document;
mod driver;
mod fate;
mod hold;
mod outcome;
#[cfg(test)]
pub(crate) mod stage;
#[cfg(test)]
mod tests;
mod view;

use std::path::{Path, PathBuf};

use clap::Args;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::Source;

pub(crate) use command::quoted;
pub(crate) use driver::{Effect, effect};

use crate::index::{Found, Index};
use crate::inventory::{Inventory, Reach};
use crate::judge::Sharing;
use crate::scan::{Desk, cluster, not_found, readable};
use command::Kubectl;
use document::DeleteAdviceList;
use outcome::Outcome;

/// Tell what the deletion of a backup would do to its data
///
/// Looks at the backup target that is set, at what the backup's snapshots are bound to, and at who
/// else needs the same data, and says disk by disk what this release would do. Nothing is deleted.
/// Exits 7 if the outcome of a disk is not known, 0 otherwise.
#[derive(Args)]
#[command(after_help = "Examples:
  # Does the data on the backup target survive?
  {cmd} delete-advice -n prod nightly-0712

  # The same for a script
  {cmd} delete-advice -n prod nightly-0712 weekly-31 -o json | jq -r '.items[].outcome'")]
pub(crate) struct DeleteAdviceArgs {
    /// Backups that may be deleted
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE")]
    from: Option<PathBuf>,
}

impl DeleteAdviceArgs {
    /// The support bundle to read, if one is named.
    pub(crate) fn bundle(&self) -> Option<&Path> {
        self.from.as_deref()
    }
}

pub(crate) async fn perform(
    args: &DeleteAdviceArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let desk = Desk::open()?;
    if scope.all_namespaces {
        let failure = "a resource cannot be retrieved by name across all namespaces";
        return Err(Failure::usage(failure).hint("name the namespace with -n"));
    }
    if scope.selector.is_some() {
        return Err(Failure::usage(
            "a selector cannot be given together with a name",
        ));
    }
    let source = door::open(crate::VISITOR, args.bundle(), scope, connection, ui).await?;
    let namespace = door::namespace(&source, scope).to_owned();
    let reach = Reach {
        namespace: Some(&namespace),
        ..Reach::default()
    };
    let inventory = Box::pin(Inventory::read(&source, reach, &desk.facts)).await;
    let inventory = inventory.map_err(|error| door::failure(&error))?;
    readable(&source, &inventory, Some(&namespace))?;
    let report = report(&args.names, &namespace, &inventory, &source, connection)?;
    view::show(&report, ui)?;
    closing(&report, ui);
    let unknown = |item: &document::DeleteAdvice| {
        item.disks
            .iter()
            .any(|disk| disk.outcome == Outcome::Unknown)
    };
    Ok(match report.items.iter().any(unknown) {
        true => ExitKind::NoVerdict,
        false => ExitKind::Ok,
    })
}

fn report(
    names: &[String],
    namespace: &str,
    inventory: &Inventory,
    source: &Source,
    connection: &ConnectionArgs,
) -> Result<DeleteAdviceList, Failure> {
    let index = Index::new(inventory);
    let sharing = Sharing::of(&index);
    let kubectl = match source {
        Source::Live(_) => Kubectl::new(connection),
        Source::Bundle(_) => Kubectl::new(&ConnectionArgs::default()),
    };
    let mut items: Vec<document::DeleteAdvice> = Vec::new();
    for name in names {
        if items.iter().any(|item| item.object.name == *name) {
            continue;
        }
        let Found::Yes(backup) = index.backup(namespace, name) else {
            return Err(not_found(name, inventory, namespace));
        };
        items.push(advise::advise(&index, &sharing, backup, &kubectl));
    }
    Ok(DeleteAdviceList {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "DeleteAdviceList",
        cluster: cluster(inventory, source),
        items,
    })
}

fn closing(report: &DeleteAdviceList, ui: &Ui) {
    let cluster = &report.cluster;
    match cluster.harvester_release {
        "known" => {}
        "assumed" => ui.warn(&format!(
            "Harvester {} is not known here; judged as the newest known release",
            cluster.harvester_version
        )),
        _ => ui.warn("the release of Harvester is not known"),
    }
    for line in &cluster.unread {
        ui.warn(&format!("not read: {line}"));
    }
    if let Some(covered) = &cluster.covered_namespaces {
        let covered = covered.join(", ");
        ui.note(&format!("the bundle covers the namespaces {covered}; what needs the same data elsewhere is not seen"));
    }
}
