//! What a rule may look at: the part of the cluster that a request touches.

use std::sync::Arc;

use serde_json::Value;

use super::request::{Operation, Request};
use crate::controlplane::{Api, Error};
use crate::model::kind::{self, Kind};
use crate::model::machine::{self, list, name, namespace, text};
use crate::model::{Cache, Key, Store};

/// Gathers it: from what is known, and by asking where something seems to be missing.
pub(crate) async fn gather(cache: &Cache, api: &Api, request: &Request) -> Result<Store, Error> {
    let mut around = Around {
        cache,
        api,
        store: Store::default(),
    };
    around.copy(kind::SETTING);
    around.copy(kind::KUBE_VIRT);
    let subject = request.subject();
    match text(&subject["kind"]) {
        "VirtualMachine" => around.of_vm(request).await?,
        "PersistentVolumeClaim" => around.of_claim(request).await?,
        "NetworkAttachmentDefinition" => {
            around.copy(kind::CLUSTER_NETWORK);
            around.copy(kind::VLAN_CONFIG);
            if request.operation == Operation::Delete {
                around.copy(kind::VM);
            }
        }
        "DataVolume" => around.claim(namespace(subject), name(subject)).await?,
        _ => {}
    }
    Ok(around.store)
}

struct Around<'a> {
    cache: &'a Cache,
    api: &'a Api,
    store: Store,
}

impl Around<'_> {
    fn copy(&mut self, kind: Kind) {
        let known = self.cache.read();
        let all: Vec<Arc<Value>> = known
            .keys(kind)
            .filter_map(|key| known.find(key).cloned())
            .collect();
        drop(known);
        for object in all {
            self.store.share(object);
        }
    }

    async fn take(&mut self, key: Key) -> Result<(), Error> {
        if let Some(found) = self.cache.fetch(self.api, &key).await? {
            self.store.share(found);
        }
        Ok(())
    }

    async fn claim(&mut self, namespace: &str, name: &str) -> Result<(), Error> {
        self.take(Key::new(kind::CLAIM, namespace, name)).await
    }

    async fn of_vm(&mut self, request: &Request) -> Result<(), Error> {
        let vm = &request.object;
        let own = namespace(vm);
        self.copy(kind::CLASS);
        self.networks(vm).await?;
        for claim in machine::claims(vm) {
            self.claim(own, &claim).await?;
        }
        self.take(Key::new(kind::NAMESPACE, "", own)).await?;
        let here: Vec<Arc<Value>> = {
            let known = self.cache.read();
            let keys = known.keys(kind::QUOTA).chain(known.keys(kind::POD));
            keys.filter(|key| key.namespace == own)
                .filter_map(|key| known.find(key).cloned())
                .collect()
        };
        for object in here {
            self.store.share(object);
        }
        let others = self.cache.users(|store| {
            let by_mac =
                machine::macs(vm).flat_map(|mac| store.with_mac(&mac).cloned().collect::<Vec<_>>());
            let by_claim = machine::claims(vm)
                .flat_map(|claim| store.with_claim(own, &claim).cloned().collect::<Vec<_>>());
            by_mac.chain(by_claim).collect()
        });
        for key in others {
            if key.namespace == own && key.name == name(vm) {
                continue;
            }
            self.other_vm(&key).await?;
        }
        if request.old.is_object() {
            self.store.put(request.old.clone());
        }
        Ok(())
    }

    /// A VM that stands in the way is asked for, since it may be gone.
    async fn other_vm(&mut self, key: &Key) -> Result<(), Error> {
        if let Some(vm) = self.cache.fetch_now(self.api, key).await? {
            self.networks(&vm).await?;
            self.store.share(vm);
        }
        Ok(())
    }

    /// The networks of a VM, under both readings of a name alone.
    async fn networks(&mut self, vm: &Value) -> Result<(), Error> {
        for network in list(&machine::inner(vm)["networks"]) {
            let reference = text(&network["multus"]["networkName"]);
            for otherwise in [namespace(vm), "default"] {
                if let Some((place, name)) = machine::split(reference, otherwise)
                    && !name.is_empty()
                {
                    let key = Key::new(kind::NETWORK_DEFINITION, place, name);
                    self.take(key).await?;
                }
            }
        }
        Ok(())
    }

    async fn of_claim(&mut self, request: &Request) -> Result<(), Error> {
        let claim = request.subject();
        let own = namespace(claim);
        self.copy(kind::IMAGE);
        if request.operation != Operation::Delete {
            return Ok(());
        }
        let users = self
            .cache
            .users(|store| store.with_claim(own, name(claim)).cloned().collect());
        for key in users {
            self.other_vm(&key).await?;
        }
        for owner in list(&claim["metadata"]["ownerReferences"]) {
            if owner["kind"] == "VirtualMachine" {
                let key = Key::new(kind::VM, own, text(&owner["name"]));
                self.take(key).await?;
            }
        }
        Ok(())
    }
}
