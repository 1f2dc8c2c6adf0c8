//! Labels that a node must have for a VM to be scheduled there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Needs, text};
use crate::graph::list;
use crate::header::NodeLabelNeed;

pub(super) fn node_labels(needs: &Needs<'_>) -> Vec<NodeLabelNeed> {
    let spec = &needs.stored["spec"]["template"]["spec"];
    let mut found: BTreeSet<(String, String, Vec<String>)> = BTreeSet::new();
    for (key, value) in spec["nodeSelector"].as_object().into_iter().flatten() {
        let values = text(value).into_iter().collect();
        found.insert((key.clone(), "In".to_owned(), values));
    }
    let required = &spec["affinity"]["nodeAffinity"];
    let required = &required["requiredDuringSchedulingIgnoredDuringExecution"];
    for term in list(&required["nodeSelectorTerms"]) {
        for expression in list(&term["matchExpressions"]) {
            found.extend(label(expression));
        }
    }
    let need = |(key, operator, values)| NodeLabelNeed {
        key,
        operator,
        values,
    };
    found.into_iter().map(need).collect()
}

fn label(expression: &Value) -> Option<(String, String, Vec<String>)> {
    Some((
        text(&expression["key"])?,
        text(&expression["operator"])?,
        list(&expression["values"])
            .iter()
            .filter_map(text)
            .collect(),
    ))
}
