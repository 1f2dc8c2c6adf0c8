//! Many objects at once, written straight into etcd.

use serde_json::{Value, json};

use super::Error;
use super::discovery::Kinds;
use super::etcd::Keys;

/// Kinds whose keys do not follow the rule.
const ODD: [&str; 4] = ["nodes", "services", "endpoints", "ingresses"];
const BATCH: usize = 5000;

/// Writes the objects as they are. Nothing checks them, so load a sample of them properly first.
pub(crate) async fn fill(keys: &Keys, kinds: &Kinds, objects: &[Value]) -> Result<(), Error> {
    for batch in objects.chunks(BATCH) {
        let entries: Result<Vec<_>, Error> = batch
            .iter()
            .enumerate()
            .map(|(n, object)| entry(keys, kinds, object, n))
            .collect();
        keys.put(&entries?).await?;
    }
    Ok(())
}

/// Takes the objects out as if they had never been; no finalizer holds them.
pub(crate) async fn take_out(keys: &Keys, kinds: &Kinds, objects: &[Value]) -> Result<(), Error> {
    let names: Result<Vec<_>, Error> = objects
        .iter()
        .map(|object| key(keys, kinds, object))
        .collect();
    keys.delete(&names?).await
}

/// Where the server keeps an object.
fn key(keys: &Keys, kinds: &Kinds, object: &Value) -> Result<Vec<u8>, Error> {
    let text = |pointer: &str| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (api_version, kind) = (text("/apiVersion"), text("/kind"));
    let served = kinds.get(&(api_version.to_owned(), kind.to_owned()));
    let Some(served) = served.filter(|served| !ODD.contains(&served.plural.as_str())) else {
        return Err(Error::Timeout(format!(
            "a key for the kind {kind} of {api_version}"
        )));
    };
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let mut key = keys.prefix().to_owned();
    // Groups of Kubernetes have no folder of their own.
    if group.contains('.') && !group.ends_with(".k8s.io") || group.starts_with("snapshot.") {
        key = format!("{key}{group}/");
    }
    key = format!("{key}{}/", served.plural);
    if served.namespaced {
        key = format!("{key}{}/", text("/metadata/namespace"));
    }
    key.push_str(text("/metadata/name"));
    Ok(key.into_bytes())
}

fn entry(
    keys: &Keys,
    kinds: &Kinds,
    object: &Value,
    number: usize,
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let key = key(keys, kinds, object)?;
    let mut stored = object.clone();
    let metadata = &mut stored["metadata"];
    if metadata["uid"].is_null() {
        metadata["uid"] = format!("f1110000-0000-4000-8000-{number:012}").into();
    }
    if metadata["creationTimestamp"].is_null() {
        metadata["creationTimestamp"] = json!("2026-01-02T03:04:05Z");
    }
    metadata["generation"] = 1.into();
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.remove("resourceVersion");
    }
    Ok((key, stored.to_string().into_bytes()))
}
