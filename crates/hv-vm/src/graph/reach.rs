//! Everything that a VM reaches, over any number of steps.

use serde_json::Value;

use super::{Need, Reference, references};
use crate::key::{Key, Kind};
use crate::objects::Objects;

/// An object that a VM reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its name.
    pub key: Key,
    /// The most that anybody needs of it.
    pub need: Need,
    /// Who refers to it, in the order it was found.
    pub used_by: Vec<String>,
    /// The keys of a Secret that are meant.
    pub keys: Vec<String>,
}

/// Everything that a VM or a template reaches, as far as it was read.
///
/// The order is that of the steps, so that it is the same in every run.
pub fn reach(
    kind: Kind,
    root: &Value,
    state_claim: Option<&Key>,
    objects: &Objects,
) -> Vec<Reached> {
    let mut reached: Vec<Reached> = Vec::with_capacity(16);
    add(&mut reached, references(kind, root));
    if let Some(key) = state_claim {
        add(
            &mut reached,
            vec![Reference {
                to: key.clone(),
                by: "persistent firmware state".to_owned(),
                need: Need::Describe,
                key: None,
            }],
        );
    }
    let mut at = 0;
    while let Some(step) = reached.get(at) {
        if let Some(object) = objects.get(&step.key) {
            let kind = step.key.kind;
            add(&mut reached, references(kind, object));
        }
        at += 1;
    }
    reached
}

fn add(reached: &mut Vec<Reached>, references: Vec<Reference>) {
    for reference in references {
        // Some twenty objects: looking at each is quicker than hashing names.
        let at = reached.iter().position(|one| one.key == reference.to);
        let at = at.unwrap_or_else(|| {
            reached.push(Reached {
                key: reference.to,
                need: reference.need,
                used_by: Vec::new(),
                keys: Vec::new(),
            });
            reached.len() - 1
        });
        let one = &mut reached[at];
        one.need = one.need.max(reference.need);
        if !one.used_by.contains(&reference.by) {
            one.used_by.push(reference.by);
        }
        if let Some(key) = reference.key
            && !one.keys.contains(&key)
        {
            one.keys.push(key);
        }
    }
}
