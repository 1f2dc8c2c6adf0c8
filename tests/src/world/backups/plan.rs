//! A backup with the names of everything that belongs to it.

use serde_json::Value;

use super::cast::find;
use super::line::Line;
use super::names::{bytes, digits, secs};
use super::rows::{BackupRow, Kind, Made};
use super::sheet::SOUND;
use crate::world::release::data_error;
use crate::world::{WorldError, identity};

pub(super) const LONGHORN: &str = "driver.longhorn.io";

/// One backup.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) row: BackupRow,
    pub(super) namespace: String,
    pub(super) name: String,
    /// Seconds since it was asked for.
    pub(super) age: i64,
    /// The VM as it was.
    pub(super) source: Value,
    pub(super) disks: Vec<Disk>,
}

/// One disk of a backup.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    /// Name of the volume in the VM.
    pub(super) name: String,
    pub(super) claim: Value,
    pub(super) driver: String,
    /// Longhorn's volume, and the name of the persistent volume.
    pub(super) volume: String,
    pub(super) bytes: u64,
    pub(super) snapshot: String,
    pub(super) snapshot_uid: String,
    pub(super) content: String,
    pub(super) class: String,
    /// Longhorn's backup.
    pub(super) backup: Option<String>,
    pub(super) handle: String,
}

impl Plan {
    /// Plans a row; `objects` are those of the cluster that made the backup.
    pub(super) fn of(
        row: &BackupRow,
        objects: &[Value],
        classes: &[Value],
        line: Line,
    ) -> Result<Self, WorldError> {
        let mut source = find(objects, "VirtualMachine", &row.namespace, &row.vm)?.clone();
        if let Some(disks) = &row.disks {
            keep(&mut source, "/spec/template/spec/volumes", disks);
            keep(
                &mut source,
                "/spec/template/spec/domain/devices/disks",
                disks,
            );
        }
        let mut plan = Self::bare(row, source)?;
        let volumes = plan.source.pointer("/spec/template/spec/volumes").cloned();
        for volume in volumes.iter().filter_map(Value::as_array).flatten() {
            let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() else {
                continue;
            };
            let claim = find(objects, "PersistentVolumeClaim", &row.namespace, claim)?;
            let name = text(&volume["name"]);
            plan.disks
                .push(plan.disk(name, claim.clone(), objects, classes, line)?);
        }
        Ok(plan)
    }

    /// Plans a backup that leads to the data of another one.
    pub(super) fn like(row: &BackupRow, other: &Self) -> Result<Self, WorldError> {
        let mut source = other.source.clone();
        source["metadata"]["namespace"] = row.namespace.clone().into();
        let mut plan = Self::bare(row, source)?;
        for disk in &other.disks {
            let mut disk = disk.clone();
            disk.claim["metadata"]["namespace"] = row.namespace.clone().into();
            plan.rename(&mut disk);
            plan.disks.push(disk);
        }
        Ok(plan)
    }

    fn bare(row: &BackupRow, source: Value) -> Result<Self, WorldError> {
        let name = row.schedule.as_ref().map_or_else(
            || row.name.clone(),
            |(schedule, stamp)| {
                let uid = identity::uid("ScheduleVMBackup", &row.namespace, schedule);
                format!("svmb-{uid}-{stamp}")
            },
        );
        let age = secs(&row.age)
            .ok_or_else(|| data_error(SOUND, &format!("no age of {name}: {:?}", row.age)))?;
        Ok(Self {
            row: row.clone(),
            namespace: row.namespace.clone(),
            name,
            age,
            source,
            disks: Vec::new(),
        })
    }

    fn disk(
        &self,
        name: String,
        claim: Value,
        objects: &[Value],
        classes: &[Value],
        line: Line,
    ) -> Result<Disk, WorldError> {
        let volume = text(&claim["spec"]["volumeName"]);
        let object = find(objects, "PersistentVolume", "", &volume)?;
        let driver = text(&object["spec"]["csi"]["driver"]);
        let mut disk = Disk {
            name,
            bytes: bytes(&text(&object["spec"]["capacity"]["storage"])),
            class: snapshot_class(classes, &driver, self.row.kind),
            claim,
            driver,
            volume,
            snapshot: String::new(),
            snapshot_uid: String::new(),
            content: String::new(),
            backup: None,
            handle: String::new(),
        };
        self.rename(&mut disk);
        let longhorn = disk.driver == LONGHORN;
        if longhorn && self.row.kind == Kind::Backup {
            let digits = digits("LonghornBackup", &self.namespace, &disk.snapshot, 16);
            disk.backup = Some(format!("backup-{digits}"));
        }
        disk.handle = match &disk.backup {
            // Harvester 1.4 writes the old type; what it writes next to it is right here all the same.
            Some(backup) if self.row.made == Made::Elsewhere && !line.harvester(5) => {
                format!("bs://{}/{backup}", disk.volume)
            }
            Some(backup) => format!("bak://{}/{backup}", disk.volume),
            None if longhorn => format!("snap://{}/snapshot-{}", disk.volume, disk.snapshot_uid),
            None => format!("snapshot-{}", disk.snapshot_uid),
        };
        Ok(disk)
    }

    /// Gives a disk the names that follow from those of the backup and of the claim.
    fn rename(&self, disk: &mut Disk) {
        disk.snapshot = format!(
            "{}-volume-{}",
            self.name,
            text(&disk.claim["metadata"]["name"])
        );
        disk.snapshot_uid = identity::uid("VolumeSnapshot", &self.namespace, &disk.snapshot);
        disk.content = match self.row.made {
            Made::Here => format!("snapcontent-{}", disk.snapshot_uid),
            Made::Elsewhere => format!("{}-vsc", disk.snapshot),
        };
    }

    /// `namespace/name`.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The uid of the object.
    pub(super) fn uid(&self) -> String {
        identity::uid("VirtualMachineBackup", &self.namespace, &self.name)
    }

    /// Seconds since the data was made.
    pub(super) fn data_age(&self) -> i64 {
        match self.row.made {
            Made::Here => self.age,
            Made::Elsewhere => self.age + 20 * 86_400,
        }
    }
}

/// The class that csi-driver-config names for Longhorn, and the only one of any other driver.
fn snapshot_class(objects: &[Value], driver: &str, kind: Kind) -> String {
    if driver == LONGHORN {
        return match kind {
            Kind::Backup => "longhorn".into(),
            Kind::Snapshot => "longhorn-snapshot".into(),
        };
    }
    let class = objects
        .iter()
        .find(|object| object["kind"] == "VolumeSnapshotClass" && object["driver"] == driver);
    class
        .map(|class| text(&class["metadata"]["name"]))
        .unwrap_or_default()
}

fn keep(source: &mut Value, pointer: &str, names: &[String]) {
    if let Some(items) = source.pointer_mut(pointer).and_then(Value::as_array_mut) {
        items.retain(|item| names.iter().any(|name| item["name"] == name.as_str()));
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
