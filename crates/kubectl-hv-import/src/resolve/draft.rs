//! An assignment while it is made: what is open is missing in it, so that everything else can be judged.

use std::collections::BTreeMap;

use hv_vm::header::{Disk, Header, VmName};
use hv_vm::mapping::{Assignment, DiskChoice, MacChoice, MapFile, Stamps};
use hv_vm::{Key, Stored};
use serde_json::Value;

use super::{Options, Roads, disk, secret, shared, target_of};
use crate::inventory::Inventory;
use crate::preflight::{Catalog, Sheet};

/// What is decided, and what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    /// The map.
    pub(crate) map: &'a MapFile,
    /// The flags.
    pub(crate) options: &'a Options,
    /// The target.
    pub(crate) inventory: &'a Inventory,
    /// The table of checks.
    pub(crate) catalog: &'a Catalog,
}

/// What becomes of one disk.
#[derive(Clone, Debug)]
pub(crate) struct Plug<'a> {
    /// The disk in the source.
    pub(crate) disk: &'a Disk,
    /// What becomes of it; none if that is open.
    pub(crate) choice: Option<DiskChoice>,
}

impl Plug<'_> {
    /// What people call it: its volume, or its claim.
    pub(crate) fn name(&self) -> &str {
        disk::name(self.disk)
    }

    /// Whether several VMs may use its claim: it is only read, or the VM says that it is shareable.
    pub(crate) fn is_for_many(&self, vm: &Value) -> bool {
        if self.disk.role == "ephemeral" {
            return true;
        }
        let disks = &vm["spec"]["template"]["spec"]["domain"]["devices"]["disks"];
        let mut disks = disks.as_array().into_iter().flatten();
        let shareable =
            |disk: &Value| disk["name"] == *self.disk.volume.as_str() && disk["shareable"] == true;
        disks.any(shareable)
            && self
                .disk
                .access_modes
                .iter()
                .any(|mode| mode == "ReadWriteMany")
    }
}

/// An assignment while it is made.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'a> {
    /// The bundle.
    pub(crate) stored: &'a Stored,
    /// Its header.
    pub(crate) header: &'a Header,
    /// The VM in it.
    pub(crate) vm: Value,
    /// The VM on the target.
    pub(crate) target: VmName,
    /// The disks.
    pub(crate) plugs: Vec<Plug<'a>>,
    /// Volumes without a claim that are left out.
    pub(crate) dropped: Vec<String>,
    /// Networks, as `namespace/name`.
    pub(crate) networks: BTreeMap<String, String>,
    /// Secrets and config maps.
    pub(crate) secrets: BTreeMap<String, String>,
    /// Key pairs, as `namespace/name`.
    pub(crate) key_pairs: BTreeMap<String, String>,
    /// What becomes of each namespace.
    pub(crate) namespaces: BTreeMap<String, String>,
    /// What becomes of the addresses.
    pub(crate) macs: MacChoice,
    /// Objects of the bundle that are made too.
    pub(crate) create: Vec<Key>,
    /// Whether a name is open.
    pub(crate) open: bool,
    /// Whether it is left out.
    pub(crate) skipped: bool,
    /// Whether its namespace has to be made.
    pub(crate) new_namespace: bool,
    tool: String,
    node_labels: BTreeMap<String, String>,
}

impl<'a> Draft<'a> {
    /// Decides what can be decided, and says what is open.
    pub(crate) fn new(
        ground: &Ground<'_>,
        stored: &'a Stored,
        vm: Value,
        sheet: &mut Sheet<'_>,
    ) -> Self {
        let header = &stored.header;
        let (map, options) = (ground.map, ground.options);
        let roads = Roads::of(header, map, options);
        let macs = options.mac.as_ref().or(map.macs_of(&header.vm));
        let mut draft = Self {
            stored,
            header,
            vm,
            target: target_of(&header.vm, map, options),
            plugs: Vec::new(),
            dropped: Vec::new(),
            networks: BTreeMap::new(),
            secrets: BTreeMap::new(),
            key_pairs: BTreeMap::new(),
            namespaces: roads.namespaces(header),
            macs: macs.cloned().unwrap_or_default(),
            create: Vec::new(),
            open: false,
            skipped: false,
            new_namespace: false,
            tool: options.tool.clone(),
            node_labels: map.node_labels.clone(),
        };
        disk::plug(ground, &mut draft, sheet);
        shared::networks(ground, &mut draft, &roads);
        secret::secrets(ground, &mut draft, &roads, sheet);
        secret::config_maps(ground, &mut draft, &roads, sheet);
        shared::key_pairs(ground, &mut draft, &roads, sheet);
        draft
    }

    /// The finished assignment, if nothing is open.
    pub(crate) fn finish(self) -> Option<Assignment> {
        if self.open {
            return None;
        }
        let mut disks: BTreeMap<String, DiskChoice> = BTreeMap::new();
        for plug in self.plugs {
            disks.insert(plug.disk.volume.clone(), plug.choice?);
        }
        let dropped = self.dropped.into_iter();
        disks.extend(dropped.map(|volume| (volume, DiskChoice::Skip)));
        Some(Assignment {
            vm: self.target,
            namespaces: self.namespaces,
            disks,
            networks: self.networks,
            secrets: self.secrets,
            key_pairs: self.key_pairs,
            node_labels: self.node_labels,
            macs: self.macs,
            stamps: Stamps { tool: self.tool },
            create: self.create,
        })
    }
}
