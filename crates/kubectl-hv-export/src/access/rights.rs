//! What an export reads and why: the one table that access reviews and roles are made from.

/// A right to read, and what it is for.
#[derive(Debug)]
pub(crate) struct Right {
    /// API group, empty for the core group.
    pub(crate) group: &'static str,
    /// Name in URLs.
    pub(crate) resource: &'static str,
    /// The only object of the kind that is read, if there is only one.
    pub(crate) only: Option<&'static str>,
    /// Where its objects are.
    pub(crate) place: Place,
    /// Which runs read it.
    pub(crate) part: Part,
    /// With which verbs.
    pub(crate) verbs: Verbs,
    /// What is read from it.
    pub(crate) purpose: &'static str,
    /// What a bundle lacks without it; nothing where a bundle is worth nothing without it.
    pub(crate) lost: Option<&'static str>,
}

/// Where the objects of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no namespace.
    Cluster,
    /// In the namespaces of the VMs.
    Own,
    /// There, or in a namespace that many share, as images and networks are.
    Shared,
    /// In this one; a run over all namespaces lists it with all others.
    System(&'static str),
    /// In this one, and asked for there only.
    Only(&'static str),
}

/// Which runs read a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Every run.
    Always,
    /// The export of VMs.
    Machines,
    /// The export of templates.
    Templates,
    /// Runs that put Secrets into the bundle.
    Secrets,
}

/// The verbs of a run, by what it is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verbs {
    /// Names in a namespace.
    pub(crate) named: &'static [&'static str],
    /// A namespace.
    pub(crate) beside: &'static [&'static str],
    /// All namespaces.
    pub(crate) all: &'static [&'static str],
}

const GET: &[&str] = &["get"];
const LIST: &[&str] = &["list"];
const GET_LIST: &[&str] = &["get", "list"];
const NONE: &[&str] = &[];

/// The same verbs whatever is asked for.
const fn always(verbs: &'static [&'static str]) -> Verbs {
    Verbs {
        named: verbs,
        beside: verbs,
        all: verbs,
    }
}

const fn by_reach(
    named: &'static [&'static str],
    beside: &'static [&'static str],
    all: &'static [&'static str],
) -> Verbs {
    Verbs { named, beside, all }
}

/// Read by name where few are needed, listed where all are.
const LISTED_IN_ALL: Verbs = by_reach(GET, GET, LIST);

const fn right(
    group: &'static str,
    resource: &'static str,
    place: Place,
    verbs: Verbs,
    purpose: &'static str,
    lost: Option<&'static str>,
) -> Right {
    Right {
        group,
        resource,
        only: None,
        place,
        part: Part::Machines,
        verbs,
        purpose,
        lost,
    }
}

impl Right {
    const fn of(self, part: Part) -> Self {
        Self { part, ..self }
    }

    const fn only(self, name: &'static str) -> Self {
        Self {
            only: Some(name),
            ..self
        }
    }

    /// Whether its objects are in namespaces.
    pub(crate) fn is_namespaced(&self) -> bool {
        self.place != Place::Cluster
    }
}

use Part::{Always, Secrets, Templates};
use Place::{Cluster, Only, Own, Shared, System};

/// Every right, in the order in which people meet them.
#[rustfmt::skip]
pub(crate) const RIGHTS: &[Right] = &[
    right("kubevirt.io", "virtualmachines", Own, by_reach(GET, LIST, LIST), "VMs", None),
    right("kubevirt.io", "virtualmachines", Own, by_reach(NONE, GET, GET), "VMs that change meanwhile",
        Some("a VM that changes during the run is exported as it was read first")),
    right("harvesterhci.io", "virtualmachinetemplates", Own, always(GET), "templates", None).of(Templates),
    right("harvesterhci.io", "virtualmachinetemplateversions", Own, always(GET_LIST), "their versions", None)
        .of(Templates),
    right("", "persistentvolumeclaims", Own, by_reach(GET, LIST, LIST), "disks", None),
    right("", "persistentvolumeclaims", Own, by_reach(LIST, NONE, NONE), "the disk of firmware state",
        Some("the disk with EFI variables and TPM state is found by its old name only")),
    right("", "secrets", Own, always(GET), "secrets that VMs name", None).of(Secrets),
    right("kubevirt.io", "virtualmachineinstances", Own, by_reach(GET, GET_LIST, GET_LIST), "MACs, UUIDs, serials",
        Some("what only the running VM knows is missing: its MACs, firmware UUID and serial, where the VM has none")),
    right("", "configmaps", Own, always(GET), "config maps that VMs name",
        Some("config maps become names")),
    right("cdi.kubevirt.io", "datavolumes", Own, by_reach(GET, LIST, LIST), "how CDI made a disk",
        Some("it is not told how CDI made a disk")),
    right("harvesterhci.io", "virtualmachineimages", Shared, LISTED_IN_ALL, "images of disks",
        Some("images become names, without checksum and size")),
    right("k8s.cni.cncf.io", "network-attachment-definitions", Shared, LISTED_IN_ALL, "networks",
        Some("networks become names, without VLAN and cluster network")),
    right("harvesterhci.io", "keypairs", Shared, LISTED_IN_ALL, "SSH keys by name",
        Some("SSH keys become names")).of(Always),
    right("", "serviceaccounts", Own, always(GET), "accounts that VMs name",
        Some("it is not told whether accounts that VMs name are there")),
    right("instancetype.kubevirt.io", "virtualmachineinstancetypes", Own, always(GET), "sizes by name",
        Some("a VM whose size is a name keeps the name")),
    right("instancetype.kubevirt.io", "virtualmachinepreferences", Own, always(GET), "preferences by name",
        Some("a VM whose preferences are a name keeps the name")),
    right("longhorn.io", "backingimages", System("longhorn-system"), LISTED_IN_ALL, "checksums of images",
        Some("images that were made without a checksum have none")),
    right("kubevirt.io", "kubevirts", Only("harvester-system"), always(LIST), "KubeVirt's release",
        Some("KubeVirt's release is not noted")).of(Always),
    right("", "persistentvolumes", Cluster, LISTED_IN_ALL, "volumes behind disks",
        Some("the volumes behind the disks are not named, so an import cannot bind replicated ones")),
    right("storage.k8s.io", "storageclasses", Cluster, LISTED_IN_ALL, "classes of disks",
        Some("storage classes become names, without driver and parameters")),
    right("instancetype.kubevirt.io", "virtualmachineclusterinstancetypes", Cluster, always(GET), "sizes by name",
        Some("a VM whose size is a name keeps the name")),
    right("instancetype.kubevirt.io", "virtualmachineclusterpreferences", Cluster, always(GET), "preferences by name",
        Some("a VM whose preferences are a name keeps the name")),
    right("", "namespaces", Cluster, always(GET), "the cluster's id",
        Some("the cluster is known by its certificates, and its VMs have another lineage than with the id"))
        .of(Always).only("kube-system"),
    right("harvesterhci.io", "settings", Cluster, always(GET), "Harvester's release",
        Some("Harvester's release is not noted")).of(Always).only("server-version"),
];
