//! Follows references from object to object; each object is read once.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use hv_cluster::{Gap, Listing, Query, Source, SourceError};
use hv_vm::graph::{self, Need};
use hv_vm::header::VmName;
use hv_vm::{Key, Kind, Objects, State};
use serde_json::Value;

use super::fleet::with_type;
use super::lean::Lean;
use super::name_of;
use super::restore::restore;
use crate::kinds::served;

/// Objects that are on their way at once.
const CONCURRENT: usize = 16;

/// Reads objects by list and by name.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    secrets: bool,
    objects: Objects,
    /// Kinds that were listed: of which namespace, and what could not be.
    covered: HashMap<Kind, (Option<String>, Option<Gap>)>,
    /// Kinds that must not be read, by namespace: a second question would get the same answer.
    denied: HashMap<(Kind, String), String>,
    followed: HashSet<Key>,
    state_claims: HashMap<VmName, Key>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source, secrets: bool) -> Self {
        Self {
            source,
            secrets,
            objects: Objects::default(),
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
    ) -> Result<Listing<Lean>, SourceError> {
        let query = Query {
            namespace: namespace
                .filter(|_| kind.is_namespaced())
                .map(str::to_owned),
            ..Query::default()
        };
        self.source.list(served(kind), &query).await
    }

    pub(super) fn take_list(
        &mut self,
        kind: Kind,
        namespace: Option<&str>,
        listing: Listing<Lean>,
    ) {
        let namespace = namespace.filter(|_| kind.is_namespaced());
        self.covered
            .insert(kind, (namespace.map(str::to_owned), listing.gap));
        for Lean(mut item) in listing.items {
            if let Source::Bundle(_) = self.source {
                restore(&mut item);
            }
            self.insert(kind, item);
        }
    }

    fn insert(&mut self, kind: Kind, item: Value) {
        let name = name_of(&item);
        let key = Key::new(kind, &name.namespace, &name.name);
        if kind == Kind::PersistentVolumeClaim {
            self.note_state_claim(&key, &item);
        }
        let item = Arc::new(with_type(item, kind));
        self.objects.insert(key, State::Found(item));
    }

    /// Remembers the claim of firmware state; one with the label beats one with the old name.
    fn note_state_claim(&mut self, key: &Key, claim: &Value) {
        let labelled = claim["metadata"]["labels"][graph::STATE_LABEL].as_str();
        if let Some(vm) = labelled {
            let vm = VmName {
                namespace: key.namespace.clone(),
                name: vm.to_owned(),
            };
            self.state_claims.insert(vm, key.clone());
        }
    }

    /// Reads everything that VMs reach.
    pub(super) async fn reach(&mut self, vms: &[Arc<Value>]) -> Result<(), SourceError> {
        self.read_state_claims(vms).await?;
        let states: Vec<Key> = self.state_claims.values().cloned().collect();
        let vms = vms.iter().map(|vm| (Kind::VirtualMachine, Arc::clone(vm)));
        let mut front: Vec<(Kind, Arc<Value>)> = vms.collect();
        front.extend(states.iter().filter_map(|key| self.follow(key)));
        self.reach_from(front).await
    }

    /// Reads everything that objects reach.
    pub(super) async fn reach_from(
        &mut self,
        mut front: Vec<(Kind, Arc<Value>)>,
    ) -> Result<(), SourceError> {
        while !front.is_empty() {
            let mut next = Vec::new();
            let mut wanted = BTreeSet::new();
            for (kind, object) in &front {
                for reference in graph::references(*kind, object) {
                    if reference.need == Need::Secret && !self.secrets {
                        continue;
                    }
                    let key = reference.to;
                    match self.objects.state(&key) {
                        State::Found(_) => next.extend(self.follow(&key)),
                        State::NotRead => {
                            wanted.insert(key);
                        }
                        State::Missing | State::Unreadable(_) => {}
                    }
                }
            }
            for key in self.fetch(wanted).await? {
                next.extend(self.follow(&key));
            }
            front = next;
        }
        Ok(())
    }

    /// An object whose references were not followed yet.
    fn follow(&mut self, key: &Key) -> Option<(Kind, Arc<Value>)> {
        let State::Found(object) = self.objects.state(key) else {
            return None;
        };
        let object = Arc::clone(object);
        self.followed
            .insert(key.clone())
            .then_some((key.kind, object))
    }

    /// Reads objects by name, those that no list covers; gives those that are new.
    async fn fetch(&mut self, wanted: BTreeSet<Key>) -> Result<Vec<Key>, SourceError> {
        let mut asked = Vec::new();
        for key in wanted {
            match self.known(&key) {
                Some(state) => self.objects.insert(key, state),
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
            let state = match got {
                Ok(Some(mut object)) => {
                    if let Source::Bundle(_) = source {
                        restore(&mut object);
                    }
                    found.push(key.clone());
                    State::Found(Arc::new(with_type(object, key.kind)))
                }
                Ok(None) | Err(Gap::NotServed) => State::Missing,
                Err(gap) => {
                    let why = gap.describe(key.kind.plural());
                    if let Gap::Denied(_) = gap {
                        self.denied
                            .insert((key.kind, key.namespace.clone()), why.clone());
                    }
                    State::Unreadable(why)
                }
            };
            self.objects.insert(key, state);
        }
        Ok(found)
    }

    /// What is known of an object without asking for it.
    fn known(&self, key: &Key) -> Option<State> {
        if let Some((namespace, gap)) = self.covered.get(&key.kind)
            && namespace.as_ref().is_none_or(|only| *only == key.namespace)
        {
            return Some(match gap {
                None | Some(Gap::NotServed) => State::Missing,
                Some(gap) => State::Unreadable(gap.describe(key.kind.plural())),
            });
        }
        let denied = self.denied.get(&(key.kind, key.namespace.clone()))?;
        Some(State::Unreadable(denied.clone()))
    }

    /// Finds claims of firmware state, where no list of claims has them.
    async fn read_state_claims(&mut self, vms: &[Arc<Value>]) -> Result<(), SourceError> {
        for vm in vms {
            let Some(state) = graph::state_claim_label(vm) else {
                continue;
            };
            let name = name_of(vm);
            let legacy = Key::new(
                Kind::PersistentVolumeClaim,
                &name.namespace,
                &state.legacy_name,
            );
            if !self.covered.contains_key(&Kind::PersistentVolumeClaim) {
                let query = Query {
                    namespace: Some(name.namespace.clone()),
                    labels: Some(format!("{}={}", graph::STATE_LABEL, name.name)),
                    fields: None,
                };
                let kind = Kind::PersistentVolumeClaim;
                let listing = self.source.list::<Lean>(served(kind), &query).await?;
                for Lean(item) in listing.items {
                    self.insert(kind, item);
                }
            }
            if !self.state_claims.contains_key(&name) {
                self.fetch(BTreeSet::from([legacy.clone()])).await?;
                if self.objects.get(&legacy).is_some() {
                    self.state_claims.insert(name, legacy);
                }
            }
        }
        Ok(())
    }

    /// Forgets a VM's instance, so that it is read again.
    pub(super) fn forget(&mut self, key: &Key) {
        self.covered.remove(&key.kind);
        self.followed.remove(key);
        self.objects.insert(key.clone(), State::NotRead);
    }

    pub(super) fn take_state_claims(&mut self) -> HashMap<VmName, Key> {
        std::mem::take(&mut self.state_claims)
    }

    pub(super) fn into_objects(self) -> Objects {
        self.objects
    }
}
