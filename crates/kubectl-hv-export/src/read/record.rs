//! One object as it was read: where it stands, and what it says as text until somebody asks.

use std::fmt;
use std::sync::Arc;

use hv_vm::header::VmName;
use hv_vm::{Kind, graph};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::name_of;
use super::restore::restore;

/// An object that was read.
pub(crate) struct Record {
    pub(super) name: VmName,
    /// uid and resourceVersion: another object, or another state of it, has another one.
    pub(super) stamp: Box<str>,
    /// The VM whose firmware state it holds, by its label.
    pub(super) state_of: Option<Box<str>>,
    /// Fields that a support bundle leaves open.
    pub(super) guessed: Box<[String]>,
    body: Body,
}

enum Body {
    /// Without `managedFields`; the type is that of the table it is in.
    Text(Box<str>),
    Value(Arc<Value>),
}

impl Record {
    /// A record of an object that was parsed already.
    pub(super) fn of(object: Value, kind: Kind) -> Self {
        let metadata = &object["metadata"];
        let text = |field| metadata[field].as_str().unwrap_or_default();
        let state_of = metadata["labels"][graph::STATE_LABEL].as_str();
        Self {
            name: name_of(&object),
            stamp: stamp_of(text("uid"), text("resourceVersion")),
            state_of: state_of.map(Into::into),
            guessed: Box::default(),
            body: Body::Value(Arc::new(with_type(object, kind))),
        }
    }

    /// A record of an object of a support bundle, whose texts are not all what they were.
    pub(super) fn restored(mut object: Value, kind: Kind) -> Self {
        let metadata = object.get_mut("metadata").and_then(Value::as_object_mut);
        if let Some(metadata) = metadata {
            metadata.remove("managedFields");
        }
        let guessed = restore(&mut object);
        Self {
            guessed: guessed.into(),
            ..Self::of(object, kind)
        }
    }

    /// The object.
    pub(super) fn value(&self, kind: Kind) -> Arc<Value> {
        match &self.body {
            Body::Value(value) => Arc::clone(value),
            // It was read as JSON a moment ago.
            Body::Text(text) => {
                let value = serde_json::from_str(text).unwrap_or_default();
                Arc::new(with_type(value, kind))
            }
        }
    }

    /// Keeps the object itself: it is one that many refer to.
    pub(super) fn parsed(mut self, kind: Kind) -> Self {
        self.body = Body::Value(self.value(kind));
        self
    }
}

// An object may be a Secret, so that what is in it is not printed.
impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("name", &self.name)
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

/// Items of a list have no type of their own.
pub(super) fn with_type(mut object: Value, kind: Kind) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".to_owned(), kind.api_version().into());
        fields.insert("kind".to_owned(), kind.name().into());
    }
    object
}

/// Where an object stands; empty if it does not say.
pub(super) fn stamp_of(uid: &str, version: &str) -> Box<str> {
    if uid.is_empty() || version.is_empty() {
        return Box::default();
    }
    format!("{uid}/{version}").into()
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Record, A::Error> {
        let mut text = Text::new();
        let mut metadata = Metadata::default();
        while let Some(key) = access.next_key::<String>()? {
            if key == "metadata" {
                metadata = access.next_value()?;
                text.add(&key, &metadata.text);
            } else {
                let value: Box<RawValue> = access.next_value()?;
                text.add(&key, value.get());
            }
        }
        Ok(Record {
            stamp: stamp_of(&metadata.uid, &metadata.version),
            name: VmName {
                namespace: metadata.namespace,
                name: metadata.name,
            },
            state_of: metadata.state_of.map(Into::into),
            guessed: Box::default(),
            body: Body::Text(text.closed().into()),
        })
    }
}

/// What of the metadata is looked at, and the text of all of it.
#[derive(Default)]
struct Metadata {
    namespace: String,
    name: String,
    uid: String,
    version: String,
    state_of: Option<String>,
    text: String,
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MetadataVisitor)
    }
}

struct MetadataVisitor;

impl<'de> Visitor<'de> for MetadataVisitor {
    type Value = Metadata;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("metadata")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Metadata, A::Error> {
        let mut metadata = Metadata::default();
        let mut text = Text::new();
        while let Some(key) = access.next_key::<String>()? {
            if key == "managedFields" {
                // Who wrote which field when: half of what an API server sends.
                access.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: Box<RawValue> = access.next_value()?;
            let said = || serde_json::from_str::<String>(value.get()).unwrap_or_default();
            match key.as_str() {
                "namespace" => metadata.namespace = said(),
                "name" => metadata.name = said(),
                "uid" => metadata.uid = said(),
                "resourceVersion" => metadata.version = said(),
                "labels" if value.get().contains(graph::STATE_LABEL) => {
                    let labels: Value = serde_json::from_str(value.get()).unwrap_or_default();
                    metadata.state_of = labels[graph::STATE_LABEL].as_str().map(str::to_owned);
                }
                _ => {}
            }
            text.add(&key, value.get());
        }
        metadata.text = text.closed();
        Ok(metadata)
    }
}

/// An object of JSON while it is put together.
struct Text(String);

impl Text {
    fn new() -> Self {
        Self(String::with_capacity(1024))
    }

    fn add(&mut self, key: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        // Keys of objects that are known are plain; others are written as JSON has them.
        match key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            true => {
                self.0.push('"');
                self.0.push_str(key);
                self.0.push('"');
            }
            false => self.0.push_str(&Value::from(key).to_string()),
        }
        self.0.push(':');
        self.0.push_str(value);
    }

    fn closed(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_what_the_object_says_but_for_managed_fields() {
        let text = r#"{"a":[1,-2,2.5,true,null,"x\n",{"b":{}}],"o\"dd":{ } ,"metadata":{"managedFields":[{"f:a":{}}],
            "name":"n","namespace":"s","uid":"u","resourceVersion":"7","labels":{"persistent-state-for":"vm"}}}"#;
        let record: Record = serde_json::from_str(text).unwrap();
        let mut whole: Value = serde_json::from_str(text).unwrap();
        whole["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("managedFields");
        let kind = Kind::PersistentVolumeClaim;
        assert_eq!(*record.value(kind), with_type(whole.clone(), kind));
        assert_eq!((&*record.name.namespace, &*record.name.name), ("s", "n"));
        assert_eq!(&*record.stamp, "u/7");
        assert_eq!(record.state_of.as_deref(), Some("vm"));

        let parsed = Record::of(whole, kind);
        assert_eq!(parsed.value(kind), record.value(kind));
        assert_eq!((&parsed.name, &parsed.stamp), (&record.name, &record.stamp));
        assert_eq!(parsed.state_of, record.state_of);
    }

    #[test]
    fn an_odd_object_has_no_stamp() {
        for text in [
            "{}",
            r#"{"metadata":{}}"#,
            r#"{"metadata":{"uid":7,"resourceVersion":"1"}}"#,
        ] {
            let record: Record = serde_json::from_str(text).unwrap();
            assert_eq!(&*record.stamp, "", "{text}");
            let again: Value = serde_json::from_str(text).unwrap();
            let kind = Kind::KeyPair;
            assert_eq!(*record.value(kind), with_type(again, kind));
        }
    }
}
