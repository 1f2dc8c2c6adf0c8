//! How the objects of a plan are now, by one list a kind and namespace.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, TryStreamExt as _};
use hv_cluster::kinds::Kind;
use serde_json::Value;

use super::outcome::RunError;
use crate::domain::Domain;
use crate::plan::{ObjectRef, PLAN_ANNOTATION};
use crate::target::{Target, Unread, kind_of, meta};

/// Lists on their way at the same time; each is a page of up to some megabytes.
const LISTS: usize = 4;

/// How often a list that changed too fast is begun again.
const BEGINNINGS: usize = 3;

/// What is kept of an object that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) kind: String,
    pub(crate) uid: String,
    pub(crate) resource_version: String,
    pub(crate) digest: String,
    /// uids of its owners.
    pub(crate) owners: Vec<String>,
    /// The plan that created it, by its annotation.
    pub(crate) plan: String,
    pub(crate) deleting: bool,
    pub(crate) finalizers: Vec<String>,
    pub(crate) phase: String,
    pub(crate) generation: Option<u64>,
    /// A node was chosen for it, which happens when something begins to use it.
    pub(crate) node_chosen: bool,
    /// Names of its annotations of CDI, which writes them when it fills a claim.
    pub(crate) filling: BTreeSet<String>,
}

/// How objects are now.
pub(crate) type Sights = BTreeMap<ObjectRef, Sight>;

impl Sight {
    pub(crate) fn of(object: &Value, domain: &impl Domain) -> Self {
        let metadata = &object["metadata"];
        let texts = |values: &Value, key: Option<&str>| {
            let values = values.as_array().into_iter().flatten();
            let text = |value: &Value| {
                let value = key.map_or(value, |key| &value[key]);
                value.as_str().unwrap_or_default().to_owned()
            };
            values.map(text).collect::<Vec<_>>()
        };
        let phase = object["status"]["phase"].as_str().unwrap_or_default();
        Self {
            kind: object["kind"].as_str().unwrap_or_default().to_owned(),
            uid: meta(object, "uid").to_owned(),
            resource_version: meta(object, "resourceVersion").to_owned(),
            digest: domain.digest(object),
            owners: texts(&metadata["ownerReferences"], Some("uid")),
            plan: plan_of(object).to_owned(),
            deleting: !metadata["deletionTimestamp"].is_null(),
            finalizers: texts(&metadata["finalizers"], None),
            phase: phase.to_owned(),
            generation: metadata["generation"].as_u64(),
            node_chosen: !metadata["annotations"]["volume.kubernetes.io/selected-node"].is_null(),
            filling: filling(object),
        }
    }
}

/// Names of an object's annotations of CDI.
pub(crate) fn filling(object: &Value) -> BTreeSet<String> {
    let annotations = object["metadata"]["annotations"].as_object();
    let names = annotations.into_iter().flat_map(|names| names.keys());
    names
        .filter(|name| name.starts_with("cdi.kubevirt.io/"))
        .cloned()
        .collect()
}

/// The plan that created an object, by its annotation.
pub(crate) fn plan_of(object: &Value) -> &str {
    object["metadata"]["annotations"][PLAN_ANNOTATION]
        .as_str()
        .unwrap_or_default()
}

/// Looks at objects; those that are not there are missing in the answer.
pub(crate) async fn survey<T: Target, D: Domain>(
    target: &T,
    domain: &D,
    objects: impl IntoIterator<Item = &ObjectRef>,
) -> Result<Sights, RunError> {
    let mut wanted: BTreeMap<(&str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for object in objects {
        wanted
            .entry((&object.api_version, &object.kind, &object.namespace))
            .or_default()
            .insert(&object.name);
    }
    let lists = wanted
        .iter()
        .map(|((api_version, kind, namespace), names)| {
            let wanted = |object: &Value| names.contains(meta(object, "name"));
            async move {
                let Some(known) = kind_of(api_version, kind) else {
                    return Ok(Sights::new());
                };
                let name = |object: &Value| ObjectRef {
                    api_version: (*api_version).to_owned(),
                    kind: (*kind).to_owned(),
                    namespace: (*namespace).to_owned(),
                    name: meta(object, "name").to_owned(),
                };
                let scope = Some(*namespace).filter(|namespace| !namespace.is_empty());
                let take = |object: &Value| {
                    wanted(object).then(|| (name(object), Sight::of(object, domain)))
                };
                Ok(list(target, known, scope, take)
                    .await?
                    .into_iter()
                    .collect())
            }
        });
    futures::stream::iter(lists)
        .buffer_unordered(LISTS)
        .try_fold(Sights::new(), |mut all, some| async move {
            all.extend(some);
            Ok(all)
        })
        .await
}

/// Reads a list page by page and keeps what `take` makes of each object.
pub(crate) async fn list<T: Target, R>(
    target: &T,
    kind: &Kind,
    namespace: Option<&str>,
    take: impl Fn(&Value) -> Option<R>,
) -> Result<Vec<R>, RunError> {
    let mut beginnings = 0;
    let mut token: Option<String> = None;
    let mut taken = Vec::new();
    loop {
        match target.page(kind, namespace, token.as_deref()).await {
            Ok(page) => {
                taken.extend(page.items.iter().filter_map(&take));
                let repeated = page.next.is_some() && page.next == token;
                match page.next {
                    Some(_) if repeated => {
                        return Err(RunError::Unreadable(format!(
                            "{}: the server repeats a page of its list",
                            kind.plural
                        )));
                    }
                    Some(next) => token = Some(next),
                    None => return Ok(taken),
                }
            }
            Err(Unread::NotServed) => return Ok(taken),
            Err(Unread::Expired) if beginnings < BEGINNINGS => {
                beginnings += 1;
                token = None;
                taken.clear();
            }
            Err(Unread::Expired) => {
                let why = format!("{}: the list changes faster than it is read", kind.plural);
                return Err(RunError::Unreadable(why));
            }
            Err(Unread::Failed(why)) => return Err(RunError::Unreadable(why)),
        }
    }
}
