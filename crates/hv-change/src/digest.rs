//! Digests over canonical JSON: keys in the order of their bytes, no space.

use std::io::{self, Write};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Hashes what is written to it, so that a large plan is never text in memory.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    /// Adds the canonical JSON of a value.
    pub(crate) fn add(&mut self, value: &Value) {
        // Hashing takes every byte.
        let _ = canonical(value, self);
    }

    /// The digest in hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0.finalize() {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(half), 16).unwrap_or_default());
            }
        }
        text
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `sha256:` and the digest of a value's canonical JSON.
pub fn digest(value: &Value) -> String {
    let mut hasher = Hasher::default();
    hasher.add(value);
    format!("sha256:{}", hasher.finish())
}

/// Writes canonical JSON, whichever order the maps happen to keep their keys in.
fn canonical(value: &Value, out: &mut impl Write) -> io::Result<()> {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.write_all(b"{")?;
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.write_all(b",")?;
                }
                serde_json::to_writer(&mut *out, key)?;
                out.write_all(b":")?;
                canonical(value, out)?;
            }
            out.write_all(b"}")
        }
        Value::Array(elements) => {
            out.write_all(b"[")?;
            for (index, value) in elements.iter().enumerate() {
                if index > 0 {
                    out.write_all(b",")?;
                }
                canonical(value, out)?;
            }
            out.write_all(b"]")
        }
        leaf => Ok(serde_json::to_writer(&mut *out, leaf)?),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_digest_is_that_of_compact_sorted_json() {
        let value = json!({"b": [1, {"z": null, "a": "ü\n\""}], "a": {}, "c": []});
        let mut hasher = Hasher::default();
        hasher
            .write_all(r#"{"a":{},"b":[1,{"a":"ü\n\"","z":null}],"c":[]}"#.as_bytes())
            .unwrap();
        assert_eq!(digest(&value), format!("sha256:{}", hasher.finish()));
        assert_ne!(digest(&value), digest(&json!({"a": {}})));
    }
}
