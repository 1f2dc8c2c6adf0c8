//! The VM of a record: what it needs around it, not what it is made of.

use serde::de::MapAccess;

use crate::json::{Any, Field, Object, object};

/// The VM as it was when it was backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmSource {
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Names of the network attachment definitions, as the VM writes them: `namespace/name` or `name`.
    pub networks: Vec<String>,
    /// The volumes, of whatever kind.
    pub volumes: Vec<VmVolume>,
}

/// A volume of the VM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmVolume {
    /// Name.
    pub name: String,
    /// The field that says what it is, such as `persistentVolumeClaim` or `cloudInitNoCloud`; empty
    /// if there is none.
    pub kind: String,
    /// The claim, if the kind is `persistentVolumeClaim`.
    pub claim_name: Option<String>,
}

#[derive(Default)]
pub(super) struct WireSource {
    metadata: WireMetadata,
    spec: WireSpec,
}

object!(WireSource { "metadata" => metadata, "spec" => spec });

#[derive(Default)]
struct WireMetadata {
    name: String,
    namespace: String,
}

object!(WireMetadata { "name" => name, "namespace" => namespace });

#[derive(Default)]
struct WireSpec {
    template: Option<WireTemplate>,
}

object!(WireSpec { "template" => template });

#[derive(Default)]
struct WireTemplate {
    spec: WireInstance,
}

object!(WireTemplate { "spec" => spec });

#[derive(Default)]
struct WireInstance {
    networks: Vec<WireNetwork>,
    volumes: Vec<WireVolume>,
}

object!(WireInstance { "networks" => networks, "volumes" => volumes });

#[derive(Default)]
struct WireNetwork {
    multus: Option<WireMultus>,
}

object!(WireNetwork { "multus" => multus });

#[derive(Default)]
struct WireMultus {
    network_name: String,
}

object!(WireMultus { "networkName" => network_name });

#[derive(Default)]
struct WireVolume {
    name: String,
    claim: Option<WireClaim>,
    /// The first kind that is set, but for claims.
    other: Option<String>,
}

#[derive(Default)]
struct WireClaim {
    name: String,
}

object!(WireClaim { "claimName" => name });

/// The kind that has more than a name.
const CLAIM: &str = "persistentVolumeClaim";

impl Object for WireVolume {
    fn field<'de, A: MapAccess<'de>>(&mut self, field: Field<'_, A>) -> Result<(), A::Error> {
        if field.is("name") {
            return field.read("name", &mut self.name);
        }
        if field.is(CLAIM) {
            return field.read(CLAIM, &mut self.claim);
        }
        let kind = field.key().to_owned();
        let mut is_set = Any::default();
        field.read("*", &mut is_set)?;
        if is_set.0 {
            self.other.get_or_insert(kind);
        }
        Ok(())
    }
}

impl From<WireSource> for VmSource {
    fn from(wire: WireSource) -> Self {
        let instance = wire.spec.template.unwrap_or_default().spec;
        let networks = instance
            .networks
            .into_iter()
            .filter_map(|network| network.multus);
        Self {
            name: wire.metadata.name,
            namespace: wire.metadata.namespace,
            networks: networks.map(|multus| multus.network_name).collect(),
            volumes: instance.volumes.into_iter().map(VmVolume::from).collect(),
        }
    }
}

impl From<WireVolume> for VmVolume {
    fn from(wire: WireVolume) -> Self {
        let kind = match (&wire.claim, wire.other) {
            (Some(_), _) => CLAIM.to_owned(),
            (None, other) => other.unwrap_or_default(),
        };
        Self {
            name: wire.name,
            kind,
            claim_name: wire.claim.map(|claim| claim.name),
        }
    }
}
