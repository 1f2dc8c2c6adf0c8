//! The meaningful differences of two normal forms, in words for people.

mod path;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::path::Path;
use self::text::{hidden, text};

/// A difference of two normal forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The field, in short.
    pub path: String,
    /// What it was; absent if it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; absent if it is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(formatter, "{path}: {before} -> {after}"),
            (None, Some(after)) => write!(formatter, "{path}: added {after}"),
            (Some(before), None) => write!(formatter, "{path}: removed {before}"),
            (None, None) => formatter.write_str(path),
        }
    }
}

/// The differences of two normal forms, in the order of their fields.
///
/// Entries of lists that have names are compared by name. Cloud-init text is never shown.
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&Path::default(), before, after, &mut changes);
    changes
}

fn compare(at: &Path, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    match (before, after) {
        (one, other) if one == other => {}
        (Value::Object(one), Value::Object(other)) if !at.is_root_of_hidden() => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                either(&at.field(key), one.get(key), other.get(key), changes);
            }
        }
        (Value::Array(one), Value::Array(other)) => match (names(one), names(other)) {
            (Some(one), Some(other)) => lists(at, &one, &other, changes),
            _ if one.len() == other.len() && one.iter().chain(other).all(Value::is_object) => {
                for (index, (one, other)) in one.iter().zip(other).enumerate() {
                    compare(&at.entry(&index.to_string()), one, other, changes);
                }
            }
            _ => push(at, Some(before), Some(after), changes),
        },
        _ => push(at, Some(before), Some(after), changes),
    }
}

fn either(at: &Path, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    match (before, after) {
        (Some(before), Some(after)) => compare(at, before, after, changes),
        (None, None) => {}
        _ => push(at, before, after, changes),
    }
}

/// Compares lists whose entries have names; their order counts, too.
fn lists(
    at: &Path,
    before: &[(&str, &Value)],
    after: &[(&str, &Value)],
    changes: &mut Vec<Change>,
) {
    let (one, other): (BTreeMap<_, _>, BTreeMap<_, _>) = (
        before.iter().copied().collect(),
        after.iter().copied().collect(),
    );
    let fresh = after.iter().filter(|(name, _)| !one.contains_key(name));
    for (name, _) in before.iter().chain(fresh) {
        let (one, other) = (one.get(name).copied(), other.get(name).copied());
        either(&at.entry(name), one, other, changes);
    }
    let order = |list: &[(&str, &Value)], others: &BTreeMap<&str, &Value>| {
        let both = list.iter().map(|(name, _)| *name);
        both.filter(|name| others.contains_key(name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (was, is) = (order(before, &other), order(after, &one));
    if was != is {
        changes.push(Change {
            path: format!("{at} (order)"),
            before: Some(was),
            after: Some(is),
        });
    }
}

/// The entries of a list by name, if each has one and no two have the same.
fn names(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let by = |key: &str| -> Option<Vec<(&str, &Value)>> {
        let named = list.iter().map(|entry| Some((entry[key].as_str()?, entry)));
        let named: Vec<_> = named.collect::<Option<_>>()?;
        let unique: BTreeSet<&str> = named.iter().map(|(name, _)| *name).collect();
        (unique.len() == named.len()).then_some(named)
    };
    by("name").or_else(|| by("claim"))
}

fn push(at: &Path, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    let shown = |value: &Value| match at.is_root_of_hidden() {
        true => hidden(),
        false => text(value),
    };
    changes.push(Change {
        path: at.to_string(),
        before: before.map(shown),
        after: after.map(shown),
    });
}
