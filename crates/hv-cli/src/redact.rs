//! Masks what must not reach a log: credentials in headers, secrets in bodies.

use serde_json::Value;

/// Stands for what is not shown.
pub const MASK: &str = "<masked>";

/// Field names, in lower case and without separators, whose whole content is secret.
const FIELDS: &[&str] = &[
    "accesskey",
    "accesskeyid",
    "apikey",
    "authorization",
    "bindpassword",
    "clientkeydata",
    "data",
    "idtoken",
    "networkdata",
    "networkdatabase64",
    "privatekey",
    "secretkey",
    "secretaccesskey",
    "stringdata",
    "userdata",
    "userdatabase64",
];

/// Endings of field names whose whole content is secret: `registryPassword`, `AWS_SECRET_ACCESS_KEY`.
const ENDINGS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "token",
    "secretaccesskey",
    "accesskeyid",
];

const HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// Masks secret fields, however deep, also in strings that hold JSON themselves.
pub fn value(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if is_secret(name) {
                    mask(field);
                } else {
                    self::value(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::String(text) => embedded(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Masks the body of a request or an answer.
///
/// What looks like JSON but is not cannot be searched for secrets, so it is not shown.
pub fn body(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(mut parsed) => {
            value(&mut parsed);
            parsed.to_string()
        }
        Err(_) if text.trim_start().starts_with(['{', '[']) => {
            format!("({} bytes that are not valid JSON)", text.len())
        }
        Err(_) => text.to_owned(),
    }
}

/// Masks the values of headers that carry credentials; the scheme stays.
pub fn headers(headers: &[(String, String)]) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.clone(), header(name, value)))
        .collect()
}

fn header(name: &str, value: &str) -> String {
    if !HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme @ ("Bearer" | "Basic" | "Negotiate"), _)) => format!("{scheme} {MASK}"),
        _ => MASK.to_owned(),
    }
}

/// Whether the whole content of a field of this name is secret, whatever its spelling.
pub fn is_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    FIELDS.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Masks every string in `value`; the names of fields stay, they say what is there.
fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(mask),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) if text.is_empty() => {}
        Value::String(_) | Value::Number(_) => *value = MASK.into(),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Harvester's setting `backup-target` and kubectl's last-applied annotation are JSON in a string.
fn embedded(text: &mut String) {
    if !text.trim_start().starts_with(['{', '[']) {
        return;
    }
    if let Ok(mut parsed) = serde_json::from_str::<Value>(text) {
        let before = parsed.clone();
        value(&mut parsed);
        if parsed != before {
            *text = parsed.to_string();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let cases = [
            (
                json!({"data": {"k": "c2VjcmV0"}}),
                json!({"data": {"k": MASK}}),
            ),
            (
                json!({"stringData": {"k": "x"}}),
                json!({"stringData": {"k": MASK}}),
            ),
            (
                json!({"items": [{"spec": {"token": "x", "name": "web"}}]}),
                json!({"items": [{"spec": {"token": MASK, "name": "web"}}]}),
            ),
            (
                json!({"AWS_SECRET_ACCESS_KEY": "x", "AWS_ACCESS_KEY_ID": "y"}),
                json!({"AWS_SECRET_ACCESS_KEY": MASK, "AWS_ACCESS_KEY_ID": MASK}),
            ),
            (
                json!({"registryPassword": "x"}),
                json!({"registryPassword": MASK}),
            ),
            (
                json!({"userData": "#cloud-config"}),
                json!({"userData": MASK}),
            ),
            (json!({"password": 1234}), json!({"password": MASK})),
            (json!({"password": ""}), json!({"password": ""})),
            (
                json!({"automountServiceAccountToken": false}),
                json!({"automountServiceAccountToken": false}),
            ),
            (
                json!({"value": r#"{"endpoint":"s3","secretAccessKey":"x","accessKeyId":"y"}"#}),
                json!({"value":
                    r#"{"accessKeyId":"<masked>","endpoint":"s3","secretAccessKey":"<masked>"}"#}),
            ),
            (
                json!({"value": r#"{ "a": 1 }"#}),
                json!({"value": r#"{ "a": 1 }"#}),
            ),
            (
                json!({"metadata": {"name": "token"}}),
                json!({"metadata": {"name": "token"}}),
            ),
        ];
        for (mut given, expected) in cases {
            value(&mut given);
            assert_eq!(given, expected);
        }
    }

    #[test]
    fn bodies_that_cannot_be_searched_are_not_shown() {
        assert_eq!(body(r#"{"token":"x"}"#), r#"{"token":"<masked>"}"#);
        assert_eq!(body(r#"{"token":"x"#), "(11 bytes that are not valid JSON)");
        assert_eq!(body("<html>502</html>"), "<html>502</html>");
    }

    #[test]
    fn credentials_in_headers_are_masked() {
        let cases = [
            ("Authorization", "Bearer abc", "Bearer <masked>"),
            ("authorization", "Basic abc", "Basic <masked>"),
            ("Authorization", "abc def", "<masked>"),
            ("Set-Cookie", "a=b", "<masked>"),
            ("Accept", "application/json", "application/json"),
        ];
        for (name, given, expected) in cases {
            let masked = headers(&[(name.to_owned(), given.to_owned())]);
            assert_eq!(masked, [(name.to_owned(), expected.to_owned())]);
        }
    }
}
