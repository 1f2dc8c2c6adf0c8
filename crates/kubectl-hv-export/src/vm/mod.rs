//! `vm`: read, judge what is left out, export, write, report.

mod args;
mod one;
pub(crate) mod skip;

use std::path::Path;
use std::time::Instant;

use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door, plural};
use hv_cluster::Source;
use hv_vm::header::VmName;
use hv_vm::store::{self, Shelf, StoreError};

pub(crate) use self::args::{InlineMode, SecretsArgs, SecretsMode, VmArgs, plain_names};
pub(crate) use self::one::{Exporter, Ready, stored_normal};
use crate::place::{self, Place};
use crate::read::{self, Asked, Gathered};
use crate::report::{ExportReport, Exported, Outcome, Summary};
use crate::view;

/// VMs whose bundles are in memory at once.
const BATCH: usize = 256;

/// Batches that are brought to the disk together: waiting for it is what a first run does most.
const TOGETHER: usize = 4;

pub(crate) async fn perform(
    args: &VmArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let started = Instant::now();
    let names = args.names(scope)?;
    let exporter = Exporter::new(&args.secrets, &args.include, args.strict)?;
    let private = args.secrets.secrets == SecretsMode::Plaintext;
    let mut place = Place::open(args.to.as_deref(), private)?;
    if private {
        ui.warn("secrets are written as they are: everybody who can read the files has them");
    }
    if args.from.is_none() {
        // What a support bundle holds has no versions that could be trusted.
        place.recall(&args.terms());
    }
    let source = door::open(crate::VISITOR, args.from.as_deref(), scope, connection, ui).await?;
    let namespace = door::namespace(&source, scope).to_owned();
    let namespace = (!scope.all_namespaces).then_some(namespace.as_str());
    let asked = Asked {
        namespace,
        names: &names,
        labels: scope.selector.as_deref(),
        secrets: args.secrets.secrets != SecretsMode::Omit,
    };
    let gathered = Box::pin(read::read(&source, asked, place.receipts())).await;
    let gathered = gathered.map_err(|error| door::failure(&error))?;
    found(&source, &gathered, asked)?;
    let mut items = Vec::new();
    let mut same = 0;
    for together in gathered.vms.chunks(BATCH * TOGETHER) {
        let from = items.len();
        for batch in together.chunks(BATCH) {
            for ready in prepare(&exporter, &place, &gathered, batch) {
                same += usize::from(ready.same);
                items.push(take(ready, &mut place)?);
            }
        }
        mark(&mut items[from..], place.commit());
    }
    let all = plural::count(gathered.vms.len(), "VM");
    ui.log(
        4,
        &format!("{same} of {all} stand as they did, with their files"),
    );
    for name in &gathered.missing {
        let vm = VmName {
            namespace: namespace.unwrap_or_default().to_owned(),
            name: name.clone(),
        };
        items.push(one::failed(&vm, "it was not found".to_owned()));
    }
    for vm in &gathered.deleted {
        items.push(one::skipped(vm, "it was deleted while it was read"));
    }
    let vanished = vanish(&mut place, &gathered, asked, args.prune)?;
    let to = args.to.as_deref().unwrap_or(Path::new("-"));
    let is_stdout = place.is_stdout();
    mark(&mut items, place.finish()?);
    let mut summary = Summary::of(&items);
    summary.pruned = if args.prune { vanished.len() } else { 0 };
    summary.vanished = vanished;
    if let Source::Live(cluster) = &source {
        summary.requests = Some(cluster.requests());
    }
    let failed = summary.failed > 0 || gathered.gap.is_some();
    let report = ExportReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "ExportReport",
        source: gathered.origin.clone(),
        items,
        summary,
    };
    if let Some(gap) = &gathered.gap {
        ui.warn(&gap.describe("not all VMs could be read: virtualmachines.kubevirt.io"));
    }
    if is_stdout {
        view::closing(&report, to, started.elapsed(), ui);
    } else {
        view::show(&report, namespace.is_none(), to, started.elapsed(), ui)?;
    }
    // The process ends here; the system takes the memory back faster than we would.
    std::mem::forget((gathered, report));
    Ok(match failed {
        true => ExitKind::Partial,
        false => ExitKind::Ok,
    })
}

/// Without the VMs themselves nothing can be exported.
fn found(source: &Source, gathered: &Gathered, asked: Asked<'_>) -> Result<(), Failure> {
    const WHAT: &str = "virtualmachines.kubevirt.io";
    if let (Some(name), true) = (gathered.missing.first(), gathered.vms.is_empty()) {
        if let Some(gap) = &gathered.gap {
            let failure = format!("VM \"{name}\" may exist: {}", gap.describe(WHAT));
            return Err(Failure::no_verdict(failure));
        }
        let message = format!("{WHAT} \"{name}\" not found");
        let namespace = asked.namespace.unwrap_or_default();
        let hint = format!("looked in namespace \"{namespace}\"; name another with -n");
        return Err(Failure::from_server(Some("NotFound"), &message).hint(hint));
    }
    match &gathered.gap {
        Some(gap) if gathered.vms.is_empty() => Err(door::unread(source, WHAT, gap)),
        _ => Ok(()),
    }
}

/// Makes the bundles of a batch, side by side.
fn prepare(
    exporter: &Exporter,
    place: &Place,
    gathered: &Gathered,
    batch: &[VmName],
) -> Vec<Ready> {
    hv_cli::parallel(batch, |part| {
        part.iter()
            .map(|vm| {
                let own = store::Place::vm(vm);
                match gathered.same.get(vm) {
                    Some(item) if item.result == Outcome::Skipped || place.is_untouched(&own) => {
                        Ready::same(own, item.clone())
                    }
                    _ => exporter.export(vm, gathered, place.before(&own)),
                }
            })
            .collect()
    })
}

/// Gives a bundle to its place.
pub(crate) fn take(ready: Ready, place: &mut Place) -> Result<Exported, Failure> {
    let Ready {
        mut item,
        place: own,
        parcel,
        left_out,
        same: _,
    } = ready;
    let kept = |error: StoreError| place::failure(&error);
    if item.result == Outcome::Skipped {
        place.leave_out(&own, left_out.as_ref());
    }
    let Some(parcel) = parcel else {
        place.keep(&own).map_err(kept)?;
        return Ok(item);
    };
    match place.put(parcel) {
        Ok(store::Outcome::Written) => item.result = Outcome::Written,
        Ok(store::Outcome::Unchanged) => item.result = Outcome::Unchanged,
        Err(error) => {
            fail(&mut item, &error);
            place.keep(&own).map_err(kept)?;
        }
    }
    Ok(item)
}

/// Marks VMs that did not reach the disk.
pub(crate) fn mark(items: &mut [Exported], failed: Vec<(VmName, StoreError)>) {
    for (vm, error) in failed {
        if let Some(item) = items.iter_mut().find(|item| item.vm == vm) {
            fail(item, &error);
        }
    }
}

fn fail(item: &mut Exported, error: &StoreError) {
    item.result = Outcome::Failed;
    item.reason = Some(error.to_string());
}

/// VMs of the place that the cluster has no longer; whatever else is there is kept.
fn vanish(
    place: &mut Place,
    gathered: &Gathered,
    asked: Asked<'_>,
    prune: bool,
) -> Result<Vec<VmName>, Failure> {
    // Of some VMs nothing can be said about the others.
    let whole = asked.names.is_empty() && asked.labels.is_none() && gathered.gap.is_none();
    let mut vanished = Vec::new();
    for bundle in place.list() {
        let vm = bundle.name();
        let is_vm = bundle.shelf() == Shelf::Vm;
        if is_vm && gathered.vms.binary_search(vm).is_ok() {
            continue;
        }
        let gone = is_vm && whole && asked.namespace.is_none_or(|only| only == vm.namespace);
        let result = match prune && gone {
            true => place.remove(&bundle),
            false => place.keep(&bundle),
        };
        result.map_err(|error| place::failure(&error))?;
        if gone {
            vanished.push(vm.clone());
        }
    }
    Ok(vanished)
}
