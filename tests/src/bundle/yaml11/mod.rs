//! Writes YAML the way the collector's YAML 1.1 library does: sorted keys, floats, folded lines.
//!
//! The collector uses go-yaml v2.2.8, whose emitter is a port of libyaml. Everything a reader may stumble
//! over is kept: numbers from a million on in exponent form, strings that look like something else in
//! double quotes, scalars folded at column 80, sequences not indented below their key.

mod emitter;
mod look_alike;
mod number;
mod order;
mod scalar;

use serde_json::Value;

use emitter::{Emitter, is_break};

/// Writes one document, ending in a line break.
pub fn to_string(document: &Value) -> String {
    let mut emitter = Emitter::default();
    node(&mut emitter, document, None, false);
    emitter.finish()
}

/// Writes a mapping of strings in the order given, as the library does for a struct.
pub fn struct_to_string(fields: &[(&str, &str)]) -> String {
    let mut emitter = Emitter::default();
    for (key, value) in fields {
        emitter.indent_to(0);
        pair(&mut emitter, key, &Value::from(*value), 0);
    }
    emitter.finish()
}

/// Writes a value below a collection that is indented by `parent` columns.
fn node(emitter: &mut Emitter, value: &Value, parent: Option<usize>, after_key: bool) {
    let deeper = parent.map_or(0, |columns| columns + 2);
    match value {
        Value::Object(map) if map.is_empty() => emitter.indicator("{}", true, false),
        Value::Array(items) if items.is_empty() => emitter.indicator("[]", true, false),
        Value::Object(map) => {
            for key in order::sorted(map.keys()) {
                emitter.indent_to(deeper);
                pair(emitter, key, &map[key], deeper);
            }
        }
        Value::Array(items) => {
            let indent = if after_key {
                parent.unwrap_or(0)
            } else {
                deeper
            };
            for item in items {
                emitter.indent_to(indent);
                emitter.indicator("-", true, true);
                node(emitter, item, Some(indent), false);
            }
        }
        Value::Null => emitter.plain("null", deeper, true),
        Value::Bool(flag) => emitter.plain(if *flag { "true" } else { "false" }, deeper, true),
        Value::Number(number) => emitter.plain(&number::float(number), deeper, true),
        Value::String(text) => scalar::write(emitter, text, parent.unwrap_or(0) + 2, false),
    }
}

/// Writes a key and its value; keys that are long or have line breaks take the two-line form.
fn pair(emitter: &mut Emitter, key: &str, value: &Value, indent: usize) {
    let on_one_line = key.len() <= 128 && !key.contains(is_break);
    if on_one_line {
        scalar::write(emitter, key, indent + 2, true);
        emitter.indicator(":", false, false);
    } else {
        emitter.indicator("?", true, true);
        scalar::write(emitter, key, indent + 2, false);
        emitter.indent_to(indent);
        emitter.indicator(":", true, true);
    }
    node(emitter, value, Some(indent), on_one_line);
}
