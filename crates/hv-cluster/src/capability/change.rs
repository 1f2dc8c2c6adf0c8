//! One change of the cluster's configuration: as a command, as an object, and made on a copy.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::inventory::Inventory;
use crate::views::{ClaimPropertySet, Meta, SnapshotClass, StorageProfile};

/// One change of the cluster's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new snapshot class.
    CreateSnapshotClass {
        /// Its name.
        name: String,
        /// Its driver.
        driver: String,
        /// What the driver is given.
        parameters: BTreeMap<String, String>,
    },
    /// The whole value of `csi-driver-config`.
    SetCsiDriverConfig {
        /// JSON text.
        value: String,
    },
    /// The whole value of `csi-online-expand-validation`.
    SetOnlineExpand {
        /// JSON text.
        value: String,
    },
    /// `allowVolumeExpansion` of a class.
    AllowExpansion {
        /// Name of the class.
        class: String,
    },
    /// The annotation that tells CDI the modes of a class.
    DeclareModes {
        /// Name of the class.
        class: String,
        /// JSON text.
        modes: String,
    },
}

/// The annotation read by Harvester 1.6 and later.
const MODES: &str = "cdi.harvesterhci.io/storageProfileVolumeModeAccessModes";

impl Change {
    /// The command that makes it.
    pub fn command(&self) -> String {
        match self {
            Self::CreateSnapshotClass { .. } => {
                format!("kubectl apply -f - <<'EOF'\n{}\nEOF", self.manifest())
            }
            Self::SetCsiDriverConfig { value } => patch_setting("csi-driver-config", value),
            Self::SetOnlineExpand { value } => patch_setting("csi-online-expand-validation", value),
            Self::AllowExpansion { class } => format!(
                "kubectl patch storageclass {} --type merge -p '{{\"allowVolumeExpansion\":true}}'",
                quoted(class)
            ),
            Self::DeclareModes { class, modes } => format!(
                "kubectl annotate storageclass {} {}",
                quoted(class),
                quoted(&format!("{MODES}={modes}"))
            ),
        }
    }

    /// The object or merge patch, as JSON.
    pub fn manifest(&self) -> Value {
        match self {
            Self::CreateSnapshotClass {
                name,
                driver,
                parameters,
            } => json!({
                "apiVersion": "snapshot.storage.k8s.io/v1",
                "kind": "VolumeSnapshotClass",
                "metadata": {"name": name},
                "driver": driver,
                "deletionPolicy": "Delete",
                "parameters": parameters,
            }),
            Self::SetCsiDriverConfig { value } | Self::SetOnlineExpand { value } => {
                json!({"value": value})
            }
            Self::AllowExpansion { .. } => json!({"allowVolumeExpansion": true}),
            Self::DeclareModes { modes, .. } => {
                json!({"metadata": {"annotations": {MODES: modes}}})
            }
        }
    }

    /// The object it changes or makes, as `TYPE/NAME`.
    pub fn object(&self) -> String {
        match self {
            Self::CreateSnapshotClass { name, .. } => format!("volumesnapshotclass/{name}"),
            Self::SetCsiDriverConfig { .. } => "settings.harvesterhci.io/csi-driver-config".into(),
            Self::SetOnlineExpand { .. } => {
                "settings.harvesterhci.io/csi-online-expand-validation".into()
            }
            Self::AllowExpansion { class } | Self::DeclareModes { class, .. } => {
                format!("storageclass/{class}")
            }
        }
    }

    /// Makes it on a copy of what was read.
    pub fn apply(&self, inventory: &mut Inventory) {
        match self {
            Self::CreateSnapshotClass {
                name,
                driver,
                parameters,
            } => {
                inventory.snapshot_classes.items.push(SnapshotClass {
                    metadata: Meta {
                        name: name.clone(),
                        ..Meta::default()
                    },
                    driver: driver.clone(),
                    deletion_policy: "Delete".to_owned(),
                    parameters: parameters.clone(),
                });
            }
            Self::SetCsiDriverConfig { value } => set(inventory, "csi-driver-config", value),
            Self::SetOnlineExpand { value } => {
                set(inventory, "csi-online-expand-validation", value);
            }
            Self::AllowExpansion { class } => {
                let classes = inventory.storage_classes.items.iter_mut();
                for class in classes.filter(|own| own.metadata.name == *class) {
                    class.allow_volume_expansion = Some(true);
                }
            }
            Self::DeclareModes { class, .. } => {
                let profiles = inventory.storage_profiles.items.iter_mut();
                for profile in profiles.filter(|own| own.metadata.name == *class) {
                    let StorageProfile { status, .. } = profile;
                    status.claim_property_sets.push(ClaimPropertySet::default());
                }
            }
        }
    }
}

pub(super) fn set(inventory: &mut Inventory, name: &str, value: &str) {
    let settings = inventory.settings.items.iter_mut();
    for setting in settings.filter(|own| own.metadata.name == name) {
        value.clone_into(&mut setting.value);
    }
}

fn patch_setting(name: &str, value: &str) -> String {
    let patch = json!({"value": value}).to_string();
    format!(
        "kubectl patch settings.harvesterhci.io {name} --type merge -p {}",
        quoted(&patch)
    )
}

/// A word that a shell takes as it is.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
