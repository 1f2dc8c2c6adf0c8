//! All that the rules look at.

use serde_json::Value;

use super::Release;

/// A `VirtualMachineBackup` to be created, and the cluster around it.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Whose rules apply.
    pub release: Release,
    /// The new object.
    pub backup: Value,
    /// The object that already has its name.
    pub existing: Option<Value>,
    /// The VM it names.
    pub vm: Option<Value>,
    /// Whether that VM is being migrated.
    pub is_migrating: bool,
    /// The VM's volumes that are PVCs.
    pub disks: Vec<Disk>,
    /// `default` and `value` of the setting `csi-driver-config`.
    pub csi_driver_config: (String, String),
    /// `default` and `value` of the setting `backup-target`.
    pub backup_target: (String, String),
}

/// A volume of a VM that is a PVC.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// Name of the volume in the VM.
    pub name: String,
    /// Name of the PVC.
    pub claim_name: String,
    /// The PVC.
    pub claim: Option<Value>,
    /// Its StorageClass.
    pub class: Option<Value>,
    /// `spec.dataEngine` of every Longhorn Engine of its PV.
    pub engines: Vec<String>,
    /// `spec.dataEngine` of the Longhorn Volume of its PV.
    pub longhorn_volume: Option<String>,
    /// Whether the VM shares it.
    pub is_shareable: bool,
}

impl Inputs {
    pub(crate) fn is_backup(&self) -> bool {
        self.backup["spec"]["type"] != "snapshot"
    }

    pub(crate) fn kind_of_backup(&self) -> &'static str {
        if self.is_backup() {
            "backup"
        } else {
            "snapshot"
        }
    }

    pub(crate) fn vm_name(&self) -> &str {
        self.backup["spec"]["source"]["name"]
            .as_str()
            .unwrap_or_default()
    }

    pub(crate) fn namespace(&self) -> &str {
        self.backup["metadata"]["namespace"]
            .as_str()
            .unwrap_or_default()
    }
}

impl Disk {
    pub(crate) fn volume_name(&self) -> &str {
        self.claim
            .as_ref()
            .and_then(|claim| claim["spec"]["volumeName"].as_str())
            .unwrap_or_default()
    }

    /// The driver: from the PVC's annotations, else from its class.
    pub(crate) fn provisioner(&self) -> &str {
        let annotations = self
            .claim
            .as_ref()
            .map(|claim| &claim["metadata"]["annotations"]);
        [
            "volume.beta.kubernetes.io/storage-provisioner",
            "volume.kubernetes.io/storage-provisioner",
        ]
        .iter()
        .find_map(|name| annotations?[*name].as_str())
        .or_else(|| self.class.as_ref()?["provisioner"].as_str())
        .unwrap_or_default()
    }
}
