//! What is in a cluster in memory, and the rules that the API server itself has.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::plan::ObjectRef;
use crate::target::{Answer, Commit, Precondition, Refusal, meta};

/// What is in a cluster.
#[derive(Clone, Debug, Default)]
pub struct Store {
    objects: BTreeMap<ObjectRef, Value>,
    version: u64,
}

impl Store {
    /// An empty cluster.
    pub fn new() -> Self {
        let mut store = Self::default();
        store.put(&json!({"apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": "kube-system", "uid": "cluster"}, "status": {"phase": "Active"}}));
        store
    }

    /// All objects in the order of their names.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectRef, &Value)> {
        self.objects.iter()
    }

    /// One object.
    pub fn get(&self, object: &ObjectRef) -> Option<&Value> {
        self.objects.get(object)
    }

    /// Adds or replaces an object as somebody else would.
    pub fn put(&mut self, body: &Value) -> ObjectRef {
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str);
        let object = ObjectRef {
            api_version: text("/apiVersion").unwrap_or_default().to_owned(),
            kind: text("/kind").unwrap_or_default().to_owned(),
            namespace: text("/metadata/namespace").unwrap_or_default().to_owned(),
            name: text("/metadata/name").unwrap_or_default().to_owned(),
        };
        let stored = self.stamped(body);
        self.objects.insert(object.clone(), stored);
        object
    }

    /// Changes an object as somebody else would.
    pub fn edit(&mut self, object: &ObjectRef, change: impl FnOnce(&mut Value)) {
        let version = self.next();
        if let Some(stored) = self.objects.get_mut(object) {
            change(stored);
            stored["metadata"]["resourceVersion"] = version.into();
        }
    }

    /// Removes an object as somebody else would.
    pub fn remove(&mut self, object: &ObjectRef) {
        self.objects.remove(object);
    }

    /// What it is without what differs from run to run: uids, versions, the plan's annotation.
    pub fn essence(&self) -> BTreeMap<String, Value> {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (object, value) in &self.objects {
            names.insert(meta(value, "uid").to_owned(), object.to_string());
        }
        let mut essence = BTreeMap::new();
        for (object, value) in &self.objects {
            let mut value = value.clone();
            let owners = value.pointer_mut("/metadata/ownerReferences");
            for owner in owners.and_then(Value::as_array_mut).into_iter().flatten() {
                let owned_by = owner["uid"].as_str().and_then(|uid| names.get(uid));
                owner["uid"] = owned_by.cloned().unwrap_or_else(|| "nobody".into()).into();
            }
            if let Some(metadata) = value["metadata"].as_object_mut() {
                metadata.remove("uid");
                metadata.remove("resourceVersion");
            }
            essence.insert(object.to_string(), value);
        }
        essence
    }

    pub(super) fn cluster_id(&self) -> String {
        let of_cluster = |(object, _): &(&ObjectRef, &Value)| object.name == "kube-system";
        let found = self.objects.iter().find(of_cluster);
        found.map_or(String::new(), |(_, value)| meta(value, "uid").to_owned())
    }

    pub(super) fn answer(&self, object: &ObjectRef) -> Answer {
        match self.objects.get(object) {
            Some(found) => Answer::Done(found.clone()),
            None => refused(404, "NotFound", &format!("{object} not found")),
        }
    }

    pub(super) fn create(&mut self, object: &ObjectRef, body: &Value, commit: Commit) -> Answer {
        if let Some(refusal) = self.closed(&object.namespace) {
            return refusal;
        }
        if self.objects.contains_key(object) {
            return refused(409, "AlreadyExists", &format!("{object} already exists"));
        }
        let mut stored = self.stamped(body);
        // Built-in kinds do not all count; custom ones do.
        if object.api_version.contains('/') && !stored["spec"].is_null() {
            stored["metadata"]["generation"] = 1.into();
        }
        if commit == Commit::Store {
            self.objects.insert(object.clone(), stored.clone());
        }
        Answer::Done(stored)
    }

    pub(super) fn patch(&mut self, object: &ObjectRef, patch: &Value) -> Answer {
        let version = self.next();
        let Some(stored) = self.objects.get_mut(object) else {
            return refused(404, "NotFound", &format!("{object} not found"));
        };
        for field in ["uid", "resourceVersion"] {
            let wanted = meta(patch, field);
            if !wanted.is_empty() && wanted != meta(stored, field) {
                return refused(409, "Conflict", "the object has been modified");
            }
        }
        merge(stored, patch);
        stored["metadata"]["resourceVersion"] = version.into();
        Answer::Done(stored.clone())
    }

    pub(super) fn delete(&mut self, object: &ObjectRef, precondition: Precondition<'_>) -> Answer {
        let version = self.next();
        let Some(stored) = self.objects.get_mut(object) else {
            return refused(404, "NotFound", &format!("{object} not found"));
        };
        if meta(stored, "uid") != precondition.uid
            || meta(stored, "resourceVersion") != precondition.resource_version
        {
            return refused(409, "Conflict", "the precondition failed");
        }
        stored["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        stored["metadata"]["resourceVersion"] = version.into();
        Answer::Done(stored.clone())
    }

    /// Removes what is to go and has no finalizers, what is in namespaces that went, and what has
    /// lost its owners.
    pub(super) fn sweep(&mut self) {
        loop {
            let before = self.objects.len();
            self.objects.retain(|_, value| {
                let finalizers = value["metadata"]["finalizers"].as_array();
                value["metadata"]["deletionTimestamp"].is_null()
                    || finalizers.is_some_and(|finalizers| !finalizers.is_empty())
            });
            let uids: Vec<String> = self
                .objects
                .values()
                .map(|value| meta(value, "uid").to_owned())
                .collect();
            let namespaces: Vec<String> = self
                .objects
                .keys()
                .filter(|object| object.kind == "Namespace")
                .map(|object| object.name.clone())
                .collect();
            self.objects.retain(|object, value| {
                let owners = value["metadata"]["ownerReferences"].as_array();
                let owned = owners.is_none_or(|owners| {
                    owners.is_empty()
                        || owners
                            .iter()
                            .any(|owner| uids.iter().any(|uid| owner["uid"] == uid.as_str()))
                });
                owned && (object.namespace.is_empty() || namespaces.contains(&object.namespace))
            });
            if self.objects.len() == before {
                return;
            }
        }
    }

    fn closed(&self, namespace: &str) -> Option<Answer> {
        if namespace.is_empty() {
            return None;
        }
        let found = self
            .objects
            .iter()
            .find(|(object, _)| object.kind == "Namespace" && object.name == namespace);
        match found {
            None => Some(refused(
                404,
                "NotFound",
                &format!("namespaces \"{namespace}\" not found"),
            )),
            Some((_, value)) if !value["metadata"]["deletionTimestamp"].is_null() => Some(refused(
                403,
                "Forbidden",
                &format!(
                    "unable to create new content in namespace {namespace} because it is being \
                     terminated"
                ),
            )),
            Some(_) => None,
        }
    }

    fn stamped(&mut self, body: &Value) -> Value {
        let version = self.next();
        let mut stored = body.clone();
        let metadata = &mut stored["metadata"];
        if metadata["uid"].is_null() {
            metadata["uid"] = format!("uid-{version}").into();
        }
        metadata["resourceVersion"] = version.into();
        stored
    }

    fn next(&mut self) -> String {
        self.version += 1;
        self.version.to_string()
    }
}

fn refused(code: u16, reason: &str, message: &str) -> Answer {
    Answer::Refused(Refusal {
        code,
        reason: reason.to_owned(),
        message: message.to_owned(),
        ..Refusal::default()
    })
}

/// A JSON merge patch, except for what the server alone writes.
fn merge(value: &mut Value, patch: &Value) {
    let (Some(fields), Some(changes)) = (value.as_object_mut(), patch.as_object()) else {
        *value = patch.clone();
        return;
    };
    for (key, change) in changes {
        if change.is_null() {
            fields.remove(key);
        } else {
            merge(fields.entry(key).or_insert(Value::Null), change);
        }
    }
}
