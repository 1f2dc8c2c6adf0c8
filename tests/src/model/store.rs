//! Objects in memory, found by kind and name, VMs by what they use as well.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::kind::{self, Kind};
use super::machine;

/// What an object is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace, empty for kinds without.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Key {
    /// A key from its parts.
    pub fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        Self {
            kind,
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// The key of an object, if the models know its kind.
    pub fn of(object: &Value) -> Option<Self> {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        Some(Self::new(
            Kind::of(object)?,
            text("namespace"),
            text("name"),
        ))
    }
}

/// Objects by key.
#[derive(Clone, Debug, Default)]
pub struct Store {
    objects: BTreeMap<Key, Arc<Value>>,
    /// VMs by the addresses of their interfaces, as they are written there.
    by_mac: BTreeMap<String, BTreeSet<Key>>,
    /// VMs by the claims they name, as `namespace/name`.
    by_claim: BTreeMap<String, BTreeSet<Key>>,
}

impl Store {
    /// A store of the objects whose kinds the models know.
    pub fn of<'a>(objects: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut store = Self::default();
        for object in objects {
            store.put(object.clone());
        }
        store
    }

    /// Puts an object in or replaces it.
    pub fn put(&mut self, object: Value) {
        self.share(Arc::new(object));
    }

    pub(crate) fn share(&mut self, object: Arc<Value>) {
        let Some(key) = Key::of(&object) else { return };
        self.take(&key);
        if key.kind == kind::VM {
            for mac in machine::macs(&object) {
                self.by_mac.entry(mac).or_default().insert(key.clone());
            }
            for claim in machine::claims(&object).chain(machine::named_in_templates(&object)) {
                let claim = format!("{}/{claim}", key.namespace);
                self.by_claim.entry(claim).or_default().insert(key.clone());
            }
        }
        self.objects.insert(key, object);
    }

    /// Takes an object out.
    pub fn take(&mut self, key: &Key) -> Option<Arc<Value>> {
        let object = self.objects.remove(key)?;
        if key.kind == kind::VM {
            let macs = machine::macs(&object);
            forget(&mut self.by_mac, macs, key);
            let claims = machine::claims(&object).chain(machine::named_in_templates(&object));
            let claims = claims.map(|claim| format!("{}/{claim}", key.namespace));
            forget(&mut self.by_claim, claims, key);
        }
        Some(object)
    }

    /// One object; the namespace is empty for kinds without.
    pub fn get(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Value> {
        self.find(&Key::new(kind, namespace, name))
            .map(AsRef::as_ref)
    }

    pub(crate) fn find(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    /// All objects of a kind.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Value> {
        self.keys(kind)
            .filter_map(|key| self.objects.get(key).map(AsRef::as_ref))
    }

    /// All objects of a kind in a namespace.
    pub fn within<'a>(&'a self, kind: Kind, namespace: &'a str) -> impl Iterator<Item = &'a Value> {
        self.objects
            .range(Key::new(kind, namespace, "")..)
            .take_while(move |(key, _)| key.kind == kind && key.namespace == namespace)
            .map(|(_, object)| object.as_ref())
    }

    /// Keys of all objects of a kind.
    pub fn keys(&self, kind: Kind) -> impl Iterator<Item = &Key> {
        self.objects
            .range(Key::new(kind, "", "")..)
            .map(|(key, _)| key)
            .take_while(move |key| key.kind == kind)
    }

    /// VMs whose interfaces have this address, letter by letter.
    pub fn with_mac(&self, mac: &str) -> impl Iterator<Item = &Key> {
        self.by_mac.get(mac).into_iter().flatten()
    }

    /// VMs that name this claim in their volumes or in their claim templates.
    pub fn with_claim(&self, namespace: &str, claim: &str) -> impl Iterator<Item = &Key> {
        self.by_claim
            .get(&format!("{namespace}/{claim}"))
            .into_iter()
            .flatten()
    }

    /// A Harvester setting: its value, or its default where there is none.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let setting = self.get(kind::SETTING, "", name)?;
        let text = |field: &str| setting[field].as_str().unwrap_or_default();
        Some(if text("value").is_empty() {
            text("default")
        } else {
            text("value")
        })
    }
}

fn forget(
    index: &mut BTreeMap<String, BTreeSet<Key>>,
    words: impl Iterator<Item = String>,
    key: &Key,
) {
    for word in words {
        if let Some(keys) = index.get_mut(&word) {
            keys.remove(key);
            if keys.is_empty() {
                index.remove(&word);
            }
        }
    }
}
