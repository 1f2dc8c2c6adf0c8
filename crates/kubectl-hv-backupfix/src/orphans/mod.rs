//! `orphans`: what is leaked where.

mod document;
mod folder;
mod longhorn;
mod pairs;
mod search;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::{Gap, Listing, Source};

use crate::catalog::Catalog;
use crate::finding::ObjectRef;
use crate::index::Index;
use crate::inventory::{Inventory, Reach};
use crate::judge::{Bench, Sharing};
use crate::scan::{Desk, cluster};
use document::{Advice, Class, Orphan, OrphanList};
use folder::Target;
use search::Search;

/// Find what backups and restores have left over, and what it leads to
///
/// Snapshots and contents that nobody owns, pairs left by renames, backups of Longhorn that nothing
/// leads to, and with a backup target as a folder also records without data and data without records.
/// Each with what its deletion would do. Nothing is deleted.
/// Exits 7 if nothing could be judged, 0 otherwise.
#[derive(Args)]
#[command(after_help = "Examples:
  # All namespaces
  {cmd} orphans -A

  # With the backup target, mounted or copied
  {cmd} orphans -A --target-dir /mnt/backup

  # Contents whose deletion would delete data
  {cmd} orphans -A -o json | jq '.items[] | select(.deletion.data == \"deleted\")'")]
pub(crate) struct OrphansArgs {
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE")]
    from: Option<PathBuf>,
    /// Folder with the backup target, mounted or copied, to look into as well
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    target_dir: Option<PathBuf>,
}

impl OrphansArgs {
    /// The support bundle to read, if one is named.
    pub(crate) fn bundle(&self) -> Option<&Path> {
        self.from.as_deref()
    }
}

pub(crate) async fn perform(
    args: &OrphansArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let desk = Desk::open()?;
    if scope.selector.is_some() {
        return Err(
            Failure::usage("leftovers carry no labels to select by").hint("narrow it down with -n")
        );
    }
    let target = args.target_dir.as_deref().map(Target::open).transpose()?;
    let source = door::open(crate::VISITOR, args.bundle(), scope, connection, ui).await?;
    let namespace = door::namespace(&source, scope).to_owned();
    let namespace = (!scope.all_namespaces).then_some(namespace.as_str());
    let reach = Reach {
        namespace,
        ..Reach::default()
    };
    let inventory = Box::pin(Inventory::read(&source, reach, &desk.facts)).await;
    let inventory = inventory.map_err(|error| door::failure(&error))?;
    if target.is_none() {
        judgeable(&source, &inventory, namespace)?;
    }
    let found = find(&inventory, &desk.catalog, namespace, target.as_ref());
    let classes: BTreeSet<Class> = found.items.iter().map(|item| item.class).collect();
    let report = OrphanList {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "OrphanList",
        cluster: cluster(&inventory, &source),
        target_dir: target.as_ref().map(Target::root),
        items: found.items,
        advice: classes
            .into_iter()
            .map(|class| Advice {
                class,
                text: class.advice(),
            })
            .collect(),
        not_judged: found.not_judged,
        left_out: found.left_out,
    };
    view::show(&report, ui)?;
    view::closing(&report, ui);
    Ok(ExitKind::Ok)
}

/// Fails if there is nothing that leftovers could be looked for in.
fn judgeable(
    source: &Source,
    inventory: &Inventory,
    namespace: Option<&str>,
) -> Result<(), Failure> {
    if let (Some(covered), Some(namespace)) = (&inventory.covered, namespace)
        && !covered.iter().any(|name| name == namespace)
    {
        let failure = format!("namespace \"{namespace}\" is not in this bundle");
        let hint = format!(
            "it covers {}; name one with -n, or all of them with -A",
            covered.join(", ")
        );
        return Err(Failure::no_verdict(failure).hint(hint));
    }
    let gaps = (
        unread(&inventory.snapshots),
        unread(&inventory.contents),
        unread(&inventory.lh_backups),
    );
    match gaps {
        (Some(_), Some(gap), Some(_)) => {
            let what = "volumesnapshotcontents.snapshot.storage.k8s.io";
            Err(door::unread(source, what, gap).with_kind(ExitKind::NoVerdict))
        }
        _ => Ok(()),
    }
}

/// Why nothing was read of a kind.
fn unread<T>(list: &Listing<T>) -> Option<&Gap> {
    list.gap.as_ref().filter(|_| list.items.is_empty())
}

/// What is left over, and what could not be judged.
#[derive(Debug)]
struct Leftovers {
    items: Vec<Orphan>,
    not_judged: Vec<String>,
    left_out: usize,
}

/// Looks for leftovers in an inventory, and in a backup target if there is one.
fn find(
    inventory: &Inventory,
    catalog: &Catalog,
    namespace: Option<&str>,
    target: Option<&Target>,
) -> Leftovers {
    let index = Index::new(inventory);
    let bench = Bench::new(&index, catalog);
    let sharing = Sharing::of(&index);
    let mut search = Search {
        bench: &bench,
        sharing: &sharing,
        namespace,
        items: Vec::new(),
        not_judged: Vec::new(),
        left_out: 0,
    };
    pairs::find(&mut search);
    let recorded = target.map(Target::named);
    longhorn::find(&mut search, recorded.as_ref());
    if let Some(target) = target {
        target.find(&mut search);
    }
    let Search {
        mut items,
        not_judged,
        left_out,
        ..
    } = search;
    let order = [
        "VolumeSnapshot",
        "VolumeSnapshotContent",
        "Backup",
        "Record",
        "Data",
    ];
    let place = |object: &ObjectRef| order.iter().position(|kind| *kind == object.kind);
    items.sort_by(|a, b| (place(&a.object), &a.object).cmp(&(place(&b.object), &b.object)));
    Leftovers {
        items,
        not_judged,
        left_out,
    }
}
