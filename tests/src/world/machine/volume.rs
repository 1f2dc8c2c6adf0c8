//! The storage side of a disk: `DataVolume`, claim and volume.

use serde_json::{Map, Value, json};

use super::catalog::{Catalog, Class};
use super::{Claim, Disk, Machine, Origin};
use crate::world::identity;

/// A disk with its name, its class and the names of the objects behind it.
pub(super) struct PlannedDisk<'a> {
    pub(super) disk: &'a Disk,
    pub(super) name: String,
    pub(super) class: Option<&'a Class>,
    pub(super) claim_name: String,
    pub(super) volume_name: String,
    pub(super) access: String,
    pub(super) mode: String,
    pub(super) size: String,
}

/// Names the disks of a VM, its state volume included.
pub(super) fn plan<'a>(machine: &'a Machine, catalog: &'a Catalog) -> Vec<PlannedDisk<'a>> {
    let disks = machine.disks.iter().enumerate();
    disks
        .map(|(number, disk)| planned(machine, catalog, &format!("disk-{number}"), disk))
        .collect()
}

/// Names the volume for the state of a VM.
pub(super) fn plan_state<'a>(
    machine: &Machine,
    catalog: &'a Catalog,
    disk: &'a Disk,
) -> PlannedDisk<'a> {
    let mut planned = planned(machine, catalog, "state", disk);
    planned.claim_name = format!("persistent-state-for-{}", machine.name);
    planned
}

fn planned<'a>(
    machine: &Machine,
    catalog: &'a Catalog,
    name: &str,
    disk: &'a Disk,
) -> PlannedDisk<'a> {
    let class = disk.class.as_deref().and_then(|class| catalog.class(class));
    let own = || format!("{}-{name}", machine.name);
    let claim_name = disk.claim_name.clone().unwrap_or_else(own);
    let uid = identity::uid("PersistentVolumeClaim", &machine.namespace, &claim_name);
    let or_of_class = |own: &Option<String>, of_class: fn(&Class) -> &String| {
        own.clone()
            .or_else(|| class.map(|class| of_class(class).clone()))
            .unwrap_or_default()
    };
    PlannedDisk {
        access: or_of_class(&disk.access, |class| &class.modes.access),
        mode: or_of_class(&disk.mode, |class| &class.modes.mode),
        size: disk.size.clone().unwrap_or_else(|| "10Gi".into()),
        volume_name: format!("pvc-{uid}"),
        disk,
        name: name.into(),
        class,
        claim_name,
    }
}

impl PlannedDisk<'_> {
    /// Whether the VM uses a claim at all.
    pub(super) fn has_claim(&self) -> bool {
        self.disk.container.is_none()
    }

    /// The class, when this disk brings its own claim.
    pub(super) fn own_class(&self) -> Option<&Class> {
        self.class
            .filter(|_| self.disk.claim != Claim::Missing && self.disk.claim_name.is_none())
    }

    fn bound_class(&self) -> Option<&Class> {
        self.own_class().filter(|_| self.disk.claim == Claim::Bound)
    }

    fn is_of_cdi(&self) -> bool {
        matches!(self.disk.origin, Origin::DataVolume | Origin::DataVolumeRef)
    }

    /// Node that holds the only copy.
    fn home(machine: &Machine) -> String {
        super::instance::node(machine)
    }

    pub(super) fn data_volume(&self, machine: &Machine) -> Option<Value> {
        let class = self.own_class()?;
        if !self.is_of_cdi() {
            return None;
        }
        let source = match self
            .disk
            .image
            .as_deref()
            .and_then(|image| image.split_once('/'))
        {
            Some((namespace, name)) => json!({"pvc": {"namespace": namespace, "name": name}}),
            None => json!({"blank": {}}),
        };
        let mut annotations = json!({"cdi.kubevirt.io/storage.usePopulator": "true"});
        if class.binds_late {
            annotations["cdi.kubevirt.io/storage.bind.immediate.requested"] = "true".into();
        }
        Some(json!({
            "apiVersion": "cdi.kubevirt.io/v1beta1",
            "kind": "DataVolume",
            "metadata": {
                "name": self.claim_name, "namespace": machine.namespace, "annotations": annotations,
            },
            "spec": {
                "source": source,
                "storage": {
                    "resources": {"requests": {"storage": self.size}},
                    "storageClassName": class.name,
                },
            },
            "status": {"claimName": self.claim_name, "phase": "Succeeded", "progress": "100.0%"},
        }))
    }

    pub(super) fn claim(&self, machine: &Machine) -> Option<Value> {
        let class = self.own_class()?;
        let bound = self.disk.claim == Claim::Bound;
        let mut claim = json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": self.claim_name,
                "namespace": machine.namespace,
                "annotations": self.claim_annotations(machine, class),
                "finalizers": ["kubernetes.io/pvc-protection"],
            },
            "spec": {
                "accessModes": [self.access],
                "resources": {"requests": {"storage": self.size}},
                "storageClassName": class.name,
                "volumeMode": self.mode,
            },
            "status": {"phase": "Pending"},
        });
        if bound {
            claim["spec"]["volumeName"] = self.volume_name.clone().into();
            claim["status"] = json!({
                "phase": "Bound", "accessModes": [self.access], "capacity": {"storage": self.size},
            });
        }
        if self.disk.origin == Origin::KubeVirt {
            claim["metadata"]["labels"] = json!({"persistent-state-for": machine.name});
            claim["metadata"]["ownerReferences"] = json!([{
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
                "name": machine.name, "controller": true, "blockOwnerDeletion": true,
            }]);
        }
        if self.is_of_cdi() {
            claim["metadata"]["ownerReferences"] = json!([{
                "apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume",
                "name": self.claim_name, "controller": true, "blockOwnerDeletion": true,
            }]);
            claim["metadata"]["labels"] = json!({
                "app": "containerized-data-importer",
                "app.kubernetes.io/managed-by": "cdi-controller",
            });
        }
        Some(claim)
    }

    fn claim_annotations(&self, machine: &Machine, class: &Class) -> Map<String, Value> {
        let mut annotations = Map::new();
        let mut set = |key: &str, value: &str| annotations.insert(key.into(), value.into());
        set("volume.kubernetes.io/storage-provisioner", &class.driver);
        set(
            "volume.beta.kubernetes.io/storage-provisioner",
            &class.driver,
        );
        if self.disk.claim == Claim::Bound {
            set("pv.kubernetes.io/bind-completed", "yes");
            set("pv.kubernetes.io/bound-by-controller", "yes");
        }
        if class.binds_late {
            set("volume.kubernetes.io/selected-node", &Self::home(machine));
        }
        if let Some(image) = &self.disk.image {
            set("harvesterhci.io/imageId", image);
        }
        if self.is_of_cdi() {
            let uid = identity::uid("DataVolume", &machine.namespace, &self.claim_name);
            set("cdi.kubevirt.io/createdForDataVolume", &uid);
            set("cdi.kubevirt.io/storage.contentType", "kubevirt");
            if self.disk.image.is_some() {
                set(
                    "cdi.kubevirt.io/storage.populator.kind",
                    "VolumeCloneSource",
                );
                set("cdi.kubevirt.io/cloneType", "copy");
            }
        }
        annotations
    }

    pub(super) fn volume(&self, machine: &Machine) -> Option<Value> {
        let class = self.bound_class()?;
        let identity = format!("1748855100000-4711-{}", class.driver);
        let mut attributes = json!(class.parameters);
        attributes["storage.kubernetes.io/csiProvisionerIdentity"] = identity.into();
        let mut volume = json!({
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {
                "name": self.volume_name,
                "annotations": {"pv.kubernetes.io/provisioned-by": class.driver},
                "finalizers": ["kubernetes.io/pv-protection"],
            },
            "spec": {
                "accessModes": [self.access],
                "capacity": {"storage": self.size},
                "claimRef": {
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                    "namespace": machine.namespace, "name": self.claim_name,
                },
                "csi": {
                    "driver": class.driver,
                    "volumeAttributes": attributes,
                    "volumeHandle": self.volume_name,
                },
                "persistentVolumeReclaimPolicy": "Delete",
                "storageClassName": class.name,
                "volumeMode": self.mode,
            },
            "status": {"phase": "Bound"},
        });
        if let Some(key) = &class.modes.node_key {
            let values = [Self::home(machine)];
            volume["spec"]["nodeAffinity"] = json!({"required": {"nodeSelectorTerms": [
                {"matchExpressions": [{"key": key, "operator": "In", "values": values}]},
            ]}});
        }
        Some(volume)
    }
}
