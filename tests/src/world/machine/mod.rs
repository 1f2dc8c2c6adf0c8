//! The table of VMs and its expansion into the objects a cluster has for each of them.

mod catalog;
mod disk;
mod instance;
mod longhorn;
mod network;
mod pod;
mod table;
mod vm;
mod volume;

use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) use catalog::{Catalog, Modes};
pub(super) use table::Table;

/// One line of the table: a VM, or `count` VMs alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Machine {
    pub(super) name: String,
    #[serde(default = "default_namespace")]
    pub(super) namespace: String,
    /// More than one adds a number to each name.
    #[serde(default = "one")]
    pub(super) count: usize,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) state: State,
    /// Whether the guest agent has answered.
    #[serde(default)]
    pub(super) agent: bool,
    #[serde(default = "one")]
    pub(super) cores: usize,
    #[serde(default = "two_gibibytes")]
    pub(super) memory: String,
    #[serde(default)]
    pub(super) os: Option<String>,
    #[serde(default)]
    pub(super) node: Option<String>,
    /// Networks as `namespace/name`; without any the VM is on the pod network.
    #[serde(default)]
    pub(super) networks: Vec<String>,
    #[serde(default)]
    pub(super) disks: Vec<Disk>,
    #[serde(default)]
    pub(super) cloud_init: bool,
    /// EFI variables and TPM state kept on a volume of their own.
    #[serde(default)]
    pub(super) persistent_state: bool,
}

/// What a VM does at the moment.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum State {
    #[default]
    Running,
    Stopped,
    Paused,
    Migrating,
    /// Wanted, but waiting for a volume or a node.
    Scheduling,
}

/// A disk of a VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Disk {
    /// Storage class; a disk without one is a container disk or uses a claim of another VM.
    #[serde(default)]
    pub(super) class: Option<String>,
    #[serde(default)]
    pub(super) size: Option<String>,
    /// Instead of the access mode of the class.
    #[serde(default)]
    pub(super) access: Option<String>,
    /// Instead of the volume mode of the class.
    #[serde(default)]
    pub(super) mode: Option<String>,
    /// Image the disk was made from, as `namespace/name`.
    #[serde(default)]
    pub(super) image: Option<String>,
    #[serde(default)]
    pub(super) origin: Origin,
    #[serde(default)]
    pub(super) claim: Claim,
    /// Name of a claim that exists for another reason.
    #[serde(default)]
    pub(super) claim_name: Option<String>,
    #[serde(default)]
    pub(super) hotplug: bool,
    #[serde(default)]
    pub(super) shareable: bool,
    #[serde(default)]
    pub(super) cdrom: bool,
    /// Image of a container disk.
    #[serde(default)]
    pub(super) container: Option<String>,
}

impl Disk {
    /// The volume for EFI variables and TPM state, which is not among the disks of a VM.
    fn of_state() -> Self {
        Self {
            class: Some("vmstate-persistence".into()),
            size: Some("10Mi".into()),
            origin: Origin::KubeVirt,
            ..Self::default()
        }
    }
}

/// Who made the claim of a disk.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Origin {
    /// Harvester, from the VM's claim templates.
    #[default]
    Template,
    /// CDI, for a `DataVolume` that Harvester made; the VM refers to the claim.
    DataVolume,
    /// CDI, and the VM refers to the `DataVolume` itself.
    DataVolumeRef,
    /// KubeVirt itself, for state that outlives an instance.
    #[serde(skip)]
    KubeVirt,
}

/// How far the claim of a disk has come.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Claim {
    #[default]
    Bound,
    Pending,
    /// The VM names a claim that does not exist.
    Missing,
}

fn default_namespace() -> String {
    "default".into()
}

fn one() -> usize {
    1
}

fn two_gibibytes() -> String {
    "2Gi".into()
}
