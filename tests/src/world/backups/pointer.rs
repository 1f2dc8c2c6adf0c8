//! Setting and removing by JSON pointer; a place that is not there is an error.

use serde_json::Value;

/// Puts a value in its place; `-` as the last part appends to an array.
pub(super) fn set(value: &mut Value, pointer: &str, new: Value) -> Result<(), String> {
    let (parent, key) = parent(value, pointer)?;
    match parent {
        Value::Object(map) => {
            map.insert(key, new);
            Ok(())
        }
        Value::Array(items) if key == "-" => {
            items.push(new);
            Ok(())
        }
        Value::Array(items) => {
            let item = key.parse::<usize>().ok().and_then(|at| items.get_mut(at));
            *item.ok_or_else(|| nothing(pointer))? = new;
            Ok(())
        }
        _ => Err(nothing(pointer)),
    }
}

/// Takes a value away.
pub(super) fn remove(value: &mut Value, pointer: &str) -> Result<(), String> {
    let (parent, key) = parent(value, pointer)?;
    let removed = match parent {
        Value::Object(map) => map.remove(&key),
        Value::Array(items) => {
            let at = key.parse::<usize>().ok().filter(|at| *at < items.len());
            at.map(|at| items.remove(at))
        }
        _ => None,
    };
    removed.map(drop).ok_or_else(|| nothing(pointer))
}

fn parent<'a>(value: &'a mut Value, pointer: &str) -> Result<(&'a mut Value, String), String> {
    let (parent, key) = pointer.rsplit_once('/').ok_or_else(|| nothing(pointer))?;
    let parent = value.pointer_mut(parent).ok_or_else(|| nothing(pointer))?;
    Ok((parent, key.replace("~1", "/").replace("~0", "~")))
}

fn nothing(pointer: &str) -> String {
    format!("nothing at {pointer}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_set_appended_and_removed() {
        let mut value = json!({"a": {"b": [1, 2]}});
        set(&mut value, "/a/b/-", json!(3)).unwrap();
        set(&mut value, "/a/b/0", json!(0)).unwrap();
        set(&mut value, "/a/x~1y", json!("z")).unwrap();
        remove(&mut value, "/a/b/1").unwrap();
        assert_eq!(value, json!({"a": {"b": [0, 3], "x/y": "z"}}));
        assert_eq!(remove(&mut value, "/a/c"), Err("nothing at /a/c".into()));
        assert_eq!(
            set(&mut value, "/n/c", json!(1)),
            Err("nothing at /n/c".into())
        );
    }
}
