//! What the names inside a bundle become.

use crate::graph::qualified;
use crate::header::VmName;
use crate::key::{Key, Kind};
use crate::mapping::Assignment;

/// Names of the source and of the target.
#[derive(Clone, Copy)]
pub(in crate::mapping) struct Names<'a> {
    pub(in crate::mapping) source: &'a VmName,
    pub(in crate::mapping) assignment: &'a Assignment,
}

impl Names<'_> {
    /// The VM on the target.
    pub(in crate::mapping) fn target(&self) -> &VmName {
        &self.assignment.vm
    }

    /// Whether the VM itself has another name.
    pub(in crate::mapping) fn is_renamed(&self) -> bool {
        self.source.name != self.target().name
    }

    /// Whether the VM has another name or is in another namespace.
    pub(in crate::mapping) fn is_moved(&self) -> bool {
        self.source != self.target()
    }

    /// What a namespace becomes.
    pub(super) fn namespace(&self, namespace: &str) -> String {
        let mapped = self.assignment.namespaces.get(namespace);
        mapped.map_or(namespace, String::as_str).to_owned()
    }

    /// What a Secret or config map beside the VM becomes.
    pub(super) fn secret(&self, name: &str) -> String {
        let mapped = self.assignment.secrets.get(name);
        mapped.map_or(name, String::as_str).to_owned()
    }

    /// What a network becomes, always with its namespace.
    pub(super) fn network(&self, id: &str) -> String {
        self.of(&self.assignment.networks, id)
    }

    /// What a key pair becomes; one that stays beside the VM may stay without a namespace.
    pub(super) fn key_pair(&self, id: &str) -> String {
        let mapped = self.of(&self.assignment.key_pairs, id);
        let same = mapped == self.full(id);
        let beside = id.contains('/') || self.source.namespace == self.target().namespace;
        match same && beside {
            true => id.to_owned(),
            false => mapped,
        }
    }

    /// The key of a Secret that holds the key of a key pair: before and after.
    pub(super) fn credential_key(&self, id: &str) -> (String, String) {
        let key = |id: &str| id.replacen('/', "-", 1);
        (
            key(&self.full(id)),
            key(&self.of(&self.assignment.key_pairs, id)),
        )
    }

    /// What an object that is created beside the VM or elsewhere is called.
    pub(super) fn key(&self, key: &Key) -> Key {
        let id = format!("{}/{}", key.namespace, key.name);
        let id = match key.kind {
            Kind::KeyPair => self.of(&self.assignment.key_pairs, &id),
            Kind::NetworkAttachmentDefinition => self.network(&id),
            _ => {
                return Key::new(key.kind, &self.target().namespace, &self.secret(&key.name));
            }
        };
        let (namespace, name) = qualified(&id, &self.target().namespace);
        Key::new(key.kind, namespace, name)
    }

    fn full(&self, id: &str) -> String {
        let (namespace, name) = qualified(id, &self.source.namespace);
        format!("{namespace}/{name}")
    }

    fn of(&self, map: &std::collections::BTreeMap<String, String>, id: &str) -> String {
        let full = self.full(id);
        if let Some(mapped) = map.get(&full) {
            return mapped.clone();
        }
        let (namespace, name) = qualified(id, &self.source.namespace);
        format!("{}/{name}", self.namespace(namespace))
    }
}
