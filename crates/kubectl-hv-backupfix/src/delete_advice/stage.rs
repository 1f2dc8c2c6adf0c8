//! A small sound cluster for tests, to be broken as each of them needs it.

use std::collections::BTreeMap;

use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::Release;
use hv_cluster::{Gap, Listing};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::inventory::Inventory;

/// The moment that the cluster is looked at.
pub(crate) const NOW: &str = "2026-08-01T10:05:00Z";

/// The backup target that is set, and on which the backup lies.
pub(crate) const ENDPOINT: &str = "https://s3.lan";

/// Objects by kind, and what cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    release: Option<String>,
    covered: Option<Vec<String>>,
    objects: BTreeMap<&'static str, Vec<Value>>,
    gaps: BTreeMap<&'static str, Gap>,
}

impl Stage {
    /// A backup `prod/nightly` with one disk on S3, and everything that it needs.
    pub(crate) fn on(release: &str) -> Self {
        let release = (!release.is_empty()).then(|| release.to_owned());
        let stage = Self {
            release,
            covered: None,
            objects: BTreeMap::new(),
            gaps: BTreeMap::new(),
        };
        stage
            .with("Setting", target(ENDPOINT))
            .with(
                "BackupTarget",
                json!({
                    "metadata": {"name": "default", "namespace": "longhorn-system"},
                    "spec": {"backupTargetURL": "s3://hv@eu/", "pollInterval": "10m0s"},
                    "status": {"available": true, "lastSyncedAt": "2026-08-01T10:00:00Z"},
                }),
            )
            .with_backup("nightly", "1")
    }

    /// Adds a backup of one disk, on Longhorn volume `pvc-N` as backup `backup-N`.
    pub(crate) fn with_backup(self, name: &str, number: &str) -> Self {
        let snapshot = format!("{name}-volume-web");
        let handle = format!("bak://pvc-{number}/backup-{number}");
        self.with("VirtualMachineBackup", json!({
            "metadata": {"name": name, "namespace": "prod", "uid": format!("uid-{name}")},
            "spec": {"type": "backup", "source": {"kind": "VirtualMachine", "name": "web"}},
            "status": {
                "readyToUse": true, "sourceUID": "uid-web",
                "backupTarget": {"endpoint": ENDPOINT, "bucketName": "hv", "bucketRegion": "eu"},
                "volumeBackups": [{
                    "name": snapshot, "volumeName": "disk-0", "csiDriverName": "driver.longhorn.io",
                    "longhornBackupName": format!("backup-{number}"),
                    "persistentVolumeClaim": {"metadata": {"name": "web", "namespace": "prod"}},
                }],
            },
        }))
        .with("VolumeSnapshot", json!({
            "metadata": {
                "name": snapshot, "namespace": "prod", "uid": format!("uid-{snapshot}"),
                "ownerReferences": [{"kind": "VirtualMachineBackup", "name": name, "uid": format!("uid-{name}")}],
            },
            "spec": {"source": {"persistentVolumeClaimName": "web"}},
            "status": {"boundVolumeSnapshotContentName": format!("snapcontent-{number}")},
        }))
        .with("VolumeSnapshotContent", json!({
            "metadata": {"name": format!("snapcontent-{number}")},
            "spec": {
                "driver": "driver.longhorn.io", "deletionPolicy": "Delete",
                "source": {"volumeHandle": format!("pvc-{number}")},
                "volumeSnapshotRef": {"namespace": "prod", "name": snapshot, "uid": format!("uid-{snapshot}")},
            },
            "status": {"snapshotHandle": handle},
        }))
        .with("Backup", json!({
            "metadata": {"name": format!("backup-{number}"), "namespace": "longhorn-system", "labels": {"backup-volume": format!("pvc-{number}")}},
            "status": {"state": "Completed", "volumeName": format!("pvc-{number}")},
        }))
        .with("BackupVolume", json!({
            "metadata": {"name": format!("pvc-{number}-abc"), "namespace": "longhorn-system", "labels": {"backup-volume": format!("pvc-{number}")}},
        }))
    }

    /// Adds an object.
    pub(crate) fn with(mut self, kind: &'static str, object: Value) -> Self {
        self.objects.entry(kind).or_default().push(object);
        self
    }

    /// Changes a field of an object, by its JSON pointer; its parents must be there.
    pub(crate) fn set(mut self, kind: &str, name: &str, pointer: &str, value: Value) -> Self {
        let object = self.find(kind, name);
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let parent = object.pointer_mut(parent).unwrap();
        match parent {
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
            parent => parent[field] = value,
        }
        self
    }

    /// Takes an object away.
    pub(crate) fn without(mut self, kind: &str, name: &str) -> Self {
        let objects = self.objects.get_mut(kind).unwrap();
        let before = objects.len();
        objects.retain(|object| object["metadata"]["name"] != name);
        assert!(objects.len() < before, "{kind}/{name}");
        self
    }

    /// Makes a kind unreadable, with nothing of it read.
    pub(crate) fn denied(mut self, kind: &'static str) -> Self {
        self.objects.remove(kind);
        self.gaps.insert(kind, Gap::Denied("forbidden".to_owned()));
        self
    }

    /// Makes it a support bundle that covers some namespaces.
    pub(crate) fn covering(mut self, namespaces: &[&str]) -> Self {
        self.covered = Some(namespaces.iter().map(|name| (*name).to_owned()).collect());
        self
    }

    fn find(&mut self, kind: &str, name: &str) -> &mut Value {
        let objects = self.objects.get_mut(kind).unwrap();
        objects
            .iter_mut()
            .find(|object| object["metadata"]["name"] == name)
            .unwrap()
    }

    fn list<T: DeserializeOwned>(&self, kind: &str) -> Listing<T> {
        let objects = self.objects.get(kind).into_iter().flatten();
        Listing {
            items: objects
                .map(|object| serde_json::from_value(object.clone()).unwrap())
                .collect(),
            gap: self.gaps.get(kind).cloned(),
        }
    }

    /// What would be read.
    pub(crate) fn inventory(&self) -> Inventory {
        Inventory {
            now: NOW.parse().unwrap(),
            release: match &self.release {
                Some(text) => HarvesterRelease::Known(Release::parse(text).unwrap(), text.clone()),
                None => HarvesterRelease::Unknown("not read".to_owned()),
            },
            covered: self.covered.clone(),
            settings: self.list("Setting"),
            backups: self.list("VirtualMachineBackup"),
            restores: self.list("VirtualMachineRestore"),
            snapshots: self.list("VolumeSnapshot"),
            contents: self.list("VolumeSnapshotContent"),
            lh_backups: self.list("Backup"),
            lh_volumes: self.list("BackupVolume"),
            lh_targets: self.list("BackupTarget"),
            classes: self.list("StorageClass"),
            snapshot_classes: self.list("VolumeSnapshotClass"),
            images: self.list("VirtualMachineImage"),
            networks: self.list("NetworkAttachmentDefinition"),
            remote_backups: self.list("VolumeRemoteBackup"),
            near: None,
            claims_of: None,
            claims: None,
            machines: None,
        }
    }
}

/// The setting for an S3 target with this endpoint.
pub(crate) fn target(endpoint: &str) -> Value {
    let value = json!({
        "type": "s3", "endpoint": endpoint, "bucketName": "hv", "bucketRegion": "eu",
        "accessKeyId": "", "secretAccessKey": "", "refreshIntervalInSeconds": 600,
    });
    json!({"metadata": {"name": "backup-target"}, "value": value.to_string()})
}

/// The setting with any value.
pub(crate) fn setting(value: &str) -> Value {
    json!({"metadata": {"name": "backup-target"}, "value": value})
}
