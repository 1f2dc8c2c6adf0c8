//! The backup target as files: Harvester's records and what Longhorn keeps of volumes, without blocks.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::longhorn::{labels, snapshot_name};
use super::names::store_folder;
use super::plan::{Disk, Plan, text};
use super::rows::{Kind, State};
use super::sheet::Files;
use crate::world::{World, times};

impl World {
    /// Writes the backup target of a world with backups into a folder; other worlds have none.
    pub fn write_target(&self, folder: &Path) -> io::Result<()> {
        for (path, content) in &self.target {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, content)?;
        }
        Ok(())
    }
}

/// All files that some backups leave on their target.
pub(super) fn files(plans: &[Plan], objects: &[Value], now: Timestamp) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for plan in plans {
        if plan.row.kind != Kind::Backup || plan.row.state != State::Ready {
            continue;
        }
        let backup = objects.iter().find(|object| {
            crate::world::edit::is_named(
                object,
                "VirtualMachineBackup",
                &plan.namespace,
                &plan.name,
            )
        });
        if let Some(backup) = backup {
            let path = format!("harvester/vmbackups/{}.cfg", plan.key());
            files.insert(path, record(backup));
        }
    }
    let mut plans: Vec<&Plan> = plans
        .iter()
        .filter(|plan| plan.row.data_of.is_none())
        .collect();
    plans.sort_by_key(|plan| -plan.data_age());
    for plan in plans {
        for disk in &plan.disks {
            if let Some(backup) = disk
                .backup
                .as_ref()
                .filter(|_| plan.row.state == State::Ready)
            {
                let folder = store_folder(&disk.volume);
                let volume = format!("{folder}/volume.cfg");
                let first = files.get(&volume).map(String::as_str).and_then(created);
                let first = first.unwrap_or_else(|| at(now, plan.data_age() - 4));
                files.insert(volume, volume_file(plan, disk, &first, now));
                let path = format!("{folder}/backups/backup_{backup}.cfg");
                files.insert(path, backup_file(plan, disk, now));
            }
        }
    }
    files
}

/// Changes the files as a finding says.
pub(super) fn change(files: &mut BTreeMap<String, String>, by: &Files) -> Result<(), String> {
    for path in &by.remove {
        files
            .remove(path)
            .ok_or_else(|| format!("no file {path} on the backup target"))?;
    }
    files.extend(by.write.clone());
    Ok(())
}

/// Harvester's record of a backup.
fn record(backup: &Value) -> String {
    let (metadata, status) = (&backup["metadata"], &backup["status"]);
    let mut volumes = status["volumeBackups"].clone();
    for volume in volumes
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        for transient in ["readyToUse", "creationTime", "error"] {
            volume.remove(transient);
        }
    }
    document(&[
        ("name", metadata["name"].clone()),
        ("namespace", metadata["namespace"].clone()),
        ("backupSpec", backup["spec"].clone()),
        ("vmSourceSpec", status["source"].clone()),
        ("volumeBackups", volumes),
    ])
}

fn volume_file(plan: &Plan, disk: &Disk, created: &str, now: Timestamp) -> String {
    // These texts are JSON within JSON.
    let quoted = |text: &str| Value::from(Value::from(text).to_string());
    document(&[
        ("Name", disk.volume.clone().into()),
        ("Size", disk.bytes.to_string().into()),
        ("Labels", labels(disk)),
        ("CreatedTime", created.into()),
        ("LastBackupName", disk.backup.clone().into()),
        ("LastBackupAt", at(now, plan.data_age() - 4).into()),
        ("BlockCount", "0".into()),
        ("BackingImageName", quoted("")),
        ("BackingImageChecksum", quoted("")),
        ("CompressionMethod", quoted("lz4")),
        (
            "StorageClassName",
            quoted(&text(&disk.claim["spec"]["storageClassName"])),
        ),
        ("DataEngine", quoted("v1")),
    ])
}

fn backup_file(plan: &Plan, disk: &Disk, now: Timestamp) -> String {
    document(&[
        ("Name", disk.backup.clone().into()),
        ("VolumeName", disk.volume.clone().into()),
        ("SnapshotName", snapshot_name(plan, disk).into()),
        ("SnapshotCreatedAt", at(now, plan.data_age() - 4).into()),
        ("CreatedTime", at(now, plan.data_age() - 50).into()),
        ("Size", "0".into()),
        ("Labels", labels(disk)),
        (
            "Parameters",
            json!({"backup-block-size": "2097152", "backup-mode": "incremental"}),
        ),
        ("IsIncremental", false.into()),
        ("CompressionMethod", "lz4".into()),
        ("NewlyUploadedDataSize", "0".into()),
        ("ReUploadedDataSize", "0".into()),
        ("ProcessingBlocks", json!({})),
        ("SingleFile", json!({"FilePath": ""})),
    ])
}

/// One line of JSON with its keys in the order given.
fn document(fields: &[(&str, Value)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{}:{value}", Value::from(*key)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn created(volume: &str) -> Option<String> {
    let volume: Value = serde_json::from_str(volume).ok()?;
    volume["CreatedTime"].as_str().map(str::to_owned)
}

fn at(now: Timestamp, secs: i64) -> String {
    times::seconds(now - SignedDuration::from_secs(secs))
}
