//! Views of VMs: what of them a newcomer could get in the way of.

use std::collections::BTreeMap;

use hv_cluster::lenient;
use hv_vm::effective::mac;
use serde::Deserialize;

use super::meta::{Meta, named};

named!(Machine);

/// A `VirtualMachine`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Machine {
    /// Metadata.
    pub(crate) metadata: Meta,
    /// Wishes.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: Spec,
}

/// The part of a VM's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Spec {
    /// The template.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) template: Template,
}

/// The template of the instances.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Template {
    /// Its spec.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) spec: TemplateSpec,
}

/// The part of a template's spec that is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct TemplateSpec {
    /// Hardware.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) domain: Domain,
    /// Networks.
    #[serde(deserialize_with = "lenient::parts")]
    pub(crate) networks: Vec<NetworkOf>,
    /// Volumes.
    #[serde(deserialize_with = "lenient::parts")]
    pub(crate) volumes: Vec<VolumeOf>,
}

/// Hardware.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Domain {
    /// Firmware.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) firmware: Firmware,
    /// Devices.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) devices: Devices,
    /// What it may use.
    #[serde(deserialize_with = "lenient::part")]
    pub(crate) resources: Limits,
}

/// What a VM may use.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Limits {
    /// At most this.
    #[serde(deserialize_with = "lenient::map")]
    pub(crate) limits: BTreeMap<String, String>,
}

/// Firmware.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Firmware {
    /// What the guest takes for the machine's id.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) uuid: String,
}

/// Devices.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Devices {
    /// Network interfaces.
    #[serde(deserialize_with = "lenient::parts")]
    pub(crate) interfaces: Vec<Interface>,
}

/// A network interface.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Interface {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    /// Its address, as it is written.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) mac_address: String,
}

/// A network of a VM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct NetworkOf {
    /// Its name in the VM.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    /// The definition behind it; absent for the pod network.
    #[serde(deserialize_with = "lenient::optional")]
    pub(crate) multus: Option<Multus>,
}

/// A network definition by name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Multus {
    /// `namespace/name` or a name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) network_name: String,
}

/// A volume of a VM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct VolumeOf {
    /// A claim.
    #[serde(deserialize_with = "lenient::optional")]
    pub(crate) persistent_volume_claim: Option<ClaimOf>,
    /// What CDI makes a claim of.
    #[serde(deserialize_with = "lenient::optional")]
    pub(crate) data_volume: Option<DataVolumeOf>,
}

/// A claim by name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ClaimOf {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) claim_name: String,
}

/// A `DataVolume` by name; its claim has the same.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct DataVolumeOf {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
}

/// An address on a network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    /// In one spelling.
    pub(crate) mac: String,
    /// `namespace/name` of its network; empty for the pod network.
    pub(crate) network: String,
}

impl Machine {
    /// `namespace/name`.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }

    /// The claims of its namespace that it uses.
    pub(crate) fn claims(&self) -> impl Iterator<Item = &str> {
        self.spec.template.spec.volumes.iter().filter_map(|volume| {
            let own = volume.persistent_volume_claim.as_ref();
            let made = volume.data_volume.as_ref();
            own.map(|one| one.claim_name.as_str())
                .or_else(|| made.map(|one| one.name.as_str()))
        })
    }

    /// Its addresses: those of its interfaces and those that Harvester remembers for it.
    pub(crate) fn addresses(&self) -> Vec<Address> {
        let spec = &self.spec.template.spec;
        let remembered: BTreeMap<String, String> =
            serde_json::from_str(self.metadata.annotation("harvesterhci.io/mac-address"))
                .unwrap_or_default();
        let network = |interface: &str| {
            let found = spec
                .networks
                .iter()
                .find(|network| network.name == interface);
            let name = found.and_then(|network| network.multus.as_ref());
            match name.map(|multus| multus.network_name.as_str()) {
                Some(name) if name.contains('/') => name.to_owned(),
                Some(name) => format!("{}/{name}", self.metadata.namespace),
                None => String::new(),
            }
        };
        let own = spec.domain.devices.interfaces.iter();
        let own = own.map(|one| (one.name.as_str(), one.mac_address.as_str()));
        let kept = remembered
            .iter()
            .map(|(name, mac)| (name.as_str(), mac.as_str()));
        let mut addresses: Vec<Address> = own
            .chain(kept)
            .filter_map(|(interface, text)| {
                Some(Address {
                    mac: mac::canonical(text)?,
                    network: network(interface),
                })
            })
            .collect();
        addresses.sort();
        addresses.dedup();
        addresses
    }
}
