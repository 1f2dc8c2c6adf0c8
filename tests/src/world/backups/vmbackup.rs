//! The `VirtualMachineBackup` as Harvester's controller leaves it.

use serde_json::{Map, Value, json};

use super::line::Line;
use super::names::ago;
use super::plan::{Disk, Plan};
use super::rows::{Kind, Made, State, Target};
use crate::world::identity;

/// Seconds a backup takes.
pub(super) const DURATION: i64 = 55;

pub(super) fn object(plan: &Plan, line: Line, target: &Target) -> Value {
    json!({
        "apiVersion": "harvesterhci.io/v1beta1",
        "kind": "VirtualMachineBackup",
        "metadata": metadata(plan),
        "spec": {
            "source": {
                "apiGroup": "kubevirt.io", "kind": "VirtualMachine",
                "name": plan.source["metadata"]["name"],
            },
            "type": kind(plan),
        },
        "status": status(plan, line, target),
    })
}

fn kind(plan: &Plan) -> &'static str {
    match plan.row.kind {
        Kind::Backup => "backup",
        Kind::Snapshot => "snapshot",
    }
}

fn metadata(plan: &Plan) -> Value {
    let mut metadata = json!({
        "name": plan.name,
        "namespace": plan.namespace,
        "creationTimestamp": ago(plan.age),
        // The controllers of backups and of schedules each guard every backup.
        "finalizers": [
            "wrangler.cattle.io/harvester-vm-backup-controller",
            "wrangler.cattle.io/vm-backup-controller",
        ],
    });
    let asked_for_snapshots = plan.row.made == Made::Here && !plan.disks.is_empty();
    if asked_for_snapshots {
        let ready = |conditions: &Value| {
            let conditions = conditions.as_array().into_iter().flatten();
            conditions
                .filter(|c| c["status"] == "True")
                .any(|c| c["type"] == "AgentConnected")
        };
        let has_agent = ready(&plan.source["status"]["conditions"]);
        metadata["annotations"]["harvesterhci.io/snapshotFreezeFS"] = has_agent.to_string().into();
    }
    if let Some((schedule, stamp)) = &plan.row.schedule {
        let id = format!("{}/{schedule}", plan.namespace);
        metadata["annotations"]["harvesterhci.io/svmbackupId"] = id.into();
        metadata["labels"] = json!({
            "harvesterhci.io/svmbackupUID":
                identity::uid("ScheduleVMBackup", &plan.namespace, schedule),
            "harvesterhci.io/svmbackupTimestamp": stamp,
        });
    }
    metadata
}

fn status(plan: &Plan, line: Line, target: &Target) -> Value {
    let mut status = json!({"source": source(plan), "readyToUse": plan.row.state == State::Ready});
    if plan.row.made == Made::Here {
        status["sourceUID"] = plan.source["metadata"]["uid"].clone();
        if status["sourceUID"].is_null() {
            let vm = plan.source["metadata"]["name"].as_str().unwrap_or_default();
            let uid = identity::uid("VirtualMachine", &plan.namespace, vm);
            status["sourceUID"] = uid.into();
        }
    }
    if plan.row.kind == Kind::Backup {
        status["backupTarget"] = json!({
            "endpoint": target.endpoint,
            "bucketName": target.bucket,
            "bucketRegion": target.region,
        });
    }
    if plan.row.state == State::Empty {
        return status;
    }
    let classes: Map<String, Value> = plan
        .disks
        .iter()
        .map(|disk| (disk.driver.clone(), disk.class.clone().into()))
        .collect();
    status["csiDriverVolumeSnapshotClassNames"] = classes.into();
    status["volumeBackups"] = plan.disks.iter().map(|disk| record(plan, disk)).collect();
    status["conditions"] = conditions(plan, line).into();
    if plan.row.state == State::Ready {
        status["creationTime"] = ago(plan.age - DURATION).into();
        if plan.row.kind == Kind::Backup {
            status["progress"] = 100.into();
        }
    }
    status
}

fn conditions(plan: &Plan, line: Line) -> Vec<Value> {
    if plan.row.state == State::InProgress {
        return vec![
            condition(
                line,
                "InProgress",
                "True",
                "",
                "Operation in progress",
                plan.age,
            ),
            condition(line, "Ready", "False", "", "Not ready", plan.age),
        ];
    }
    let done = plan.age - DURATION;
    let mut conditions = vec![
        condition(line, "InProgress", "False", "", "Operation complete", done),
        condition(line, "Ready", "True", "", "Operation complete", done),
    ];
    if plan.row.kind == Kind::Backup {
        conditions.push(condition(line, "MetadataReady", "True", "", "", done));
    }
    conditions
}

/// One condition; from 1.9 on it has a second time.
pub(super) fn condition(
    line: Line,
    kind: &str,
    status: &str,
    reason: &str,
    message: &str,
    age: i64,
) -> Value {
    let mut condition = json!({"type": kind, "status": status, "lastUpdateTime": ago(age)});
    if line.harvester(9) {
        condition["lastTransitionTime"] = ago(age).into();
    }
    for (field, text) in [("reason", reason), ("message", message)] {
        if !text.is_empty() {
            condition[field] = text.into();
        }
    }
    condition
}

fn source(plan: &Plan) -> Value {
    let vm = &plan.source["metadata"];
    json!({
        "metadata": {
            "name": vm["name"],
            "namespace": vm["namespace"],
            "labels": vm["labels"],
            "annotations": vm["annotations"],
            "creationTimestamp": null,
        },
        "spec": plan.source["spec"],
    })
}

/// One of `status.volumeBackups`.
fn record(plan: &Plan, disk: &Disk) -> Value {
    let claim = &disk.claim["metadata"];
    let mut metadata = json!({
        "name": claim["name"],
        "namespace": claim["namespace"],
        "annotations": claim["annotations"],
        "creationTimestamp": null,
    });
    if !claim["labels"].is_null() {
        metadata["labels"] = claim["labels"].clone();
    }
    let mut record = json!({
        "name": disk.snapshot,
        "volumeName": disk.name,
        "csiDriverName": disk.driver,
        "persistentVolumeClaim": {"metadata": metadata, "spec": disk.claim["spec"]},
        "volumeSize": disk.bytes,
    });
    let ready = plan.row.state == State::Ready;
    if plan.row.made == Made::Here {
        record["readyToUse"] = ready.into();
    }
    if !ready {
        return record;
    }
    if plan.row.made == Made::Here {
        record["creationTime"] = ago(plan.age - 2).into();
    }
    if plan.row.kind == Kind::Backup {
        record["progress"] = 100.into();
    }
    if let Some(backup) = &disk.backup {
        record["longhornBackupName"] = backup.clone().into();
    }
    record
}
