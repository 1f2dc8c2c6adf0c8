//! The kinds of objects that a VM's configuration reaches, and their names.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $api:literal $plural:literal $scope:ident;)*) => {
        /// A kind of object in the graph of a VM.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in manifests.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// Group and version as manifests have them.
            pub fn api_version(self) -> &'static str {
                match self { $(Self::$name => $api),* }
            }

            /// Its name in URLs.
            pub fn plural(self) -> &'static str {
                match self { $(Self::$name => $plural),* }
            }

            /// Whether its objects live in a namespace.
            pub fn is_namespaced(self) -> bool {
                match self { $(Self::$name => stringify!($scope).len() == "Namespaced".len()),* }
            }
        }
    };
}

kinds! {
    /// The VM itself.
    VirtualMachine "kubevirt.io/v1" "virtualmachines" Namespaced;
    /// The running VM: effective values only.
    VirtualMachineInstance "kubevirt.io/v1" "virtualmachineinstances" Namespaced;
    /// A disk.
    PersistentVolumeClaim "v1" "persistentvolumeclaims" Namespaced;
    /// The storage behind a disk.
    PersistentVolume "v1" "persistentvolumes" Cluster;
    /// The class of a disk.
    StorageClass "storage.k8s.io/v1" "storageclasses" Cluster;
    /// What CDI filled a disk from.
    DataVolume "cdi.kubevirt.io/v1beta1" "datavolumes" Namespaced;
    /// An image that a disk began as.
    VirtualMachineImage "harvesterhci.io/v1beta1" "virtualmachineimages" Namespaced;
    /// Longhorn's side of an image.
    BackingImage "longhorn.io/v1beta2" "backingimages" Namespaced;
    /// Cloud-init, sysprep, keys and passwords.
    Secret "v1" "secrets" Namespaced;
    /// Plain configuration attached to a VM.
    ConfigMap "v1" "configmaps" Namespaced;
    /// A network.
    NetworkAttachmentDefinition "k8s.cni.cncf.io/v1" "network-attachment-definitions" Namespaced;
    /// A public SSH key.
    KeyPair "harvesterhci.io/v1beta1" "keypairs" Namespaced;
    /// Size of a VM, by name.
    VirtualMachineInstancetype "instancetype.kubevirt.io/v1beta1" "virtualmachineinstancetypes" Namespaced;
    /// Size of a VM, by name, for the whole cluster.
    VirtualMachineClusterInstancetype "instancetype.kubevirt.io/v1beta1" "virtualmachineclusterinstancetypes" Cluster;
    /// Preferences of a guest, by name.
    VirtualMachinePreference "instancetype.kubevirt.io/v1beta1" "virtualmachinepreferences" Namespaced;
    /// Preferences of a guest, by name, for the whole cluster.
    VirtualMachineClusterPreference "instancetype.kubevirt.io/v1beta1" "virtualmachineclusterpreferences" Cluster;
    /// An account of pods.
    ServiceAccount "v1" "serviceaccounts" Namespaced;
    /// A VM to make others from.
    VirtualMachineTemplate "harvesterhci.io/v1beta1" "virtualmachinetemplates" Namespaced;
    /// One version of it.
    VirtualMachineTemplateVersion "harvesterhci.io/v1beta1" "virtualmachinetemplateversions" Namespaced;
}

/// The name of an object in a cluster.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty for kinds of the whole cluster.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Key {
    /// Names an object; the namespace is dropped where the kind has none.
    pub fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        Self {
            kind,
            namespace: if kind.is_namespaced() {
                namespace.to_owned()
            } else {
                String::new()
            },
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => write!(formatter, "{}/{}", self.kind.name(), self.name),
            namespace => write!(formatter, "{}/{namespace}/{}", self.kind.name(), self.name),
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.name() == text)
            .ok_or(())
    }
}
