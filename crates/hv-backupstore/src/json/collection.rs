//! Reading optional values, lists and maps into place, by the rules of Go.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::shape::{Seed, Shape, Text};
use super::trace::{Step, Trace};

impl<T: Shape + Default> Shape for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn null(&mut self) {
        *self = None;
    }

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, at: &Trace) -> Result<(), D::Error> {
        self.get_or_insert_default().value(value, at)
    }
}

impl<T: Shape + Default> Shape for Vec<T> {
    const EXPECTED: &'static str = "a list";

    fn null(&mut self) {
        self.clear();
    }

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, at: &Trace) -> Result<(), D::Error> {
        value.deserialize_seq(Parts {
            target: self,
            trace: at,
        })
    }
}

/// Whether a value is there at all, whatever it is.
#[derive(Default)]
pub(crate) struct Any(pub(crate) bool);

impl Shape for Any {
    const EXPECTED: &'static str = "a value";

    fn null(&mut self) {
        self.0 = false;
    }

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, _: &Trace) -> Result<(), D::Error> {
        self.0 = true;
        IgnoredAny::deserialize(value).map(drop)
    }
}

/// A map of texts.
#[derive(Default)]
pub(crate) struct Texts(pub(crate) BTreeMap<String, String>);

impl Shape for Texts {
    const EXPECTED: &'static str = "a map of texts";

    fn null(&mut self) {
        self.0.clear();
    }

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, at: &Trace) -> Result<(), D::Error> {
        value.deserialize_map(Parts {
            target: self,
            trace: at,
        })
    }
}

/// The keys of a map; its values are skipped unread.
#[derive(Default)]
pub(crate) struct Keys(pub(crate) BTreeSet<String>);

impl Shape for Keys {
    const EXPECTED: &'static str = "a map";

    fn null(&mut self) {
        self.0.clear();
    }

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, at: &Trace) -> Result<(), D::Error> {
        value.deserialize_map(Parts {
            target: self,
            trace: at,
        })
    }
}

/// Reads the parts of a list or a map.
struct Parts<'t, T> {
    target: T,
    trace: &'t Trace,
}

impl<'de, T: Shape + Default> Visitor<'de> for Parts<'_, &mut Vec<T>> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Vec::<T>::EXPECTED)
    }

    /// Items that are there already are read over, as Go does.
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let mut count = 0;
        loop {
            let mut fresh = T::default();
            let target = self.target.get_mut(count).unwrap_or(&mut fresh);
            let seed = Seed {
                target,
                trace: self.trace,
            };
            let next = self
                .trace
                .within(Step::Item(count), || access.next_element_seed(seed))?;
            if next.is_none() {
                self.target.truncate(count);
                return Ok(());
            }
            if count == self.target.len() {
                self.target.push(fresh);
            }
            count += 1;
        }
    }
}

impl<'de> Visitor<'de> for Parts<'_, &mut Texts> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Texts::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(key) = access.next_key_seed(Text)? {
            let mut text = String::new();
            let seed = Seed {
                target: &mut text,
                trace: self.trace,
            };
            self.trace
                .within(Step::Value, || access.next_value_seed(seed))?;
            self.target.0.insert(key, text);
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Parts<'_, &mut Keys> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Keys::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(key) = access.next_key_seed(Text)? {
            access.next_value::<IgnoredAny>()?;
            self.target.0.insert(key);
        }
        Ok(())
    }
}
