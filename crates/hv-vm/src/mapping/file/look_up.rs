//! What the map says of one name.

use std::collections::BTreeMap;

use super::{DiskEntry, MapFile};
use crate::header::VmName;
use crate::mapping::MacChoice;

impl MapFile {
    /// What a namespace becomes, if the map says so.
    pub fn namespace_of(&self, namespace: &str) -> Option<&str> {
        self.namespaces.get(namespace).map(String::as_str)
    }

    /// What a VM is called on the target, by its name and its namespace.
    pub fn vm_name_of(&self, vm: &VmName) -> VmName {
        let home = || {
            let mapped = self.namespace_of(&vm.namespace);
            mapped.unwrap_or(&vm.namespace).to_owned()
        };
        match self.names.get(&id(vm)).map(|given| given.split_once('/')) {
            None => VmName {
                namespace: home(),
                name: vm.name.clone(),
            },
            Some(Some((namespace, name))) => VmName {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            },
            Some(None) => VmName {
                namespace: home(),
                name: self.names[&id(vm)].clone(),
            },
        }
    }

    /// What a storage class becomes.
    pub fn class_of(&self, class: &str) -> Option<&str> {
        self.storage_classes.get(class).map(String::as_str)
    }

    /// What an image becomes, both as `namespace/name`.
    pub fn image_of(&self, image: &str) -> Option<&str> {
        self.images.get(image).map(String::as_str)
    }

    /// What a network becomes, both as `namespace/name`.
    pub fn network_of(&self, network: &str) -> Option<&str> {
        self.networks.get(network).map(String::as_str)
    }

    /// What a Secret or config map of a namespace of the source is called on the target.
    pub fn secret_of(&self, namespace: &str, name: &str) -> Option<&str> {
        let id = format!("{namespace}/{name}");
        self.secrets.get(&id).map(String::as_str)
    }

    /// What a key pair becomes, both as `namespace/name`.
    pub fn key_pair_of(&self, key_pair: &str) -> Option<&str> {
        self.key_pairs.get(key_pair).map(String::as_str)
    }

    /// What a node label, `key` or `key=value`, becomes; an empty text if its term is dropped.
    pub fn node_label_of(&self, label: &str) -> Option<&str> {
        self.node_labels.get(label).map(String::as_str)
    }

    /// What becomes of the MAC addresses of a VM of the source.
    pub fn macs_of(&self, vm: &VmName) -> Option<&MacChoice> {
        self.macs.get(&id(vm))
    }

    /// What becomes of a disk of a VM of the source, by its volume or else by its claim.
    pub fn disk_of(&self, vm: &VmName, volume: &str, claim: &str) -> Option<&DiskEntry> {
        let disks = self.disks.get(&id(vm))?;
        disks.get(volume).or_else(|| disks.get(claim))
    }
}

/// VMs that would get one name on the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The name on the target.
    pub target: VmName,
    /// The VMs of the source, sorted.
    pub sources: Vec<VmName>,
}

/// The names on the target that more than one VM of the source would get.
pub fn clashes(pairs: impl IntoIterator<Item = (VmName, VmName)>) -> Vec<Clash> {
    let mut by_target: BTreeMap<VmName, Vec<VmName>> = BTreeMap::new();
    for (source, target) in pairs {
        let sources = by_target.entry(target).or_default();
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let several = by_target.into_iter().filter(|(_, all)| all.len() > 1);
    several
        .map(|(target, mut sources)| {
            sources.sort();
            Clash { target, sources }
        })
        .collect()
}

fn id(vm: &VmName) -> String {
    format!("{}/{}", vm.namespace, vm.name)
}
