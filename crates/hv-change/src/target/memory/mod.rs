//! A cluster in memory for tests: creations, versions, preconditions, faults at any request.

mod fault;
mod store;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hv_cluster::kinds::Kind;
use serde_json::Value;

pub use fault::{Fault, Power, Requests};
pub use store::Store;

use self::fault::Moment;
use super::{Answer, Commit, Page, Precondition, Refusal, Target, Unread};
use crate::plan::ObjectRef;

/// Objects a page; small, so that lists have several.
const PAGE_SIZE: usize = 7;

/// What a controller does whenever something changed.
type Controller = Box<dyn Fn(&mut Store) + Send>;

/// What the admission says of an object; none if nothing.
type Admission = Box<dyn Fn(&Store, &Value) -> Option<Refusal> + Send>;

/// A cluster in memory.
#[derive(Default)]
pub struct MemoryTarget {
    state: Mutex<State>,
    power: Power,
}

#[derive(Default)]
struct State {
    store: Store,
    requests: Requests,
    faults: Vec<(usize, Fault)>,
    controllers: Vec<Controller>,
    admission: Vec<Admission>,
}

impl MemoryTarget {
    /// A cluster with a state of its own.
    pub fn new(store: Store) -> Self {
        let target = Self::default();
        target.state().store = store;
        target
    }

    /// Dies with this power: from then on no request is answered.
    #[must_use]
    pub fn on_power(mut self, power: Power) -> Self {
        self.power = power;
        self
    }

    /// Lets the n-th request, counted from 0 and over all verbs, go wrong.
    pub fn fail(&self, at: usize, fault: Fault) {
        self.state().faults.push((at, fault));
    }

    /// Adds what is done by the cluster itself after each change.
    pub fn controller(&self, controller: impl Fn(&mut Store) + Send + 'static) {
        self.state().controllers.push(Box::new(controller));
    }

    /// Adds a rule that may refuse an object, in a dry run too.
    pub fn admit(&self, rule: impl Fn(&Store, &Value) -> Option<Refusal> + Send + 'static) {
        self.state().admission.push(Box::new(rule));
    }

    /// Looks at or changes what is in it, past all rules.
    pub fn with<R>(&self, look: impl FnOnce(&mut Store) -> R) -> R {
        let mut state = self.state();
        let result = look(&mut state.store);
        state.settle();
        result
    }

    /// The requests so far.
    pub fn requests(&self) -> Requests {
        self.state().requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a request through the faults; `perform` is what the server does with it.
    async fn request<R>(
        &self,
        line: String,
        perform: impl FnOnce(&mut State) -> R,
    ) -> Result<R, Moment> {
        self.power.check().await;
        let (number, fault) = {
            let mut state = self.state();
            let number = state.requests.add(line);
            let fault = state.faults.iter().find(|(at, _)| *at == number);
            (number, fault.map(|(_, fault)| fault.clone()))
        };
        // Requests that are on their way at the same time overtake each other.
        for _ in 0..number % 3 {
            tokio::task::yield_now().await;
        }
        self.power.check().await;
        let moment = fault.map(Fault::moment);
        if let Some(Moment::Cut { after: false }) = moment {
            self.power.cut();
            self.power.check().await;
        }
        let result = match &moment {
            Some(moment) if !moment.takes_effect() => None,
            _ => {
                let mut state = self.state();
                let result = perform(&mut state);
                state.settle();
                Some(result)
            }
        };
        tokio::task::yield_now().await;
        if let Some(Moment::Cut { after: true }) = moment {
            self.power.cut();
        }
        self.power.check().await;
        match (moment, result) {
            (None, Some(result)) => Ok(result),
            (moment, _) => Err(moment.unwrap_or(Moment::Unsent)),
        }
    }

    async fn change(&self, line: String, perform: impl FnOnce(&mut State) -> Answer) -> Answer {
        match self.request(line, perform).await {
            Ok(answer) => answer,
            Err(Moment::Refused { refusal, .. }) => Answer::Refused(refusal),
            Err(Moment::Unsent) => Answer::Unsent("the connection was refused".to_owned()),
            Err(_) => Answer::Lost("the connection was reset".to_owned()),
        }
    }
}

impl State {
    fn settle(&mut self) {
        for controller in &self.controllers {
            controller(&mut self.store);
        }
        self.store.sweep();
    }
}

impl Target for MemoryTarget {
    async fn create(&self, object: &ObjectRef, body: &Value, commit: Commit) -> Answer {
        let line = match commit {
            Commit::DryRun => format!("dry-run {object}"),
            Commit::Store => format!("create {object}"),
        };
        self.change(line, |state| {
            let refusal = state
                .admission
                .iter()
                .find_map(|rule| rule(&state.store, body));
            match refusal {
                Some(refusal) => Answer::Refused(refusal),
                None => state.store.create(object, body, commit),
            }
        })
        .await
    }

    async fn get(&self, object: &ObjectRef) -> Answer {
        self.change(format!("get {object}"), |state| state.store.answer(object))
            .await
    }

    async fn page(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        token: Option<&str>,
    ) -> Result<Page, Unread> {
        let line = format!("list {} {}", kind.kind, namespace.unwrap_or("*"));
        let from = token.and_then(|token| token.parse().ok()).unwrap_or(0);
        let page = self.request(line, |state| {
            let mut items: Vec<Value> = state
                .store
                .objects()
                .filter(|(object, _)| {
                    is_of(object, kind)
                        && namespace.is_none_or(|namespace| object.namespace == namespace)
                })
                .skip(from)
                .take(PAGE_SIZE + 1)
                .map(|(_, value)| value.clone())
                .collect();
            let more = items.len() > PAGE_SIZE;
            items.truncate(PAGE_SIZE);
            Page {
                items,
                next: more.then(|| (from + PAGE_SIZE).to_string()),
            }
        });
        page.await.map_err(|moment| match moment {
            Moment::Refused { refusal, .. } if refusal.code == 410 => Unread::Expired,
            Moment::Refused { refusal, .. } => Unread::Failed(refusal.sentence()),
            _ => Unread::Failed("the connection was reset".to_owned()),
        })
    }

    async fn patch(&self, object: &ObjectRef, patch: &Value) -> Answer {
        self.change(format!("patch {object}"), |state| {
            state.store.patch(object, patch)
        })
        .await
    }

    async fn delete(&self, object: &ObjectRef, precondition: Precondition<'_>) -> Answer {
        self.change(format!("delete {object}"), |state| {
            state.store.delete(object, precondition)
        })
        .await
    }

    async fn cluster_id(&self) -> Result<String, String> {
        self.request("get cluster".to_owned(), |state| state.store.cluster_id())
            .await
            .map_err(|_| "the connection was reset".to_owned())
    }
}

fn is_of(object: &ObjectRef, kind: &Kind) -> bool {
    let (group, version) = object
        .api_version
        .split_once('/')
        .unwrap_or(("", &object.api_version));
    kind.kind == object.kind && kind.group == group && kind.version == version
}

impl fmt::Debug for MemoryTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryTarget")
            .finish_non_exhaustive()
    }
}
