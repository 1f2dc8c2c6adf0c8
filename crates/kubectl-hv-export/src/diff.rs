//! `diff`: what differs between two bundles, or between a bundle and the cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use hv_cli::{
    Cell, ConnectionArgs, ExitKind, Failure, OutputFormat, ScopeArgs, Table, Tone, Ui, door, plural,
};
use hv_cluster::Source;
use hv_vm::change;
use hv_vm::header::VmName;
use hv_vm::stored::Stored;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::place;
use crate::read::{self, Asked};
use crate::vm::{Exporter, InlineMode, SecretsArgs, stored_normal};

/// Show what differs between two bundles, or between a bundle and the cluster
///
/// Compares the configuration, not the files: what a cluster writes by itself, the order of keys,
/// the run state and where the bytes of a disk come from are no difference. Exits 1 if there is one.
#[derive(Args)]
#[command(after_help = "Examples:
  # What changed since the last export
  {cmd} diff ./bundles --live

  # Two exports of the same VM
  {cmd} diff ./monday/prod/db01 ./friday/prod/db01")]
pub(crate) struct DiffArgs {
    /// Store, namespace or VM folder, or archive
    #[arg(value_name = "A", value_hint = ValueHint::AnyPath)]
    a: PathBuf,
    /// The other one
    #[arg(value_name = "B", required_unless_present = "live", conflicts_with = "live",
        value_hint = ValueHint::AnyPath)]
    b: Option<PathBuf>,
    /// Compare with the cluster
    #[arg(long)]
    live: bool,
}

/// What differs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiffReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    api_version: &'static str,
    /// Always `DiffReport`.
    kind: &'static str,
    /// VMs that differ.
    items: Vec<Difference>,
    /// VMs that were compared.
    vms: usize,
}

/// One VM that differs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    /// The VM.
    vm: VmName,
    /// `changed`, `only-a`, `only-b`, or `unknown` where it could not be compared.
    result: &'static str,
    /// Fields that differ, in words.
    changes: Vec<String>,
}

/// A VM's configuration, or why there is none.
type Side = BTreeMap<VmName, Result<Value, String>>;

pub(crate) async fn perform(
    args: &DiffArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let stored = place::load(&args.a)?;
    let a = normals(&stored);
    let b = match &args.b {
        Some(path) => normals(&place::load(path)?),
        None => live(&stored, scope, connection, ui).await?,
    };
    let (a, b) = paired(a, b);
    let names: BTreeSet<&VmName> = a.keys().chain(b.keys()).collect();
    let items: Vec<Difference> = names
        .iter()
        .filter_map(|name| difference(name, a.get(name), b.get(name)))
        .collect();
    let report = DiffReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "DiffReport",
        vms: names.len(),
        items,
    };
    show(&report, ui)?;
    if report.items.iter().any(|item| item.result == "unknown") {
        return Ok(ExitKind::NoVerdict);
    }
    Ok(match report.items.is_empty() {
        true => ExitKind::Ok,
        false => ExitKind::Failed,
    })
}

/// Two single VMs are compared whatever they are called.
fn paired(a: Side, b: Side) -> (Side, Side) {
    if a.len() == 1 && b.len() == 1 && a.keys().ne(b.keys()) {
        let name = a.keys().next().cloned();
        let only = b.into_values().next();
        let b = name.into_iter().zip(only).collect();
        return (a, b);
    }
    (a, b)
}

fn normals(stored: &BTreeMap<VmName, Stored>) -> Side {
    let normal = |stored: &Stored| {
        stored_normal(stored).ok_or_else(|| "the VM in the bundle cannot be read".to_owned())
    };
    stored
        .iter()
        .map(|(name, stored)| (name.clone(), normal(stored)))
        .collect()
}

/// The same VMs as the cluster has them.
async fn live(
    stored: &BTreeMap<VmName, Stored>,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<Side, Failure> {
    let source = door::open(crate::VISITOR, None, scope, connection, ui).await?;
    let mut side = Side::new();
    let namespaces: BTreeSet<&str> = stored.keys().map(|vm| vm.namespace.as_str()).collect();
    for namespace in namespaces {
        let here = stored.iter().filter(|(vm, _)| vm.namespace == namespace);
        let here: Vec<(&VmName, &Stored)> = here.collect();
        let names: Vec<String> = here.iter().map(|(vm, _)| vm.name.clone()).collect();
        side.extend(live_in(&source, namespace, &names, &here).await?);
    }
    Ok(side)
}

async fn live_in(
    source: &Source,
    namespace: &str,
    names: &[String],
    stored: &[(&VmName, &Stored)],
) -> Result<Side, Failure> {
    let asked = Asked {
        namespace: Some(namespace),
        names,
        labels: None,
        secrets: false,
    };
    let gathered = Box::pin(read::read(source, asked, None)).await;
    let gathered = gathered.map_err(|error| door::failure(&error))?;
    if let Some(gap) = &gathered.gap {
        return Err(door::unread(source, "virtualmachines.kubevirt.io", gap));
    }
    let mut side = Side::new();
    let stored: BTreeMap<&VmName, &Stored> = stored.iter().copied().collect();
    for name in &gathered.vms {
        let (Some(before), Some(mut around)) = (stored.get(name), gathered.around(name)) else {
            continue;
        };
        let secrets = SecretsArgs {
            inline_secrets: inline_of(before),
            ..SecretsArgs::default()
        };
        let exporter = Exporter::new(&secrets, &[], false)?;
        let exported = exporter.bundle(&mut around, &gathered, Some(before));
        let normal = exported.map(|exported| exported.normal);
        side.insert(name.clone(), normal.map_err(|error| error.to_string()));
    }
    Ok(side)
}

/// How the export before treated text inside the VM: the other way would look like a change.
fn inline_of(stored: &Stored) -> InlineMode {
    let secrets = &stored.header.requirements.secrets;
    match secrets.iter().any(|secret| secret.externalised) {
        true => InlineMode::Externalise,
        false => InlineMode::Keep,
    }
}

fn difference(
    name: &VmName,
    a: Option<&Result<Value, String>>,
    b: Option<&Result<Value, String>>,
) -> Option<Difference> {
    let (result, changes) = match (a, b) {
        (Some(Ok(a)), Some(Ok(b))) => {
            let changes = change::changes(a, b);
            if changes.is_empty() {
                return None;
            }
            ("changed", changes.iter().map(ToString::to_string).collect())
        }
        (Some(Err(why)), _) | (_, Some(Err(why))) => ("unknown", vec![why.clone()]),
        (Some(Ok(_)), None) => ("only-a", Vec::new()),
        (None, Some(Ok(_))) => ("only-b", Vec::new()),
        (None, None) => return None,
    };
    Some(Difference {
        vm: (*name).clone(),
        result,
        changes,
    })
}

fn show(report: &DiffReport, ui: &Ui) -> Result<(), Failure> {
    if ui.format().is_document() {
        return ui.document(report);
    }
    if ui.format() == OutputFormat::Name {
        for item in &report.items {
            ui.out(&format!("{}/{}", item.vm.namespace, item.vm.name));
        }
        return Ok(());
    }
    let mut table = Table::new(["VM", "RESULT", "CHANGE"]);
    for item in &report.items {
        let name = format!("{}/{}", item.vm.namespace, item.vm.name);
        let none = ["-".to_owned()];
        let changes = match item.changes.as_slice() {
            [] => &none[..],
            changes => changes,
        };
        for change in changes {
            table.row([
                Cell::from(&name),
                Cell::toned(Tone::Doubt, item.result),
                Cell::from(change),
            ]);
        }
    }
    if !table.is_empty() {
        ui.table(&table);
    }
    let vms = plural::count(report.vms, "VM");
    match report.items.len() {
        0 => ui.note(&format!("{vms}, no difference")),
        some => ui.note(&format!("{vms}, {some} with a difference")),
    }
    Ok(())
}
