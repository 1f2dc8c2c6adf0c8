//! Everything that was read, by name; what a VM needs of it is parsed when the VM's turn comes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use hv_vm::header::VmName;
use hv_vm::{Key, Kind, Objects, State, graph};
use serde_json::Value;

use super::record::Record;

/// What became of an object.
#[derive(Debug)]
pub(crate) enum Held {
    /// It was read.
    Found(Record),
    /// It is proven not to be there.
    Missing,
    /// It could not be read, and why.
    Unreadable(String),
}

/// Objects by name.
#[derive(Debug, Default)]
pub(crate) struct Table {
    held: HashMap<Key, Held>,
}

impl Table {
    pub(super) fn insert(&mut self, key: Key, held: Held) {
        self.held.insert(key, held);
    }

    pub(super) fn remove(&mut self, key: &Key) {
        self.held.remove(key);
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Held> {
        self.held.get(key)
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        matches!(self.get(key), Some(Held::Found(_)))
    }

    /// An object that was read.
    pub(super) fn value(&self, key: &Key) -> Option<Arc<Value>> {
        match self.get(key)? {
            Held::Found(record) => Some(record.value(key.kind)),
            Held::Missing | Held::Unreadable(_) => None,
        }
    }

    /// What an object stands for in a receipt; none if that cannot be told.
    pub(super) fn stamp(&self, key: &Key) -> Option<Cow<'_, str>> {
        Some(match self.get(key) {
            Some(Held::Found(record)) if record.stamp.is_empty() => return None,
            Some(Held::Found(record)) => Cow::Borrowed(&record.stamp),
            Some(Held::Missing) => Cow::Borrowed("missing"),
            Some(Held::Unreadable(why)) => Cow::Owned(format!("unreadable: {why}")),
            None => Cow::Borrowed("not read"),
        })
    }

    fn state(&self, key: &Key) -> State {
        match self.get(key) {
            Some(Held::Found(record)) => State::Found(record.value(key.kind)),
            Some(Held::Missing) => State::Missing,
            Some(Held::Unreadable(why)) => State::Unreadable(why.clone()),
            None => State::NotRead,
        }
    }

    /// Everything, parsed.
    pub(super) fn all(&self) -> Objects {
        let mut objects = Objects::default();
        for key in self.held.keys() {
            objects.insert(key.clone(), self.state(key));
        }
        objects
    }

    /// A VM and what it reaches, parsed; none if it was not read.
    pub(super) fn around(&self, vm: &VmName, state_claim: Option<Key>) -> Option<Around> {
        let vm = self.value(&Key::new(Kind::VirtualMachine, &vm.namespace, &vm.name))?;
        let mut around = Around {
            objects: Objects::watched(),
            state_claim,
            beside: Vec::new(),
            vm,
        };
        let mut open = keys(Kind::VirtualMachine, &around.vm);
        open.extend(around.state_claim.clone());
        open.extend(legacy_state_claim(&around.vm));
        while let Some(key) = open.pop() {
            if *around.objects.state(&key) != State::NotRead || self.get(&key).is_none() {
                continue;
            }
            let state = self.state(&key);
            if let State::Found(object) = &state
                && graph::refers(key.kind)
            {
                open.extend(keys(key.kind, object));
            }
            if key.kind == Kind::PersistentVolumeClaim {
                let filled = Key::new(Kind::DataVolume, &key.namespace, &key.name);
                around.beside.push(filled);
            }
            around.objects.insert(key, state);
        }
        // What a claim is filled from is looked at even where nothing refers to it.
        let known = |key: &Key| *around.objects.state(key) != State::NotRead;
        let beside = std::mem::take(&mut around.beside);
        let beside = beside
            .into_iter()
            .filter(|key| !known(key) && self.has(key));
        around.beside = beside.collect();
        for key in &around.beside {
            around.objects.insert(key.clone(), self.state(key));
        }
        Some(around)
    }

    /// Adds what was asked for in vain and is there; whether there was any.
    pub(super) fn complete(&self, around: &mut Around) -> bool {
        let missed = around.objects.missed();
        let before = around.beside.len();
        for key in missed {
            if self.get(&key).is_some() {
                around.objects.insert(key.clone(), self.state(&key));
                around.beside.push(key);
            }
        }
        around.beside.len() > before
    }
}

/// A VM and what belongs to it.
pub(crate) struct Around {
    pub(crate) vm: Arc<Value>,
    pub(crate) objects: Objects,
    /// The claim of persistent firmware state.
    pub(crate) state_claim: Option<Key>,
    /// Objects that are known because a list had them, and not because something refers to them.
    pub(super) beside: Vec<Key>,
}

/// What an object refers to.
pub(super) fn keys(kind: Kind, object: &Value) -> Vec<Key> {
    let references = graph::references(kind, object).into_iter();
    references.map(|reference| reference.to).collect()
}

/// The claim of firmware state by the name that old releases gave it, where a VM keeps such state.
pub(super) fn legacy_state_claim(vm: &Value) -> Option<Key> {
    let state = graph::state_claim_label(vm)?;
    let namespace = vm["metadata"]["namespace"].as_str().unwrap_or_default();
    Some(Key::new(
        Kind::PersistentVolumeClaim,
        namespace,
        &state.legacy_name,
    ))
}
