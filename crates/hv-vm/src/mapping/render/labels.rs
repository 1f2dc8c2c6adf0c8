//! Labels of nodes that a VM asks for, under their names on the target.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::RenderError;
use super::tree::{at, each, fields, list};
use crate::header::Note;

/// What becomes of one label.
enum Label<'a> {
    Stays,
    Dropped,
    Becomes(&'a str, &'a str),
}

/// The map of labels: `key` or `key=value`.
pub(super) struct Labels<'a> {
    map: &'a BTreeMap<String, String>,
    dropped: Vec<String>,
}

/// Rewrites node selector, node affinity and the keys that pods are spread by.
pub(super) fn rewrite(
    spec: &mut Value,
    map: &BTreeMap<String, String>,
    notes: &mut Vec<Note>,
) -> Result<(), RenderError> {
    if map.is_empty() {
        return Ok(());
    }
    let mut labels = Labels {
        map,
        dropped: Vec::new(),
    };
    labels.selector(spec);
    labels.affinity(spec)?;
    labels.topology(spec);
    labels.dropped.dedup();
    notes.extend(labels.dropped.into_iter().map(|label| Note {
        code: "node-label-dropped".to_owned(),
        path: "spec.template.spec".to_owned(),
        message: format!("The VM does not ask for the node label \"{label}\" any more."),
    }));
    Ok(())
}

impl<'a> Labels<'a> {
    /// A label with its value; the map may name both or the key only.
    fn with_value<'b>(&'b self, key: &'b str, value: &'b str) -> Label<'b>
    where
        'a: 'b,
    {
        if let Some(to) = self.map.get(&format!("{key}={value}")) {
            return match to.split_once('=') {
                Some((key, value)) => Label::Becomes(key, value),
                None if to.is_empty() => Label::Dropped,
                None => Label::Becomes(to, value),
            };
        }
        match self.map.get(key) {
            None => Label::Stays,
            Some(to) if to.is_empty() => Label::Dropped,
            Some(to) => Label::Becomes(to, value),
        }
    }

    fn selector(&mut self, spec: &mut Value) {
        let Some(selector) = fields(spec, &["nodeSelector"]) else {
            return;
        };
        let mut kept = Map::new();
        for (key, value) in std::mem::take(selector) {
            let text = value.as_str().unwrap_or_default();
            match self.with_value(&key, text) {
                Label::Stays => {
                    kept.insert(key, value);
                }
                Label::Becomes(key, value) => {
                    kept.insert(key.to_owned(), value.into());
                }
                Label::Dropped => self.dropped.push(format!("{key}={text}")),
            }
        }
        let is_empty = kept.is_empty();
        *selector = kept;
        if is_empty && let Some(spec) = spec.as_object_mut() {
            spec.remove("nodeSelector");
        }
    }

    fn affinity(&mut self, spec: &mut Value) -> Result<(), RenderError> {
        const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
        const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
        let Some(affinity) = at(spec, &["affinity", "nodeAffinity"]) else {
            return Ok(());
        };
        if let Some(terms) = list(affinity, &[REQUIRED, "nodeSelectorTerms"]) {
            self.terms(terms, &[])?;
            if terms.is_empty()
                && let Some(affinity) = affinity.as_object_mut()
            {
                affinity.remove(REQUIRED);
            }
        }
        if let Some(terms) = list(affinity, &[PREFERRED]) {
            self.terms(terms, &["preference"])?;
            if terms.is_empty()
                && let Some(affinity) = affinity.as_object_mut()
            {
                affinity.remove(PREFERRED);
            }
        }
        Ok(())
    }

    /// A term that asks for nothing any more is removed: an empty one would match no node.
    fn terms(&mut self, terms: &mut Vec<Value>, to: &[&str]) -> Result<(), RenderError> {
        let mut kept = Vec::with_capacity(terms.len());
        for mut term in std::mem::take(terms) {
            let mut path = to.to_vec();
            path.push("matchExpressions");
            let mut emptied = false;
            if let Some(expressions) = list(&mut term, &path) {
                let before = expressions.len();
                let mut left = Vec::with_capacity(before);
                for expression in std::mem::take(expressions) {
                    left.extend(self.expression(expression)?);
                }
                emptied = left.is_empty() && before > 0;
                *expressions = left;
            }
            path.pop();
            let others = at(&mut term, &path).map_or(&Value::Null, |term| &term["matchFields"]);
            if !emptied || others.as_array().is_some_and(|fields| !fields.is_empty()) {
                kept.push(term);
            }
        }
        *terms = kept;
        Ok(())
    }

    fn expression(&mut self, mut expression: Value) -> Result<Option<Value>, RenderError> {
        let Some(key) = expression["key"].as_str().map(str::to_owned) else {
            return Ok(Some(expression));
        };
        let by_value = matches!(expression["operator"].as_str(), Some("In" | "NotIn"));
        let mut to = key.clone();
        if by_value {
            let values = expression["values"].as_array().cloned().unwrap_or_default();
            let mut kept: Vec<Value> = Vec::new();
            let mut keys: Vec<String> = Vec::new();
            for value in &values {
                let text = value.as_str().unwrap_or_default();
                let (key, value) = match self.with_value(&key, text) {
                    Label::Stays => (key.as_str(), text),
                    Label::Becomes(key, value) => (key, value),
                    Label::Dropped => {
                        self.dropped.push(format!("{key}={text}"));
                        continue;
                    }
                };
                keys.push(key.to_owned());
                let value = Value::from(value);
                if !kept.contains(&value) {
                    kept.push(value);
                }
            }
            keys.dedup();
            match &keys[..] {
                [] if values.is_empty() => {}
                [] => return Ok(None),
                [one] => to.clone_from(one),
                _ => return Err(RenderError::Label(key)),
            }
            if let Some(expression) = expression.as_object_mut()
                && !values.is_empty()
            {
                expression.insert("values".to_owned(), kept.into());
            }
        } else if let Some(mapped) = self.map.get(&key) {
            if mapped.is_empty() {
                self.dropped.push(key);
                return Ok(None);
            }
            to.clone_from(mapped);
        }
        if let Some(expression) = expression.as_object_mut() {
            expression.insert("key".to_owned(), to.into());
        }
        Ok(Some(expression))
    }

    /// Keys that say what counts as one place.
    fn topology(&mut self, spec: &mut Value) {
        let mut lists: Vec<Vec<&str>> = vec![vec!["topologySpreadConstraints"]];
        for which in ["podAffinity", "podAntiAffinity"] {
            for when in [
                "requiredDuringSchedulingIgnoredDuringExecution",
                "preferredDuringSchedulingIgnoredDuringExecution",
            ] {
                lists.push(vec!["affinity", which, when]);
            }
        }
        for path in lists {
            let Some(terms) = list(spec, &path) else {
                continue;
            };
            terms.retain(|term| {
                let dropped = topology_key(term)
                    .filter(|key| self.map.get(*key).is_some_and(String::is_empty));
                self.dropped.extend(dropped.map(str::to_owned));
                dropped.is_none()
            });
            for term in each(spec, &path) {
                let mapped = topology_key(term)
                    .and_then(|key| self.map.get(key))
                    .cloned();
                if let Some(mapped) = mapped {
                    let below: &[&str] = match term.get("podAffinityTerm") {
                        Some(_) => &["podAffinityTerm"],
                        None => &[],
                    };
                    if let Some(term) = fields(term, below) {
                        term.insert("topologyKey".to_owned(), mapped.into());
                    }
                }
            }
        }
    }
}

fn topology_key(term: &Value) -> Option<&str> {
    let direct = term["topologyKey"].as_str();
    direct.or_else(|| term["podAffinityTerm"]["topologyKey"].as_str())
}
