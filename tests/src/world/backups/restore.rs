//! The `VirtualMachineRestore` and the pairs of snapshots that a restore into another namespace makes.

use serde_json::{Value, json};

use super::line::Line;
use super::names::{ago, joined, secs};
use super::plan::{Disk, Plan};
use super::rows::{RestoreRow, Stage};
use super::snapshot::{Recovered, of_handle};
use super::vmbackup::condition;
use crate::world::identity;

/// Seconds a restore takes.
const DURATION: i64 = 150;

/// A restore with its backup.
pub(super) struct Restore<'a> {
    pub(super) row: &'a RestoreRow,
    pub(super) backup: &'a Plan,
    pub(super) line: Line,
}

impl Restore<'_> {
    pub(super) fn uid(&self) -> String {
        identity::uid("VirtualMachineRestore", &self.row.namespace, &self.row.name)
    }

    pub(super) fn age(&self) -> i64 {
        secs(&self.row.age).unwrap_or(0)
    }

    fn is_elsewhere(&self) -> bool {
        self.row.namespace != self.backup.namespace
    }

    /// The beginning of the names of the claims.
    pub(super) fn claim_prefix(&self) -> String {
        format!("restore-{}-{}", self.backup.name, self.uid())
    }

    pub(super) fn claim_name(&self, disk: &Disk) -> String {
        format!("{}-{}", self.claim_prefix(), disk.name)
    }

    /// The snapshot that a claim is made from.
    pub(super) fn snapshot_name(&self, disk: &Disk) -> String {
        if self.is_elsewhere() {
            joined(&["restore", &self.row.name, &disk.snapshot])
        } else {
            disk.snapshot.clone()
        }
    }

    /// What the restored claims say of their owner; from 1.9 on they have none.
    pub(super) fn claim_owner(&self) -> Option<Value> {
        let mut owner = self.owner();
        owner["controller"] = true.into();
        (!self.line.harvester(9)).then_some(owner)
    }

    fn owner(&self) -> Value {
        json!({
            "apiVersion": "harvesterhci.io/v1beta1", "kind": "VirtualMachineRestore",
            "name": self.row.name, "uid": self.uid(), "blockOwnerDeletion": true,
        })
    }

    /// The pairs of a restore into another namespace.
    pub(super) fn pairs(&self) -> Vec<Value> {
        if !self.is_elsewhere() || self.row.stage == Stage::Initializing {
            return Vec::new();
        }
        let row = self.row;
        let pair = |disk: &Disk| {
            let snapshot = self.snapshot_name(disk);
            let mut content_owner = self.owner();
            content_owner
                .as_object_mut()
                .map(|owner| owner.remove("blockOwnerDeletion"));
            let backup = disk.backup.clone().unwrap_or_default();
            let kind = if self.line.harvester(5) { "bak" } else { "bs" };
            of_handle(&Recovered {
                namespace: &row.namespace,
                snapshot_uid: &identity::uid("VolumeSnapshot", &row.namespace, &snapshot),
                snapshot: &snapshot,
                content: &joined(&["restore", &row.namespace, &row.name, &disk.snapshot]),
                handle: &format!("{kind}://{}/{backup}", disk.volume),
                class: "longhorn",
                policy: "Retain",
                snapshot_owner: self.owner(),
                content_owner: (!self.line.harvester(9)).then_some(content_owner),
                age: self.age() - 2,
            })
        };
        self.backup.disks.iter().flat_map(pair).collect()
    }

    pub(super) fn object(&self) -> Value {
        let row = self.row;
        let mut spec = json!({
            "target": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": row.vm},
            "virtualMachineBackupName": self.backup.name,
            "virtualMachineBackupNamespace": self.backup.namespace,
        });
        if !row.replaces {
            spec["newVM"] = true.into();
        }
        if row.keep_mac {
            spec["keepMacAddress"] = true.into();
        }
        if let Some(policy) = &row.deletion_policy {
            spec["deletionPolicy"] = policy.clone().into();
        }
        let mut object = json!({
            "apiVersion": "harvesterhci.io/v1beta1",
            "kind": "VirtualMachineRestore",
            "metadata": {
                "name": row.name, "namespace": row.namespace,
                "creationTimestamp": ago(self.age()),
                "finalizers": ["wrangler.cattle.io/harvester-vm-restore-controller"],
            },
            "spec": spec,
            "status": self.status(),
        });
        if matches!(row.stage, Stage::Complete | Stage::Creating) {
            object["metadata"]["ownerReferences"] = json!([{
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "name": row.vm,
                "controller": true, "blockOwnerDeletion": true,
            }]);
            let uid = identity::uid("VirtualMachine", &row.namespace, &row.vm);
            object["status"]["targetUID"] = uid.into();
        }
        object
    }

    fn status(&self) -> Value {
        let is_complete = self.row.stage == Stage::Complete;
        let restores = self.backup.disks.iter().map(|disk| self.record(disk));
        let mut status = json!({
            "complete": is_complete,
            "conditions": self.conditions(),
            "restores": restores.collect::<Vec<_>>(),
        });
        if !self.row.deleted_volumes.is_empty() {
            status["deletedVolumes"] = json!(self.row.deleted_volumes);
        }
        if is_complete {
            status["restoreTime"] = ago(self.age() - DURATION).into();
            status["progress"] = 100.into();
        }
        status
    }

    /// One of `status.restores`.
    fn record(&self, disk: &Disk) -> Value {
        let claim = self.claim_name(disk);
        let volume = identity::uid("PersistentVolumeClaim", &self.row.namespace, &claim);
        let mut record = json!({
            "volumeName": disk.name,
            "volumeBackupName": disk.snapshot,
            "persistentVolumeClaimSpec": {
                "metadata": {
                    "creationTimestamp": null, "name": claim, "namespace": self.row.namespace,
                },
                "spec": disk.claim["spec"],
            },
        });
        if self.row.stage == Stage::Complete {
            record["longhornEngineName"] = format!("pvc-{volume}-e-0").into();
            record["volumeSize"] = disk.bytes.into();
            record["progress"] = 100.into();
        }
        record
    }

    fn conditions(&self) -> [Value; 2] {
        let (age, line) = (self.age(), self.line);
        let both = |first: [&str; 3], second: [&str; 3], age: i64| {
            [("InProgress", first), ("Ready", second)].map(|(kind, [status, reason, message])| {
                condition(line, kind, status, reason, message, age)
            })
        };
        let error = ["False", "Error", self.row.message.as_str()];
        match self.row.stage {
            Stage::Complete => {
                let done = "Operation complete";
                both(["False", "", done], ["True", "", done], age - DURATION)
            }
            Stage::Creating => {
                // Up to 1.8 the two conditions had words of their own.
                let making = "Creating new PVCs";
                let waiting = if line.harvester(9) {
                    making
                } else {
                    "Waiting for new PVCs"
                };
                both(["True", "", making], ["False", "", waiting], age - 2)
            }
            Stage::Failed => both(error, error, age - 30),
            Stage::Initializing => {
                let first = "Initializing VirtualMachineRestore";
                both(["True", "", first], ["False", "", first], age)
            }
        }
    }
}
