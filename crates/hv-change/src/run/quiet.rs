//! Digests that tell nothing of secret texts, and how a change of such a text is seen without them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::domain::Domain;
use crate::journal::Past;
use crate::normal;
use crate::plan::{Action, Body, ObjectRef, Plan, SealedBody, Step};
use crate::target::meta;

/// Kinds that nobody writes by itself, so that any write of theirs is a change.
const STILL: &[&str] = &["Secret", "ConfigMap"];

/// A domain whose digests are without the texts that a plan seals: who has the digest of a short
/// password could try all of them.
pub(crate) struct Quiet<'a, D> {
    domain: &'a D,
    sealed: BTreeMap<&'a ObjectRef, &'a SealedBody>,
}

impl<'a, D> Quiet<'a, D> {
    pub(crate) fn of(plan: &'a Plan, domain: &'a D) -> Self {
        let sealed = plan.steps.iter().filter_map(|step| match &step.action {
            Action::Create(Body::Sealed(body)) => Some((&step.object, body)),
            _ => None,
        });
        Self {
            domain,
            sealed: sealed.collect(),
        }
    }
}

impl<D: Domain> Domain for Quiet<'_, D> {
    fn object(&self, step: &Step) -> Result<Value, String> {
        self.domain.object(step)
    }

    fn digest(&self, object: &Value) -> String {
        let sealed = self.sealed.get(&name_of(object));
        if sealed.is_none() && object["kind"] != "Secret" {
            return self.domain.digest(object);
        }
        let mut object = object.clone();
        normal::hide_values(&mut object);
        for pointer in sealed.iter().flat_map(|body| body.restored.keys()) {
            if let Some(text) = object.pointer_mut(pointer) {
                *text = Value::String(String::new());
            }
        }
        self.domain.digest(&object)
    }
}

fn name_of(object: &Value) -> ObjectRef {
    let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
    ObjectRef {
        api_version: text("apiVersion"),
        kind: text("kind"),
        namespace: meta(object, "namespace").to_owned(),
        name: meta(object, "name").to_owned(),
    }
}

/// Whether the digest of an object leaves out what a person may have changed in it.
pub(crate) fn is_hidden(step: &Step) -> bool {
    let sealed = matches!(step.action, Action::Create(Body::Sealed(_)));
    let kind = step.object.kind.as_str();
    kind == "Secret" || (sealed && STILL.contains(&kind))
}

/// Whether somebody else has written an object whose digest does not tell of it: its version is
/// none of those that the plan has left. It cannot be told while the answer to a request is open.
pub(crate) fn is_written(plan: &Plan, past: &Past, step: &Step, version: &str) -> bool {
    let made = past.step(&step.id).and_then(|past| past.done.as_ref());
    let Some(made) = made.filter(|_| is_hidden(step)) else {
        return false;
    };
    let mut versions = BTreeSet::from([made.resource_version.as_str()]);
    for other in &plan.steps {
        if other.object != step.object || !matches!(other.action, Action::Own { .. }) {
            continue;
        }
        let Some(owned) = past.step(&other.id) else {
            continue;
        };
        if owned.open || owned.removed || owned.removing.is_some() {
            return false;
        }
        versions.extend(
            owned
                .done
                .as_ref()
                .map(|made| made.resource_version.as_str()),
        );
    }
    !versions.contains(version)
}
