//! What became of a plan: the report, the exit code, and what to do next.

use std::collections::BTreeMap;

use hv_change::{Action, ItemResult, ObjectRef, Outcome as Ran, Plan};
use hv_cli::{ConnectionArgs, ExitKind, Failure, Ui, plural};
use hv_vm::header::VmName;

use crate::about;
use crate::report::{ImportReport, Imported, Outcome};

/// So many commands are printed.
const STARTS: usize = 5;

/// One row an object: what was done with it, and if it got no owner, why.
pub(super) fn report(plan: &Plan, ran: &Ran, notes: Vec<String>) -> ImportReport {
    let mut items: Vec<Imported> = Vec::new();
    let mut places: BTreeMap<&ObjectRef, usize> = BTreeMap::new();
    for (step, item) in ran.of(plan) {
        if let (Action::Own { owner }, Some(at)) = (&step.action, places.get(&step.object)) {
            if outcome(item.result) != Outcome::Created
                && outcome(item.result) != Outcome::Unchanged
            {
                let why = item.reason.as_deref().unwrap_or("it was not begun");
                items[*at].reason =
                    Some(format!("it did not become a dependent of {owner}: {why}"));
                items[*at].result = outcome(item.result);
            }
            continue;
        }
        places.insert(&step.object, items.len());
        items.push(Imported {
            object: step.object.to_string(),
            vm: vm_of(&step.group),
            result: outcome(item.result),
            reason: match item.result {
                ItemResult::Pending => Some("it was not begun".to_owned()),
                _ => item.reason.clone(),
            },
        });
    }
    ImportReport::new(plan.id.as_str(), ran.interrupted, items, notes)
}

fn outcome(result: ItemResult) -> Outcome {
    match result {
        ItemResult::Created | ItemResult::Owned => Outcome::Created,
        ItemResult::Unchanged | ItemResult::Gone | ItemResult::Kept | ItemResult::Removed => {
            Outcome::Unchanged
        }
        ItemResult::Pending | ItemResult::Skipped => Outcome::Skipped,
        ItemResult::Refused => Outcome::Refused,
        ItemResult::Failed => Outcome::Failed,
    }
}

/// The VM of a group; groups of what several share have a kind before the name.
fn vm_of(group: &str) -> Option<VmName> {
    let (namespace, name) = group.split_once('/')?;
    (!namespace.contains(' ')).then(|| VmName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

/// The exit code of a run, and the two ways on if it did not get through.
pub(super) fn exit(
    plan: &Plan,
    ran: &Ran,
    signal: Option<ExitKind>,
    again: &str,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let id = &plan.id;
    let way = |verb: &str| format!("{{cmd}} {verb} {id}{again}");
    let (resume, undo) = (way("resume"), way("undo"));
    let (done, total) = (ran.done(), plan.steps.len());
    if let Some(halt) = &ran.halted {
        return Err(
            Failure::failed(format!("{halt}: {done} of {total} steps are done"))
                .hint(format!("continue: {resume}"))
                .hint(format!("take back: {undo}")),
        );
    }
    if ran.interrupted {
        ui.note(&format!(
            "interrupted after {done} of {total} steps; continue: {resume}    take back: {undo}"
        ));
        return Ok(signal.unwrap_or(ExitKind::Interrupted));
    }
    if ran.is_complete() {
        return Ok(ExitKind::Ok);
    }
    ui.note(&format!(
        "{done} of {total} steps are done; try the others again: {resume}    take back: {undo}"
    ));
    Ok(match done {
        0 => ExitKind::Failed,
        _ => ExitKind::Partial,
    })
}

/// How the VMs that are there now are started; nothing as long as the plan is not through.
pub(super) fn tell_next(plan: &Plan, ran: &Ran, connection: &ConnectionArgs, ui: &Ui) {
    if ran.interrupted || !ran.is_complete() {
        return;
    }
    let about = about::read(plan);
    if about.vms.is_empty() {
        return;
    }
    ui.note(
        "nothing was started. Before you start a VM, stop its twin: both have the same identity",
    );
    let context = connection.context.as_deref();
    let context = context.map_or(String::new(), |context| format!(" --context {context}"));
    for vm in about.vms.iter().take(STARTS) {
        let (namespace, name) = vm.target.split_once('/').unwrap_or_default();
        let origin: String = vm.origin.chars().take(4).collect();
        ui.hint(&format!(
            "virtctl start -n {namespace} {name}{context}    # its twin: {} on the cluster {origin}…",
            vm.source
        ));
    }
    let more = about.vms.len().saturating_sub(STARTS);
    if more > 0 {
        ui.note(&format!("and {} more", plural::count(more, "VM")));
    }
}
