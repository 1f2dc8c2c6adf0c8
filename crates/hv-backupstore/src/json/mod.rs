//! JSON read as the decoder of Go reads it, without keeping or quoting what is not asked for.
//!
//! Harvester reads records with `json.NewDecoder(…).Decode(…)` of Go. A record that this decoder
//! refuses stops Harvester's whole pass, so the same documents have to be refused here, and no
//! others. What serde's derived readers do otherwise, and this module as Go does:
//!
//! * keys match whatever their case; of equal keys the last one wins, objects are merged;
//! * `null` leaves a text, a number or an object as it is and empties an optional one, a list or a map;
//! * bytes that are not UTF-8 and lone surrogates in texts become replacement characters;
//! * what follows the first value is not looked at;
//! * values nest no deeper than 10,000 levels.
//!
//! Only the fields that are read are checked for their type. Two things that nobody writes are refused
//! although Go takes them: the whole number `-0`, and a document `null` with garbage right behind it.

mod collection;
mod object;
mod shape;
mod trace;

use std::str;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::Deserializer;

pub(crate) use self::collection::{Any, Keys, Texts};
pub(crate) use self::object::{Field, Object, object};
use self::shape::Seed;
pub(crate) use self::shape::Shape;
use self::trace::Trace;
use crate::record::RecordError;

/// How deep values may nest for Go (`maxNestingDepth` of encoding/json).
const DEPTH_LIMIT: usize = 10_000;

/// A value that was read from the beginning of a document.
pub(crate) struct Document<T> {
    /// The value.
    pub(crate) value: T,
    /// Whether something other than white space follows it.
    pub(crate) has_trailing_data: bool,
}

/// Reads the first value of a document.
pub(crate) fn read<T: Shape + Default>(bytes: &[u8]) -> Result<Document<T>, RecordError> {
    let end = first_value(bytes)?;
    let mut value = T::default();
    let trace = Trace::default();
    let seed = Seed {
        target: &mut value,
        trace: &trace,
    };
    if seed
        .deserialize(&mut Deserializer::from_slice(&bytes[..end]))
        .is_err()
    {
        // The error of serde_json quotes the value, so it goes no further.
        return Err(trace.into_error());
    }
    let has_trailing_data = !is_blank(&bytes[end..]);
    Ok(Document {
        value,
        has_trailing_data,
    })
}

/// Checks the syntax of the first value and tells where it ends.
fn first_value(bytes: &[u8]) -> Result<usize, RecordError> {
    if is_blank(bytes) {
        return Err(RecordError::Empty);
    }
    let mut values = Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {}
        // A text may be cut short within a character, which is no matter of its encoding.
        Some(Err(_)) if str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some()) => {
            return Err(RecordError::NotUtf8);
        }
        Some(Err(error)) if !error.is_eof() => {
            return Err(RecordError::NotJson {
                line: error.line(),
                column: error.column(),
            });
        }
        _ => return Err(RecordError::CutShort { bytes: bytes.len() }),
    }
    let end = values.byte_offset();
    if depth(&bytes[..end]) > DEPTH_LIMIT {
        return Err(RecordError::TooDeep);
    }
    Ok(end)
}

/// Checks that a document begins with an object, whatever is in it.
pub(crate) fn is_object(bytes: &[u8]) -> Result<(), RecordError> {
    read::<Whole>(bytes).map(drop)
}

/// An object of which nothing is read.
#[derive(Default)]
struct Whole;

impl Object for Whole {
    fn field<'de, A: MapAccess<'de>>(&mut self, field: Field<'_, A>) -> Result<(), A::Error> {
        field.skip()
    }
}

/// Whether there is nothing but white space, as JSON defines it.
fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| b" \t\r\n".contains(byte))
}

/// How deep objects and lists nest in a well-formed document.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
