//! The map file: what a person says that names of the bundles become on the target.

mod disk;
mod form;
mod look_up;
mod name;
mod problem;
mod read;
mod shape;
mod unused;

use std::collections::BTreeMap;

pub use form::Form;
pub use look_up::{Clash, clashes};
pub use name::{NameKind, check_name};
pub use problem::{MapError, Problem};
pub(super) use problem::{Problems, quoted};
pub(super) use read::yaml;
pub(super) use shape::{Shape, below, check as check_shape};

use super::assignment::MacChoice;
use crate::header::CsiVolume;

/// A map file whose every entry has been checked.
///
/// Names are `namespace/name` unless they say otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapFile {
    /// Namespaces of the source and of the target.
    pub namespaces: BTreeMap<String, String>,
    /// VMs: what is given for the target, a name or `namespace/name`.
    pub names: BTreeMap<String, String>,
    /// Names of storage classes.
    pub storage_classes: BTreeMap<String, String>,
    /// Images.
    pub images: BTreeMap<String, String>,
    /// Networks.
    pub networks: BTreeMap<String, String>,
    /// Secrets and config maps, to a name.
    pub secrets: BTreeMap<String, String>,
    /// Key pairs.
    pub key_pairs: BTreeMap<String, String>,
    /// Node labels: `key` to `key` or `key=value` to `key=value`; to an empty text if the term is
    /// dropped.
    pub node_labels: BTreeMap<String, String>,
    /// MAC addresses by VM; each given one in its one spelling.
    pub macs: BTreeMap<String, MacChoice>,
    /// Disks by VM, and by volume or claim in the source.
    pub disks: BTreeMap<String, BTreeMap<String, DiskEntry>>,
}

/// What the map says of a disk.
#[derive(Clone, Debug, PartialEq)]
pub struct DiskEntry {
    /// What becomes of it.
    pub mode: DiskMode,
    /// Name of the new claim, if the map gives one.
    pub claim: Option<String>,
}

/// What becomes of a disk; what is left open is looked up on the target.
#[derive(Clone, Debug, PartialEq)]
pub enum DiskMode {
    /// A claim that is there.
    Existing(String),
    /// A volume that is there.
    Bind(BindEntry),
    /// A fresh copy of an image, `namespace/name` on the target; none: the one that the disk began
    /// as.
    Image(Option<String>),
    /// An empty disk.
    Blank {
        /// Its class on the target.
        class: Option<String>,
        /// Its size.
        size: Option<String>,
    },
    /// Filled from a `VolumeSnapshot` in the namespace of the VM on the target.
    Snapshot(String),
    /// The VM goes without it.
    Skip,
}

/// What a claim is bound to.
#[derive(Clone, Debug, PartialEq)]
pub enum BindEntry {
    /// A `PersistentVolume` that is there, by name.
    Volume(String),
    /// A CSI volume, for which a `PersistentVolume` is made.
    Csi {
        /// The volume; none: the one of the source, which replication keeps.
        volume: Option<CsiVolume>,
        /// File system, for a disk that is none of blocks.
        fs_type: Option<String>,
        /// Class on the target.
        class: Option<String>,
        /// Size.
        size: Option<String>,
    },
}
