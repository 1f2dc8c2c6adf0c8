//! One walk over an object: what travels, what became of each field, what a person must know.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::condition::Situation;
use super::convert::{Conversion, strategy};
use super::path::{push_index, push_key};
use super::tree::{Node, Rule};
use super::{Action, Fate};
use crate::header::Note;

/// Parts that stay although nothing is left in them, because schemas ask for them.
const STAYS: &[&str] = &["metadata", "spec", "template", "domain", "devices", "cpu"];

/// A value that a sentence quotes is cut here.
const QUOTED_CHARS: usize = 120;

/// What becomes of a field, and why.
#[derive(Clone, Copy)]
pub(super) struct Verdict<'a> {
    pub(super) action: Action,
    pub(super) why: &'a Arc<str>,
}

/// A step of the walk; the path is written out only where it is told.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    Key(&'a str),
    Index(usize),
}

/// A walk under way.
pub(super) struct Walk<'a> {
    /// Rows of an embedded VM.
    pub(super) embedded: Option<&'a Node>,
    pub(super) situation: Situation<'a>,
    pub(super) path: Vec<Part<'a>>,
    /// What became of each field, if somebody wants to know.
    pub(super) fates: Option<Vec<Fate>>,
    pub(super) notes: Vec<Note>,
}

impl<'a> Walk<'a> {
    /// What of a value travels; nothing if all of it stays behind.
    pub(super) fn value(
        &mut self,
        value: &'a Value,
        node: Option<&'a Node>,
        above: Verdict<'a>,
    ) -> Option<Value> {
        if node.is_none() && self.fates.is_none() {
            // No row is for anything in it, so that all of it travels.
            return Some(value.clone());
        }
        let rule = node.and_then(|node| node.rule(&self.situation, value));
        let verdict = rule.map_or(above, |rule| Verdict {
            action: rule.action,
            why: &rule.why,
        });
        if let Some(rule) = rule {
            self.note(rule, value);
            if rule.action == Action::Strip {
                self.fate(verdict);
                return None;
            }
            if let Some(conversion) = rule.convert {
                return self.convert(conversion, value, verdict, above);
            }
        }
        match value {
            Value::Object(fields) if !fields.is_empty() => self.object(fields, node, verdict),
            Value::Array(elements) if !elements.is_empty() => self.list(elements, node, verdict),
            leaf => {
                self.fate(verdict);
                Some(leaf.clone())
            }
        }
    }

    fn object(
        &mut self,
        fields: &'a Map<String, Value>,
        node: Option<&'a Node>,
        verdict: Verdict<'a>,
    ) -> Option<Value> {
        let mut kept = Map::new();
        for (key, value) in fields {
            self.path.push(Part::Key(key));
            let below = node.and_then(|node| node.key(key));
            let stays = || {
                let stays = value.is_object() && STAYS.contains(&key.as_str());
                stays.then(|| Map::new().into())
            };
            if let Some(value) = self.value(value, below, verdict).or_else(stays) {
                kept.insert(key.clone(), value);
            }
            self.path.pop();
        }
        (!kept.is_empty()).then_some(Value::Object(kept))
    }

    fn list(
        &mut self,
        elements: &'a [Value],
        node: Option<&'a Node>,
        verdict: Verdict<'a>,
    ) -> Option<Value> {
        let below = node.and_then(Node::each);
        let mut kept = Vec::with_capacity(elements.len());
        for (index, value) in elements.iter().enumerate() {
            self.path.push(Part::Index(index));
            kept.extend(self.value(value, below, verdict));
            self.path.pop();
        }
        (!kept.is_empty()).then_some(Value::Array(kept))
    }

    fn convert(
        &mut self,
        conversion: Conversion,
        value: &'a Value,
        verdict: Verdict<'a>,
        above: Verdict<'a>,
    ) -> Option<Value> {
        if conversion == Conversion::VirtualMachine {
            let outer = self.situation;
            self.situation = Situation::of(value, outer.namespace);
            let mut stored = self.value(value, self.embedded, above);
            self.situation = outer;
            if let Some(stored) = &mut stored {
                strategy::carry_over(value, stored);
            }
            return stored;
        }
        self.fate(verdict);
        match conversion.convert(&self.situation, value)? {
            Ok(converted) => Some(converted),
            Err((code, message)) => {
                self.notes.push(Note {
                    code: code.to_owned(),
                    path: self.shown(),
                    message: message.to_owned(),
                });
                Some(value.clone())
            }
        }
    }

    fn fate(&mut self, verdict: Verdict<'_>) {
        if self.fates.is_none() {
            return;
        }
        let fate = Fate {
            path: self.shown(),
            action: verdict.action,
            why: Arc::clone(verdict.why),
        };
        self.fates.get_or_insert_default().push(fate);
    }

    /// Where the walk is.
    fn shown(&self) -> String {
        let mut path = String::new();
        for part in &self.path {
            match part {
                Part::Key(key) => push_key(&mut path, key),
                Part::Index(index) => push_index(&mut path, *index),
            }
        }
        path
    }

    fn note(&mut self, rule: &Rule, value: &Value) {
        if let Some((code, sentence)) = &rule.note {
            self.notes.push(Note {
                code: code.clone(),
                path: self.shown(),
                message: quote(sentence, value),
            });
        }
    }
}

/// Fills in `{}` and `{field}`.
fn quote(sentence: &str, value: &Value) -> String {
    let mut told = String::new();
    let mut rest = sentence;
    while let Some((head, name, tail)) = rest
        .split_once('{')
        .and_then(|(head, more)| more.split_once('}').map(|(name, tail)| (head, name, tail)))
    {
        told.push_str(head);
        let quoted = if name.is_empty() { value } else { &value[name] };
        told.extend(words(quoted).chars().take(QUOTED_CHARS));
        rest = tail;
    }
    told.push_str(rest);
    told.replace(" ()", "")
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(elements) => elements.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
