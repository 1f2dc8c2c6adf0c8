//! A sound backup with everything around it, made of plain objects that tests break.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hv_cluster::facts::Facts;
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::Release;
use hv_cluster::{Gap, Listing};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::explain::record::Rules;
use crate::inventory::Inventory;

/// Objects by the name of their list.
#[derive(Clone, Debug)]
pub(crate) struct Bed {
    pub(crate) release: HarvesterRelease,
    objects: BTreeMap<&'static str, Vec<Value>>,
    denied: Vec<&'static str>,
}

pub(crate) const VOLUME: &str = "pvc-11111111-1111-4111-8111-111111111111";
pub(crate) const RELEASES: [&str; 9] = [
    "1.3.2",
    "1.4.0",
    "1.4.2",
    "1.4.3",
    "1.5.2",
    "1.6.1",
    "1.7.3",
    "1.8.2",
    "1.9.0-rc6",
];

pub(crate) fn release(text: &str) -> Release {
    Release::parse(text).unwrap()
}

/// The newest release whose rules are known; the tables are read once for all tests.
pub(crate) fn newest() -> Release {
    static NEWEST: LazyLock<Release> = LazyLock::new(|| {
        Facts::builtin()
            .unwrap()
            .releases
            .newest()
            .unwrap()
            .harvester
    });
    *NEWEST
}

/// The table of findings.
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::builtin().unwrap());
    &CATALOG
}

/// The table of the import of records.
pub(crate) fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());
    &RULES
}

fn meta(namespace: &str, name: &str) -> Value {
    json!({"namespace": namespace, "name": name, "uid": format!("uid-of-{name}"),
           "creationTimestamp": "2026-08-01T03:00:00Z"})
}

impl Bed {
    /// One backup `prod/nightly` of the VM `web` with one disk, imported from a target.
    pub(crate) fn sound(text: &str) -> Self {
        let mut bed = Self {
            release: HarvesterRelease::Known(release(text), format!("v{text}")),
            objects: BTreeMap::new(),
            denied: Vec::new(),
        };
        let target = json!({"type": "s3", "endpoint": "https://s3.lan", "bucketName": "hv",
                            "bucketRegion": "eu", "refreshIntervalInSeconds": 600});
        bed.put(
            "settings",
            json!({"metadata": {"name": "backup-target"}, "value": target.to_string()}),
        );
        let place = json!({"endpoint": "https://s3.lan", "bucketName": "hv", "bucketRegion": "eu"});
        bed.put("backups", json!({
            "metadata": meta("prod", "nightly"),
            "spec": {"type": "backup", "source": {"kind": "VirtualMachine", "name": "web"}},
            "status": {
                "readyToUse": true, "sourceUID": "uid-of-web", "backupTarget": place,
                "csiDriverVolumeSnapshotClassNames": {"driver.longhorn.io": "longhorn"},
                "source": {"metadata": {"name": "web", "namespace": "prod"}, "spec": {"template": {"spec": {
                    "networks": [{"name": "nic", "multus": {"networkName": "prod/vlan1"}}],
                    "volumes": [{"name": "disk-0", "persistentVolumeClaim": {"claimName": "web-disk-0"}}]}}}},
                "volumeBackups": [{
                    "name": "nightly-volume-web-disk-0", "volumeName": "disk-0",
                    "csiDriverName": "driver.longhorn.io", "longhornBackupName": "backup-1",
                    "persistentVolumeClaim": {
                        "metadata": {"name": "web-disk-0", "namespace": "prod",
                                     "annotations": {"harvesterhci.io/imageId": "default/ubuntu"}},
                        "spec": {"storageClassName": "longhorn-ubuntu", "volumeName": VOLUME}}}],
            }}));
        bed.put(
            "snapshots",
            json!({
            "metadata": meta("prod", "nightly-volume-web-disk-0"),
            "spec": {"source": {"volumeSnapshotContentName": "nightly-volume-web-disk-0-vsc"}},
            "status": {"boundVolumeSnapshotContentName": "nightly-volume-web-disk-0-vsc"}}),
        );
        bed.put(
            "contents",
            json!({
            "metadata": meta("", "nightly-volume-web-disk-0-vsc"),
            "spec": {"deletionPolicy": "Delete", "driver": "driver.longhorn.io",
                     "source": {"snapshotHandle": format!("bak://{VOLUME}/backup-1")},
                     "volumeSnapshotRef": {"namespace": "prod", "name": "nightly-volume-web-disk-0",
                                           "uid": "uid-of-nightly-volume-web-disk-0"}}}),
        );
        bed.put(
            "lh_backups",
            json!({
            "metadata": meta("longhorn-system", "backup-1"),
            "status": {"state": "Completed", "volumeName": VOLUME}}),
        );
        bed.put("lh_volumes", json!({
            "metadata": {"name": "bv-1", "namespace": "longhorn-system", "labels": {"backup-volume": VOLUME}}}));
        bed.put(
            "lh_targets",
            json!({
            "metadata": meta("longhorn-system", "default"),
            "spec": {"backupTargetURL": "s3://hv@eu/"}, "status": {"available": true}}),
        );
        bed.put(
            "classes",
            json!({"metadata": {"name": "longhorn-ubuntu"}, "volumeBindingMode": "Immediate"}),
        );
        bed.put(
            "snapshot_classes",
            json!({"metadata": {"name": "longhorn"}}),
        );
        bed.put(
            "images",
            json!({"metadata": {"name": "ubuntu", "namespace": "default"}}),
        );
        bed.put(
            "networks",
            json!({"metadata": {"name": "vlan1", "namespace": "prod"}}),
        );
        bed.put("claims", json!({"metadata": {"name": "web-disk-0", "namespace": "prod"}, "status": {"phase": "Bound"}}));
        bed.put(
            "machines",
            json!({"metadata": {"name": "web", "namespace": "prod"}}),
        );
        bed
    }

    /// The same, its release not known.
    pub(crate) fn of_unknown_release(mut self) -> Self {
        self.release = HarvesterRelease::Unknown("denied".to_owned());
        self
    }

    /// Adds an object.
    pub(crate) fn put(&mut self, list: &'static str, object: Value) {
        self.objects.entry(list).or_default().push(object);
    }

    /// Removes an object.
    pub(crate) fn drop(&mut self, list: &'static str, name: &str) {
        let objects = self.objects.entry(list).or_default();
        let before = objects.len();
        objects.retain(|object| object["metadata"]["name"] != name);
        assert_eq!(objects.len() + 1, before, "{list} {name}");
    }

    /// Changes a field of an object; null removes it.
    pub(crate) fn set(&mut self, list: &'static str, name: &str, pointer: &str, value: Value) {
        let mut objects = self.objects.entry(list).or_default().iter_mut();
        let object = objects
            .find(|object| object["metadata"]["name"] == name)
            .unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let parent = object.pointer_mut(parent).unwrap();
        match (parent, value) {
            (Value::Array(items), value) => items[field.parse::<usize>().unwrap()] = value,
            (Value::Object(fields), Value::Null) => drop(fields.remove(field)),
            (Value::Object(fields), value) => drop(fields.insert(field.to_owned(), value)),
            _ => panic!("{pointer} leads nowhere"),
        }
    }

    /// Makes a list unreadable.
    pub(crate) fn deny(&mut self, list: &'static str) {
        self.denied.push(list);
        self.objects.remove(list);
    }

    /// What would have been read.
    pub(crate) fn inventory(&self) -> Inventory {
        Inventory {
            now: "2026-08-01T12:00:00Z".parse().unwrap(),
            release: self.release.clone(),
            covered: None,
            near: None,
            settings: self.list("settings"),
            backups: self.list("backups"),
            restores: self.list("restores"),
            snapshots: self.list("snapshots"),
            contents: self.list("contents"),
            lh_backups: self.list("lh_backups"),
            lh_volumes: self.list("lh_volumes"),
            lh_targets: self.list("lh_targets"),
            classes: self.list("classes"),
            snapshot_classes: self.list("snapshot_classes"),
            images: self.list("images"),
            networks: self.list("networks"),
            remote_backups: self.list("remote_backups"),
            claims_of: None,
            claims: Some(self.list("claims")),
            machines: Some(self.list("machines")),
        }
    }

    fn list<T: DeserializeOwned>(&self, list: &str) -> Listing<T> {
        let objects = self.objects.get(list).into_iter().flatten();
        Listing {
            items: objects
                .map(|object| serde_json::from_value(object.clone()).unwrap())
                .collect(),
            gap: self
                .denied
                .contains(&list)
                .then(|| Gap::Denied("forbidden".to_owned())),
        }
    }
}
