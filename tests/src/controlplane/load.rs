//! Puts a world's objects into the API server: namespaces first, then the rest side by side, each with its status.

use std::fmt;

use futures::{StreamExt, stream};
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::discovery::{Kinds, Served, collection};
use super::etcd::Keys;
use super::identity::{self, Identities, Identity};
use super::{Api, Error};

/// What became of the objects.
#[derive(Clone, Debug, Default)]
pub struct LoadReport {
    /// How many the server took.
    pub loaded: usize,
    /// What it did not take.
    pub refusals: Vec<Refusal>,
}

/// An object the server did not take.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Kind, namespace and name.
    pub object: String,
    /// The server's words.
    pub reason: String,
}

/// As many requests at a time.
const IN_FLIGHT: usize = 32;
const STRICT: &str = "fieldValidation=Strict&fieldManager=hv-testbed";

/// Creates the objects, or applies them where they exist; fails if any is refused.
pub(crate) async fn load(
    api: &Api,
    kinds: &Kinds,
    keys: &Keys,
    objects: &[Value],
) -> Result<LoadReport, Error> {
    let mut report = LoadReport::default();
    let mut identities = Identities::new();
    for wave in 0..WAVES {
        let objects = objects.iter().filter(|object| wave_of(object) == wave);
        let mut answers = stream::iter(objects)
            .map(|object| async move { (object, put(api, kinds, object).await) })
            .buffer_unordered(IN_FLIGHT);
        while let Some((object, answer)) = answers.next().await {
            match answer {
                Ok(uid) => {
                    report.loaded += 1;
                    let identity = Identity::of(object);
                    if identity != Identity::default() {
                        identities.insert(uid, identity);
                    }
                }
                Err(error) => {
                    report.refusals.push(Refusal {
                        object: title(object),
                        reason: error.to_string(),
                    });
                }
            }
        }
    }
    identity::restore(keys, &identities).await?;
    if report.refusals.is_empty() {
        Ok(report)
    } else {
        Err(Error::Load(report))
    }
}

const WAVES: u8 = 3;

/// Namespaces, then what other objects are checked against at creation, then the rest.
fn wave_of(object: &Value) -> u8 {
    match object["kind"].as_str().unwrap_or_default() {
        "Namespace" => 0,
        "StorageClass" | "PriorityClass" | "RuntimeClass" | "VolumeSnapshotClass" => 1,
        _ => 2,
    }
}

/// Writes one object with its status and gives the uid the server gave it.
async fn put(api: &Api, kinds: &Kinds, object: &Value) -> Result<String, Error> {
    let api_version = text(object, "/apiVersion");
    let kind = text(object, "/kind");
    let served = kinds
        .get(&(api_version.to_owned(), kind.to_owned()))
        .ok_or_else(|| Error::Timeout(format!("the kind {kind} of {api_version} served")))?;
    let collection = collection(api_version, served, text(object, "/metadata/namespace"));
    let path = format!("{collection}/{}", text(object, "/metadata/name"));

    let stored = create(api, &collection, &path, &without_server_fields(object)).await?;
    let uid = text(&stored, "/metadata/uid").to_owned();
    write_status(api, served, &path, object, stored).await?;
    if is_being_deleted(object) {
        api.send(Method::DELETE, &path, None)
            .await?
            .success(&Method::DELETE, &path)?;
    }
    Ok(uid)
}

async fn create(api: &Api, collection: &str, path: &str, object: &Value) -> Result<Value, Error> {
    let answer = api.post(&format!("{collection}?{STRICT}"), object).await?;
    if answer.status != StatusCode::CONFLICT {
        return answer.success(&Method::POST, collection);
    }
    let strict = format!("{path}?fieldValidation=Strict");
    api.apply(&strict, object)
        .await?
        .success(&Method::PATCH, path)
}

async fn write_status(
    api: &Api,
    served: &Served,
    path: &str,
    object: &Value,
    mut stored: Value,
) -> Result<(), Error> {
    let wanted = match object.get("status") {
        Some(Value::Object(status)) if served.has_status && !status.is_empty() => status,
        _ => return Ok(()),
    };
    stored["status"] = Value::Object(wanted.clone());
    let path = format!("{path}/status");
    let answer = api.put(&format!("{path}?{STRICT}"), &stored).await?;
    answer.success(&Method::PUT, &path).map(drop)
}

/// An object as a client may send it.
fn without_server_fields(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(metadata) = object["metadata"].as_object_mut() {
        for field in [
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
            "selfLink",
        ] {
            metadata.remove(field);
        }
    }
    object
}

/// Without a finalizer the object would be gone at once, which no world can mean.
fn is_being_deleted(object: &Value) -> bool {
    let metadata = object["metadata"].as_object();
    let has = |field: &str, filled: fn(&Value) -> bool| {
        metadata
            .and_then(|m: &Map<String, Value>| m.get(field))
            .is_some_and(filled)
    };
    has("deletionTimestamp", Value::is_string)
        && has("finalizers", |list| {
            list.as_array().is_some_and(|list| !list.is_empty())
        })
}

fn title(object: &Value) -> String {
    let namespace = text(object, "/metadata/namespace");
    let name = text(object, "/metadata/name");
    let separator = if namespace.is_empty() { "" } else { "/" };
    format!("{} {namespace}{separator}{name}", text(object, "/kind"))
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} loaded, {} refused", self.loaded, self.refusals.len())?;
        for refusal in self.refusals.iter().take(20) {
            write!(f, "\n  {}: {}", refusal.object, refusal.reason)?;
        }
        Ok(())
    }
}
