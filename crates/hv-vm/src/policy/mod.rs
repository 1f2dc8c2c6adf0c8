//! What becomes of each field when an object leaves its cluster, as data.

mod condition;
mod convert;
#[cfg(test)]
mod document;
pub(crate) mod path;
mod row;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::condition::Situation;
use self::convert::strategy;
use self::row::Section;
use self::tree::{Node, Rule};
use self::walk::{Verdict, Walk};
use crate::header::Note;
use crate::key::Kind;

const TABLE: &str = include_str!("field-policy.yaml");

/// What becomes of a field.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It never leaves the source.
    Strip,
    /// It travels as it is.
    Keep,
    /// It travels as it is and an importer translates it.
    Map,
    /// It travels as it is and needs care.
    Warn,
    /// It is set anew, here or by an importer.
    Own,
    /// It travels in another form.
    Convert,
}

impl Action {
    /// The action as tables and documents write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strip => "strip",
            Self::Keep => "keep",
            Self::Map => "map",
            Self::Warn => "warn",
            Self::Own => "own",
            Self::Convert => "convert",
        }
    }
}

/// What became of one field of an object: a leaf, or a part that was left out as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fate {
    /// The field.
    pub path: String,
    /// What became of it.
    pub action: Action,
    /// Why.
    pub why: Arc<str>,
}

/// An object as it travels.
#[derive(Clone, PartialEq)]
pub struct Applied {
    /// Its stored form.
    pub object: Value,
    /// What became of each field of the source, in its order.
    pub fates: Vec<Fate>,
    /// What a person must know.
    pub notes: Vec<Note>,
}

impl fmt::Debug for Applied {
    /// Leaves the object out: it may be a Secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Applied")
            .field("fates", &self.fates)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// The built-in table does not parse: a defect of the build, found by its tests.
#[derive(Debug, thiserror::Error)]
#[error("read the built-in field policy: {0}")]
pub struct PolicyError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// The table, ready for use.
#[derive(Debug)]
pub struct Policy {
    /// By [`Kind`], in the order of [`Kind::ALL`].
    trees: Vec<Node>,
    unknown: Arc<str>,
    /// Whether it is told what became of each field.
    tells: bool,
}

impl Policy {
    /// Reads the table that is part of the program; do it once a run.
    pub fn builtin() -> Result<Self, PolicyError> {
        let mut trees: Vec<Node> = Kind::ALL.iter().map(|_| Node::default()).collect();
        for section in sections()? {
            for row in &section.rows {
                let rule = Arc::new(Rule::new(row));
                let paths = path::parse(&row.path).map_err(|error| PolicyError(error.into()))?;
                for (kind, tree) in Kind::ALL.iter().zip(&mut trees) {
                    if section.is_for(*kind) {
                        for path in &paths {
                            tree.insert(path, &rule);
                        }
                    }
                }
            }
        }
        Ok(Self {
            trees,
            unknown: "no row is for it".into(),
            tells: true,
        })
    }

    /// The same table for those who only want the objects: no field's fate is told.
    #[must_use]
    pub fn without_fates(self) -> Self {
        Self {
            tells: false,
            ..self
        }
    }

    /// The rows of a kind.
    fn tree(&self, kind: Kind) -> Option<&Node> {
        let index = Kind::ALL.iter().position(|one| *one == kind)?;
        self.trees.get(index)
    }

    /// The stored form of an object.
    pub fn apply(&self, kind: Kind, object: &Value) -> Applied {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        let mut walk = Walk {
            embedded: self.tree(Kind::VirtualMachine),
            situation: Situation::of(object, namespace),
            path: Vec::new(),
            fates: self.tells.then(Vec::new),
            notes: Vec::new(),
        };
        let above = Verdict {
            action: Action::Keep,
            why: &self.unknown,
        };
        let mut stored = walk
            .value(object, self.tree(kind), above)
            .unwrap_or(Value::Null);
        if kind == Kind::VirtualMachine {
            strategy::halt(object, &mut stored, &mut walk.notes);
        }
        // Lists of the core API carry no type with each item.
        if let Some(fields) = stored.as_object_mut() {
            let typed = [("apiVersion", kind.api_version()), ("kind", kind.name())];
            for (key, value) in typed {
                fields.entry(key).or_insert_with(|| value.into());
            }
        }
        Applied {
            object: stored,
            fates: walk.fates.unwrap_or_default(),
            notes: walk.notes,
        }
    }
}

/// The table as it is written.
///
/// By way of a plain value: a YAML reader for each type of row would be a large part of the program.
fn sections() -> Result<Vec<Section>, PolicyError> {
    let value: Value = serde_saphyr::from_str(TABLE).map_err(|error| PolicyError(error.into()))?;
    serde_json::from_value(value).map_err(|error| PolicyError(error.into()))
}
