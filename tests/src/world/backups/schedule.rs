//! The `ScheduleVMBackup` and its record of the backups it made.

use serde_json::{Value, json};

use super::names::{ago, secs};
use super::plan::Plan;
use super::rows::ScheduleRow;

pub(super) fn object(row: &ScheduleRow, plans: &[Plan]) -> Value {
    let mut made: Vec<&Plan> = plans
        .iter()
        .filter(|plan| {
            let schedule = plan.row.schedule.as_ref();
            plan.namespace == row.namespace
                && schedule.is_some_and(|(schedule, _)| *schedule == row.name)
        })
        .collect();
    made.sort_by_key(|plan| -plan.age);
    let infos: Vec<Value> = made.into_iter().map(info).collect();
    json!({
        "apiVersion": "harvesterhci.io/v1beta1",
        "kind": "ScheduleVMBackup",
        "metadata": {
            "name": row.name, "namespace": row.namespace,
            "creationTimestamp": ago(secs(&row.age).unwrap_or(0)),
            "finalizers": ["wrangler.cattle.io/schedule-vm-bakcup-controller"],
        },
        "spec": {
            "cron": row.cron,
            "maxFailure": 4,
            "retain": 8,
            "suspend": false,
            "vmbackup": {
                "source": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": row.vm},
                "type": "backup",
            },
        },
        "status": {"vmbackupInfo": infos},
    })
}

fn info(plan: &Plan) -> Value {
    let volumes: Vec<Value> = plan
        .disks
        .iter()
        .map(|disk| json!({"name": disk.snapshot, "readyToUse": true}))
        .collect();
    json!({"name": plan.name, "readyToUse": true, "volumeBackupInfo": volumes})
}
