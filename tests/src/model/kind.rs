//! The kinds the models read and write.

/// A kind of object and where the API server keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// `apiVersion` of its objects.
    pub api_version: &'static str,
    /// `kind` of its objects.
    pub kind: &'static str,
    /// Name in URLs.
    pub plural: &'static str,
}

impl Kind {
    const fn new(api_version: &'static str, kind: &'static str, plural: &'static str) -> Self {
        Self {
            api_version,
            kind,
            plural,
        }
    }

    /// The API group, empty for the core.
    pub fn group(&self) -> &'static str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The path of all its objects.
    pub(crate) fn path(&self) -> String {
        let root = if self.api_version.contains('/') {
            "apis"
        } else {
            "api"
        };
        format!("/{root}/{}/{}", self.api_version, self.plural)
    }

    /// The path of its objects in a namespace; an empty one stands for none.
    pub(crate) fn collection(&self, namespace: &str) -> String {
        if namespace.is_empty() {
            return self.path();
        }
        let root = if self.api_version.contains('/') {
            "apis"
        } else {
            "api"
        };
        format!(
            "/{root}/{}/namespaces/{namespace}/{}",
            self.api_version, self.plural
        )
    }

    /// The kind of an object, if it is one of [`ALL`].
    pub(crate) fn of(object: &serde_json::Value) -> Option<Self> {
        ALL.iter()
            .find(|kind| object["kind"] == kind.kind && object["apiVersion"] == kind.api_version)
            .copied()
    }
}

const HARVESTER: &str = "harvesterhci.io/v1beta1";
const KUBEVIRT: &str = "kubevirt.io/v1";
const NETWORK: &str = "network.harvesterhci.io/v1beta1";

/// KubeVirt's VM.
pub const VM: Kind = Kind::new(KUBEVIRT, "VirtualMachine", "virtualmachines");
/// KubeVirt's running VM.
pub const INSTANCE: Kind = Kind::new(
    KUBEVIRT,
    "VirtualMachineInstance",
    "virtualmachineinstances",
);
/// The installation of KubeVirt.
pub const KUBE_VIRT: Kind = Kind::new(KUBEVIRT, "KubeVirt", "kubevirts");
/// Volume claim.
pub const CLAIM: Kind = Kind::new("v1", "PersistentVolumeClaim", "persistentvolumeclaims");
/// Volume.
pub const VOLUME: Kind = Kind::new("v1", "PersistentVolume", "persistentvolumes");
/// Storage class.
pub const CLASS: Kind = Kind::new("storage.k8s.io/v1", "StorageClass", "storageclasses");
/// CDI's volume with content.
pub const DATA_VOLUME: Kind = Kind::new("cdi.kubevirt.io/v1beta1", "DataVolume", "datavolumes");
/// Harvester's image.
pub const IMAGE: Kind = Kind::new(HARVESTER, "VirtualMachineImage", "virtualmachineimages");
/// Harvester's setting.
pub const SETTING: Kind = Kind::new(HARVESTER, "Setting", "settings");
/// Harvester's SSH key.
pub const KEY_PAIR: Kind = Kind::new(HARVESTER, "KeyPair", "keypairs");
/// Multus' network.
pub const NETWORK_DEFINITION: Kind = Kind::new(
    "k8s.cni.cncf.io/v1",
    "NetworkAttachmentDefinition",
    "network-attachment-definitions",
);
/// Harvester's cluster network.
pub const CLUSTER_NETWORK: Kind = Kind::new(NETWORK, "ClusterNetwork", "clusternetworks");
/// Harvester's uplink of a cluster network.
pub const VLAN_CONFIG: Kind = Kind::new(NETWORK, "VlanConfig", "vlanconfigs");
/// Namespace.
pub const NAMESPACE: Kind = Kind::new("v1", "Namespace", "namespaces");
/// Kubernetes' quota.
pub const QUOTA: Kind = Kind::new("v1", "ResourceQuota", "resourcequotas");
/// Pod.
pub const POD: Kind = Kind::new("v1", "Pod", "pods");
/// Node.
pub const NODE: Kind = Kind::new("v1", "Node", "nodes");

/// Everything the models look at.
pub const ALL: &[Kind] = &[
    VM,
    INSTANCE,
    KUBE_VIRT,
    CLAIM,
    VOLUME,
    CLASS,
    DATA_VOLUME,
    IMAGE,
    SETTING,
    KEY_PAIR,
    NETWORK_DEFINITION,
    CLUSTER_NETWORK,
    VLAN_CONFIG,
    NAMESPACE,
    QUOTA,
    POD,
    NODE,
];
