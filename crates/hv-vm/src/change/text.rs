//! Values as people read them: on one line, not too long, and without what may be a secret.

use serde_json::Value;

/// The longest text of a value.
const LONGEST: usize = 80;

/// Fields that may hold passwords and keys.
const HIDDEN: [&str; 4] = [
    "userData",
    "userDataBase64",
    "networkData",
    "networkDataBase64",
];

/// What stands for a value that is not shown.
pub(super) fn hidden() -> String {
    "(hidden)".to_owned()
}

/// Whether a field may hold a secret.
pub(super) fn is_hidden(field: &str) -> bool {
    HIDDEN.contains(&field)
}

/// A value on one line.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => shorten(text),
        Value::Object(_) | Value::Array(_) => shorten(&redacted(value).to_string()),
        other => other.to_string(),
    }
}

/// A text without line ends and whatever else moves a cursor.
pub(super) fn printable(text: &str) -> String {
    let harmless = |c: char| {
        !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().all(harmless) {
        return text.to_owned();
    }
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match harmless(c) {
            true => printable.push(c),
            false => printable.extend(c.escape_default()),
        }
    }
    printable
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => printable(&text[..end]) + "…",
        None => printable(text),
    }
}

fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| match is_hidden(key) {
                true => (key.clone(), Value::String(hidden())),
                false => (key.clone(), redacted(value)),
            });
            Value::Object(fields.collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(redacted).collect()),
        other => other.clone(),
    }
}
