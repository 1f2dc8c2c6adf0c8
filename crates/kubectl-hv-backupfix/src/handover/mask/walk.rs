//! Goes through an object, and notes or masks what is in it.

use serde_json::Value;

use super::Mask;
use crate::handover::url;

/// What a walk over an object does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// Notes secrets, hosts and addresses.
    Learn,
    /// Puts masks in their place.
    Mask,
}

impl Mask {
    /// Notes what is secret in an object, before anything is written.
    pub(in crate::handover) fn learn(&mut self, object: &mut Value) {
        self.walk(object, Walk::Learn);
    }

    /// Masks an object in place.
    pub(in crate::handover) fn object(&mut self, object: &mut Value) {
        self.walk(object, Walk::Mask);
    }

    fn walk(&mut self, value: &mut Value, walk: Walk) {
        match value {
            Value::Object(fields) => {
                // A pair of name and value, as in headers and variables.
                let named = fields.get("name").and_then(Value::as_str);
                let pair = named.is_some_and(hv_cli::redact::is_secret);
                for (name, field) in fields.iter_mut() {
                    if hv_cli::redact::is_secret(name) || (pair && name == "value") {
                        self.whole(field, walk);
                    } else {
                        if walk == Walk::Learn && url::is_endpoint_field(name) {
                            self.learn_endpoints(field);
                        }
                        self.walk(field, walk);
                    }
                }
                if walk == Walk::Mask {
                    self.keys(fields);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, walk)),
            Value::String(text) => match (embedded(text), walk) {
                (Some(mut inner), Walk::Learn) => self.walk(&mut inner, walk),
                (Some(mut inner), Walk::Mask) => {
                    let before = inner.clone();
                    self.walk(&mut inner, walk);
                    if inner != before {
                        *text = inner.to_string();
                    }
                }
                (None, Walk::Learn) => self.learn_text(text),
                (None, Walk::Mask) => *text = self.text(text),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A field of which everything is secret; the names in it stay.
    fn whole(&mut self, value: &mut Value, walk: Walk) {
        match value {
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|field| self.whole(field, walk)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.whole(item, walk)),
            Value::String(text) if walk == Walk::Learn => self.learn_secret(text),
            Value::String(text) => *text = self.secret(text),
            Value::Number(number) if walk == Walk::Mask => {
                *value = Value::String(self.secret(&number.to_string()));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn learn_endpoints(&mut self, value: &Value) {
        match value {
            Value::String(text) => text.split(',').for_each(|part| self.learn_endpoint(part)),
            Value::Array(items) => items.iter().for_each(|item| self.learn_endpoints(item)),
            _ => {}
        }
    }

    fn keys(&mut self, fields: &mut serde_json::Map<String, Value>) {
        let masked = |mask: &mut Self, key: &String| Some(mask.text(key)).filter(|now| now != key);
        let changed: Vec<(String, String)> = fields
            .keys()
            .filter_map(|key| Some((key.clone(), masked(self, key)?)))
            .collect();
        for (key, now) in changed {
            if let Some(value) = fields.remove(&key) {
                fields.insert(now, value);
            }
        }
    }
}

/// JSON in a string, as in settings and annotations.
fn embedded(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok()
}
