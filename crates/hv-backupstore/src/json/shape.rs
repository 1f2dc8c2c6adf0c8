//! Reading single values into place, by the rules of Go.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

use super::trace::Trace;

/// Something that a JSON value is read into, over what is there already.
pub(crate) trait Shape {
    /// What the value has to be, for messages.
    const EXPECTED: &'static str;

    /// Takes `null`.
    fn null(&mut self) {}

    /// Takes any other value, or refuses it.
    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, at: &Trace) -> Result<(), D::Error>;
}

/// Reads one value into its place.
pub(super) struct Seed<'t, T> {
    pub(super) target: &'t mut T,
    pub(super) trace: &'t Trace,
}

impl<'de, T: Shape> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        self.trace.expect(T::EXPECTED);
        value.deserialize_option(self)
    }
}

impl<'de, T: Shape> Visitor<'de> for Seed<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.target.null();
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        self.target.value(value, self.trace)
    }
}

impl Shape for String {
    const EXPECTED: &'static str = "a text";

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, _: &Trace) -> Result<(), D::Error> {
        *self = Text.deserialize(value)?;
        Ok(())
    }
}

/// Reads a text as bytes, since Go mends what is not UTF-8 and serde refuses it.
pub(super) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<String, D::Error> {
        value.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(String::EXPECTED)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

impl Shape for i64 {
    const EXPECTED: &'static str = "a whole number of 64 bits";

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, _: &Trace) -> Result<(), D::Error> {
        *self = i64::deserialize(value)?;
        Ok(())
    }
}
