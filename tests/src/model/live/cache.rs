//! What an API server holds of the kinds the models know, kept up by watches.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::{Notify, watch};

use super::watch::follow;
use crate::controlplane::{Api, ControlPlane, Error};
use crate::model::kind::{self, Kind};
use crate::model::{Key, Store, machine, step};

const PATIENCE: Duration = Duration::from_secs(30);

/// A store that follows an API server until it is dropped.
pub(crate) struct Cache {
    store: RwLock<Store>,
    /// What was admitted a moment ago and may not have come back by the watches yet.
    admitted: Mutex<Store>,
    /// What a controller has to look at, if one is there.
    concerned: Mutex<BTreeSet<Key>>,
    listed: Mutex<BTreeSet<Kind>>,
    news: Notify,
    /// Its end tells the watches to end.
    _alive: watch::Sender<()>,
}

impl Cache {
    /// Begins to follow, and returns when everything has been listed.
    pub(crate) fn follow(plane: &ControlPlane) -> Result<Arc<Self>, Error> {
        let (alive, ended) = watch::channel(());
        let cache = Arc::new(Self {
            store: RwLock::default(),
            admitted: Mutex::default(),
            concerned: Mutex::default(),
            listed: Mutex::default(),
            news: Notify::new(),
            _alive: alive,
        });
        for kind in kind::ALL {
            let weak = Arc::downgrade(&cache);
            plane.spawn(follow(plane.api().clone(), *kind, weak, ended.clone()));
        }
        let deadline = Instant::now() + PATIENCE;
        while lock(&cache.listed).len() < kind::ALL.len() {
            if Instant::now() > deadline {
                return Err(Error::Timeout("everything listed by the models".into()));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(cache)
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// One object: as it is known, else asked for.
    pub(crate) async fn fetch(&self, api: &Api, key: &Key) -> Result<Option<Arc<Value>>, Error> {
        let known = self.read().find(key).cloned();
        if known.is_some() {
            return Ok(known);
        }
        self.fetch_now(api, key).await
    }

    /// One object, asked for.
    pub(crate) async fn fetch_now(
        &self,
        api: &Api,
        key: &Key,
    ) -> Result<Option<Arc<Value>>, Error> {
        let path = format!("{}/{}", key.kind.collection(&key.namespace), key.name);
        let found = api.find(&path).await?;
        if found.is_none() {
            lock(&self.admitted).take(key);
        }
        Ok(found.map(Arc::new))
    }

    /// Remembers a VM that was let through.
    pub(crate) fn admit(&self, vm: &Value) {
        lock(&self.admitted).put(vm.clone());
    }

    /// VMs with an address or a claim, also those that were let through a moment ago.
    pub(crate) fn users(&self, find: impl Fn(&Store) -> Vec<Key>) -> BTreeSet<Key> {
        let mut keys: BTreeSet<Key> = find(&self.read()).into_iter().collect();
        keys.extend(find(&lock(&self.admitted)));
        keys
    }

    /// Takes in an object that a server gave, unless a newer one is known.
    pub(crate) fn observe(&self, object: Value) {
        let Some(key) = Key::of(&object) else { return };
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        let known = store.find(&key).map_or(0, |known| version(known));
        if known > 0 && version(&object) <= known {
            return;
        }
        if key.kind == kind::VM {
            lock(&self.admitted).take(&key);
        }
        let concerned = step::concerned(&key, &object, &store);
        store.put(object);
        drop(store);
        self.concern(concerned);
    }

    /// Takes out an object that is gone.
    pub(super) fn forget(&self, key: &Key) {
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        let Some(object) = store.take(key) else {
            return;
        };
        let concerned = step::concerned(key, &object, &store);
        drop(store);
        self.concern(concerned);
    }

    /// All objects of a kind as listed; others are gone.
    pub(super) fn replace(&self, kind: Kind, objects: Vec<Value>) {
        let named: BTreeSet<Key> = objects.iter().filter_map(Key::of).collect();
        let gone: Vec<Key> = self
            .read()
            .keys(kind)
            .filter(|key| !named.contains(key))
            .cloned()
            .collect();
        for key in &gone {
            self.forget(key);
        }
        for object in objects {
            self.observe(object);
        }
        lock(&self.listed).insert(kind);
    }

    /// Has keys looked at (again).
    pub(super) fn concern(&self, keys: impl IntoIterator<Item = Key>) {
        lock(&self.concerned).extend(keys);
        self.news.notify_one();
    }

    /// What is to be looked at, waiting until there is something.
    pub(super) async fn next(&self) -> BTreeSet<Key> {
        loop {
            let keys = std::mem::take(&mut *lock(&self.concerned));
            if !keys.is_empty() {
                return keys;
            }
            self.news.notified().await;
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        lock(&self.concerned).is_empty()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn version(object: &Value) -> u64 {
    machine::text(&object["metadata"]["resourceVersion"])
        .parse()
        .unwrap_or_default()
}
