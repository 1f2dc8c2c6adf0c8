//! A VM as a backup remembers it.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::lenient;

/// A VM as a backup remembers it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedMachine {
    /// Its name and namespace.
    #[serde(deserialize_with = "lenient::part")]
    pub metadata: SavedMeta,
    /// Its spec.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: SavedSpec,
}

/// Name and namespace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedMeta {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
}

/// The part of a saved VM that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedSpec {
    /// Template of its instances.
    #[serde(deserialize_with = "lenient::part")]
    pub template: SavedTemplate,
}

/// What instances of a saved VM look like.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedTemplate {
    /// Spec of the instance.
    #[serde(deserialize_with = "lenient::part")]
    pub spec: SavedInstance,
}

/// Volumes and networks of a saved VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedInstance {
    /// Volumes, each with the kinds it carries.
    #[serde(deserialize_with = "lenient::parts")]
    pub volumes: Vec<SavedVolume>,
    /// Networks.
    #[serde(deserialize_with = "lenient::parts")]
    pub networks: Vec<SavedNetwork>,
}

/// A volume of a saved VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedVolume {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// A claim: the only kind that backups hold.
    #[serde(deserialize_with = "lenient::optional")]
    pub persistent_volume_claim: Option<SavedClaim>,
    /// A `DataVolume`.
    #[serde(deserialize_with = "lenient::optional")]
    pub data_volume: Option<IgnoredAny>,
    /// A disk of the host.
    #[serde(deserialize_with = "lenient::optional")]
    pub host_disk: Option<IgnoredAny>,
    /// A layer over a claim.
    #[serde(deserialize_with = "lenient::optional")]
    pub ephemeral: Option<IgnoredAny>,
}

/// A claim as a volume of a saved VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedClaim {
    /// Name of the claim.
    #[serde(deserialize_with = "lenient::text")]
    pub claim_name: String,
}

/// A network of a saved VM.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedNetwork {
    /// Set for networks besides the pods' own.
    #[serde(deserialize_with = "lenient::optional")]
    pub multus: Option<SavedMultus>,
}

/// A network by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedMultus {
    /// `namespace/name`, or a name in the VM's namespace.
    #[serde(deserialize_with = "lenient::text")]
    pub network_name: String,
}
