//! What every name of one bundle becomes on the target, with nothing left open.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::header::{Disk, Note, VmName};
use crate::key::Key;

/// What every name of one bundle becomes. All decisions are made: rendering only carries them out.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// Namespace and name of the VM on the target.
    pub vm: VmName,
    /// What becomes of each namespace that the bundle names; one that is missing keeps its name.
    pub namespaces: BTreeMap<String, String>,
    /// What becomes of each disk, by the name of its volume.
    pub disks: BTreeMap<String, DiskChoice>,
    /// Networks, `namespace/name` of the source to `namespace/name` of the target.
    pub networks: BTreeMap<String, String>,
    /// Secrets and config maps of the VM's namespace, by name.
    pub secrets: BTreeMap<String, String>,
    /// Key pairs, `namespace/name` to `namespace/name`.
    pub key_pairs: BTreeMap<String, String>,
    /// Node labels: `key` or `key=value` of the source to that of the target; an empty text drops the
    /// term.
    pub node_labels: BTreeMap<String, String>,
    /// What becomes of the MAC addresses.
    pub macs: MacChoice,
    /// What is written into the VM about where it comes from.
    pub stamps: Stamps,
    /// Objects of the bundle that are created too: key pairs, networks, config maps, secrets by key
    /// in the source. Others are expected to be there.
    pub create: Vec<Key>,
}

/// What becomes of a disk. Sizes are quantities such as `40Gi`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskChoice {
    /// A claim that is there already.
    Existing {
        /// Its name, in the namespace of the VM.
        claim: String,
        /// Its class.
        class: String,
        /// Its size.
        size: String,
        /// Its volume mode.
        volume_mode: String,
        /// Its access modes.
        access_modes: Vec<String>,
    },
    /// A claim that is created for a volume that is there already, and the volume itself if it is given.
    Bind {
        /// Name of the claim.
        claim: String,
        /// Name of the `PersistentVolume`.
        volume: String,
        /// The `PersistentVolume` to create; none if it is there.
        create: Option<Value>,
        /// Class of both.
        class: String,
        /// Size of both.
        size: String,
        /// Volume mode of both.
        volume_mode: String,
        /// Access modes of both.
        access_modes: Vec<String>,
    },
    /// A fresh copy of an image of the target.
    Image {
        /// Name of the claim.
        claim: String,
        /// `namespace/name` of the image on the target.
        image: String,
        /// Its class: `status.storageClassName`, or the one that was chosen for a CDI image.
        class: String,
        /// Size of the disk.
        size: String,
        /// Access modes.
        access_modes: Vec<String>,
        /// Volume mode.
        volume_mode: String,
        /// Whether CDI fills it: then no claim is created, Harvester makes the `DataVolume`.
        cdi: bool,
    },
    /// An empty disk.
    Blank {
        /// Name of the claim.
        claim: String,
        /// Its class.
        class: String,
        /// Its size.
        size: String,
        /// Its volume mode.
        volume_mode: String,
        /// Its access modes.
        access_modes: Vec<String>,
    },
    /// A disk filled from a `VolumeSnapshot` of the target's namespace.
    Snapshot {
        /// Name of the claim.
        claim: String,
        /// Name of the `VolumeSnapshot`.
        snapshot: String,
        /// Its class.
        class: String,
        /// Its size.
        size: String,
        /// Its volume mode.
        volume_mode: String,
        /// Its access modes.
        access_modes: Vec<String>,
    },
    /// The VM goes without it: volume, disk and template entry are removed.
    Skip,
}

/// What becomes of the MAC addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MacChoice {
    /// They stay.
    #[default]
    Keep,
    /// The target makes new ones.
    New,
    /// Those that are given by the name of the interface; the others stay.
    Given(BTreeMap<String, String>),
}

/// Where a VM comes from, as annotations of the VM on the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    /// Release of the tool.
    pub tool: String,
}

/// The objects of one bundle for one target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendered {
    /// In the order of creation; the VM is the last.
    pub objects: Vec<RenderedObject>,
    /// What the guest or an administrator will notice.
    pub notes: Vec<Note>,
    /// The disks as the target will have them.
    pub disks: Vec<Disk>,
    /// Digests of cloud-init text inside the VM, by JSON pointer; the text is in no object.
    pub texts: BTreeMap<String, String>,
}

/// An object to be created.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderedObject {
    /// Its name on the target.
    pub key: Key,
    /// The object; for a Secret that is sealed, a merge patch for what the file holds.
    pub object: Value,
    /// Where the secret lies that it holds.
    pub sealed: Option<SealedSource>,
    /// Whether the VM becomes its owner once it is there.
    pub owned: bool,
}

/// A file of a bundle that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSource {
    /// Its path in the bundle.
    pub file: String,
    /// `sha256:` and the digest of its bytes.
    pub sha256: String,
    /// Keys of its data that have another name on the target.
    pub renamed_keys: BTreeMap<String, String>,
    /// Texts of a VM that was exported with cloud-init text inside: JSON pointers in the target's
    /// object, which is whole but for them, to JSON pointers in the file.
    pub restored: BTreeMap<String, String>,
}
