//! Reading values as a support bundle mangles them: empty strings as `null`, integers as floats.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads the string that a support bundle writes for an empty one.
///
/// The collector replaces every `""` by `"null"`, so a real `null` cannot be told apart.
pub fn null_is_empty(text: &str) -> &str {
    if text == "null" { "" } else { text }
}

/// Deserialises a text; null, the string `null` and other types than scalars become empty.
///
/// To be used as `#[serde(default, deserialize_with = "lenient::text")]`.
pub fn text<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(TextVisitor)
}

/// Deserialises an integer from an integer, a whole float or a text holding either.
///
/// Null and anything else become `None`, so that one odd field never hides an object.
pub fn int<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(IntVisitor)
}

/// Deserialises a map of texts; null becomes an empty map, values are read as by [`text`].
pub fn map<'de, D>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(MapVisitor(|_| true))
}

/// Deserialises a map as [`map`] does, without the entries that nobody reads.
pub fn some<'de, D>(
    deserializer: D,
    is_read: fn(&str) -> bool,
) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(MapVisitor(is_read))
}

/// The integer that a float stands for, if it stands for exactly one.
pub fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || !number.is_finite() {
        return None;
    }
    if number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and at most 2^53")]
        return Some(number as i64);
    }
    // Above 2^53 the decimal form is the better witness: 1.7e+18 was written from 1700000000000000000.
    format!("{number:.0}").parse().ok()
}

/// Deserialises a part of an object; null and anything that is no object become its default.
pub fn part<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: serde::Deserialize<'de> + Default,
{
    optional(deserializer).map(Option::unwrap_or_default)
}

/// Deserialises a part of an object that may be missing; anything that is no object is missing.
pub fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    deserializer.deserialize_any(PartVisitor(PhantomData))
}

/// Deserialises a list of objects; null and other types become an empty list, and an item that is
/// no object is left out.
pub fn parts<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    let items: Option<Vec<Part<T>>> = deserializer.deserialize_any(PartsVisitor(PhantomData))?;
    let items = items.unwrap_or_default();
    Ok(items.into_iter().filter_map(|item| item.0).collect())
}

/// Deserialises a truth value; texts that hold one count, anything else is missing.
pub fn truth<'de, D>(deserializer: D) -> Result<Option<bool>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(match text(deserializer)?.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

struct Part<T>(Option<T>);

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        optional(deserializer).map(Self)
    }
}

/// What a visitor says to everything but the one shape it wants.
macro_rules! nothing_else {
    () => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
            inner.deserialize_any(self)
        }
    };
}

struct PartVisitor<T>(PhantomData<T>);

impl<'de, T: serde::Deserialize<'de>> Visitor<'de> for PartVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(access)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Option<T>, A::Error> {
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    nothing_else!();
}

struct PartsVisitor<T>(PhantomData<T>);

impl<'de, T: serde::Deserialize<'de>> Visitor<'de> for PartsVisitor<T> {
    type Value = Option<Vec<Part<T>>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Some(items))
    }

    nothing_else!();
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(null_is_empty(text).to_owned())
    }

    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<String, E> {
        Ok(whole(value).map_or_else(|| value.to_string(), |whole| whole.to_string()))
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_none<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_some<D>(self, deserializer: D) -> Result<String, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A>(self, mut access: A) -> Result<String, A::Error>
    where
        A: MapAccess<'de>,
    {
        while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_seq<A>(self, mut access: A) -> Result<String, A::Error>
    where
        A: SeqAccess<'de>,
    {
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}

struct IntVisitor;

impl<'de> Visitor<'de> for IntVisitor {
    type Value = Option<i64>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an integer")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<i64>, E> {
        let parsed = text.parse().ok();
        Ok(parsed.or_else(|| text.parse().ok().and_then(whole)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<i64>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<i64>, E> {
        Ok(Some(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<i64>, E> {
        Ok(i64::try_from(value).ok())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<i64>, E> {
        Ok(whole(value))
    }

    fn visit_unit<E>(self) -> Result<Option<i64>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<i64>, E> {
        Ok(None)
    }

    fn visit_some<D>(self, deserializer: D) -> Result<Option<i64>, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A>(self, mut access: A) -> Result<Option<i64>, A::Error>
    where
        A: MapAccess<'de>,
    {
        while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A>(self, mut access: A) -> Result<Option<i64>, A::Error>
    where
        A: SeqAccess<'de>,
    {
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

struct MapVisitor(fn(&str) -> bool);

impl<'de> Visitor<'de> for MapVisitor {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of texts")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_some<D>(self, deserializer: D) -> Result<Self::Value, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A>(self, mut access: A) -> Result<Self::Value, A::Error>
    where
        A: MapAccess<'de>,
    {
        let mut map = BTreeMap::new();
        while let Some(Name(key)) = access.next_key()? {
            if (self.0)(&key) {
                let Text(value) = access.next_value()?;
                map.insert(key.into_owned(), value);
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(map)
    }

    fn visit_seq<A>(self, mut access: A) -> Result<Self::Value, A::Error>
    where
        A: SeqAccess<'de>,
    {
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(BTreeMap::new())
    }
}

/// A key, copied only if it has to be.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);

struct Text(String);

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        text(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
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
        let view =
            read(&json!({"one": leaf, "maybe": leaf, "all": [leaf, 7, null, [], {"ready": 7}]}));
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
}
