//! `target show`: the backup target, from every side.

mod address;
mod blockers;
mod document;
mod longhorn;
mod places;
mod probe;
mod setting;
#[cfg(test)]
mod tests;
mod view;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::views::Setting;
use hv_cluster::{Listing, Query, Source, kinds};

use crate::index::Index;
use crate::inventory::{Inventory, Reach};
use crate::scan::{Desk, cluster};
use crate::target::TargetSetting;
use document::{BackupTargetReport, ReachFacts};

/// Look at the backup target
#[derive(Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct TargetArgs {
    #[command(subcommand)]
    verb: TargetVerb,
}

#[derive(Subcommand)]
enum TargetVerb {
    Show(ShowArgs),
}

/// Show the backup target, whether it works, and which backups lie on it
///
/// What Harvester was told and what Longhorn makes of it, the last pass over the records, what
/// blocks a change of the setting, and where backups lie: Harvester compares places as text, so the
/// first character that differs is marked. Credentials are never read.
/// Exits 1 if a target is set and does not work, 7 if the setting could not be read, 0 otherwise.
#[derive(Args)]
#[command(after_help = "Examples:
  # The backup target of a cluster
  {cmd} target show

  # That of a support bundle
  {cmd} target show --from supportbundle.zip

  # Backups on other places than the one that is set
  {cmd} target show -o json | jq '.backups.places[]'")]
struct ShowArgs {
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE")]
    from: Option<PathBuf>,
    /// Do not try to connect to the target from this machine
    #[arg(long)]
    no_probe: bool,
}

impl TargetArgs {
    /// The support bundle to read, if one is named.
    pub(crate) fn bundle(&self) -> Option<&Path> {
        let TargetVerb::Show(args) = &self.verb;
        args.from.as_deref()
    }
}

pub(crate) async fn perform(
    args: &TargetArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let TargetVerb::Show(args) = &args.verb;
    let desk = Desk::open()?;
    let source = door::open(crate::VISITOR, args.from.as_deref(), scope, connection, ui).await?;
    let inventory = Box::pin(Inventory::read(&source, Reach::default(), &desk.facts)).await;
    let inventory = inventory.map_err(|error| door::failure(&error))?;
    let index = Index::new(&inventory);
    if let Some(gap) = setting::gap(&index) {
        let failure = door::unread(&source, "settings.harvesterhci.io", gap);
        return Err(failure.with_kind(ExitKind::NoVerdict));
    }
    let settings = match longhorn::needs_settings(&index) {
        true => Some(longhorn_settings(&source).await?),
        false => None,
    };
    let reach = reach(&index, &source, args).await;
    let report = BackupTargetReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "BackupTargetReport",
        cluster: cluster(&inventory, &source),
        setting: setting::setting(&index),
        longhorn: longhorn::longhorn(&index, settings.as_ref()),
        pass: setting::passes(&index),
        change: blockers::blockers(&inventory),
        backups: places::places(&index),
        reach,
    };
    view::show(&report, ui)?;
    closing(&report, ui);
    Ok(exit(&report))
}

async fn longhorn_settings(source: &Source) -> Result<Listing<Setting>, Failure> {
    let query = Query {
        namespace: Some("longhorn-system".to_owned()),
        ..Query::default()
    };
    let listing = source.list(&kinds::LONGHORN_SETTING, &query).await;
    listing.map_err(|error| door::failure(&error))
}

async fn reach(index: &Index<'_>, source: &Source, args: &ShowArgs) -> ReachFacts {
    match (&index.target, source) {
        (_, Source::Bundle(_)) => probe::skipped("a support bundle is not connected to anything"),
        _ if args.no_probe => probe::skipped("--no-probe was given"),
        (TargetSetting::Set(target), _) => probe::probe(target).await,
        _ => probe::skipped("there is no address"),
    }
}

/// Whether a target that is set works.
fn exit(report: &BackupTargetReport) -> ExitKind {
    match (
        report.setting.state,
        report.setting.configured.as_str(),
        report.longhorn.state,
    ) {
        ("unreadable", _, _) | ("set", "False", _) | ("set", _, "unavailable") => ExitKind::Failed,
        _ => ExitKind::Ok,
    }
}

fn closing(report: &BackupTargetReport, ui: &Ui) {
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
        ui.note(&format!(
            "the bundle covers the namespaces {}",
            covered.join(", ")
        ));
    }
}
