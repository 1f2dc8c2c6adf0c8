//! Digests over canonical JSON: keys in the order of their bytes, no space.

use std::io::{self, Write};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// `sha256:` and the digest of a value's canonical JSON.
pub fn digest(value: &Value) -> String {
    let mut text = Vec::with_capacity(4096);
    // A vector takes every byte.
    let _ = canonical(value, &mut text);
    bytes(&text)
}

/// `sha256:` and the digest of bytes.
pub fn bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(71);
    text.push_str("sha256:");
    // Some ten thousand digests a run: formatting each byte would take longer than hashing.
    for byte in Sha256::digest(bytes) {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or_default());
        }
    }
    text
}

/// Writes canonical JSON, whichever order the maps happen to keep their keys in.
fn canonical(value: &Value, out: &mut Vec<u8>) -> io::Result<()> {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            if !sorted.is_sorted_by_key(|(key, _)| *key) {
                sorted.sort_unstable_by_key(|(key, _)| *key);
            }
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                out.write_all(if index == 0 { b"{" } else { b"," })?;
                serde_json::to_writer(&mut *out, key)?;
                out.push(b':');
                canonical(value, out)?;
            }
            out.write_all(if fields.is_empty() { b"{}" } else { b"}" })
        }
        Value::Array(elements) => {
            out.push(b'[');
            for (index, value) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
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
        let mut text = Vec::new();
        canonical(&value, &mut text).unwrap();
        let expected = r#"{"a":{},"b":[1,{"a":"ü\n\"","z":null}],"c":[]}"#;
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        assert_eq!(digest(&value), bytes(expected.as_bytes()));
    }

    #[test]
    fn known_bytes_have_the_known_digest() {
        assert_eq!(
            bytes(b"abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn any_change_changes_it() {
        let base = digest(&json!({"a": [1, 2]}));
        for other in [
            json!({"a": [2, 1]}),
            json!({"a": [1, "2"]}),
            json!({"b": [1, 2]}),
        ] {
            assert_ne!(digest(&other), base, "{other}");
        }
    }
}
