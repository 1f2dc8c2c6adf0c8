//! Reads a file of rules.

use serde_json::Value;

use crate::key::Kind;
use crate::mapping::file::{MapError, Problems, Shape, below, check_shape, quoted, yaml};
use crate::mapping::nearest::nearest;

/// Kinds that are created, of which a rule can be.
const KINDS: [Kind; 7] = [
    Kind::NetworkAttachmentDefinition,
    Kind::KeyPair,
    Kind::ConfigMap,
    Kind::Secret,
    Kind::PersistentVolume,
    Kind::PersistentVolumeClaim,
    Kind::VirtualMachine,
];

const RULES: Shape = Shape::List(&Shape::Fields(&[
    ("kind", Shape::Text),
    ("name", Shape::Text),
    ("namespace", Shape::Text),
    (
        "patch",
        Shape::List(&Shape::Fields(&[
            ("op", Shape::Text),
            ("path", Shape::Text),
            ("from", Shape::Text),
            ("value", Shape::Anything),
        ])),
    ),
]));

const OPS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// Changes of rendered objects that a person wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(pub(super) Vec<Rule>);

/// One change, of every object that it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) patch: json_patch::Patch,
}

impl Rules {
    /// Reads YAML or JSON: a list of `kind`, `name` and `namespace` on the target, and a JSON patch.
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let mut problems = Problems::default();
        let mut rules = Vec::new();
        if let Some(document) = yaml(text, &mut problems) {
            check_shape(&document, &RULES, "", &mut problems);
            if problems.is_empty() {
                for (at, rule) in crate::graph::list(&document).iter().enumerate() {
                    rules.extend(read(&format!("[{at}]"), rule, &mut problems));
                }
            }
        }
        problems.settle(Self(rules))
    }
}

fn read(path: &str, rule: &Value, problems: &mut Problems) -> Option<Rule> {
    let text = |field: &str| rule[field].as_str().map(str::to_owned);
    let kind = kind(path, rule["kind"].as_str(), problems);
    let operations = crate::graph::list(&rule["patch"]);
    if operations.is_empty() {
        problems.add(&below(path, "patch"), "is missing or empty");
        return None;
    }
    let before = problems.len();
    for (at, operation) in operations.iter().enumerate() {
        check(&format!("{path}.patch[{at}]"), operation, problems);
    }
    if problems.len() > before {
        return None;
    }
    match serde_json::from_value(rule["patch"].clone()) {
        Ok(patch) => Some(Rule {
            kind: kind?,
            name: text("name"),
            namespace: text("namespace"),
            patch,
        }),
        Err(error) => {
            problems.add(&below(path, "patch"), error.to_string());
            None
        }
    }
}

fn kind(path: &str, said: Option<&str>, problems: &mut Problems) -> Option<Kind> {
    let names = || KINDS.iter().map(|kind| kind.name());
    let Some(said) = said else {
        problems.add(&below(path, "kind"), "is missing");
        return None;
    };
    let found = KINDS.into_iter().find(|kind| kind.name() == said);
    if found.is_none() {
        let known = match nearest(said, names()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => format!("created are {}", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("no {} is created; {known}", quoted(said));
        problems.add(&below(path, "kind"), message);
    }
    if found == Some(Kind::Secret) {
        let message = "a Secret is not shown and cannot be patched";
        problems.add(&below(path, "kind"), message);
    }
    found
}

fn check(path: &str, operation: &Value, problems: &mut Problems) {
    let op = operation["op"].as_str().unwrap_or_default();
    if !OPS.contains(&op) {
        let message = format!("{} is none of {}", quoted(op), OPS.join(", "));
        problems.add(&below(path, "op"), message);
        return;
    }
    let pointers: &[&str] = match op {
        "move" | "copy" => &["from", "path"],
        _ => &["path"],
    };
    for field in pointers {
        match operation[*field].as_str() {
            None => problems.add(&below(path, field), "is missing"),
            Some(pointer) if pointer.starts_with('/') => {}
            Some(other) => {
                let message = format!("{} does not begin with \"/\"", quoted(other));
                problems.add(&below(path, field), message);
            }
        }
    }
    let has_value = operation.get("value").is_some();
    if matches!(op, "add" | "replace" | "test") != has_value {
        let message = match has_value {
            true => format!("{} takes no value", quoted(op)),
            false => "is missing".to_owned(),
        };
        problems.add(&below(path, "value"), message);
    }
}
