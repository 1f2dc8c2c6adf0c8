//! Undoes what the collector of support bundles does to texts.

use serde_json::Value;

/// Before it parses what the API server sent, the collector writes `null` into every pair of quotes
/// that touch: an empty text reads as `null`, and one that ends with a quote has `null` behind it.
const FILLED: &str = "null";

/// Makes texts empty again; gives the places where that was a guess.
pub(super) fn restore(object: &mut Value) -> Vec<String> {
    let mut places = Vec::new();
    walk(object, "", &mut places);
    places
}

fn walk(value: &mut Value, path: &str, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let path = match path {
                    "" => key.clone(),
                    path if key.contains(['.', '/']) => format!("{path}[{key}]"),
                    path => format!("{path}.{key}"),
                };
                walk(field, &path, places);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                walk(item, &format!("{path}[{at}]"), places);
            }
        }
        Value::String(text) if text == FILLED => {
            text.clear();
            places.push(path.to_owned());
        }
        Value::String(text) => {
            if let Some(whole) = text.strip_suffix(FILLED)
                && whole.ends_with('"')
            {
                text.truncate(text.len() - FILLED.len());
                places.push(path.to_owned());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filled_texts_are_emptied_and_named() {
        let mut object = json!({
            "metadata": {"annotations": {"a.b/c": "null", "d": "say \"hi\"null"}},
            "list": ["null", "nullable", "null "],
        });
        let places = restore(&mut object);
        assert_eq!(
            places,
            [
                "list[0]",
                "metadata.annotations[a.b/c]",
                "metadata.annotations.d"
            ]
        );
        let expected = json!({
            "metadata": {"annotations": {"a.b/c": "", "d": "say \"hi\""}},
            "list": ["", "nullable", "null "],
        });
        assert_eq!(object, expected);
    }
}
