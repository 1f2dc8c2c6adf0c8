//! `--suggest-config`: the exact change, what it turns and what it does besides.

use hv_cli::{ExitKind, Failure, Span, Tone, Ui};
use hv_cluster::capability::{Situation, Step, Subject, Suggestion, suggest};
use hv_cluster::views::StorageClass;
use serde::Serialize;
use serde_json::Value;

use super::{Scene, classes};
use crate::target::Target;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SuggestionReport {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<SuggestedStep>,
    notes: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SuggestedStep {
    target: String,
    changes: Vec<SuggestedChange>,
    turns: Vec<Turn>,
    besides: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SuggestedChange {
    object: String,
    /// The object to create, or the merge patch.
    manifest: Value,
    command: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    capability: &'static str,
    before: &'static str,
    after: &'static str,
}

pub(super) fn perform(
    scene: &Scene<'_>,
    targets: &[Target],
    snapshot_class: Option<&str>,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let mut report = SuggestionReport {
        api_version: "kubectl-hv.io/v1alpha1",
        kind: "SuggestionReport",
        items: Vec::new(),
        notes: Vec::new(),
    };
    // Every patch holds a whole value, so each is made on top of the ones before it.
    let mut inventory = scene.situation.inventory.clone();
    let mut stuck = false;
    for (name, driver, class) in subjects(scene, targets)? {
        let suggestion = {
            let situation = Situation::new(&inventory, scene.situation.facts);
            let subject = match class.as_deref().and_then(|class| situation.class(class)) {
                Some(class) => Subject::class(class),
                None => Subject::driver(&driver),
            };
            suggest(&situation, &subject, snapshot_class)
        };
        let Suggestion {
            steps,
            notes,
            choose,
        } = suggestion;
        if steps.is_empty() && notes.is_empty() && !matches!(targets, [Target::Classes]) {
            let nothing = "no change of the configuration turns a verdict to yes or likely.";
            report.notes.push(format!("{name}: {nothing}"));
        }
        stuck |= choose;
        report
            .notes
            .extend(notes.into_iter().map(|note| format!("{name}: {note}")));
        for step in steps {
            for change in &step.changes {
                change.apply(&mut inventory);
            }
            report.items.push(suggested(&name, step));
        }
    }
    if ui.format().is_document() {
        ui.document(&report)?;
    } else {
        show(&report, ui);
    }
    Ok(if stuck {
        ExitKind::Failed
    } else {
        ExitKind::Ok
    })
}

/// What is to be changed: the name that was given, the driver, and its class if it has one.
type Wanted = (String, String, Option<String>);

fn subjects(scene: &Scene<'_>, targets: &[Target]) -> Result<Vec<Wanted>, Failure> {
    let all = &scene.situation.inventory.storage_classes.items;
    let wanted = |name: &str, class: &StorageClass| {
        (
            name.to_owned(),
            class.provisioner.clone(),
            Some(class.metadata.name.clone()),
        )
    };
    let mut subjects = Vec::new();
    for target in targets {
        match target {
            Target::Classes => {
                subjects.extend(all.iter().map(|class| wanted(&class.metadata.name, class)));
            }
            Target::Named(name) | Target::Class(name) | Target::Driver(name) => {
                let class = scene.situation.class(name);
                let class = class.filter(|_| !matches!(target, Target::Driver(_)));
                // A driver is changed through any one of its classes: they share the setting.
                let own = || all.iter().find(|class| class.provisioner == *name);
                let strict = matches!(target, Target::Class(_));
                match class.or_else(|| own().filter(|_| !strict)) {
                    Some(class) => subjects.push(wanted(name, class)),
                    None if classes::is_known_driver(scene, name) && !strict => {
                        subjects.push((name.clone(), name.clone(), None));
                    }
                    None => {
                        return Err(classes::missing(scene, "storage class or CSI driver", name));
                    }
                }
            }
            Target::Claim(_) | Target::Claims | Target::Image(_) | Target::Vm(_) | Target::Vms => {
                let message = "--suggest-config speaks of storage classes and drivers";
                return Err(Failure::usage(message).hint("name the class of the disk"));
            }
        }
    }
    Ok(subjects)
}

fn suggested(target: &str, step: Step) -> SuggestedStep {
    SuggestedStep {
        target: target.to_owned(),
        changes: step
            .changes
            .iter()
            .map(|change| SuggestedChange {
                object: change.object(),
                manifest: change.manifest(),
                command: change.command(),
            })
            .collect(),
        turns: step
            .turns
            .iter()
            .map(|(capability, before, after)| Turn {
                capability: capability.name(),
                before: before.word(),
                after: after.word(),
            })
            .collect(),
        besides: step.besides,
    }
}

fn show(report: &SuggestionReport, ui: &Ui) {
    for (at, step) in report.items.iter().enumerate() {
        if at > 0 {
            ui.out("");
        }
        for turn in &step.turns {
            ui.line(&[
                Span::plain("# "),
                Span::plain(&step.target),
                Span::plain(": "),
                Span::plain(turn.capability),
                Span::plain(" turns from "),
                Span::toned(Tone::Bad, turn.before),
                Span::plain(" to "),
                Span::toned(Tone::Good, turn.after),
            ]);
        }
        step.besides
            .iter()
            .for_each(|besides| ui.out(&format!("# besides: {besides}")));
        step.changes
            .iter()
            .for_each(|change| ui.out(&change.command));
    }
    report.notes.iter().for_each(|note| ui.note(note));
}
