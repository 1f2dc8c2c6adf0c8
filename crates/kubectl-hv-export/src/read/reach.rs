//! Follows references from object to object; each object is read once.

use std::collections::{BTreeSet, HashMap, HashSet};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use hv_cluster::{Gap, Listing, Query, Source, SourceError};
use hv_vm::graph::{self, Need};
use hv_vm::header::VmName;
use hv_vm::{Key, Kind};
use serde_json::Value;

use super::record::Record;
use super::table::{Held, Table, legacy_state_claim};
use super::vm_key;
use crate::kinds::served;

/// Objects that are on their way at once.
const CONCURRENT: usize = 16;

/// Kinds of which few objects are reached by many: they are parsed once.
const SHARED: &[Kind] = &[
    Kind::StorageClass,
    Kind::VirtualMachineImage,
    Kind::BackingImage,
    Kind::NetworkAttachmentDefinition,
    Kind::KeyPair,
];

/// Reads objects by list and by name.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    secrets: bool,
    pub(super) table: Table,
    /// Kinds that were listed: of which namespace, and what could not be.
    covered: HashMap<Kind, (Option<String>, Option<Gap>)>,
    /// Kinds that must not be read, by namespace: a second question would get the same answer.
    denied: HashMap<(Kind, String), String>,
    followed: HashSet<Key>,
    pub(super) state_claims: HashMap<VmName, Key>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source, secrets: bool) -> Self {
        Self {
            source,
            secrets,
            table: Table::default(),
            covered: HashMap::new(),
            denied: HashMap::new(),
            followed: HashSet::new(),
            state_claims: HashMap::new(),
        }
    }

    pub(super) async fn fetch_list(
        &self,
        kind: Kind,
        namespace: Option<&str>,
    ) -> Result<Listing<Record>, SourceError> {
        let query = Query {
            namespace: namespace
                .filter(|_| kind.is_namespaced())
                .map(str::to_owned),
            ..Query::default()
        };
        self.records(kind, &query).await
    }

    /// Lists a kind; of a cluster as text, of a support bundle with its texts restored.
    pub(super) async fn records(
        &self,
        kind: Kind,
        query: &Query,
    ) -> Result<Listing<Record>, SourceError> {
        match self.source {
            Source::Live(cluster) => cluster.list(served(kind), query).await,
            Source::Bundle(bundle) => {
                let listing = bundle.list::<Value>(served(kind), query)?;
                let items = listing.items.into_iter();
                Ok(Listing {
                    items: items.map(|item| Record::restored(item, kind)).collect(),
                    gap: listing.gap,
                })
            }
        }
    }

    pub(super) fn take_list(
        &mut self,
        kind: Kind,
        namespace: Option<&str>,
        listing: Listing<Record>,
    ) {
        let namespace = namespace.filter(|_| kind.is_namespaced());
        self.covered
            .insert(kind, (namespace.map(str::to_owned), listing.gap));
        for item in listing.items {
            self.insert(kind, item);
        }
    }

    fn insert(&mut self, kind: Kind, item: Record) {
        let key = Key::new(kind, &item.name.namespace, &item.name.name);
        if kind == Kind::PersistentVolumeClaim
            && let Some(vm) = &item.state_of
        {
            // A claim with the label beats one with the old name.
            let vm = VmName {
                namespace: key.namespace.clone(),
                name: vm.to_string(),
            };
            self.state_claims.insert(vm, key.clone());
        }
        let item = match SHARED.contains(&kind) {
            true => item.parsed(kind),
            false => item,
        };
        self.take(key, Held::Found(item));
    }

    /// Remembers what became of an object.
    pub(super) fn take(&mut self, key: Key, held: Held) {
        self.table.insert(key, held);
    }

    /// Whether a VM stands where it did when it was read.
    pub(super) fn stands(&self, vm: &VmName, stamp: &str) -> bool {
        match self.table.get(&vm_key(vm)) {
            Some(Held::Found(record)) => !stamp.is_empty() && *record.stamp == *stamp,
            _ => false,
        }
    }

    /// Reads everything that VMs reach.
    pub(super) async fn reach(&mut self, vms: &[VmName]) -> Result<(), SourceError> {
        self.read_state_claims(vms).await?;
        let claims = vms.iter().filter_map(|vm| self.state_claims.get(vm));
        let mut front: Vec<Key> = claims.cloned().collect();
        front.retain(|key| self.follow(key));
        front.extend(vms.iter().map(vm_key));
        self.reach_from(front).await
    }

    /// Reads everything that objects reach.
    pub(super) async fn reach_from(&mut self, mut front: Vec<Key>) -> Result<(), SourceError> {
        while !front.is_empty() {
            let found = self.references(&front);
            let mut next = Vec::new();
            let mut wanted = BTreeSet::new();
            for key in found {
                if self.table.get(&key).is_none() {
                    wanted.insert(key);
                } else if self.follow(&key) {
                    next.push(key);
                }
            }
            for key in self.fetch(wanted).await? {
                if self.follow(&key) {
                    next.push(key);
                }
            }
            front = next;
        }
        Ok(())
    }

    /// What objects refer to, each object parsed for that and dropped again.
    fn references(&self, front: &[Key]) -> Vec<Key> {
        let (table, secrets) = (&self.table, self.secrets);
        hv_cli::parallel(front, |part| {
            let mut found = Vec::new();
            for key in part {
                let object = table.value(key);
                let references = object.map(|object| graph::references(key.kind, &object));
                let wanted = references.into_iter().flatten();
                let wanted = wanted.filter(|one| one.need != Need::Secret || secrets);
                found.extend(wanted.map(|reference| reference.to));
            }
            found
        })
    }

    /// Whether the references of an object are to be followed, now for the first time.
    fn follow(&mut self, key: &Key) -> bool {
        graph::refers(key.kind) && self.table.has(key) && self.followed.insert(key.clone())
    }

    /// Reads objects by name, those that no list covers; gives those that are new.
    pub(super) async fn fetch(&mut self, wanted: BTreeSet<Key>) -> Result<Vec<Key>, SourceError> {
        let mut asked = Vec::new();
        for key in wanted {
            match self.known(&key) {
                Some(held) => self.take(key, held),
                None => asked.push(key),
            }
        }
        let source = self.source;
        let answers: Vec<_> = stream::iter(asked)
            .map(async |key: Key| {
                let namespace = key.kind.is_namespaced().then_some(key.namespace.as_str());
                let got = source
                    .get::<Value>(served(key.kind), namespace, &key.name)
                    .await?;
                Ok::<_, SourceError>((key, got))
            })
            .buffer_unordered(CONCURRENT)
            .try_collect()
            .await?;
        let mut found = Vec::new();
        for (key, got) in answers {
            let held = match got {
                Ok(Some(object)) => {
                    found.push(key.clone());
                    Held::Found(match source {
                        Source::Live(_) => Record::of(object, key.kind),
                        Source::Bundle(_) => Record::restored(object, key.kind),
                    })
                }
                Ok(None) | Err(Gap::NotServed) => Held::Missing,
                Err(gap) => {
                    let why = gap.describe(key.kind.plural());
                    if let Gap::Denied(_) = gap {
                        self.denied
                            .insert((key.kind, key.namespace.clone()), why.clone());
                    }
                    Held::Unreadable(why)
                }
            };
            self.take(key, held);
        }
        Ok(found)
    }

    /// What is known of an object without asking for it.
    pub(super) fn known(&self, key: &Key) -> Option<Held> {
        if let Some((namespace, gap)) = self.covered.get(&key.kind)
            && namespace.as_ref().is_none_or(|only| *only == key.namespace)
        {
            return Some(match gap {
                None | Some(Gap::NotServed) => Held::Missing,
                Some(gap) => Held::Unreadable(gap.describe(key.kind.plural())),
            });
        }
        let denied = self.denied.get(&(key.kind, key.namespace.clone()))?;
        Some(Held::Unreadable(denied.clone()))
    }

    /// Whether all claims of the VMs were listed.
    pub(super) fn lists_claims(&self) -> bool {
        self.covered.contains_key(&Kind::PersistentVolumeClaim)
    }

    /// Finds claims of firmware state, where no list of claims has them.
    async fn read_state_claims(&mut self, vms: &[VmName]) -> Result<(), SourceError> {
        let table = &self.table;
        let keeps_state = hv_cli::parallel(vms, |part| {
            let legacy = |vm| legacy_state_claim(&*table.value(&vm_key(vm))?);
            part.iter().map(legacy).collect()
        });
        for (name, legacy) in vms.iter().zip(keeps_state) {
            let Some(legacy) = legacy else {
                continue;
            };
            if !self.lists_claims() {
                let query = Query {
                    namespace: Some(name.namespace.clone()),
                    labels: Some(format!("{}={}", graph::STATE_LABEL, name.name)),
                    fields: None,
                };
                let kind = Kind::PersistentVolumeClaim;
                for item in self.records(kind, &query).await?.items {
                    self.insert(kind, item);
                }
            }
            // Read whether it is used or not, so that its absence is known, too.
            if !self.state_claims.contains_key(name) {
                self.fetch(BTreeSet::from([legacy.clone()])).await?;
                if self.table.has(&legacy) {
                    self.state_claims.insert(name.clone(), legacy);
                }
            }
        }
        Ok(())
    }

    /// Forgets a VM's instance, so that it is read again.
    pub(super) fn forget(&mut self, key: &Key) {
        self.covered.remove(&key.kind);
        self.followed.remove(key);
        self.table.remove(key);
    }

    pub(super) fn into_table(self) -> Table {
        self.table
    }
}
