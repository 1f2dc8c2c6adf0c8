//! A cluster in memory that the controllers work on until nothing is left to do.

use serde_json::{Value, json};

use super::machine::{list, text};
use super::{Controller, Key, Release, Store, Write};
use super::{kind, machine};
use crate::world::{identity, merge_patch};

/// A store, and the counters a server has.
#[derive(Clone, Debug)]
pub struct Memory {
    /// What is there.
    pub store: Store,
    release: Release,
    version: u64,
}

impl Memory {
    /// A cluster with objects in it.
    pub fn new<'a>(release: Release, objects: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut memory = Self {
            store: Store::default(),
            release,
            version: 10_000_000,
        };
        for object in objects {
            memory.put(object.clone());
        }
        memory
    }

    /// Puts an object in, with an id if it has none.
    pub fn put(&mut self, mut object: Value) {
        self.version += 1;
        let Some(key) = Key::of(&object) else { return };
        let metadata = &mut object["metadata"];
        if !metadata["uid"].is_string() {
            let salt = format!("{}@{}", key.name, self.version);
            metadata["uid"] = identity::uid(key.kind.kind, &key.namespace, &salt).into();
        }
        metadata["resourceVersion"] = self.version.to_string().into();
        self.store.put(object);
    }

    /// Begins the end of an object, or takes it out if nobody waits for its end.
    pub fn delete(&mut self, key: &Key) {
        let Some(found) = self.store.get(key.kind, &key.namespace, &key.name) else {
            return;
        };
        let mut object = found.clone();
        if list(&object["metadata"]["finalizers"]).count() == 0 {
            self.store.take(key);
            return;
        }
        object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        self.put(object);
    }

    /// Applies one write, as a server would.
    pub fn apply(&mut self, write: &Write) {
        match write {
            Write::Create(object) => {
                let is_new = Key::of(object).is_some_and(|key| self.store.find(&key).is_none());
                if is_new {
                    self.put(object.clone());
                }
            }
            Write::Change(key, patch) | Write::Status(key, patch) => self.change(key, patch),
            Write::Delete(key) => self.delete(key),
            Write::DeleteNow(key) => {
                self.store.take(key);
            }
        }
    }

    fn change(&mut self, key: &Key, patch: &Value) {
        let Some(found) = self.store.get(key.kind, &key.namespace, &key.name) else {
            return;
        };
        let mut object = found.clone();
        merge_patch(&mut object, patch);
        let is_over = machine::is_being_deleted(&object)
            && list(&object["metadata"]["finalizers"]).count() == 0;
        if is_over {
            self.store.take(key);
        } else {
            self.put(object);
        }
    }

    /// Lets the controllers work until none has anything to do; gives the number of rounds, or what they
    /// still want after `most` of them.
    pub fn settle(&mut self, controllers: &[Controller], most: usize) -> Result<usize, Vec<Write>> {
        let mut writes = Vec::new();
        for round in 0..most {
            writes.clear();
            for controller in controllers {
                let wanted = controller.step(&self.store, self.release);
                for write in &wanted {
                    self.apply(write);
                }
                writes.extend(wanted);
            }
            if writes.is_empty() {
                return Ok(round);
            }
        }
        Err(writes)
    }

    /// Starts or stops a VM.
    pub fn set_strategy(&mut self, namespace: &str, name: &str, strategy: &str) {
        let key = Key::new(kind::VM, namespace, name);
        self.change(&key, &json!({"spec": {"runStrategy": strategy}}));
    }

    /// What KubeVirt says about a VM.
    pub fn printable_status(&self, namespace: &str, name: &str) -> &str {
        let vm = self.store.get(kind::VM, namespace, name);
        vm.map_or("", |vm| text(&vm["status"]["printableStatus"]))
    }
}
