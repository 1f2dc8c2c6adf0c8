//! What has to be read of the target for some bundles and a map.

use std::collections::BTreeSet;

use hv_vm::header::{Disk, Header};
use hv_vm::mapping::{BindEntry, DiskMode, MapFile};
use hv_vm::store::Bundle;

use crate::resolve::{DiskDefault, Options, Roads, target_of};

/// What has to be read of the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Namespaces that something is looked up in.
    pub(crate) namespaces: BTreeSet<String>,
    pub(crate) classes: bool,
    pub(crate) images: bool,
    pub(crate) networks: bool,
    pub(crate) volumes: bool,
    pub(crate) snapshots: bool,
    pub(crate) secrets: bool,
    pub(crate) config_maps: bool,
    pub(crate) key_pairs: bool,
    pub(crate) nodes: bool,
    pub(crate) priority_classes: bool,
    pub(crate) service_accounts: bool,
    pub(crate) bindings: bool,
}

impl Wanted {
    /// What the bundles need under this map and these flags.
    pub(crate) fn of(bundles: &[Bundle], map: &MapFile, options: &Options) -> Self {
        let mut wanted = Self::default();
        for bundle in bundles {
            if let Ok(stored) = &bundle.stored {
                wanted.bundle(&stored.header, map, options);
            }
        }
        wanted
    }

    fn bundle(&mut self, header: &Header, map: &MapFile, options: &Options) {
        let needs = &header.requirements;
        let roads = Roads::of(header, map, options);
        self.namespaces
            .insert(target_of(&header.vm, map, options).namespace);
        for disk in &header.disks {
            self.disk(header, disk, map, options);
        }
        for network in &needs.networks {
            self.networks = true;
            self.place_of(&roads.network(&network.id));
        }
        self.secrets |= needs.secrets.iter().any(|one| !one.config_map);
        self.config_maps |= needs.secrets.iter().any(|one| one.config_map);
        for named in &needs.named {
            match named.kind.as_str() {
                "KeyPair" => {
                    self.key_pairs = true;
                    self.place_of(&roads.key_pair(&named.id));
                }
                "ConfigMap" => self.config_maps = true,
                "ServiceAccount" => self.service_accounts = true,
                "PriorityClass" => self.priority_classes = true,
                "NetworkBinding" => self.bindings = true,
                _ => {}
            }
        }
        // Almost every VM says which architecture it is for.
        let machine = &needs.machine;
        self.nodes |= machine.architecture.is_some()
            || machine.cpu_model.is_some()
            || !machine.cpu_features.is_empty()
            || !machine.host_features.is_empty()
            || !needs.devices.is_empty()
            || !needs.node_labels.is_empty();
    }

    fn disk(&mut self, header: &Header, disk: &Disk, map: &MapFile, options: &Options) {
        let entry = map.disk_of(&header.vm, &disk.volume, &disk.claim);
        match entry.map(|entry| &entry.mode) {
            Some(DiskMode::Existing(_) | DiskMode::Skip) => {}
            Some(DiskMode::Bind(BindEntry::Volume(_))) => self.volumes = true,
            // A free volume of the class would be taken for a new claim.
            Some(DiskMode::Bind(BindEntry::Csi { .. }) | DiskMode::Blank { .. }) => self.bind(),
            Some(DiskMode::Image(_)) => self.image(),
            Some(DiskMode::Snapshot(_)) => (self.classes, self.snapshots) = (true, true),
            None => match options.disk_default {
                Some(DiskDefault::Bind | DiskDefault::Blank) => self.bind(),
                Some(DiskDefault::Image) => self.image(),
                Some(DiskDefault::Existing) => {}
                // An open disk is told together with a class that is missing.
                None => self.classes = true,
            },
        }
    }

    fn bind(&mut self) {
        (self.classes, self.volumes, self.nodes) = (true, true, true);
    }

    fn image(&mut self) {
        (self.classes, self.images, self.volumes) = (true, true, true);
    }

    /// The namespace of something that is named in full.
    fn place_of(&mut self, id: &str) {
        if let Some((namespace, _)) = id.split_once('/') {
            self.namespaces.insert(namespace.to_owned());
        }
    }
}
