//! `show`: what a bundle holds, what a target must have, and what became of every field.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use hv_cli::{
    Cell, ConnectionArgs, ExitKind, Failure, OutputFormat, ScopeArgs, Table, Tone, Ui, door,
};
use hv_cluster::kinds;
use hv_vm::Kind;
use hv_vm::header::{Header, VmName};
use hv_vm::policy::{Action, Fate, Policy};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::place;
use crate::view::needs;
use crate::vm::plain_names;

/// Show what a bundle holds and what a target must have
///
/// With --fields, show every field of VMs in the cluster and what an export makes of it.
#[derive(Args)]
#[command(after_help = "Examples:
  # What is in the folder, and what another cluster must have for it
  {cmd} show ./bundles

  # One VM
  {cmd} show ./bundles/prod/db01

  # What becomes of every field of a VM
  {cmd} show --fields -n prod db01")]
pub(crate) struct ShowArgs {
    /// Store, namespace or VM folder, or archive; with --fields a VM
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    words: Vec<String>,
    /// Show every field of the source and what became of it
    #[arg(long)]
    pub(crate) fields: bool,
    /// Support bundle to read instead of a cluster, with --fields
    #[arg(long, value_name = "BUNDLE", requires = "fields", value_hint = ValueHint::AnyPath)]
    from: Option<PathBuf>,
}

/// Bundles that were looked at.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundleList {
    /// Always `kubectl-hv.io/v1alpha1`.
    api_version: &'static str,
    /// Always `BundleList`.
    kind: &'static str,
    /// The headers.
    items: Vec<Header>,
}

/// What becomes of the fields of VMs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    api_version: &'static str,
    /// Always `FieldReport`.
    kind: &'static str,
    /// VMs.
    items: Vec<Fields>,
}

/// The fields of one VM.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fields {
    /// The VM.
    vm: VmName,
    /// Its fields, in order.
    fields: Vec<Fate>,
}

pub(crate) async fn perform(
    args: &ShowArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    if args.fields {
        return fields(args, scope, connection, ui).await;
    }
    let mut items = Vec::new();
    for word in &args.words {
        let stored = place::load(word.as_ref())?;
        items.extend(stored.into_values().map(|stored| stored.header));
    }
    let list = BundleList {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "BundleList",
        items,
    };
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => ui.document(&list)?,
        OutputFormat::Name => {
            for header in &list.items {
                ui.out(&format!("{}/{}", header.vm.namespace, header.vm.name));
            }
        }
        _ => {
            for (at, header) in list.items.iter().enumerate() {
                if at > 0 {
                    ui.out("");
                }
                needs::show(header, ui);
            }
            if list.items.is_empty() {
                ui.note("there is no VM in it");
            }
        }
    }
    Ok(ExitKind::Ok)
}

async fn fields(
    args: &ShowArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let policy = Policy::builtin().map_err(|error| Failure::failed(error.to_string()))?;
    let names = plain_names(&args.words)?;
    let source = door::open(crate::VISITOR, args.from.as_deref(), scope, connection, ui).await?;
    let namespace = door::namespace(&source, scope).to_owned();
    let mut items = Vec::new();
    for name in &names {
        let got = source.get::<Value>(&kinds::VIRTUAL_MACHINE, Some(&namespace), name);
        let got = got.await.map_err(|error| door::failure(&error))?;
        let what = "virtualmachines.kubevirt.io";
        let vm = got.map_err(|gap| door::unread(&source, what, &gap))?;
        let Some(vm) = vm else {
            let message = format!("{what} \"{name}\" not found");
            let hint = format!("looked in namespace \"{namespace}\"; name another with -n");
            return Err(Failure::from_server(Some("NotFound"), &message).hint(hint));
        };
        items.push(Fields {
            vm: VmName {
                namespace: namespace.clone(),
                name: name.clone(),
            },
            fields: policy.apply(Kind::VirtualMachine, &vm).fates,
        });
    }
    let report = FieldReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "FieldReport",
        items,
    };
    if ui.format().is_document() {
        ui.document(&report)?;
        return Ok(ExitKind::Ok);
    }
    for item in &report.items {
        let mut table = Table::new(["FIELD", "ACTION", "WHY"]);
        for fate in &item.fields {
            table.row([
                Cell::from(&fate.path),
                action(fate.action),
                Cell::from(&*fate.why),
            ]);
        }
        ui.table(&table);
    }
    Ok(ExitKind::Ok)
}

fn action(action: Action) -> Cell {
    let (tone, word) = match action {
        Action::Strip => (Tone::Doubt, "strip"),
        Action::Keep => (Tone::Plain, "keep"),
        Action::Map => (Tone::Plain, "map"),
        Action::Warn => (Tone::Doubt, "warn"),
        Action::Own => (Tone::Plain, "own"),
        Action::Convert => (Tone::Plain, "convert"),
    };
    Cell::toned(tone, word)
}
