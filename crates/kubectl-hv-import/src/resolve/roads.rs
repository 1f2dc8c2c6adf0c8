//! Where names lead: the map first, then the namespaces that the VM moves between.

use std::collections::BTreeMap;

use hv_vm::header::{Header, VmName};
use hv_vm::mapping::MapFile;

use super::Options;

/// What a VM is called on the target.
pub(crate) fn target_of(source: &VmName, map: &MapFile, options: &Options) -> VmName {
    let mapped = map.vm_name_of(source);
    VmName {
        namespace: options.to_namespace.clone().unwrap_or(mapped.namespace),
        name: options.name.clone().unwrap_or(mapped.name),
    }
}

/// The names of one bundle on the target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roads<'a> {
    source: &'a VmName,
    map: &'a MapFile,
    options: &'a Options,
}

impl<'a> Roads<'a> {
    /// Of a bundle, under a map and flags.
    pub(crate) fn of(header: &'a Header, map: &'a MapFile, options: &'a Options) -> Self {
        Self {
            source: &header.vm,
            map,
            options,
        }
    }

    /// What a namespace becomes.
    pub(crate) fn namespace(&self, namespace: &str) -> String {
        if namespace == self.source.namespace {
            return target_of(self.source, self.map, self.options).namespace;
        }
        self.map
            .namespace_of(namespace)
            .unwrap_or(namespace)
            .to_owned()
    }

    /// What becomes of each namespace that something of the bundle is in.
    pub(crate) fn namespaces(&self, header: &Header) -> BTreeMap<String, String> {
        let needs = &header.requirements;
        let ids = needs.networks.iter().map(|one| &one.id);
        let ids = ids.chain(needs.named.iter().map(|one| &one.id));
        let named = ids
            .filter_map(|id| id.split_once('/'))
            .map(|(place, _)| place);
        let held = header
            .items
            .iter()
            .map(|item| item.object.namespace.as_str());
        named
            .chain(held)
            .chain([self.source.namespace.as_str()])
            .filter(|place| !place.is_empty())
            .map(|place| (place.to_owned(), self.namespace(place)))
            .collect()
    }

    /// What a network becomes, both as `namespace/name`.
    pub(crate) fn network(&self, id: &str) -> String {
        self.map
            .network_of(id)
            .map_or_else(|| self.moved(id), str::to_owned)
    }

    /// What a key pair becomes, both as `namespace/name`.
    pub(crate) fn key_pair(&self, id: &str) -> String {
        self.map
            .key_pair_of(id)
            .map_or_else(|| self.moved(id), str::to_owned)
    }

    /// What a Secret or config map beside the VM is called.
    pub(crate) fn secret(&self, name: &str) -> String {
        let mapped = self.map.secret_of(&self.source.namespace, name);
        mapped.unwrap_or(name).to_owned()
    }

    /// `namespace/name` in the namespace that it moves to.
    fn moved(&self, id: &str) -> String {
        match id.split_once('/') {
            Some((namespace, name)) => format!("{}/{name}", self.namespace(namespace)),
            None => id.to_owned(),
        }
    }
}

/// The two parts of `namespace/name`.
pub(crate) fn parts(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or(("", id))
}
