//! The inventory by name, and whether something exists, does not, or cannot be told.

use std::collections::{HashMap, HashSet};

use hv_cluster::views::{
    Backup, BackupTargetRef, BoundSnapshotContent, Claim, LonghornBackup, LonghornBackupVolume,
    Owned, Snapshot, StorageClass, VirtualMachine,
};
use hv_cluster::{Gap, Listing};

use crate::inventory::Inventory;
use crate::target::TargetSetting;

/// Whether something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    /// It is there.
    Yes(T),
    /// It is proven not to be there.
    No,
    /// It could not be read; why.
    Unknown(String),
}

impl<T> Found<T> {
    pub(crate) fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }
}

/// Name of a namespaced object.
type Key<'a> = (&'a str, &'a str);

/// An inventory with its indexes.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    /// What was read.
    pub(crate) inventory: &'a Inventory,
    /// The backup target that is set.
    pub(crate) target: TargetSetting,
    backups: HashMap<Key<'a>, &'a Backup>,
    backup_uids: HashMap<&'a str, &'a Backup>,
    snapshots: HashMap<Key<'a>, &'a Snapshot>,
    contents: HashMap<&'a str, &'a BoundSnapshotContent>,
    lh_backups: HashMap<&'a str, &'a LonghornBackup>,
    lh_volumes: HashMap<&'a str, Vec<&'a LonghornBackupVolume>>,
    classes: HashMap<&'a str, &'a StorageClass>,
    snapshot_classes: HashSet<&'a str>,
    images: HashSet<Key<'a>>,
    networks: HashSet<Key<'a>>,
    claims: HashMap<Key<'a>, &'a Claim>,
    machines: HashMap<Key<'a>, &'a VirtualMachine>,
}

fn key(metadata: &Owned) -> Key<'_> {
    (&metadata.namespace, &metadata.name)
}

impl<'a> Index<'a> {
    /// Indexes an inventory.
    pub(crate) fn new(inventory: &'a Inventory) -> Self {
        let mut lh_volumes: HashMap<&str, Vec<&LonghornBackupVolume>> = HashMap::new();
        for volume in &inventory.lh_volumes.items {
            lh_volumes.entry(volume.volume()).or_default().push(volume);
        }
        let by_key =
            |meta: &'a hv_cluster::views::Meta| (meta.namespace.as_str(), meta.name.as_str());
        let claims = inventory.claims.iter().flat_map(|list| &list.items);
        let machines = inventory.machines.iter().flat_map(|list| &list.items);
        let backups = &inventory.backups.items;
        Self {
            inventory,
            target: TargetSetting::read(inventory),
            backups: backups.iter().map(|b| (key(&b.metadata), b)).collect(),
            backup_uids: backups
                .iter()
                .map(|b| (b.metadata.uid.as_str(), b))
                .collect(),
            snapshots: inventory
                .snapshots
                .items
                .iter()
                .map(|s| (key(&s.metadata), s))
                .collect(),
            contents: inventory
                .contents
                .items
                .iter()
                .map(|c| (c.metadata.name.as_str(), c))
                .collect(),
            lh_backups: inventory
                .lh_backups
                .items
                .iter()
                .map(|b| (b.metadata.name.as_str(), b))
                .collect(),
            lh_volumes,
            classes: inventory
                .classes
                .items
                .iter()
                .map(|c| (c.metadata.name.as_str(), c))
                .collect(),
            snapshot_classes: inventory
                .snapshot_classes
                .items
                .iter()
                .map(|c| c.metadata.name.as_str())
                .collect(),
            images: inventory
                .images
                .items
                .iter()
                .map(|i| by_key(&i.metadata))
                .collect(),
            networks: inventory
                .networks
                .items
                .iter()
                .map(|n| by_key(&n.metadata))
                .collect(),
            claims: claims.map(|c| (by_key(&c.metadata), c)).collect(),
            machines: machines.map(|m| (by_key(&m.metadata), m)).collect(),
        }
    }

    /// A backup by namespace and name.
    pub(crate) fn backup(&self, namespace: &str, name: &str) -> Found<&'a Backup> {
        let found = self.backups.get(&(namespace, name)).copied();
        self.namespaced(
            found,
            &self.inventory.backups,
            "virtualmachinebackups",
            namespace,
        )
    }

    /// The backup that owns an object, as its uid says; a backup made anew is another one.
    pub(crate) fn owning_backup(&self, namespace: &str, uid: &str) -> Found<&'a Backup> {
        let found = self.backup_uids.get(uid).copied();
        self.namespaced(
            found,
            &self.inventory.backups,
            "virtualmachinebackups",
            namespace,
        )
    }

    /// A `VolumeSnapshot`.
    pub(crate) fn snapshot(&self, namespace: &str, name: &str) -> Found<&'a Snapshot> {
        let found = self.snapshots.get(&(namespace, name)).copied();
        self.namespaced(
            found,
            &self.inventory.snapshots,
            "volumesnapshots",
            namespace,
        )
    }

    /// A `VolumeSnapshotContent`.
    pub(crate) fn content(&self, name: &str) -> Found<&'a BoundSnapshotContent> {
        let found = self.contents.get(name).copied();
        clusterwide(found, &self.inventory.contents, "volumesnapshotcontents")
    }

    /// A Longhorn `Backup`.
    pub(crate) fn lh_backup(&self, name: &str) -> Found<&'a LonghornBackup> {
        let found = self.lh_backups.get(name).copied();
        clusterwide(found, &self.inventory.lh_backups, "backups.longhorn.io")
    }

    /// The `BackupVolume`s of a Longhorn volume; a gap makes fewer than two of them unknown.
    pub(crate) fn lh_volumes(&self, volume: &str) -> Found<&[&'a LonghornBackupVolume]> {
        let found = self.lh_volumes.get(volume).map_or(&[][..], Vec::as_slice);
        match &self.inventory.lh_volumes.gap {
            Some(gap) if found.is_empty() && *gap != Gap::NotServed => {
                Found::Unknown(gap.describe("backupvolumes.longhorn.io"))
            }
            _ => Found::Yes(found),
        }
    }

    /// A storage class; one that is being deleted is gone for Harvester.
    pub(crate) fn class(&self, name: &str) -> Found<&'a StorageClass> {
        let found = self.classes.get(name).copied();
        match clusterwide(found, &self.inventory.classes, "storageclasses") {
            Found::Yes(class) if class.metadata.is_deleting() => Found::No,
            other => other,
        }
    }

    /// A snapshot class.
    pub(crate) fn snapshot_class(&self, name: &str) -> Found<()> {
        let found = self.snapshot_classes.get(name).map(|_| ());
        clusterwide(
            found,
            &self.inventory.snapshot_classes,
            "volumesnapshotclasses",
        )
    }

    /// An image.
    pub(crate) fn image(&self, namespace: &str, name: &str) -> Found<()> {
        let found = self.images.get(&(namespace, name)).map(|_| ());
        self.namespaced(
            found,
            &self.inventory.images,
            "virtualmachineimages",
            namespace,
        )
    }

    /// A network.
    pub(crate) fn network(&self, namespace: &str, name: &str) -> Found<()> {
        let found = self.networks.get(&(namespace, name)).map(|_| ());
        let networks = &self.inventory.networks;
        self.namespaced(found, networks, "network-attachment-definitions", namespace)
    }

    /// A claim.
    pub(crate) fn claim(&self, namespace: &str, name: &str) -> Found<&'a Claim> {
        let found = self.claims.get(&(namespace, name)).copied();
        let read_of = self.inventory.claims_of.as_ref();
        if found.is_none() && read_of.is_some_and(|places| !places.contains(namespace)) {
            return Found::Unknown(format!("claims of namespace \"{namespace}\" were not read"));
        }
        match &self.inventory.claims {
            Some(list) => self.namespaced(found, list, "persistentvolumeclaims", namespace),
            None => Found::Unknown("claims were not read".to_owned()),
        }
    }

    /// A VM.
    pub(crate) fn machine(&self, namespace: &str, name: &str) -> Found<&'a VirtualMachine> {
        let found = self.machines.get(&(namespace, name)).copied();
        match &self.inventory.machines {
            Some(list) => self.namespaced(found, list, "virtualmachines", namespace),
            None => Found::Unknown("VMs were not read".to_owned()),
        }
    }

    /// Whether a backup lies on the target that is set; `None` if that cannot be told.
    pub(crate) fn is_on_target(&self, lies_on: &BackupTargetRef) -> Option<bool> {
        match &self.target {
            TargetSetting::Set(target) => Some(target.place() == *lies_on),
            TargetSetting::Unset => Some(false),
            TargetSetting::Unreadable(_) | TargetSetting::Unknown(_) => None,
        }
    }

    fn namespaced<T, L>(
        &self,
        found: Option<T>,
        list: &Listing<L>,
        what: &str,
        namespace: &str,
    ) -> Found<T> {
        let covered = self.inventory.covered.as_ref();
        let is_near = self.inventory.near.as_deref() == Some(namespace);
        // A cluster collects nothing: such a gap means that one namespace was read, and it whole.
        if covered.is_none() && is_near && matches!(list.gap, Some(Gap::NotCollected(_))) {
            return found.map_or(Found::No, Found::Yes);
        }
        if found.is_none()
            && list.gap != Some(Gap::NotServed)
            && covered.is_some_and(|covered| !covered.iter().any(|name| name == namespace))
        {
            return Found::Unknown(format!("namespace \"{namespace}\" is not in this bundle"));
        }
        clusterwide(found, list, what)
    }
}

fn clusterwide<T, L>(found: Option<T>, list: &Listing<L>, what: &str) -> Found<T> {
    match (found, &list.gap) {
        (Some(found), _) => Found::Yes(found),
        (None, None | Some(Gap::NotServed)) => Found::No,
        (None, Some(gap)) => Found::Unknown(gap.describe(what)),
    }
}
