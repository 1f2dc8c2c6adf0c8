//! The rows of one kind, laid out so that an object is walked once.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Action;
use super::condition::{Situation, When};
use super::convert::Conversion;
use super::path::Step;
use super::row::Row;

/// A row, ready for use.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) action: Action,
    when: Option<When>,
    values: Vec<String>,
    pub(super) convert: Option<Conversion>,
    /// Code and sentence.
    pub(super) note: Option<(String, String)>,
    pub(super) why: Arc<str>,
}

impl Rule {
    pub(super) fn new(row: &Row) -> Self {
        let sentence = || row.say.clone().unwrap_or_else(|| sentence_of(&row.why));
        Self {
            action: row.action,
            when: row.when,
            values: row.values.clone(),
            convert: row.convert,
            note: row.note.clone().map(|code| (code, sentence())),
            why: row.why.as_str().into(),
        }
    }

    fn holds(&self, situation: &Situation<'_>, value: &Value) -> bool {
        let listed = || {
            let text = value.as_str();
            self.values.iter().any(|one| text == Some(one))
        };
        (self.values.is_empty() || listed())
            && self.when.is_none_or(|when| when.holds(situation, value))
    }
}

/// A reason as a sentence of its own.
fn sentence_of(why: &str) -> String {
    let mut letters = why.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// A field that rows are for, or that lies on the way to one.
#[derive(Debug, Default)]
pub(super) struct Node {
    keys: BTreeMap<String, Node>,
    prefixes: Vec<(String, Node)>,
    each: Option<Box<Node>>,
    rules: Vec<Arc<Rule>>,
}

impl Node {
    /// Adds a rule at the end of a path.
    pub(super) fn insert(&mut self, path: &[Step], rule: &Arc<Rule>) {
        let Some((step, rest)) = path.split_first() else {
            self.rules.push(Arc::clone(rule));
            return;
        };
        let next = match step {
            Step::Key(key) => self.keys.entry(key.clone()).or_default(),
            Step::Each => self.each.get_or_insert_default(),
            Step::Prefix(prefix) => {
                let known = self.prefixes.iter().position(|(one, _)| one == prefix);
                let at = known.unwrap_or_else(|| {
                    self.prefixes.push((prefix.clone(), Self::default()));
                    self.prefixes.len() - 1
                });
                &mut self.prefixes[at].1
            }
        };
        next.insert(rest, rule);
    }

    /// What is known of a key; its own name goes before a beginning.
    pub(super) fn key(&self, key: &str) -> Option<&Self> {
        self.keys.get(key).or_else(|| {
            let mut fitting = self.prefixes.iter().filter(|(one, _)| key.starts_with(one));
            fitting.next().map(|(_, node)| node)
        })
    }

    /// What is known of the elements of a list.
    pub(super) fn each(&self) -> Option<&Self> {
        self.each.as_deref()
    }

    /// The rule for a value, if one holds.
    pub(super) fn rule(&self, situation: &Situation<'_>, value: &Value) -> Option<&Rule> {
        let mut rules = self.rules.iter().map(Arc::as_ref);
        rules.find(|rule| rule.holds(situation, value))
    }
}
