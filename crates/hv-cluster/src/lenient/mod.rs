//! Reading values as a support bundle mangles them: empty strings as `null`, integers as floats.

#[cfg(test)]
mod tests;
mod visitors;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::Deserializer;

use self::visitors::{IntVisitor, MapVisitor, Part, PartVisitor, PartsVisitor, TextVisitor};

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
