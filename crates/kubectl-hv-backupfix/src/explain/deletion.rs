//! What goes along when a restore ends or is deleted.

use super::document::{Concern, Part};
use super::restore::Undertaking;
use crate::finding::ObjectRef;
use crate::index::Found;

/// The claims that go, and what to know before the restore is deleted.
pub(crate) fn concerned(
    undertaking: &Undertaking<'_>,
    is_known: bool,
) -> (Vec<Concern>, Vec<String>) {
    let namespace = undertaking.restore.metadata.namespace.as_str();
    let mut concerned = Vec::new();
    let claim = |name: &str, why: String| Concern {
        object: ObjectRef::new("PersistentVolumeClaim", namespace, name),
        part: Part::GoesAlong,
        why,
    };
    if !undertaking.is_complete() {
        let doomed = undertaking.restore.status.deleted_volumes.iter();
        concerned
            .extend(doomed.map(|name| claim(name, "as soon as the restore completes".to_owned())));
    }
    let owns = !is_known || !undertaking.since("1.9");
    if owns {
        let when = match is_known {
            true => "if the restore is deleted, which owns it",
            false => "up to 1.8, if the restore is deleted, which owns it there",
        };
        let made = undertaking.claims().filter(|(_, name)| !name.is_empty());
        let made = made.filter(|(_, name)| !undertaking.index.claim(namespace, name).is_no());
        concerned.extend(made.map(|(_, name)| claim(name, when.to_owned())));
    }
    (concerned, advice(undertaking, owns, is_known))
}

fn advice(undertaking: &Undertaking<'_>, owns: bool, is_known: bool) -> Vec<String> {
    let mut advice = Vec::new();
    let spec = &undertaking.restore.spec;
    let namespace = &undertaking.restore.metadata.namespace;
    let machine = undertaking.index.machine(namespace, &spec.target.name);
    let target = format!("{namespace}/{}", spec.target.name);
    match &machine {
        Found::Yes(found)
            if !found.metadata.is_deleting() && (!is_known || undertaking.since("1.4")) =>
        {
            advice.push(format!(
                "it cannot be deleted while VM {target} exists, and goes with that VM"
            ));
        }
        Found::Yes(_) if owns && undertaking.is_complete() => {
            advice.push(format!("do not delete it: VM {target} runs on its claims"));
        }
        Found::Yes(_) => {}
        Found::No if owns => {
            advice.push("it can be deleted; the claims that it made go with it".to_owned());
        }
        Found::No => advice.push("it can be deleted; nothing goes with it".to_owned()),
        Found::Unknown(why) => {
            advice.push(format!(
                "whether it can be deleted depends on VM {target}: {why}"
            ));
        }
    }
    advice
}
