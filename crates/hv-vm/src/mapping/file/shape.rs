//! Whether a document has the fields it may have, and texts where texts belong.

use serde_json::Value;

use super::problem::{Problems, quoted, shown};
use crate::mapping::nearest::nearest;

/// What a value may be.
#[derive(Debug)]
pub(in crate::mapping) enum Shape {
    Text,
    Flag,
    Anything,
    /// A list of such values.
    List(&'static Shape),
    /// Names that a person chooses, each with such a value.
    Named(&'static Shape),
    /// These fields and no others.
    Fields(&'static [(&'static str, Shape)]),
    /// A text, or else this.
    TextOr(&'static Shape),
}

/// Finds everything that does not fit.
pub(in crate::mapping) fn check(value: &Value, shape: &Shape, path: &str, problems: &mut Problems) {
    match (shape, value) {
        (Shape::Anything, _)
        | (Shape::Text | Shape::TextOr(_), Value::String(_))
        | (Shape::Flag, Value::Bool(_)) => {}
        (Shape::TextOr(other), _) => check(value, other, path, problems),
        (Shape::List(each), Value::Array(elements)) => {
            for (at, element) in elements.iter().enumerate() {
                check(element, each, &format!("{path}[{at}]"), problems);
            }
        }
        (Shape::Named(each), Value::Object(fields)) => {
            for (name, value) in fields {
                check(value, each, &below(path, name), problems);
            }
        }
        (Shape::Fields(known), Value::Object(fields)) => {
            for (name, value) in fields {
                match known.iter().find(|(known, _)| known == name) {
                    Some((_, shape)) => check(value, shape, &below(path, name), problems),
                    None => problems.add(&below(path, name), unknown(name, known)),
                }
            }
        }
        (Shape::Text, Value::Number(_) | Value::Bool(_)) => {
            let message = format!("{value} is no text: write it in quotes");
            problems.add(path, message);
        }
        _ => problems.add(
            path,
            format!("{} instead of {}", kind(value), wanted(shape)),
        ),
    }
}

/// The path of a field.
pub(in crate::mapping) fn below(path: &str, name: &str) -> String {
    match path {
        "" => shown(name),
        path => format!("{path}.{}", shown(name)),
    }
}

fn unknown(name: &str, known: &[(&str, Shape)]) -> String {
    let words = || known.iter().map(|(word, _)| *word);
    if let Some(word) = nearest(name, words()) {
        return format!("unknown key; did you mean {}?", quoted(word));
    }
    let words: Vec<&str> = words().collect();
    format!("unknown key; known are {}", words.join(", "))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "fields",
    }
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text => "a text",
        Shape::Flag => "true or false",
        Shape::List(_) => "a list",
        Shape::Anything | Shape::Named(_) | Shape::Fields(_) | Shape::TextOr(_) => "fields",
    }
}
