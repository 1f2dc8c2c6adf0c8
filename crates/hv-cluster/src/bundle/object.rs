//! Turns the YAML of one object back into what the API server sent, as far as that is possible.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::items::{self, Shape};
use super::selection::Selection;
use crate::lenient;
use crate::live::page::{name_of, not_understood};

/// What was read of a kind, over all its files.
#[derive(Debug)]
pub(super) struct Harvest<T> {
    pub(super) items: Vec<T>,
    seen: usize,
    odd: Vec<String>,
}

impl<T: DeserializeOwned> Harvest<T> {
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            seen: 0,
            odd: Vec::new(),
        }
    }

    /// Adds the items of a file that could not be split.
    pub(super) fn add_whole(&mut self, shape: &Shape, path: &str, selection: &Selection) {
        match shape {
            Shape::Split => {}
            Shape::NoList => self.add_odd(path),
            Shape::Whole(text) => match parse(text) {
                Some(mut list) => match list.get_mut("items").map(Value::take) {
                    Some(Value::Array(items)) => {
                        for item in items {
                            self.add_value(item, selection);
                        }
                    }
                    Some(Value::Null) => {}
                    _ => self.add_odd(path),
                },
                None => self.add_odd(path),
            },
        }
    }

    /// Adds the item with this text if it is wanted.
    pub(super) fn add(&mut self, text: &str, selection: &Selection) {
        let name = items::name_in(text);
        if name.is_some_and(|name| !selection.takes_name(name)) {
            self.seen += 1;
            return;
        }
        match parse(text) {
            Some(value) => self.add_value(value, selection),
            None => self.add_odd(name.unwrap_or("(without a name)")),
        }
    }

    fn add_value(&mut self, value: Value, selection: &Selection) {
        self.seen += 1;
        let name = name_of(&value);
        if !value.is_object() {
            self.odd.push(name);
        } else if selection.takes(&value) {
            match serde_json::from_value(value) {
                Ok(item) => self.items.push(item),
                Err(_) => self.odd.push(name),
            }
        }
    }

    fn add_odd(&mut self, name: &str) {
        self.seen += 1;
        self.odd.push(name.to_owned());
    }

    /// A sentence about what was skipped.
    pub(super) fn complaint(&self) -> Option<String> {
        not_understood(&self.odd, self.seen)
    }
}

/// The name in an item's text, parsed only if it cannot be seen without.
pub(super) fn name(text: &str) -> Option<String> {
    match items::name_in(text) {
        Some(name) => Some(name.to_owned()),
        None => parse(text)?
            .pointer("/metadata/name")?
            .as_str()
            .map(str::to_owned),
    }
}

fn parse(text: &str) -> Option<Value> {
    let mut value = serde_saphyr::from_str(text).ok()?;
    restore_integers(&mut value);
    Some(value)
}

/// The collector writes integers from a million on as floats.
fn restore_integers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = number
                .as_f64()
                .filter(|_| number.is_f64())
                .and_then(lenient::whole)
            {
                *number = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(restore_integers),
        Value::Object(map) => map.values_mut().for_each(restore_integers),
        _ => {}
    }
}
