//! What became of a plan: the report, the exit code, and what to do next.

use std::collections::BTreeMap;

use hv_change::{Action, ItemResult, ObjectRef, Outcome as Ran, Plan};
use hv_cli::{ExitKind, Failure, Ui};
use hv_vm::header::VmName;

use crate::about;
use crate::report::{ImportReport, Imported, Outcome};

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

/// What the guests will notice, and how each VM is started.
pub(super) fn tell_next(plan: &Plan, ran: &Ran, ui: &Ui) {
    let made = |target: &str| {
        let mut steps = ran.of(plan);
        steps.any(|(step, item)| {
            step.object.kind == "VirtualMachine"
                && step.group == target
                && matches!(item.result, ItemResult::Created | ItemResult::Unchanged)
        })
    };
    let about = about::read(plan);
    let mut started = about.vms.iter().filter(|vm| made(&vm.target));
    let Some(first) = started.next() else {
        return;
    };
    let (namespace, name) = first.target.split_once('/').unwrap_or_default();
    let origin: String = first.origin.chars().take(4).collect();
    ui.note(&format!(
        "nothing was started. Before you start one: stop its twin (\"{}\" on the cluster {origin}…), or both use the same addresses",
        first.source
    ));
    ui.hint(&format!("virtctl start -n {namespace} {name}"));
    if started.next().is_some() {
        ui.hint(&format!("undo everything: {{cmd}} undo {}", plan.id));
    }
}
