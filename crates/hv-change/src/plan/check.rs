//! Whether the steps of a plan fit together.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Action, Body, ObjectRef, Plan, Step, Wait};
use crate::target::kind_of;

/// Why a plan is not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The file cannot be read.
    #[error("cannot read the plan {path}: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        why: String,
    },
    /// It is not what a plan looks like.
    #[error("the plan cannot be understood: {0}")]
    Broken(String),
    /// It is something else.
    #[error("this is no plan but \"{0}\"")]
    NoPlan(String),
    /// It was made by a newer release.
    #[error("the plan has format {0}, which a newer release made")]
    Newer(u32),
    /// Its id does not fit what it says.
    #[error("the plan {0} was changed after it was made")]
    Changed(String),
    /// One of its steps does not fit the others.
    #[error("step \"{step}\" {why}")]
    Step {
        /// The id of the step.
        step: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Plan {
    /// Checks that the steps fit together: names, kinds, order and owners.
    pub fn check(&self) -> Result<(), PlanError> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut made: BTreeMap<&ObjectRef, usize> = BTreeMap::new();
        for (place, step) in self.steps.iter().enumerate() {
            let wrong = |why: String| PlanError::Step {
                step: step.id.clone(),
                why,
            };
            if places.insert(&step.id, place).is_some() {
                return Err(wrong("stands in the plan twice".to_owned()));
            }
            step.check().map_err(wrong)?;
            if matches!(step.action, Action::Create(_))
                && made.insert(&step.object, place).is_some()
            {
                return Err(wrong(format!("makes {} a second time", step.object)));
            }
        }
        for (place, step) in self.steps.iter().enumerate() {
            let wrong = |why: String| PlanError::Step {
                step: step.id.clone(),
                why,
            };
            for other in &step.after {
                match places.get(other.as_str()) {
                    None => {
                        return Err(wrong(format!(
                            "comes after \"{other}\", which is not in the plan"
                        )));
                    }
                    Some(&there) if there >= place => {
                        return Err(wrong(match self.leads_to(&places, there, place) {
                            true => format!("waits for \"{other}\", which waits for it"),
                            false => format!("stands before \"{other}\", which it comes after"),
                        }));
                    }
                    Some(_) => {}
                }
            }
            if let Action::Own { owner } = &step.action {
                for object in [owner, &step.object] {
                    if made.get(object).is_none_or(|&there| there >= place) {
                        return Err(wrong(format!("needs {object}, which no step before makes")));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether one step waits for another, over any number of steps.
    fn leads_to(&self, places: &BTreeMap<&str, usize>, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.steps.len()];
        let mut open = vec![from];
        while let Some(place) = open.pop() {
            if place == to {
                return true;
            }
            if !std::mem::replace(&mut seen[place], true) {
                let after = self.steps[place].after.iter();
                open.extend(after.filter_map(|id| places.get(id.as_str()).copied()));
            }
        }
        false
    }
}

impl Step {
    fn check(&self) -> Result<(), String> {
        let object = &self.object;
        if self.id.is_empty() || self.group.is_empty() {
            return Err("has no id or no group".to_owned());
        }
        let Some(kind) = kind_of(&object.api_version, &object.kind) else {
            return Err(format!(
                "is about {} of {}, which is not known",
                object.kind, object.api_version
            ));
        };
        let has_namespace = !object.namespace.is_empty();
        if has_namespace != (kind.scope == hv_cluster::kinds::Scope::Namespaced) {
            return Err(format!("is about {object}, whose namespace cannot be"));
        }
        if !is_name(&object.name) || (has_namespace && !is_name(&object.namespace)) {
            return Err(format!("is about {object}, which is no name"));
        }
        match (self.wait, object.kind.as_str()) {
            (None, _)
            | (Some(Wait::Bound), "PersistentVolumeClaim")
            | (Some(Wait::Active), "Namespace") => {}
            (Some(_), kind) => return Err(format!("waits for what no {kind} becomes")),
        }
        match &self.action {
            Action::Create(Body::Object(body)) => fits(object, body),
            Action::Create(Body::Sealed(_)) | Action::Own { .. } => Ok(()),
        }
    }
}

/// Whether a body is that of the object that the step names.
pub(crate) fn fits(object: &ObjectRef, body: &Value) -> Result<(), String> {
    let text = |pointer| {
        body.pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let same = text("/apiVersion") == object.api_version
        && text("/kind") == object.kind
        && text("/metadata/name") == object.name
        && text("/metadata/namespace") == object.namespace;
    if !same {
        return Err(format!("has a body that is not {object}"));
    }
    let server_owned = ["generateName", "uid", "resourceVersion", "ownerReferences"];
    match server_owned
        .iter()
        .find(|field| !body["metadata"][**field].is_null())
    {
        Some(field) => Err(format!("has a body with metadata.{field}")),
        None => Ok(()),
    }
}

/// Whether a text can be a name in a path of the API.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        && !text.starts_with(['.', '-'])
        && !text.ends_with(['.', '-'])
}
