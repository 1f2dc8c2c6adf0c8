//! The cluster that is changed, as the runner sees it.

mod answer;
mod live;
#[cfg(any(test, feature = "memory"))]
mod memory;
#[cfg(test)]
mod tests;

use std::fmt;

use hv_cluster::kinds::{self, Kind};
use serde_json::Value;

pub use answer::{Answer, Refusal, Remedy};
pub use live::LiveTarget;
#[cfg(any(test, feature = "memory"))]
pub use memory::{Fault, MemoryTarget, Power, Requests, Store};

use crate::plan::ObjectRef;

/// Whether a request is to take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// `dryRun=All`: everything is checked and nothing is stored.
    DryRun,
    /// It is stored.
    Store,
}

/// What an object must be for it to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precondition<'a> {
    /// Its uid.
    pub uid: &'a str,
    /// Its resource version.
    pub resource_version: &'a str,
}

/// A page of a list. Objects may be Secrets, so it cannot be printed.
#[derive(Default)]
pub struct Page {
    /// The objects.
    pub items: Vec<Value>,
    /// Where the list goes on.
    pub next: Option<String>,
}

impl fmt::Debug for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Page of {}", self.items.len())
    }
}

/// Why a list, or a part of it, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The kind is not served: there are no such objects.
    NotServed,
    /// The list changed too much since it was begun; it has to be read from its beginning.
    Expired,
    /// It is forbidden, or the server failed; its sentence.
    Failed(String),
}

/// A cluster that can be changed. Each call is one request, sent once.
pub trait Target {
    /// Creates an object; never overwrites.
    fn create(
        &self,
        object: &ObjectRef,
        body: &Value,
        commit: Commit,
    ) -> impl Future<Output = Answer>;

    /// Reads an object; none is a refusal with 404.
    fn get(&self, object: &ObjectRef) -> impl Future<Output = Answer>;

    /// Reads a page of a list.
    fn page(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page, Unread>>;

    /// Changes an object with a JSON merge patch, which holds uid and resource version.
    fn patch(&self, object: &ObjectRef, patch: &Value) -> impl Future<Output = Answer>;

    /// Removes an object if it is the one that is meant.
    fn delete(
        &self,
        object: &ObjectRef,
        precondition: Precondition<'_>,
    ) -> impl Future<Output = Answer>;

    /// The uid of the namespace `kube-system`, by which a cluster is known.
    fn cluster_id(&self) -> impl Future<Output = Result<String, String>>;
}

/// The kind of an object, if this release knows it.
pub fn kind_of(api_version: &str, kind: &str) -> Option<&'static Kind> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    kinds::ALL
        .iter()
        .find(|known| known.kind == kind && known.group == group && known.version == version)
}

/// A field of an object's metadata as text; empty if it has none.
pub(crate) fn meta<'a>(object: &'a Value, field: &str) -> &'a str {
    object["metadata"][field].as_str().unwrap_or_default()
}
