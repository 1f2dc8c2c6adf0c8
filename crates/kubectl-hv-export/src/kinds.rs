//! The kinds of a VM's graph as the cluster serves them.

use hv_cluster::kinds::{self, Kind as Served};
use hv_vm::Kind;

/// Where a kind is read.
pub(crate) fn served(kind: Kind) -> &'static Served {
    match kind {
        Kind::VirtualMachine => &kinds::VIRTUAL_MACHINE,
        Kind::VirtualMachineInstance => &kinds::VIRTUAL_MACHINE_INSTANCE,
        Kind::PersistentVolumeClaim => &kinds::PERSISTENT_VOLUME_CLAIM,
        Kind::PersistentVolume => &kinds::PERSISTENT_VOLUME,
        Kind::StorageClass => &kinds::STORAGE_CLASS,
        Kind::DataVolume => &kinds::DATA_VOLUME,
        Kind::VirtualMachineImage => &kinds::VIRTUAL_MACHINE_IMAGE,
        Kind::BackingImage => &kinds::BACKING_IMAGE,
        Kind::Secret => &kinds::SECRET,
        Kind::ConfigMap => &kinds::CONFIG_MAP,
        Kind::NetworkAttachmentDefinition => &kinds::NETWORK_ATTACHMENT_DEFINITION,
        Kind::KeyPair => &kinds::KEY_PAIR,
        Kind::VirtualMachineInstancetype => &kinds::INSTANCETYPE,
        Kind::VirtualMachineClusterInstancetype => &kinds::CLUSTER_INSTANCETYPE,
        Kind::VirtualMachinePreference => &kinds::PREFERENCE,
        Kind::VirtualMachineClusterPreference => &kinds::CLUSTER_PREFERENCE,
        Kind::ServiceAccount => &kinds::SERVICE_ACCOUNT,
        Kind::VirtualMachineTemplate => &kinds::VIRTUAL_MACHINE_TEMPLATE,
        Kind::VirtualMachineTemplateVersion => &kinds::VIRTUAL_MACHINE_TEMPLATE_VERSION,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_crates_name_the_kinds_alike() {
        for &kind in Kind::ALL {
            let served = served(kind);
            assert_eq!(served.kind, kind.name());
            assert_eq!(served.plural, kind.plural());
            let api = match served.group {
                "" => served.version.to_owned(),
                group => format!("{group}/{}", served.version),
            };
            assert_eq!(api, kind.api_version());
            let namespaced = served.scope == kinds::Scope::Namespaced;
            assert_eq!(namespaced, kind.is_namespaced());
        }
    }
}
