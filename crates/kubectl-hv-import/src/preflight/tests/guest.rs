//! A VM of the source, and its bundle.

use std::collections::BTreeMap;

use hv_vm::header::{ClassNeed, Disk, Header, Item, NetworkNeed, Origin, Requirements};
use hv_vm::store::{Bundle, Place, StoreError};
use hv_vm::{Key, Kind, Stored, digest, normal};
use serde_json::{Value, json};

use super::bed::vm_name;

/// What a file of a bundle holds.
pub(crate) type Held = (Key, Vec<u8>);

/// One VM of the source.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) header: Header,
    pub(crate) vm: Value,
    pub(crate) held: Vec<Held>,
    /// Changes the bundle after its digests were made.
    pub(crate) tamper: fn(&mut Stored),
    /// Why it cannot be read.
    pub(crate) error: Option<StoreError>,
    pub(crate) is_template: bool,
}

impl Guest {
    pub(crate) fn new(namespace: &str, name: &str, mac: &str) -> Self {
        let vm = vm(namespace, name, mac);
        let class = ClassNeed {
            name: "longhorn".to_owned(),
            driver: Some("driver.longhorn.io".to_owned()),
            ..ClassNeed::default()
        };
        let network = NetworkNeed {
            id: "prod/vlan100".to_owned(),
            r#type: Some("L2VlanNetwork".to_owned()),
            vlan: Some(100),
            cluster_network: Some("vmnet".to_owned()),
            ..NetworkNeed::default()
        };
        let header = Header {
            api_version: "kubectl-hv.io/v1alpha1".to_owned(),
            kind: "VirtualMachineBundle".to_owned(),
            format: 1,
            normal_form: normal::VERSION,
            vm: vm_name(namespace, name),
            source: Origin {
                cluster_id: "c1".to_owned(),
                uid: format!("uid-{name}"),
                harvester: Some("v1.8.2".to_owned()),
                ..Origin::default()
            },
            lineage_id: format!("lineage-{name}"),
            epoch: 1,
            revision: 1,
            digest: String::new(),
            parent_digest: None,
            reconstructed: None,
            disks: vec![disk("root", &format!("{name}-root"))],
            requirements: Requirements {
                storage_classes: vec![class],
                networks: vec![network],
                ..Requirements::default()
            },
            unread: Vec::new(),
            notes: Vec::new(),
            items: Vec::new(),
        };
        Self {
            header,
            vm,
            held: Vec::new(),
            tamper: |_| (),
            error: None,
            is_template: false,
        }
    }

    /// Adds a file that holds an object.
    pub(crate) fn hold(&mut self, kind: Kind, name: &str, bytes: &[u8]) {
        let namespace = &self.header.vm.namespace;
        self.held
            .push((Key::new(kind, namespace, name), bytes.to_vec()));
    }

    pub(crate) fn bundle(&self) -> Bundle {
        let place = match self.is_template {
            true => Place::template(&self.header.vm),
            false => Place::vm(&self.header.vm),
        };
        let name = &self.header.vm;
        let key = Key::new(Kind::VirtualMachine, &name.namespace, &name.name);
        let mut all = vec![(key, serde_json::to_vec(&self.vm).unwrap())];
        all.extend(self.held.iter().cloned());
        let mut header = self.header.clone();
        header.digest = digest::digest(&normal::normal_form(&self.vm, &header.disks));
        let mut files = BTreeMap::new();
        for (key, bytes) in all {
            let path = format!("{}-{}", key.kind.name().to_lowercase(), key.name);
            header.items.push(Item {
                path: path.clone(),
                sha256: digest::bytes(&bytes),
                object: key,
            });
            files.insert(path, bytes);
        }
        let mut stored = Stored { header, files };
        (self.tamper)(&mut stored);
        Bundle {
            place,
            folder: None,
            stored: match &self.error {
                Some(error) => Err(error.clone()),
                None => Ok(stored),
            },
        }
    }
}

pub(crate) fn disk(volume: &str, claim: &str) -> Disk {
    Disk {
        volume: volume.to_owned(),
        claim: claim.to_owned(),
        size: Some("40Gi".to_owned()),
        volume_mode: Some("Block".to_owned()),
        access_modes: vec!["ReadWriteMany".to_owned()],
        class: Some("longhorn".to_owned()),
        image: None,
        csi: None,
        role: "data".to_owned(),
    }
}

fn vm(namespace: &str, name: &str, mac: &str) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"namespace": namespace, "name": name, "labels": {}, "annotations": {}},
        "spec": {"runStrategy": "Halted", "template": {"metadata": {}, "spec": {
            "architecture": "amd64",
            "domain": {
                "cpu": {"cores": 2},
                "devices": {
                    "disks": [{"name": "root", "bootOrder": 1, "disk": {"bus": "virtio"}}],
                    "interfaces": [{"name": "default", "macAddress": mac, "bridge": {}}],
                },
                "firmware": {"uuid": format!("uuid-{name}")},
                "machine": {"type": "q35"},
                "resources": {"limits": {"cpu": "2", "memory": "4Gi"}},
            },
            "networks": [{"name": "default", "multus": {"networkName": "prod/vlan100"}}],
            "volumes": [
                {"name": "root", "persistentVolumeClaim": {"claimName": format!("{name}-root")}},
                {"name": "cd", "containerDisk": {"image": "drivers"}},
            ],
        }}},
    })
}
