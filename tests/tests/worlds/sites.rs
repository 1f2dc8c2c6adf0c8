//! The two clusters as real API servers: the rules answer, the controllers act.

mod controllers;
mod rules;

use std::time::{Duration, Instant};

use hv_testbed::controlplane::{Answer, Api};
use hv_testbed::model::Site;
use hv_testbed::world;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) fn start(name: &str) -> Site {
    Site::start(world::load(name, Timestamp::now()).unwrap()).unwrap()
}

pub(crate) fn admin(site: &Site) -> Api {
    site.plane.api_as("admin").unwrap()
}

/// The collection of a kind in a namespace.
pub(crate) fn path(object: &Value) -> String {
    let namespace = object["metadata"]["namespace"].as_str().unwrap();
    let (root, plural) = match object["kind"].as_str().unwrap() {
        "VirtualMachine" => ("apis", "virtualmachines"),
        "KeyPair" => ("apis", "keypairs"),
        "NetworkAttachmentDefinition" => ("apis", "network-attachment-definitions"),
        "DataVolume" => ("apis", "datavolumes"),
        "PersistentVolumeClaim" => ("api", "persistentvolumeclaims"),
        other => panic!("{other}"),
    };
    let version = object["apiVersion"].as_str().unwrap();
    format!("/{root}/{version}/namespaces/{namespace}/{plural}")
}

pub(crate) fn create(site: &Site, object: &Value, query: &str) -> Answer {
    let (path, api) = (format!("{}{query}", path(object)), admin(site));
    site.plane
        .wait(async || api.post(&path, object).await)
        .unwrap()
}

pub(crate) fn get(site: &Site, path: &str) -> Option<Value> {
    let api = admin(site);
    site.plane.wait(async || api.find(path).await).unwrap()
}

/// Waits until something holds, at most for thirty seconds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A VM that nothing is wrong with.
pub(crate) fn vm(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"namespace": namespace, "name": name, "annotations": {}, "labels": {}},
        "spec": {"runStrategy": "Halted", "template": {"spec": {
            "domain": {
                "cpu": {"cores": 1},
                "devices": {
                    "disks": [{"name": "root", "disk": {"bus": "virtio"}}],
                    "interfaces": [{"name": "nic-1", "bridge": {}}],
                },
                "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
            },
            "networks": [{"name": "nic-1", "multus": {"networkName": "dr-net/servers"}}],
            "volumes": [{"name": "root", "persistentVolumeClaim": {"claimName": format!("{name}-root")}}],
        }}},
    })
}

/// A claim template, or with a namespace a claim.
pub(crate) fn claim(namespace: &str, name: &str, class: &str) -> Value {
    let access = if class.starts_with("lvm") {
        "ReadWriteOnce"
    } else {
        "ReadWriteMany"
    };
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "accessModes": [access], "volumeMode": "Block", "storageClassName": class,
            "resources": {"requests": {"storage": "10Gi"}},
        },
    })
}
