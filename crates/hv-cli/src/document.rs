//! Output for programs: one JSON or YAML document that kubectl and terminals read as it is meant.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;
use serde_json::{Value, json};
use serde_saphyr::DoubleQuoted;

use crate::escape::is_unsafe;
use crate::failure::Failure;

/// What `-o` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// The most important columns.
    #[default]
    Table,
    /// All columns.
    Wide,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
    /// One name a line, such as `virtualmachine.kubevirt.io/web`.
    Name,
    /// The text format of Prometheus, where a command offers it.
    #[value(hide = true)]
    Prometheus,
}

impl OutputFormat {
    /// Whether people read it.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::Wide)
    }

    /// Whether it is exactly one document.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }
}

/// Writes JSON as kubectl indents it, with a line break at its end.
pub fn json(value: &impl Serialize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    value
        .serialize(&mut serializer)
        .map_err(|error| unwritable("JSON", &error))?;
    bytes.push(b'\n');
    Ok(escape_unsafe(&String::from_utf8_lossy(&bytes)))
}

/// Writes YAML that kubectl reads back unchanged, with sorted keys as kubectl writes it.
pub fn yaml(value: &impl Serialize) -> Result<String, Failure> {
    let value = serde_json::to_value(value).map_err(|error| unwritable("YAML", &error))?;
    // Lines are not folded: a changed word would change the lines around it.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: 1_000_000 };
    let text = serde_saphyr::to_string_with_options(&Guarded(&value), options)
        .map_err(|error| unwritable("YAML", &error))?;
    // Outside of double quotes, where a key may stand, an escape would be other text.
    Ok(if has_unsafe_key(&value) {
        text
    } else {
        escape_unsafe(&text)
    })
}

/// Writes objects for `kubectl apply -f -`: a list in JSON, one document each in YAML.
pub fn objects(format: OutputFormat, objects: &[Value]) -> Result<String, Failure> {
    match format {
        OutputFormat::Json => json(&json!({"apiVersion": "v1", "kind": "List", "items": objects})),
        OutputFormat::Name => Ok(objects.iter().map(name).collect()),
        _ => {
            let documents: Result<Vec<_>, _> = objects.iter().map(yaml).collect();
            Ok(documents?.join("---\n"))
        }
    }
}

/// The line of `-o name`: `serviceaccount/web`, `role.rbac.authorization.k8s.io/web`.
fn name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = text(&object["kind"]).to_lowercase();
    let api = text(&object["apiVersion"]);
    let name = text(&object["metadata"]["name"]);
    match api.split_once('/') {
        Some((group, _)) => escape_unsafe(&format!("{kind}.{group}/{name}\n")),
        None => escape_unsafe(&format!("{kind}/{name}\n")),
    }
}

/// A value whose risky strings are written in double quotes, where everything can be escaped.
///
/// Keys cannot be written so; they are ours, or names that Kubernetes has validated.
struct Guarded<'a>(&'a Value);

impl Serialize for Guarded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) if is_risky(text) => DoubleQuoted(text).serialize(serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Guarded)),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, Guarded(value))))
            }
            other => other.serialize(serializer),
        }
    }
}

/// Whether kubectl or a terminal would stumble over a string in its usual form.
///
/// kubectl's reader takes a tab at the start of a line of a literal block for wrong indentation.
fn is_risky(text: &str) -> bool {
    text.contains(|character| is_unsafe(character) && !matches!(character, '\n' | '\t'))
        || text
            .lines()
            .any(|line| line.trim_start_matches(' ').starts_with('\t'))
}

fn has_unsafe_key(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_unsafe_key),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, field)| name.contains(is_unsafe) || has_unsafe_key(field)),
        _ => false,
    }
}

/// The writers escape only some control characters by themselves; the others stand only inside of
/// quoted strings, where the escaped form means the same in both formats.
fn escape_unsafe(document: &str) -> String {
    let acts = |character: char| is_unsafe(character) && !matches!(character, '\n' | '\t');
    if !document.contains(acts) {
        return document.to_owned();
    }
    let mut shown = String::with_capacity(document.len() + 16);
    for character in document.chars() {
        if acts(character) {
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

fn unwritable(format: &str, error: &dyn std::error::Error) -> Failure {
    Failure::failed(format!("the result cannot be written as {format}: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_indented_as_kubectl_does() {
        let text = json(&json!({"kind": "List", "items": [], "n": [1]})).unwrap();
        let expected =
            "{\n    \"items\": [],\n    \"kind\": \"List\",\n    \"n\": [\n        1\n    ]\n}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn json_strings_cannot_drive_a_terminal() {
        let value = json!({"a": "\x1b[2J \u{9b}2J \u{7f} \u{202e}x\ny\tz"});
        let text = json(&value).unwrap();
        assert!(
            !text.contains(|character| is_unsafe(character) && character != '\n'),
            "{text:?}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn objects_are_written_as_kubectl_takes_them() {
        let account =
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}});
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "b"},
        });
        let both = [account, role];
        assert_eq!(
            objects(OutputFormat::Table, &both).unwrap(),
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n---\n\
             apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: b\n"
        );
        assert_eq!(
            objects(OutputFormat::Name, &both).unwrap(),
            "serviceaccount/a\nrole.rbac.authorization.k8s.io/b\n"
        );
        let list = objects(OutputFormat::Json, &both).unwrap();
        let list: Value = serde_json::from_str(&list).unwrap();
        let expected = json!({"apiVersion": "v1", "kind": "List", "items": both});
        assert_eq!(list, expected);
    }

    #[test]
    fn formats_know_who_reads_them() {
        assert!(OutputFormat::Wide.is_table() && !OutputFormat::Name.is_table());
        assert!(OutputFormat::Yaml.is_document() && !OutputFormat::Table.is_document());
    }
}
