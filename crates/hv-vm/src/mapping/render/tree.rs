//! Finds and changes parts of JSON, whatever shape a bundle has.

use serde_json::{Map, Value};

/// The fields at a path, if there are any.
pub(super) fn fields<'a>(
    value: &'a mut Value,
    path: &[&str],
) -> Option<&'a mut Map<String, Value>> {
    at(value, path)?.as_object_mut()
}

/// The elements at a path, if there is a list.
pub(super) fn list<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Vec<Value>> {
    at(value, path)?.as_array_mut()
}

/// The elements at a path; none if there is no list.
pub(super) fn each<'a>(value: &'a mut Value, path: &[&str]) -> impl Iterator<Item = &'a mut Value> {
    list(value, path).into_iter().flatten()
}

/// What is at a path.
pub(super) fn at<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    path.iter()
        .try_fold(value, |value, field| value.get_mut(*field))
}

/// The fields at a path, which are made if nothing is there.
pub(super) fn made<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Map<String, Value>> {
    let mut value = value;
    for field in path {
        value = value
            .as_object_mut()?
            .entry(*field)
            .or_insert_with(|| Map::new().into());
        if value.is_null() {
            *value = Map::new().into();
        }
    }
    value.as_object_mut()
}

/// Changes a text that is there and not empty.
pub(super) fn rewrite(value: &mut Value, path: &[&str], change: impl FnOnce(&str) -> String) {
    if let Some(text) = at(value, path)
        && let Some(old) = text.as_str().filter(|old| !old.is_empty())
    {
        *text = change(old).into();
    }
}

/// Changes JSON that is a text; what does not parse stays as it is.
pub(super) fn rewrite_json(value: &mut Value, path: &[&str], change: impl FnOnce(&mut Value)) {
    rewrite(value, path, |text| {
        match serde_json::from_str::<Value>(text) {
            Ok(mut parsed) => {
                let before = parsed.clone();
                change(&mut parsed);
                // An unchanged text keeps its spelling.
                match parsed == before {
                    true => text.to_owned(),
                    false => parsed.to_string(),
                }
            }
            Err(_) => text.to_owned(),
        }
    });
}

/// Leaves of metadata what a person can say, under its name on the target.
pub(super) fn rename(object: &mut Value, namespace: &str, name: &str) {
    let mut metadata = Map::new();
    if let Some(before) = fields(object, &["metadata"]) {
        for key in ["annotations", "labels"] {
            let kept = before.remove(key);
            if let Some(kept) = kept.filter(|kept| kept.as_object().is_some_and(|m| !m.is_empty()))
            {
                metadata.insert(key.to_owned(), kept);
            }
        }
    }
    metadata.insert("name".to_owned(), name.into());
    if !namespace.is_empty() {
        metadata.insert("namespace".to_owned(), namespace.into());
    }
    if let Some(object) = object.as_object_mut() {
        object.insert("metadata".to_owned(), metadata.into());
        object.remove("status");
    }
}
