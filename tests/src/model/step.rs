//! The controllers by name, and what they look at again when something changes.

use serde_json::Value;

use super::kind::{self, Kind};
use super::machine::{self, list, name, namespace, text};
use super::{Key, Release, Store, Write};
use super::{binder, cdi, harvester, kubelet, kubevirt, provisioner, quota};

/// A controller: the kind it is responsible for and its step.
#[derive(Clone, Copy)]
pub struct Controller {
    /// Its name, for messages.
    pub name: &'static str,
    /// The kind it looks at.
    pub kind: Kind,
    step: fn(&Key, &Value, &Store, Release) -> Vec<Write>,
}

impl Controller {
    const fn new(
        name: &'static str,
        kind: Kind,
        step: fn(&Key, &Value, &Store, Release) -> Vec<Write>,
    ) -> Self {
        Self { name, kind, step }
    }

    /// What it wants for one object.
    pub fn look_at(&self, key: &Key, store: &Store, release: Release) -> Vec<Write> {
        if key.kind != self.kind {
            return Vec::new();
        }
        store
            .find(key)
            .map_or_else(Vec::new, |object| (self.step)(key, object, store, release))
    }

    /// What it wants for everything that is there.
    pub fn step(&self, store: &Store, release: Release) -> Vec<Write> {
        store
            .keys(self.kind)
            .flat_map(|key| self.look_at(key, store, release))
            .collect()
    }
}

const HARVESTER: Controller = Controller::new("harvester", kind::VM, harvester::step);
const KUBEVIRT: Controller = Controller::new("kubevirt", kind::VM, kubevirt::step);
const CDI: Controller = Controller::new("cdi", kind::DATA_VOLUME, cdi::step);
const KUBELET: Controller = Controller::new("kubelet", kind::POD, kubelet::step);
const PROVISIONER: Controller = Controller::new("provisioner", kind::CLAIM, provisioner::step);
const DELETER: Controller = Controller::new("deleter", kind::VOLUME, provisioner::clean_up);
const BINDER: Controller = Controller::new("binder", kind::CLAIM, binder::step);

/// Those beside the real kube-controller-manager.
pub const LIVE: &[Controller] = &[HARVESTER, KUBEVIRT, CDI, KUBELET, PROVISIONER, DELETER];
/// Those in memory, where binding is modelled as well.
pub const IN_MEMORY: &[Controller] = &[
    HARVESTER,
    KUBEVIRT,
    CDI,
    KUBELET,
    PROVISIONER,
    DELETER,
    BINDER,
];

/// What has to be looked at again when an object came, changed or went. An image that arrives is not
/// noticed by the VMs that wait for it, as in Harvester.
pub(crate) fn concerned(key: &Key, object: &Value, store: &Store) -> Vec<Key> {
    let mut keys = vec![key.clone()];
    let own = namespace(object);
    match key.kind {
        kind::CLAIM => {
            keys.extend(store.with_claim(own, name(object)).cloned());
            keys.push(Key::new(kind::DATA_VOLUME, own, name(object)));
        }
        kind::INSTANCE => keys.push(Key::new(kind::VM, own, name(object))),
        kind::VM => {
            let claims = machine::claims(object);
            keys.extend(claims.map(|claim| Key::new(kind::CLAIM, own, &claim)));
        }
        kind::POD => {
            let vm = text(&object["metadata"]["labels"]["harvesterhci.io/vmName"]);
            keys.push(Key::new(kind::VM, own, vm));
            let claims = quota::claims_of_pod(object);
            keys.extend(claims.map(|claim| Key::new(kind::CLAIM, own, claim)));
        }
        kind::DATA_VOLUME => {
            let owners = list(&object["metadata"]["ownerReferences"])
                .filter(|owner| owner["kind"] == "VirtualMachine");
            keys.extend(owners.map(|owner| Key::new(kind::VM, own, text(&owner["name"]))));
        }
        kind::VOLUME => {
            let claim = &object["spec"]["claimRef"];
            let claim = Key::new(kind::CLAIM, text(&claim["namespace"]), text(&claim["name"]));
            keys.push(claim);
        }
        _ => {}
    }
    keys
}
