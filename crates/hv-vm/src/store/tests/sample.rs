//! Small bundles that are whole: everything that verifying looks at is as it should be.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::super::{Outcome, Place, Problem, Store, StoreError, Verification, Writer, verify};
use super::disk::OddDisk;
use crate::header::VmName;
use crate::stored::{FileBody, Stored};
use crate::{digest, normal};

pub(super) type Bodies = BTreeMap<String, FileBody>;

pub(super) fn name(text: &str) -> VmName {
    let (namespace, name) = text.split_once('/').unwrap();
    VmName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

pub(super) fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// A VM with a disk, a network and a secret that is left out.
pub(super) fn vm(id: &str, memory: &str) -> Value {
    let VmName { namespace, name } = name(id);
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"runStrategy": "Halted", "template": {"spec": {
            "domain": {
                "devices": {"disks": [{"name": "root", "disk": {"bus": "virtio"}}]},
                "resources": {"limits": {"memory": memory}},
            },
            "networks": [{"name": "lan", "multus": {"networkName": "default/lan"}}],
            "volumes": [
                {"name": "root", "persistentVolumeClaim": {"claimName": format!("{name}-root")}},
                {"name": "init", "cloudInitNoCloud": {"secretRef": {"name": format!("{name}-init")}}},
            ],
        }}},
    })
}

/// A bundle of a VM, as a first revision or as one after another.
pub(super) fn bundle(id: &str, memory: &str, before: Option<&Stored>) -> Bodies {
    made_of(id, &vm(id, memory), before, |_| {})
}

/// A bundle of a VM whose header is changed before it is written.
pub(super) fn made_of(
    id: &str,
    vm: &Value,
    before: Option<&Stored>,
    change: impl Fn(&mut Value),
) -> Bodies {
    let VmName { namespace, name } = name(id);
    let claim = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": format!("{name}-root"), "namespace": namespace},
        "spec": {"accessModes": ["ReadWriteMany"], "storageClassName": "fast",
            "resources": {"requests": {"storage": "10Gi"}}},
    });
    let digest = digest::digest(&normal::normal_form(vm, &[]));
    let (revision, parent) = match before.map(|before| &before.header) {
        None => (1, None),
        Some(header) if header.digest == digest => (header.revision, header.parent_digest.clone()),
        Some(header) => (header.revision + 1, Some(header.digest.clone())),
    };
    let mut files = Bodies::new();
    let mut items = Vec::new();
    for (kind, object) in [("VirtualMachine", vm), ("PersistentVolumeClaim", &claim)] {
        let object_name = object["metadata"]["name"].as_str().unwrap();
        let path = format!("objects/{}.{object_name}.json", kind.to_lowercase());
        let bytes = pretty(object);
        items.push(json!({
            "path": path,
            "sha256": digest::bytes(&bytes),
            "object": {"kind": kind, "namespace": namespace, "name": object_name},
        }));
        files.insert(path, FileBody::Bytes(bytes));
    }
    let mut header = json!({
        "apiVersion": "kubectl-hv.io/v1alpha1",
        "kind": "VirtualMachineBundle",
        "format": 1,
        "normalForm": normal::VERSION,
        "vm": {"namespace": namespace, "name": name},
        "source": {"clusterId": "c", "clusterIdFrom": "kube-system", "uid": "u"},
        "lineageId": format!("lineage of {id}"),
        "epoch": 1,
        "revision": revision,
        "digest": digest,
        "disks": [],
        "requirements": {
            "storageClasses": [{"name": "fast", "usedBy": []}],
            "networks": [{"id": "default/lan", "usedBy": []}],
            "secrets": [{"name": format!("{name}-init"), "state": "omitted", "usedBy": []}],
            "machine": {},
        },
        "items": items,
    });
    if let Some(parent) = parent {
        header["parentDigest"] = parent.into();
    }
    change(&mut header);
    files.insert("bundle.json".to_owned(), FileBody::Bytes(pretty(&header)));
    files
}

/// Puts bundles into a store and commits them; nothing may fail.
pub(super) fn fill(root: &Path, vms: &[(&str, &str)]) {
    // This disk does not wait for syncs.
    let store = Writer::open(root, Box::new(OddDisk::default())).unwrap();
    put(&store, vms);
    let done = store.flush();
    assert!(done.failed.is_empty() && done.index.is_none(), "{done:?}");
}

/// Puts bundles into a store.
pub(super) fn put(store: &Writer, vms: &[(&str, &str)]) {
    for (id, memory) in vms {
        try_put(store, id, memory).unwrap();
    }
}

/// Puts a bundle into a store, as a run does.
pub(super) fn try_put(store: &Writer, id: &str, memory: &str) -> Result<Outcome, StoreError> {
    let place = Place::vm(&name(id));
    let before = store.stored(&place)?;
    let files = bundle(id, memory, before.as_ref());
    store.put_over(&place, before.as_ref(), files)
}

/// The memory of a VM in a store, and its revision; `None` if it is not there.
pub(super) fn memory(root: &Path, id: &str) -> Option<(String, u64)> {
    let stored = Store::open(root).unwrap().stored(&name(id)).unwrap()?;
    let path = format!("objects/virtualmachine.{}.json", name(id).name);
    let vm: Value = serde_json::from_slice(&stored.files[&path]).unwrap();
    let memory = vm["spec"]["template"]["spec"]["domain"]["resources"]["limits"]["memory"].clone();
    Some((memory.as_str().unwrap().to_owned(), stored.header.revision))
}

/// The codes of the problems and of the remarks that verifying finds.
pub(super) fn codes(path: &Path) -> (Vec<String>, Vec<String>) {
    let Verification {
        problems, remarks, ..
    } = verify(path).unwrap();
    let codes = |list: Vec<Problem>| list.into_iter().map(|one| one.code).collect();
    (codes(problems), codes(remarks))
}

/// Every path below a folder with its bytes, to compare whole stores.
pub(super) fn snapshot(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.insert(format!("{name}/"), Vec::new());
            for (path, bytes) in snapshot(&entry.path()) {
                found.insert(format!("{name}/{path}"), bytes);
            }
        } else {
            found.insert(name, std::fs::read(entry.path()).unwrap_or_default());
        }
    }
    found
}
