//! A VM that can be imported as it is, and the target it goes to: each test breaks one thing.

use std::sync::OnceLock;

use hv_change::ObjectRef;
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::Release;
use hv_vm::Kind;
use hv_vm::header::{Disk, Requirements, VmName};
use hv_vm::mapping::MapFile;
use hv_vm::store::Bundle;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(crate) use super::guest::{Guest, disk};
pub(crate) use super::objects::{claim, image, neighbour, network, snapshot, volume};
use crate::inventory::{Inventory, Known, Named};
use crate::preflight::admission::{self, Reply};
use crate::preflight::rights::{self, Answer, Errand, Right};
use crate::preflight::{Catalog, machine};
use crate::report::{PreflightItem, Verdict};
use crate::resolve::{Candidate, Options, resolve};

/// VMs, the target, the map and the flags.
#[derive(Clone)]
pub(crate) struct Bed {
    pub(crate) guests: Vec<Guest>,
    pub(crate) inventory: Inventory,
    pub(crate) map: Value,
    pub(crate) options: Options,
    /// What `--patch` does to the VM.
    pub(crate) patch: fn(&mut Value),
    /// What the server says of rights.
    pub(crate) answer: fn(&Right) -> Answer,
    /// What the dry run says.
    pub(crate) replies: Vec<(ObjectRef, Reply)>,
}

/// The table, read once for all tests.
pub(crate) fn catalog() -> &'static Catalog {
    static TABLE: OnceLock<Catalog> = OnceLock::new();
    TABLE.get_or_init(|| Catalog::builtin().unwrap())
}

pub(crate) fn vm_name(namespace: &str, name: &str) -> VmName {
    VmName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

pub(crate) fn object(kind: &str, name: &str) -> ObjectRef {
    let kind_of: Kind = kind.parse().unwrap();
    ObjectRef {
        api_version: kind_of.api_version().to_owned(),
        kind: kind.to_owned(),
        namespace: "dr".to_owned(),
        name: name.to_owned(),
    }
}

/// Everything there is of a kind.
pub(crate) fn known<T: DeserializeOwned + Named>(objects: Value) -> Known<T> {
    let Value::Array(objects) = objects else {
        panic!("no list")
    };
    objects
        .into_iter()
        .map(|one| serde_json::from_value(one).unwrap())
        .collect()
}

/// One more object.
pub(crate) fn put<T: DeserializeOwned + Named>(known: &mut Known<T>, object: Value) {
    known.add(serde_json::from_value(object).unwrap());
}

/// Nobody may read it.
pub(crate) fn deny<T>(known: &mut Known<T>) {
    *known = Known::unread("you may not list them");
}

/// The target: a class, a network, a claim for the disk, a node.
fn target() -> Inventory {
    let empty = || json!([]);
    Inventory {
        release: HarvesterRelease::Known(Release::parse("v1.8.2").unwrap(), "v1.8.2".to_owned()),
        serves_vms: true,
        classes: known(json!([
            {"metadata": {"name": "longhorn"}, "provisioner": "driver.longhorn.io"},
            {"metadata": {"name": "other"}, "provisioner": "driver.longhorn.io"},
        ])),
        images: known(json!([image("image-abc", "ubuntu", "aa")])),
        networks: known(json!([
            network("vlan100", "vmnet", 100),
            network("vlan7", "vmnet", 100)
        ])),
        claims: known(json!([claim("db01-root"), claim("spare")])),
        volumes: known(json!([volume("pv-1"), volume("pv-2")])),
        machines: known(empty()),
        secrets: all_known(),
        config_maps: all_known(),
        key_pairs: known(empty()),
        namespaces: known(json!([{"metadata": {"name": "dr"}, "status": {"phase": "Active"}}])),
        quotas: known(empty()),
        nodes: known(json!([{
            "metadata": {"name": "n1", "labels": {
                "kubernetes.io/arch": "amd64", "zone": "b",
                "cpu-model.node.kubevirt.io/EPYC": "true", "cpu-feature.node.kubevirt.io/aes": "true",
            }},
        }])),
        priority_classes: known(json!([{"metadata": {"name": "high"}}])),
        service_accounts: known(json!([{"metadata": {"namespace": "dr", "name": "there"}}])),
        snapshots: known(json!([snapshot("snap", true, "40Gi")])),
        bindings: Ok(["managedTap".to_owned()].into()),
    }
}

fn all_known() -> Known<()> {
    let mut known = Known::default();
    known.close(Ok(()));
    known
}

impl Bed {
    pub(crate) fn new() -> Self {
        Self {
            guests: vec![Guest::new("prod", "db01", "52:54:00:aa:00:01")],
            inventory: target(),
            map: json!({
                "apiVersion": "kubectl-hv.io/v1alpha1", "kind": "ImportMap",
                "namespaces": {"prod": "dr"},
                "disks": {"prod/db01": {"root": {"existing": "db01-root"}}},
            }),
            options: Options::default(),
            patch: |_| (),
            answer: |_| Answer::Allowed,
            replies: vec![(object("VirtualMachine", "db01"), Reply::Accepted)],
        }
    }

    pub(crate) fn guest(&mut self) -> &mut Guest {
        &mut self.guests[0]
    }

    /// The only disk of the VM.
    pub(crate) fn disk(&mut self) -> &mut Disk {
        &mut self.guests[0].header.disks[0]
    }

    /// The spec of the VM's template.
    pub(crate) fn spec(&mut self) -> &mut Value {
        &mut self.guests[0].vm["spec"]["template"]["spec"]
    }

    pub(crate) fn needs(&mut self) -> &mut Requirements {
        &mut self.guests[0].header.requirements
    }

    /// What the map says of the disk.
    pub(crate) fn map_disk(&mut self, entry: Value) {
        self.map["disks"]["prod/db01"]["root"] = entry;
    }

    /// Adds a second VM, whose disk is left out.
    pub(crate) fn second(&mut self, mac: &str) {
        self.guests.push(Guest::new("prod", "web", mac));
        self.map["disks"]["prod/web"] = json!({"root": {"skip": true}});
    }

    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        let catalog = catalog();
        let map = MapFile::parse(&self.map.to_string()).unwrap();
        let bundles: Vec<Bundle> = self.guests.iter().map(Guest::bundle).collect();
        resolve(&bundles, &map, &self.options, &self.inventory, catalog)
    }

    /// Everything that is said.
    pub(crate) fn items(&self) -> Vec<PreflightItem> {
        let catalog = catalog();
        let mut items = Vec::new();
        for (candidate, guest) in self.candidates().into_iter().zip(&self.guests) {
            items.extend(candidate.items);
            if candidate.assignment.is_none() {
                continue;
            }
            let mut vm = guest.vm.clone();
            (self.patch)(&mut vm);
            let target = &candidate.target;
            items.extend(machine(
                catalog,
                &guest.header,
                target,
                &vm,
                &self.inventory,
            ));
        }
        let errand = Errand {
            vm: vm_name("prod", "db01"),
            creates: vec![
                object("VirtualMachine", "db01"),
                object("Secret", "db01-ci"),
            ],
            owns: vec![object("Secret", "db01-ci")],
        };
        let errands = [errand];
        let answers = rights::questions(&errands);
        let answers = answers
            .into_iter()
            .map(|right| ((self.answer)(&right), right));
        let answers = answers.map(|(answer, right)| (right, answer)).collect();
        items.extend(rights::judge(catalog, &errands, &answers));
        items.extend(admission::judge(
            catalog,
            &vm_name("prod", "db01"),
            &self.replies,
        ));
        items
    }

    /// The codes of everything that is said.
    pub(crate) fn codes(&self) -> Vec<(String, Verdict)> {
        self.items()
            .into_iter()
            .map(|item| (item.code, item.result))
            .collect()
    }

    pub(crate) fn says(&self, code: &str) -> Option<PreflightItem> {
        self.items().into_iter().find(|item| item.code == code)
    }
}
