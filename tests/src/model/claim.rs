//! What is read from a claim.

use serde_json::Value;

use super::machine::{annotation, list, text};
use super::{Store, kind};

/// Whether several nodes may write at once.
pub(crate) fn is_shared(claim: &Value) -> bool {
    list(&claim["spec"]["accessModes"]).any(|mode| mode == "ReadWriteMany")
}

/// The driver: from the annotations, else from the class, else empty.
pub(crate) fn provisioner<'a>(claim: &'a Value, store: &'a Store) -> &'a str {
    [
        "volume.beta.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/storage-provisioner",
    ]
    .iter()
    .map(|name| annotation(claim, name))
    .find(|driver| !driver.is_empty())
    .unwrap_or_else(|| class(claim, store).map_or("", |class| text(&class["provisioner"])))
}

/// The class a claim names; without a name the default one.
pub(crate) fn class<'a>(claim: &Value, store: &'a Store) -> Option<&'a Value> {
    match &claim["spec"]["storageClassName"] {
        Value::String(name) => store.get(kind::CLASS, "", name),
        _ => default_class(store),
    }
}

/// The class for claims that name none.
pub(crate) fn default_class(store: &Store) -> Option<&Value> {
    store
        .all(kind::CLASS)
        .find(|class| annotation(class, "storageclass.kubernetes.io/is-default-class") == "true")
}

/// Whether volumes of a class are made only when a pod is placed.
pub(crate) fn waits_for_consumer(class: &Value) -> bool {
    class["volumeBindingMode"] == "WaitForFirstConsumer"
}

/// Whether a claim has its volume.
pub(crate) fn is_bound(claim: &Value) -> bool {
    claim["status"]["phase"] == "Bound"
}
