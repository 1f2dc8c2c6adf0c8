//! `verify`: is everything in a store whole, complete and without a secret in the clear.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use hv_cli::{Cell, ExitKind, Failure, OutputFormat, Table, Tone, Ui, plural};
use hv_vm::externalise;
use hv_vm::header::{Note, VmName};
use hv_vm::store::{self, Problem};
use schemars::JsonSchema;
use serde::Serialize;

/// Check that bundles are whole
///
/// Digests of files and of the configuration, the format, that every reference is in the bundle or
/// described, and that no secret lies in the clear. Exits 1 if something is wrong.
#[derive(Args)]
#[command(after_help = "Examples:
  # A whole store, as a step of a pipeline
  {cmd} verify ./bundles

  # An archive
  {cmd} verify prod.tar.zst -o json")]
pub(crate) struct VerifyArgs {
    /// Store, namespace or VM folder, or archive
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: PathBuf,
    /// Accept secrets in the clear where the export was asked for them
    #[arg(long)]
    allow_plaintext: bool,
}

/// What is wrong with bundles.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyReport {
    /// Always `kubectl-hv.io/v1alpha1`.
    api_version: &'static str,
    /// Always `VerifyReport`.
    kind: &'static str,
    /// Everything that is wrong.
    items: Vec<Found>,
    /// What is as it may be and still worth a word.
    remarks: Vec<Found>,
    /// VMs that were looked at.
    vms: usize,
}

/// Something that is wrong.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    /// The VM; absent where the whole store is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    vm: Option<VmName>,
    /// Stable code, such as `digest-mismatch`.
    code: String,
    /// The file.
    path: String,
    /// One sentence.
    message: String,
}

pub(crate) fn perform(args: &VerifyArgs, ui: &Ui) -> Result<ExitKind, Failure> {
    let verified = store::verify(&args.path).map_err(|error| crate::place::failure(&error))?;
    let mut items: Vec<Found> = verified.problems.into_iter().map(found).collect();
    if !args.allow_plaintext {
        items.extend(in_the_clear(&args.path)?);
    }
    let report = VerifyReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "VerifyReport",
        vms: verified.bundles,
        items,
        remarks: verified.remarks.into_iter().map(found).collect(),
    };
    if ui.format().is_document() {
        ui.document(&report)?;
    } else if ui.format() == OutputFormat::Name {
        for item in &report.items {
            ui.out(&item.path);
        }
    } else {
        let mut table = Table::new(["VM", "CODE", "FILE", "MESSAGE"]);
        for item in &report.items {
            let vm = item.vm.as_ref();
            let vm = vm.map_or("-".to_owned(), |vm| format!("{}/{}", vm.namespace, vm.name));
            table.row([
                Cell::from(vm),
                Cell::toned(Tone::Bad, &item.code),
                Cell::from(&item.path),
                Cell::from(&item.message),
            ]);
        }
        if !table.is_empty() {
            ui.table(&table);
        }
        for remark in &report.remarks {
            ui.note(&format!("{}: {}", remark.path, remark.message));
        }
        let vms = plural::count(report.vms, "VM");
        match report.items.len() {
            0 => ui.note(&format!("{vms}, nothing is wrong")),
            wrong => ui.note(&format!("{vms}, {}", plural::count(wrong, "problem"))),
        }
    }
    Ok(match report.items.is_empty() {
        true => ExitKind::Ok,
        false => ExitKind::Failed,
    })
}

/// Secrets that anybody who can read the files has, as the export was asked for.
fn in_the_clear(path: &Path) -> Result<Vec<Found>, Failure> {
    let mut clear = Vec::new();
    let bundles = store::bundles(path).map_err(|error| crate::place::failure(&error))?;
    for bundle in bundles {
        // What cannot be read is told already.
        let Ok(stored) = bundle.stored else { continue };
        let secrets = stored.header.requirements.secrets.iter();
        let plain = secrets.filter(|secret| secret.state == "plaintext");
        let mut messages: Vec<String> = plain
            .map(|secret| format!("secret \"{}\" is in the clear, as asked for", secret.name))
            .collect();
        let kept = |note: &&Note| note.code == externalise::KEPT;
        if stored.header.notes.iter().any(|note| kept(&note)) {
            messages.push("text of cloud-init is in the clear, as asked for".to_owned());
        }
        clear.extend(messages.into_iter().map(|message| Found {
            vm: Some(bundle.place.name().clone()),
            code: "secret-in-clear".to_owned(),
            path: bundle.place.path().to_owned(),
            message,
        }));
    }
    Ok(clear)
}

fn found(problem: Problem) -> Found {
    Found {
        vm: problem.vm,
        code: problem.code,
        path: problem.path,
        message: problem.message,
    }
}
