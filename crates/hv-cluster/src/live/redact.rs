//! Keeps secrets out of what is told about requests.

use serde_json::Value;

const MASK: &str = "--- REDACTED ---";
/// Longest text shown of a body that is not JSON.
const TEXT_LIMIT: usize = 1024;

/// A body as it may be shown.
pub(super) fn body(bytes: &[u8]) -> String {
    if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
        mask(&mut value);
        return value.to_string();
    }
    let text = String::from_utf8_lossy(bytes);
    text.chars().take(TEXT_LIMIT).collect()
}

/// A header as it may be shown.
pub(super) fn header(name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "authorization" | "cookie" | "set-cookie" | "proxy-authorization" => MASK.to_owned(),
        _ => value.to_owned(),
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::Object(inner) if matches!(key.as_str(), "data" | "stringData") => {
                        inner.values_mut().for_each(|value| *value = MASK.into());
                    }
                    Value::String(text) if is_secret(key) => {
                        if !text.is_empty() {
                            MASK.clone_into(text);
                        }
                    }
                    _ => mask(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        // Settings and annotations keep whole documents as text, a backup target's keys among them.
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
                mask(&mut inner);
                *text = inner.to_string();
            }
        }
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    if matches!(key.as_str(), "continue" | "namespace" | "name" | "kind") {
        return false;
    }
    let ends = [
        "token",
        "password",
        "passwd",
        "accesskey",
        "accesskeyid",
        "privatekey",
        "key-data",
    ];
    let holds = ["userdata", "networkdata", "secretaccesskey", "credential"];
    ends.iter().any(|end| key.ends_with(end)) || holds.iter().any(|part| key.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_sit() {
        let text = r#"{"kind":"Secret","data":{"a":"czNjcjN0"},"stringData":{"b":"s3cr3t"},
            "spec":{"volumes":[{"cloudInitNoCloud":{"userData":"s3cr3t","networkDataBase64":"s3cr3t"}}],
            "value":"{\"type\":\"s3\",\"secretAccessKey\":\"s3cr3t\",\"accessKeyId\":\"s3cr3t\"}"},
            "status":{"token":"s3cr3t"}}"#;
        let shown = body(text.as_bytes());
        assert!(
            !shown.contains("s3cr3t") && !shown.contains("czNjcjN0"),
            "{shown}"
        );
        assert!(shown.contains("Secret") && shown.contains("s3"), "{shown}");
        assert_eq!(header("Authorization", "Bearer s3cr3t"), MASK);
        assert_eq!(header("Accept", "application/json"), "application/json");
    }
}
