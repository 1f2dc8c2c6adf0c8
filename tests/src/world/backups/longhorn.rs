//! What Longhorn keeps of backups: `Backup`, `BackupVolume`, and the `Snapshot` each was made of.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::digest::sha256;
use super::line::Line;
use super::names::{ago, digits};
use super::plan::{Disk, LONGHORN, Plan};
use super::rows::{Kind, Made, State};
use crate::world::identity;

const API: &str = "longhorn.io/v1beta2";
const NAMESPACE: &str = "longhorn-system";

/// Everything Longhorn has of some backups, each once.
pub(super) fn objects(plans: &[Plan], line: Line, url: &str) -> Vec<Value> {
    let mut volumes: BTreeMap<&str, Vec<(&Plan, &Disk)>> = BTreeMap::new();
    let mut objects = Vec::new();
    for plan in plans.iter().filter(|plan| plan.row.data_of.is_none()) {
        let disks = plan.disks.iter().filter(|disk| disk.driver == LONGHORN);
        for disk in disks.filter(|_| plan.row.state == State::Ready) {
            if plan.row.made == Made::Here {
                objects.push(snapshot(plan, disk));
            }
            if plan.row.kind == Kind::Backup {
                volumes.entry(&disk.volume).or_default().push((plan, disk));
            }
        }
    }
    for (volume, mut backups) in volumes {
        backups.sort_by_key(|(plan, _)| -plan.data_age());
        objects.push(backup_volume(volume, &backups, line));
        objects.extend(
            backups
                .iter()
                .map(|(plan, disk)| backup(plan, disk, line, url)),
        );
    }
    objects
}

/// The name of the `BackupVolume` of a volume.
///
/// Up to 1.7 that of the volume, in 1.8 with a random suffix, later with one that follows from volume and target.
pub(super) fn backup_volume_name(volume: &str, line: Line) -> String {
    if line.longhorn(9) {
        format!("{volume}-{}", &sha256(&format!("{volume}-default"))[..8])
    } else if line.longhorn(8) {
        format!("{volume}-{}", digits("BackupVolume", NAMESPACE, volume, 8))
    } else {
        volume.into()
    }
}

fn backup_volume(volume: &str, backups: &[(&Plan, &Disk)], line: Line) -> Value {
    let name = backup_volume_name(volume, line);
    let (first, last) = (backups.first(), backups.last());
    let age = |pair: Option<&(&Plan, &Disk)>| pair.map_or(0, |(plan, _)| plan.data_age());
    // It comes with the first backup, or when the first poll finds it.
    let created = backups.iter().map(|(plan, _)| pulled_age(plan)).max();
    let mut object = json!({
        "apiVersion": API,
        "kind": "BackupVolume",
        "metadata": {
            "name": name, "namespace": NAMESPACE, "finalizers": ["longhorn.io"],
            "creationTimestamp": ago(created.unwrap_or(0)),
        },
        "spec": {"syncRequestedAt": null},
        "status": {
            "ownerID": "node1",
            "backingImageChecksum": "",
            "backingImageName": "",
            "createdAt": ago(age(first)),
            "dataStored": "0",
            "labels": last.map(|(_, disk)| labels(disk)),
            "lastBackupAt": ago(age(last)),
            "lastBackupName": last.and_then(|(_, disk)| disk.backup.clone()),
            "lastModificationTime": ago(age(last)),
            "lastSyncedAt": ago(180),
            "messages": null,
            "size": last.map_or(0, |(_, disk)| disk.bytes).to_string(),
            "storageClassName": last.map(|(_, disk)| &disk.claim["spec"]["storageClassName"]),
        },
    });
    // Before 1.8 the name was all there was.
    if line.longhorn(8) {
        object["metadata"]["labels"] = json!({"backup-target": "default", "backup-volume": volume});
        object["metadata"]["ownerReferences"] =
            json!([{"apiVersion": API, "kind": "BackupTarget", "name": "default"}]);
        object["spec"]["backupTargetName"] = "default".into();
        object["spec"]["volumeName"] = volume.into();
    }
    object
}

fn backup(plan: &Plan, disk: &Disk, line: Line, url: &str) -> Value {
    let (name, age) = (disk.backup.clone().unwrap_or_default(), plan.data_age());
    let made_of = snapshot_name(plan, disk);
    let mut spec = json!({
        "snapshotName": if plan.row.made == Made::Here { made_of.as_str() } else { "" },
        "labels": {"longhorn.io/volume-access-mode": "rwx"},
        "syncRequestedAt": null,
    });
    if plan.row.made == Made::Here {
        spec["labels"] = labels(disk);
        spec["labels"]["VolumeRecurringJobInfo"] = "{}".into();
    }
    spec["backupMode"] = "incremental".into();
    if line.longhorn(10) {
        spec["backupBlockSize"] = "2097152".into();
    }
    let mut object = json!({
        "apiVersion": API,
        "kind": "Backup",
        "metadata": {
            "name": name, "namespace": NAMESPACE, "finalizers": ["longhorn.io"],
            "creationTimestamp": ago(pulled_age(plan)),
            "labels": {"backup-volume": disk.volume},
        },
        "spec": spec,
        "status": {
            "ownerID": "node1",
            "state": "Completed",
            "progress": if plan.row.made == Made::Here { 100 } else { 0 },
            "replicaAddress": if plan.row.made == Made::Here { "tcp://10.52.1.27:10010" } else { "" },
            "url": format!("{url}?backup={name}&volume={}", disk.volume),
            "snapshotName": made_of,
            "snapshotCreatedAt": ago(age - 4),
            "backupCreatedAt": ago(age - 50),
            "size": "0",
            "labels": labels(disk),
            "messages": null,
            "volumeName": disk.volume,
            "volumeSize": disk.bytes.to_string(),
            "volumeCreated": ago(age - 50),
            "volumeBackingImageName": "",
            "lastSyncedAt": ago(plan.age - 50),
            "compressionMethod": "lz4",
            "newlyUploadDataSize": "0",
            "reUploadedDataSize": "0",
        },
    });
    if line.longhorn(8) {
        object["metadata"]["labels"]["backup-target"] = "default".into();
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": API, "kind": "BackupVolume", "name": backup_volume_name(&disk.volume, line),
        }]);
        object["status"]["backupTargetName"] = "default".into();
    }
    object
}

/// Age of Longhorn's objects: they are there before Harvester finds a record.
fn pulled_age(plan: &Plan) -> i64 {
    match plan.row.made {
        Made::Here => plan.age - 3,
        Made::Elsewhere => plan.age + 300,
    }
}

pub(super) fn snapshot_name(plan: &Plan, disk: &Disk) -> String {
    match plan.row.made {
        Made::Here => format!("snapshot-{}", disk.snapshot_uid),
        Made::Elsewhere => {
            let uid = identity::uid("VolumeSnapshotElsewhere", &plan.namespace, &disk.snapshot);
            format!("snapshot-{uid}")
        }
    }
}

fn snapshot(plan: &Plan, disk: &Disk) -> Value {
    let parameters = match plan.row.kind {
        Kind::Backup => json!({}),
        Kind::Snapshot => json!({"type": "snap"}),
    };
    json!({
        "apiVersion": API,
        "kind": "Snapshot",
        "metadata": {
            "name": snapshot_name(plan, disk), "namespace": NAMESPACE,
            "creationTimestamp": ago(plan.age - 2),
            "finalizers": ["longhorn.io"],
            "labels": {"longhornvolume": disk.volume},
            "ownerReferences": [{"apiVersion": API, "kind": "Volume", "name": disk.volume}],
        },
        "spec": {"createSnapshot": true, "labels": parameters, "volume": disk.volume},
        "status": {
            "checksum": "",
            "children": {"volume-head": true},
            "creationTime": ago(plan.age - 2),
            "labels": parameters,
            "markRemoved": false,
            "ownerID": "node1",
            "parent": "",
            "readyToUse": true,
            "restoreSize": disk.bytes,
            "size": 0,
            "userCreated": true,
        },
    })
}

/// What Longhorn writes about the claim into a backup.
pub(super) fn labels(disk: &Disk) -> Value {
    let claim = &disk.claim["metadata"];
    let status = json!({
        "pvName": disk.volume, "pvStatus": "Bound", "namespace": claim["namespace"],
        "pvcName": claim["name"], "lastPVCRefAt": "", "workloadsStatus": null, "lastPodRefAt": "",
    });
    json!({
        "KubernetesStatus": status.to_string(),
        "longhorn.io/volume-access-mode": "rwx",
    })
}
