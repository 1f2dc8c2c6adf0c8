//! From the table of rights to the rules of a role.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::grant::Grant;
use crate::access::{Part, Place, RIGHTS, Right};
use crate::vm::SecretsMode;

/// What the resources of a rule share: their group, the only name, and the verbs.
type Shared = (&'static str, Option<&'static str>, BTreeSet<&'static str>);
type Resources = BTreeSet<&'static str>;

impl Grant<'_> {
    /// The rules for the kinds in these places.
    pub(super) fn rules(&self, places: impl Fn(Place) -> bool) -> Vec<Value> {
        let mut verbs: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let wanted = |right: &&Right| self.reads(right) && places(right.place);
        for right in RIGHTS.iter().filter(wanted) {
            let resource = (right.group, right.resource, right.only);
            verbs.entry(resource).or_default().extend(self.verbs(right));
        }
        let mut rules: BTreeMap<Shared, Resources> = BTreeMap::new();
        for ((group, resource, only), verbs) in verbs {
            rules
                .entry((group, only, verbs))
                .or_default()
                .insert(resource);
        }
        rules.into_iter().map(rule).collect()
    }

    fn reads(&self, right: &Right) -> bool {
        match right.part {
            Part::Always | Part::Machines => true,
            Part::Templates => self.templates,
            Part::Secrets => self.secrets != SecretsMode::Omit,
        }
    }

    /// One account serves runs with and without names: who may list may as well get.
    fn verbs(&self, right: &Right) -> impl Iterator<Item = &'static str> + use<> {
        let all: &[&str] = match self.all_namespaces {
            true => right.verbs.all,
            false => &[],
        };
        let parts = [right.verbs.named, right.verbs.beside, all];
        parts.into_iter().flatten().copied()
    }
}

fn rule((shared, resources): (Shared, Resources)) -> Value {
    let (group, only, verbs) = shared;
    let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
    if let Some(only) = only {
        rule["resourceNames"] = json!([only]);
    }
    rule
}
