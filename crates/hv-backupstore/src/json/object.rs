//! Reading objects into place, by the rules of Go.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::shape::{Seed, Shape, Text};
use super::trace::{Step, Trace};

/// An object with named fields.
pub(crate) trait Object {
    /// Reads the value of a field, or skips it.
    fn field<'de, A: MapAccess<'de>>(&mut self, field: Field<'_, A>) -> Result<(), A::Error>;
}

impl<T: Object> Shape for T {
    const EXPECTED: &'static str = "an object";

    fn value<'de, D: Deserializer<'de>>(&mut self, value: D, at: &Trace) -> Result<(), D::Error> {
        value.deserialize_map(Members {
            target: self,
            trace: at,
        })
    }
}

/// A field of an object, with its value still unread.
pub(crate) struct Field<'t, A> {
    key: &'t str,
    access: &'t mut A,
    trace: &'t Trace,
}

impl<'de, A: MapAccess<'de>> Field<'_, A> {
    /// The key as it is written.
    pub(crate) fn key(&self) -> &str {
        self.key
    }

    /// Whether Go takes the key for a name: exactly, or but for the case.
    pub(crate) fn is(&self, name: &str) -> bool {
        let fold = |character: char| match character {
            // The two characters outside of ASCII that have a letter of ASCII as their other case.
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            other => other.to_ascii_lowercase(),
        };
        self.key.chars().map(fold).eq(name.chars().map(fold))
    }

    /// Reads the value into its place.
    pub(crate) fn read(self, name: &'static str, target: &mut impl Shape) -> Result<(), A::Error> {
        let seed = Seed {
            target,
            trace: self.trace,
        };
        self.trace
            .within(Step::Field(name), || self.access.next_value_seed(seed))
    }

    /// Leaves the value unread.
    pub(crate) fn skip(self) -> Result<(), A::Error> {
        self.access.next_value::<IgnoredAny>().map(drop)
    }
}

/// Says which fields of an object are read, and into what.
macro_rules! object {
    ($type:ty { $($name:literal => $target:ident),+ $(,)? }) => {
        impl $crate::json::Object for $type {
            fn field<'de, A: ::serde::de::MapAccess<'de>>(
                &mut self,
                field: $crate::json::Field<'_, A>,
            ) -> Result<(), A::Error> {
                $(if field.is($name) {
                    return field.read($name, &mut self.$target);
                })+
                field.skip()
            }
        }
    };
}
pub(crate) use object;

/// Reads the fields of an object.
struct Members<'t, T> {
    target: &'t mut T,
    trace: &'t Trace,
}

impl<'de, T: Object> Visitor<'de> for Members<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(key) = access.next_key_seed(Text)? {
            let field = Field {
                key: &key,
                access: &mut access,
                trace: self.trace,
            };
            self.target.field(field)?;
        }
        Ok(())
    }
}
