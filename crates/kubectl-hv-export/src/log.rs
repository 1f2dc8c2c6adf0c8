//! `log`: the revisions of a VM, and what changed in each.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use hv_cli::{Cell, ExitKind, Failure, OutputFormat, Table, Ui};
use hv_vm::header::VmName;
use hv_vm::store::{self, StoreError, history};
use schemars::JsonSchema;
use serde::Serialize;

use crate::place;

/// Show the revisions of VMs and what changed in each
///
/// Times and older revisions come from the git history of the folder, where there is one: bundles
/// themselves hold no time.
#[derive(Args)]
#[command(after_help = "Examples:
  # How one VM came to be what it is
  {cmd} log ./bundles/prod/db01")]
pub(crate) struct LogArgs {
    /// Store, namespace or VM folder
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: PathBuf,
}

/// Revisions of VMs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevisionList {
    /// Always `kubectl-hv.io/v1alpha1`.
    api_version: &'static str,
    /// Always `RevisionList`.
    kind: &'static str,
    /// Revisions, the newest of each VM first.
    items: Vec<Revision>,
}

/// One revision of a VM.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Revision {
    /// The VM.
    vm: VmName,
    /// Its number.
    #[serde(rename = "revision")]
    number: u64,
    /// Digest of the configuration.
    digest: String,
    /// When it was committed; absent without a git history.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// The commit; absent without a git history.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    /// What changed, in words; absent if the revision before is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<String>>,
}

pub(crate) fn perform(args: &LogArgs, ui: &Ui) -> Result<ExitKind, Failure> {
    let failure = |error: &StoreError| place::failure(error);
    let bundles = store::bundles(&args.path).map_err(|error| failure(&error))?;
    let mut items = Vec::new();
    let mut without = BTreeSet::new();
    for bundle in &bundles {
        let history = history::log(bundle).map_err(|error| failure(&error))?;
        without.extend(history.no_history);
        let name = bundle.place.name();
        items.extend(history.revisions.into_iter().map(|one| revision(name, one)));
    }
    let list = RevisionList {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "RevisionList",
        items,
    };
    if ui.format().is_document() {
        ui.document(&list)?;
        return Ok(ExitKind::Ok);
    }
    if ui.format() == OutputFormat::Name {
        for item in &list.items {
            ui.out(&item.digest);
        }
        return Ok(ExitKind::Ok);
    }
    let mut table = Table::new(["VM", "REVISION", "TIME", "DIGEST", "CHANGED"]);
    for item in &list.items {
        let digest: String = item.digest.chars().take("sha256:".len() + 12).collect();
        let changed = item.changes.as_deref().unwrap_or_default().join("; ");
        let changed = match changed.as_str() {
            "" => "-",
            changed => changed,
        };
        table.row([
            Cell::from(format!("{}/{}", item.vm.namespace, item.vm.name)),
            Cell::from(item.number.to_string()),
            Cell::from(item.time.as_deref().unwrap_or("-")),
            Cell::from(digest),
            Cell::from(changed),
        ]);
    }
    ui.table(&table);
    for why in &without {
        ui.note(&format!("no older revisions: {why}"));
    }
    Ok(ExitKind::Ok)
}

fn revision(vm: &VmName, revision: history::Revision) -> Revision {
    Revision {
        vm: vm.clone(),
        number: revision.revision,
        digest: revision.digest,
        time: revision.time,
        commit: revision.commit,
        changes: revision
            .changes
            .map(|changes| changes.iter().map(ToString::to_string).collect()),
    }
}
