//! Values of every shape are read as what they mean.

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

fn read_text(value: Value) -> String {
    text(value).unwrap()
}

#[test]
fn texts_are_read_from_anything() {
    for empty in [
        json!(null),
        json!("null"),
        json!(""),
        json!([1, {"a": 2}]),
        json!({"a": []}),
    ] {
        assert_eq!(read_text(empty), "");
    }
    let scalars = [
        json!("a"),
        json!(true),
        json!(7),
        json!(-7),
        json!(1e6),
        json!(0.5),
    ];
    let texts = ["a", "true", "7", "-7", "1000000", "0.5"];
    assert_eq!(scalars.map(read_text), texts);
}

#[test]
fn integers_are_read_from_floats_and_texts() {
    for (value, number) in [
        (json!(7), Some(7)),
        (json!(1.048_576e6), Some(1_048_576)),
        (json!(1.7e18), Some(1_700_000_000_000_000_000)),
        (json!(-1.7e18), Some(-1_700_000_000_000_000_000)),
        (json!("12"), Some(12)),
        (json!("1.2e+07"), Some(12_000_000)),
        (json!(0.5), None),
        (json!(1e300), None),
        (json!(u64::MAX), None),
        (json!("null"), None),
        (json!("NaN"), None),
        (json!(true), None),
        (json!(null), None),
        (json!({"a": [1]}), None),
    ] {
        assert_eq!(int(value.clone()).unwrap(), number, "{value}");
    }
}

#[test]
fn parts_are_read_from_objects_only() {
    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Leaf {
        #[serde(deserialize_with = "text")]
        name: String,
        #[serde(deserialize_with = "truth")]
        ready: Option<bool>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct View {
        #[serde(deserialize_with = "part")]
        one: Leaf,
        #[serde(deserialize_with = "optional")]
        maybe: Option<Leaf>,
        #[serde(deserialize_with = "parts")]
        all: Vec<Leaf>,
    }
    let read = |value: &Value| serde_json::from_value::<View>(value.clone()).unwrap();
    for odd in [
        json!(null),
        json!("null"),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(true),
        json!([[1]]),
    ] {
        let view = read(&json!({"one": odd, "maybe": odd, "all": odd}));
        assert_eq!((view.one, view.maybe), (Leaf::default(), None));
        assert!(view.all.is_empty());
    }
    let leaf = json!({"name": "a", "ready": "true", "more": [{}]});
    let view = read(&json!({"one": leaf, "maybe": leaf, "all": [leaf, 7, null, [], {"ready": 7}]}));
    assert_eq!((view.one.name.as_str(), view.one.ready), ("a", Some(true)));
    assert_eq!(view.maybe.as_ref(), Some(&view.one));
    assert_eq!(view.all, [view.one, Leaf::default()]);
    assert!(read(&json!({"all": {"a": 1}})).all.is_empty());
}

#[test]
fn maps_are_read_whatever_their_values() {
    #[derive(Deserialize)]
    struct View {
        #[serde(default, deserialize_with = "map")]
        labels: BTreeMap<String, String>,
    }
    let read = |value: Value| serde_json::from_value::<View>(value).unwrap().labels;
    let labels = read(json!({"labels": {"a": "null", "b": 1, "c": null, "d": "x"}}));
    let pairs: Vec<(&str, &str)> = labels
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(pairs, [("a", ""), ("b", "1"), ("c", ""), ("d", "x")]);
    for empty in [
        json!({}),
        json!({"labels": null}),
        json!({"labels": "null"}),
        json!({"labels": [1]}),
    ] {
        assert!(read(empty).is_empty());
    }
}
