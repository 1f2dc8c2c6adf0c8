//! Lets the controllers look at what changed, and sends what they want.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Cache;
use crate::admission::Release;
use crate::controlplane::{Answer, Api, ControlPlane, Error};
use crate::model::{Key, LIVE, Write};

/// The user the controllers write as, where there is one; else they write as the loader, unseen by webhooks.
pub(crate) const USER: &str = "harvester-controller";

const IN_FLIGHT: usize = 8;
const SHORTEST: Duration = Duration::from_millis(50);
const DOUBLINGS: u32 = 6;
/// Looks in a row without anything to do, after which nothing more is expected.
const QUIET: u32 = 8;

/// The modelled controllers at work beside an API server; dropping them stops them.
pub struct Controllers {
    cache: Arc<Cache>,
    busy: Arc<AtomicUsize>,
    _alive: watch::Sender<()>,
}

struct Desk {
    cache: Arc<Cache>,
    api: Api,
    /// How often in a row a key could not be dealt with.
    failures: Mutex<BTreeMap<Key, u32>>,
}

impl Controllers {
    /// Starts them; what is there already is looked at first.
    pub fn start(plane: &ControlPlane) -> Result<Self, Error> {
        Self::with(plane, Cache::follow(plane)?)
    }

    pub(crate) fn with(plane: &ControlPlane, cache: Arc<Cache>) -> Result<Self, Error> {
        let api = if plane.users().any(|user| user == USER) {
            plane.api_as(USER)?
        } else {
            plane.api().clone()
        };
        let (alive, mut ended) = watch::channel(());
        let busy = Arc::new(AtomicUsize::new(0));
        let desk = Arc::new(Desk {
            cache: Arc::clone(&cache),
            api,
            failures: Mutex::default(),
        });
        let counter = Arc::clone(&busy);
        plane.spawn(async move {
            tokio::select! {
                _ = ended.changed() => {}
                () = work(desk, counter) => {}
            }
        });
        Ok(Self {
            cache,
            busy,
            _alive: alive,
        })
    }

    /// Waits until there is nothing to do; what is tried again after a refusal does not count.
    pub fn settle(&self, most: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + most;
        let mut quiet = 0;
        while quiet < QUIET {
            if Instant::now() > deadline {
                return Err(Error::Timeout("the controllers at rest".into()));
            }
            std::thread::sleep(Duration::from_millis(25));
            let is_idle = self.cache.is_idle() && self.busy.load(Ordering::SeqCst) == 0;
            quiet = if is_idle { quiet + 1 } else { 0 };
        }
        Ok(())
    }
}

async fn work(desk: Arc<Desk>, busy: Arc<AtomicUsize>) {
    loop {
        let keys = desk.cache.next().await;
        busy.store(keys.len(), Ordering::SeqCst);
        stream::iter(keys)
            .for_each_concurrent(IN_FLIGHT, async |key| desk.look_at(key).await)
            .await;
        busy.store(0, Ordering::SeqCst);
    }
}

impl Desk {
    async fn look_at(&self, key: Key) {
        let mut has_failed = false;
        for controller in LIVE {
            let writes = {
                let store = self.cache.read();
                let release = Release::parse(store.setting("server-version").unwrap_or_default());
                controller.look_at(&key, &store, release)
            };
            for write in writes {
                has_failed |= !self.send(&write).await;
            }
        }
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if !has_failed {
            failures.remove(&key);
            return;
        }
        let count = failures.entry(key.clone()).or_default();
        let pause = SHORTEST * 2_u32.pow((*count).min(DOUBLINGS));
        *count += 1;
        drop(failures);
        let cache = Arc::downgrade(&self.cache);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            if let Some(cache) = cache.upgrade() {
                cache.concern([key]);
            }
        });
    }

    /// Tells whether it took effect or is not needed any more.
    async fn send(&self, write: &Write) -> bool {
        let Some(key) = write.key() else { return true };
        let collection = key.kind.collection(&key.namespace);
        let path = format!("{collection}/{}", key.name);
        let answer = match write {
            Write::Create(object) => self.api.post(&collection, object).await,
            Write::Change(_, patch) => self.api.merge(&path, &self.versioned(&key, patch)).await,
            Write::Status(_, patch) => self.patch_status(&path, patch).await,
            Write::Delete(_) => self.api.send(Method::DELETE, &path, None).await,
            Write::DeleteNow(_) => {
                let path = format!("{path}?gracePeriodSeconds=0");
                self.api.send(Method::DELETE, &path, None).await
            }
        };
        let Ok(Answer { status, body }) = answer else {
            return false;
        };
        if status.is_success() {
            if !matches!(write, Write::Delete(_) | Write::DeleteNow(_)) {
                self.cache.observe(body);
            }
            return true;
        }
        let is_there = matches!(write, Write::Create(_)) && body["reason"] == "AlreadyExists";
        is_there || status == http::StatusCode::NOT_FOUND
    }

    /// Some kinds have their status in a subresource, others beside the rest.
    async fn patch_status(&self, path: &str, patch: &Value) -> Result<Answer, Error> {
        let answer = self.api.merge(&format!("{path}/status"), patch).await?;
        if answer.status == http::StatusCode::NOT_FOUND {
            return self.api.merge(path, patch).await;
        }
        Ok(answer)
    }

    /// A patch that holds only for the object it was made for.
    fn versioned(&self, key: &Key, patch: &Value) -> Value {
        let mut patch = patch.clone();
        let store = self.cache.read();
        if let Some(known) = store.get(key.kind, &key.namespace, &key.name) {
            if !patch["metadata"].is_object() {
                patch["metadata"] = json!({});
            }
            patch["metadata"]["resourceVersion"] = known["metadata"]["resourceVersion"].clone();
        }
        patch
    }
}
