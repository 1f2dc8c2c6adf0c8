//! `scan`: read, judge, report.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use hv_cli::nearest::nearest;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::bundle::LabelSelector;
use hv_cluster::facts::Facts;
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::{Gap, Source};

use crate::catalog::{Catalog, Severity};
use crate::files::{self, TargetFiles};
use crate::finding::ObjectRef;
use crate::handover;
use crate::index::Index;
use crate::inventory::{Inventory, Reach};
use crate::judge::{Verdicts, Wanted, judge};
use crate::report::{ClusterFacts, FindingList, Summary};
use crate::view;

/// Find everything that is wrong with backups, restores and what they leave behind
///
/// Handles are judged by the volume and the backup that they name, never by their type, and
/// references are followed, never guessed. What could not be read makes findings unknown.
/// Exits 1 if there is an error, 7 if nothing could be judged, 0 otherwise.
#[derive(Args)]
#[command(after_help = "Examples:
  # All namespaces
  {cmd} scan -A

  # Two backups, and what hangs on them
  {cmd} scan -n prod nightly-0712 weekly-31

  # In a pipeline: fail on warnings too
  {cmd} scan -A --severity warning -o json

  # For a monitoring system
  {cmd} scan -A -o prometheus

  # For somebody who has no access to the cluster
  {cmd} scan -A --report findings-of-today")]
pub(crate) struct ScanArgs {
    /// Backups to look at; all of them if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE")]
    from: Option<PathBuf>,
    /// Folder of the mounted or copied backup target, to look at its records and data too
    #[arg(long, value_name = "DIR")]
    target_dir: Option<PathBuf>,
    /// Show findings from this severity on, and exit 1 if there is one: error, warning or info
    #[arg(long, value_name = "SEVERITY", value_parser = ["error", "warning", "info"])]
    severity: Option<String>,
    /// Show only findings with these codes
    #[arg(long, value_name = "CODE", value_delimiter = ',', add = ArgValueCandidates::new(codes))]
    only: Vec<String>,
    /// Show backups without a finding too
    #[arg(long)]
    show_ok: bool,
    /// Write findings and what they rest on to a new folder, masked, to hand over
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    report: Option<PathBuf>,
}

/// Every code with its title, for the tab key.
pub(crate) fn codes() -> Vec<CompletionCandidate> {
    let catalog = Catalog::builtin();
    let rows = catalog.iter().flat_map(Catalog::all);
    rows.map(|row| CompletionCandidate::new(&row.code).help(Some(row.title.clone().into())))
        .collect()
}

impl ScanArgs {
    /// The support bundle to read, if one is named.
    pub(crate) fn bundle(&self) -> Option<&Path> {
        self.from.as_deref()
    }

    fn severity(&self) -> Option<Severity> {
        self.severity.as_deref().map(|word| match word {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        })
    }
}

/// What every command reads with.
pub(crate) struct Desk {
    pub(crate) facts: Facts,
    pub(crate) catalog: Catalog,
}

impl Desk {
    pub(crate) fn open() -> Result<Self, Failure> {
        Ok(Self {
            facts: Facts::builtin().map_err(|error| Failure::failed(error.to_string()))?,
            catalog: Catalog::builtin().map_err(|error| Failure::failed(error.to_string()))?,
        })
    }
}

pub(crate) async fn perform(
    args: &ScanArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let started = Instant::now();
    let desk = Desk::open()?;
    check(args, scope, &desk.catalog)?;
    let labels = scope
        .selector
        .as_deref()
        .map(LabelSelector::parse)
        .transpose();
    let labels = labels.map_err(|error| Failure::usage(error.to_string()))?;
    let folder = args.target_dir.as_deref().map(files::open).transpose()?;
    let handover = args
        .report
        .as_deref()
        .map(handover::Folder::prepare)
        .transpose()?;
    let source = door::open(crate::VISITOR, args.bundle(), scope, connection, ui).await?;
    let namespace = door::namespace(&source, scope).to_owned();
    let namespace = (!scope.all_namespaces).then_some(namespace.as_str());
    let reach = Reach {
        namespace,
        ..Reach::default()
    };
    let inventory = Box::pin(Inventory::read(&source, reach, &desk.facts)).await;
    let inventory = inventory.map_err(|error| door::failure(&error))?;
    readable(&source, &inventory, namespace)?;
    let index = Index::new(&inventory);
    let wanted = Wanted {
        namespace,
        names: &args.names,
        labels: labels.as_ref(),
    };
    let files = folder.as_ref().map(TargetFiles::read);
    if let Some(files) = &files
        && files.records.is_empty()
        && inventory
            .backups
            .items
            .iter()
            .any(|backup| backup.is_ready() && !backup.is_snapshot())
    {
        ui.warn(
            "the folder holds no record although backups count as ready; is it the backup target?",
        );
    }
    let verdicts = judge(&index, &desk.catalog, wanted, files.as_ref());
    named(&args.names, &verdicts, &inventory, namespace)?;
    let report = report(verdicts, args, &inventory, &source);
    let elapsed = started.elapsed();
    view::show(&report, namespace, args.bundle(), elapsed, ui)?;
    if let Some(folder) = handover {
        let judged = handover::Judged {
            source: &source,
            inventory: &inventory,
            namespace,
            report: &report,
        };
        Box::pin(handover::write(folder, judged, ui)).await?;
    }
    let limit = args.severity().unwrap_or(Severity::Error);
    let found = |severity| severity != Severity::Unknown && severity >= limit;
    let exit = match report.items.iter().any(|item| found(item.severity)) {
        true => ExitKind::Failed,
        false => ExitKind::Ok,
    };
    // The process ends here; the system takes the memory back faster than we would.
    std::mem::forget((index, report));
    std::mem::forget(inventory);
    Ok(exit)
}

fn check(args: &ScanArgs, scope: &ScopeArgs, catalog: &Catalog) -> Result<(), Failure> {
    for code in &args.only {
        if catalog.get(code).is_none() {
            return Err(unknown_code(code, catalog));
        }
    }
    if args.names.is_empty() {
        return Ok(());
    }
    if scope.all_namespaces {
        let failure = "a resource cannot be retrieved by name across all namespaces";
        return Err(Failure::usage(failure).hint("name the namespace with -n"));
    }
    if scope.selector.is_some() {
        let failure = "a selector cannot be given together with a name";
        return Err(Failure::usage(failure));
    }
    Ok(())
}

/// A code that nobody knows, with the one that was probably meant.
pub(crate) fn unknown_code(code: &str, catalog: &Catalog) -> Failure {
    let codes = catalog.all().iter().map(|row| row.code.as_str());
    let failure = Failure::usage(format!("unknown code \"{code}\""));
    match nearest(code, codes) {
        Some(near) => failure.hint(format!("did you mean \"{near}\"?")),
        None => failure.hint("{cmd} explain lists the codes"),
    }
}

/// Without the backups themselves nothing can be judged.
pub(crate) fn readable(
    source: &Source,
    inventory: &Inventory,
    namespace: Option<&str>,
) -> Result<(), Failure> {
    const WHAT: &str = "virtualmachinebackups.harvesterhci.io";
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
    match &inventory.backups.gap {
        Some(gap @ Gap::NotServed) => {
            let failure = door::unread(source, WHAT, gap).with_kind(ExitKind::NoVerdict);
            Err(failure.hint("Harvester is not installed here"))
        }
        Some(gap) if inventory.backups.items.is_empty() => {
            let failure = door::unread(source, WHAT, gap).with_kind(ExitKind::NoVerdict);
            Err(failure)
        }
        _ => Ok(()),
    }
}

fn named(
    names: &[String],
    verdicts: &Verdicts,
    inventory: &Inventory,
    namespace: Option<&str>,
) -> Result<(), Failure> {
    let found: BTreeSet<&str> = verdicts
        .looked
        .iter()
        .map(|l| l.object.name.as_str())
        .collect();
    let Some(name) = names.iter().find(|name| !found.contains(name.as_str())) else {
        return Ok(());
    };
    Err(not_found(name, inventory, namespace.unwrap_or_default()))
}

/// A backup that is not there, with the one that was probably meant.
pub(crate) fn not_found(name: &str, inventory: &Inventory, namespace: &str) -> Failure {
    if let Some(gap) = &inventory.backups.gap {
        let what = "virtualmachinebackups.harvesterhci.io";
        return Failure::no_verdict(format!(
            "backup \"{name}\" may exist: {}",
            gap.describe(what)
        ));
    }
    let backups = &inventory.backups.items;
    let here = backups
        .iter()
        .filter(|backup| backup.metadata.namespace == namespace);
    let near = nearest(name, here.map(|backup| backup.metadata.name.as_str()));
    let elsewhere = backups.iter().find(|backup| backup.metadata.name == name);
    let message = format!("virtualmachinebackups.harvesterhci.io \"{name}\" not found");
    let failure = Failure::from_server(Some("NotFound"), &message);
    match (elsewhere, near) {
        (Some(other), _) => {
            let other = &other.metadata.namespace;
            failure.hint(format!(
                "there is one in namespace \"{other}\"; name it with -n"
            ))
        }
        (None, Some(near)) => failure.hint(format!("did you mean \"{near}\"?")),
        (None, None) => failure.hint(format!(
            "looked in namespace \"{namespace}\"; name another with -n"
        )),
    }
}

fn report(
    verdicts: Verdicts,
    args: &ScanArgs,
    inventory: &Inventory,
    source: &Source,
) -> FindingList {
    let Verdicts {
        mut findings,
        looked,
    } = verdicts;
    let sound = args.show_ok.then(|| {
        let marked: BTreeSet<&ObjectRef> = findings.iter().map(|finding| &finding.object).collect();
        let sound = looked.iter().map(|looked| &looked.object);
        sound
            .filter(|object| !marked.contains(object))
            .cloned()
            .collect()
    });
    // What could not be judged is never left out: it may be as grave as anything.
    let least = args.severity().unwrap_or(Severity::Info);
    let before = findings.len();
    findings.retain(|finding| {
        (finding.severity >= least || finding.severity == Severity::Unknown)
            && (args.only.is_empty() || args.only.contains(&finding.code))
    });
    let count = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let summary = Summary {
        backups: looked.len(),
        disks: looked.iter().map(|looked| looked.disks).sum(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        unknown: count(Severity::Unknown),
        not_shown: before - findings.len(),
        requests: match source {
            Source::Live(cluster) => Some(cluster.requests()),
            Source::Bundle(_) => None,
        },
    };
    FindingList {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "FindingList",
        cluster: cluster(inventory, source),
        items: findings,
        sound,
        summary,
    }
}

/// What was looked at, for the top of a report.
pub(crate) fn cluster(inventory: &Inventory, source: &Source) -> ClusterFacts {
    let (harvester_version, harvester_release) = match &inventory.release {
        HarvesterRelease::Known(_, written) => (written.clone(), "known"),
        HarvesterRelease::Assumed(_, written) => (written.clone(), "assumed"),
        HarvesterRelease::Unknown(_) => ("unknown".to_owned(), "unknown"),
        HarvesterRelease::NotHarvester => ("none".to_owned(), "not-harvester"),
    };
    ClusterFacts {
        harvester_version,
        harvester_release,
        source: match source {
            Source::Live(_) => "api-server",
            Source::Bundle(_) => "support-bundle",
        },
        time: inventory.now.to_string(),
        covered_namespaces: inventory.covered.clone(),
        unread: inventory.unread(),
    }
}
