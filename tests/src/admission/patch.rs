//! JSON patches as the API server applies them, which lets `replace` add a missing last key.

use serde_json::{Value, json};

/// One operation that sets a value.
pub(crate) fn set(path: impl Into<String>, value: impl Into<Value>) -> Value {
    json!({"op": "replace", "path": path.into(), "value": value.into()})
}

/// Applies operations; the error is the API server's.
pub(super) fn apply(object: &mut Value, operations: &[Value]) -> Result<(), String> {
    for operation in operations {
        let path = operation["path"].as_str().unwrap_or_default();
        let name = operation["op"].as_str().unwrap_or_default();
        let missing = || {
            format!("{name} operation does not apply: doc is missing path: {path}: missing value")
        };
        let (parent, last) = path.rsplit_once('/').ok_or_else(missing)?;
        let parent = object.pointer_mut(parent).ok_or_else(missing)?;
        let last = last.replace("~1", "/").replace("~0", "~");
        match parent {
            Value::Object(map) if name == "remove" => {
                map.remove(&last).ok_or_else(missing)?;
            }
            Value::Object(map) => {
                map.insert(last, operation["value"].clone());
            }
            Value::Array(list) => {
                let index: usize = last.parse().map_err(|_| missing())?;
                let place = list.get_mut(index).ok_or_else(missing)?;
                *place = operation["value"].clone();
            }
            _ => return Err(missing()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_key_is_added_and_a_missing_parent_is_an_error() {
        let mut object = json!({"a": {}, "list": [{"b": 1}]});
        apply(&mut object, &[set("/a/new", 1), set("/list/0/b", 2)]).unwrap();
        assert_eq!(object, json!({"a": {"new": 1}, "list": [{"b": 2}]}));
        let error = apply(&mut object, &[set("/none/key", 1)]).unwrap_err();
        assert_eq!(
            error,
            "replace operation does not apply: doc is missing path: /none/key: missing value"
        );
        let remove = json!({"op": "remove", "path": "/a/new"});
        apply(&mut object, std::slice::from_ref(&remove)).unwrap();
        assert!(apply(&mut object, &[remove]).is_err());
    }
}
