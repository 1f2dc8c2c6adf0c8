//! Whether a node has the labels that the VM asks for, under the map.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Sheet;
use crate::inventory::Node;
use crate::resolve::{Draft, Ground};

/// Labels that Harvester or an import writes by itself.
const OWN: &[&str] = &[
    "cpumanager",
    "kubevirt.io/cpumanager",
    "kubernetes.io/hostname",
];

/// Something that a label of a node must be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    /// The key as the source has it.
    source: String,
    key: String,
    operator: String,
    values: Vec<String>,
}

pub(super) fn judge(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    let labels = &ground.map.node_labels;
    let (always, either) = terms(&draft.vm["spec"]["template"]["spec"], labels);
    if always.is_empty() && either.is_empty() {
        return;
    }
    let nodes = &ground.inventory.nodes;
    let all = |terms: &[Term], node: &Node| terms.iter().all(|term| term.fits(node));
    let fits = |node: &&Node| {
        all(&always, node) && (either.is_empty() || either.iter().any(|terms| all(terms, node)))
    };
    if nodes.iter().any(|node| fits(&node)) {
        return;
    }
    if let Err(why) = nodes.all() {
        sheet.say("unknown-nodes", &[("what", "node labels"), ("why", why)]);
        return;
    }
    let mut told = false;
    for term in always.iter().chain(either.iter().flatten()) {
        if !nodes.iter().any(|node| term.fits(node)) {
            told = true;
            let label = term.label();
            sheet.say(
                "node-label-missing",
                &[("label", &label), ("source", &term.source)],
            );
        }
    }
    if !told {
        sheet.say("no-node-fits", &[]);
    }
}

impl Term {
    fn fits(&self, node: &Node) -> bool {
        let value = node.metadata.labels.get(&self.key);
        match self.operator.as_str() {
            "In" => value.is_some_and(|value| self.values.contains(value)),
            "NotIn" => value.is_none_or(|value| !self.values.contains(value)),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            // Comparisons of numbers: nobody uses them, and the scheduler will tell.
            _ => true,
        }
    }

    fn label(&self) -> String {
        match (self.operator.as_str(), self.values.as_slice()) {
            ("In", [value]) => format!("{}={value}", self.key),
            ("In", values) => format!("{} in {}", self.key, values.join(", ")),
            (_, _) => self.key.clone(),
        }
    }
}

/// The terms that must always fit, and those of which one list must.
fn terms(spec: &Value, map: &BTreeMap<String, String>) -> (Vec<Term>, Vec<Vec<Term>>) {
    let mut always = Vec::new();
    for (key, value) in spec["nodeSelector"].as_object().into_iter().flatten() {
        let values = value.as_str().map(str::to_owned).into_iter().collect();
        always.extend(term(key, "In", values, map));
    }
    let required = &spec["affinity"]["nodeAffinity"];
    let required = &required["requiredDuringSchedulingIgnoredDuringExecution"];
    let lists = required["nodeSelectorTerms"]
        .as_array()
        .into_iter()
        .flatten();
    let either = lists.map(|list| {
        let expressions = list["matchExpressions"].as_array().into_iter().flatten();
        let terms = expressions.filter_map(|one| {
            let values = one["values"].as_array().into_iter().flatten();
            let values = values
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            let (key, operator) = (one["key"].as_str()?, one["operator"].as_str()?);
            term(key, operator, values, map)
        });
        terms.collect()
    });
    (always, either.collect())
}

/// A term under the map; nothing if the map drops it, or if it is not for us to judge.
fn term(
    key: &str,
    operator: &str,
    values: Vec<String>,
    map: &BTreeMap<String, String>,
) -> Option<Term> {
    if OWN.contains(&key) || key.starts_with("network.harvesterhci.io/") {
        return None;
    }
    let source = match (operator, values.as_slice()) {
        ("In", [value]) => format!("{key}={value}"),
        _ => key.to_owned(),
    };
    let mut mapped = Term {
        source,
        key: key.to_owned(),
        operator: operator.to_owned(),
        values: Vec::new(),
    };
    if let Some(renamed) = map.get(key) {
        if renamed.is_empty() {
            return None;
        }
        mapped.key.clone_from(renamed);
    }
    let had_values = !values.is_empty();
    for value in values {
        match map
            .get(&format!("{key}={value}"))
            .map(|label| label.split_once('='))
        {
            Some(Some((other, value))) => {
                other.clone_into(&mut mapped.key);
                mapped.values.push(value.to_owned());
            }
            // The map gives an empty text: this value is dropped.
            Some(None) => {}
            None => mapped.values.push(value),
        }
    }
    (!had_values || !mapped.values.is_empty()).then_some(mapped)
}
