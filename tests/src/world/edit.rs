//! Changes a test makes to a world before it loads it or writes its bundle.

use serde_json::{Map, Value, json};

use super::machine::{Catalog, Table};
use super::{World, WorldError, backups, identity, times};

impl World {
    /// Objects of a kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.objects
            .iter()
            .filter(move |object| object["kind"] == kind)
    }

    /// One object; the namespace is empty for cluster-scoped kinds.
    ///
    /// `Setting` means Harvester's when the namespace is empty, Longhorn's otherwise.
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<&Value> {
        self.objects
            .iter()
            .find(|object| is_named(object, kind, namespace, name))
    }

    /// One object, to be changed.
    pub fn get_mut(&mut self, kind: &str, namespace: &str, name: &str) -> Option<&mut Value> {
        self.objects
            .iter_mut()
            .find(|object| is_named(object, kind, namespace, name))
    }

    /// Sets the value of a Harvester setting, which is created if there is none.
    pub fn set_setting(&mut self, name: &str, value: &str) {
        if let Some(setting) = self.get_mut("Setting", "", name) {
            setting["value"] = Value::from(value);
            return;
        }
        self.push(json!({
            "apiVersion": "harvesterhci.io/v1beta1",
            "kind": "Setting",
            "metadata": {"name": name},
            "default": "",
            "value": value,
        }));
    }

    /// Applies a JSON merge patch to one object; tells whether it exists.
    pub fn merge(&mut self, kind: &str, namespace: &str, name: &str, patch: &Value) -> bool {
        let found = self.get_mut(kind, namespace, name);
        found.map(|object| merge_patch(object, patch)).is_some()
    }

    /// Removes all objects of a kind and name, in whatever namespace; tells how many there were.
    pub fn remove(&mut self, kind: &str, name: &str) -> usize {
        let before = self.objects.len();
        self.objects
            .retain(|object| object["kind"] != kind || object["metadata"]["name"] != name);
        before - self.objects.len()
    }

    /// Removes all objects of a kind; tells how many there were.
    pub fn remove_kind(&mut self, kind: &str) -> usize {
        let before = self.objects.len();
        self.objects.retain(|object| object["kind"] != kind);
        before - self.objects.len()
    }

    /// Adds an object; uid and times of a server are filled in, relative times resolved.
    pub fn push(&mut self, mut object: Value) {
        times::resolve(&mut object, self.now);
        identity::complete(&mut object, self.now);
        self.objects.push(object);
        if let Some(last) = self.objects.last_mut() {
            identity::connect(std::slice::from_mut(last));
        }
    }

    /// Adds running VMs that use `pvcs` disks in all, and `nics` networks each, spread over twenty namespaces.
    pub fn grow(&mut self, vms: usize, pvcs: usize, nics: usize) {
        let table = Table::of_load(vms, pvcs, nics);
        let mut added = table.namespaces();
        added.extend(table.expand(&Catalog::of(&self.objects, &table)));
        self.extend(added);
    }

    /// Adds sound backups of two disks each, spread over twenty namespaces, with all that belongs to them, and further
    /// snapshots until there are `contents` `VolumeSnapshotContents`; a world without a backup target gets one.
    pub fn grow_backups(&mut self, backups: usize, contents: usize) -> Result<(), WorldError> {
        let added = backups::grown(self, backups, contents)?;
        self.extend(added);
        Ok(())
    }

    fn extend(&mut self, mut added: Vec<Value>) {
        for object in &mut added {
            times::resolve(object, self.now);
            identity::complete(object, self.now);
        }
        identity::connect(&mut added);
        self.objects.extend(added);
    }

    /// The release, without what follows a `+`.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// The objects without the fields that an API server sets itself.
    pub fn for_api_server(&self) -> Vec<Value> {
        let mut objects = self.objects.clone();
        for metadata in objects
            .iter_mut()
            .filter_map(|object| object["metadata"].as_object_mut())
        {
            for field in [
                "uid",
                "resourceVersion",
                "creationTimestamp",
                "generation",
                "managedFields",
            ] {
                metadata.remove(field);
            }
        }
        objects
    }

    /// A moment before `now`, such as `2h` or `3d` ago, as Kubernetes writes times.
    pub fn ago(&self, length: &str) -> String {
        let length = times::duration(length).unwrap_or_default();
        times::seconds(self.now - length)
    }

    /// The moment the world was loaded, as Kubernetes writes times.
    pub fn now_seconds(&self) -> String {
        times::seconds(self.now)
    }
}

pub(super) fn is_named(object: &Value, kind: &str, namespace: &str, name: &str) -> bool {
    let metadata = &object["metadata"];
    object["kind"] == kind
        && metadata["name"] == name
        && metadata["namespace"].as_str().unwrap_or_default() == namespace
}

/// RFC 7386.
pub(crate) fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(map) = target.as_object_mut() else {
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            merge_patch(map.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}
