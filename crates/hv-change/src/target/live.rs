//! An API server as a target.

use hv_cluster::kinds::Kind;
use hv_cluster::live::{Change, LiveCluster, PageGap, Written};
use hv_cluster::{Gap, Query};
use serde_json::{Value, json};

use super::{Answer, Commit, Page, Precondition, Refusal, Target, Unread, kind_of};
use crate::plan::ObjectRef;

/// An API server, and who is noted there as the one who wrote.
#[derive(Clone, Copy, Debug)]
pub struct LiveTarget<'a> {
    cluster: &'a LiveCluster,
    manager: &'a str,
}

impl<'a> LiveTarget<'a> {
    /// The manager is noted beside each field, such as `kubectl-hv-import`.
    pub fn new(cluster: &'a LiveCluster, manager: &'a str) -> Self {
        Self { cluster, manager }
    }

    fn change<'b>(&'b self, object: &'b ObjectRef, commit: Commit) -> Result<Change<'b>, Answer> {
        let kind = kind_of(&object.api_version, &object.kind).ok_or_else(|| {
            let known = format!("{} of {} is not known", object.kind, object.api_version);
            Answer::Unsent(known)
        })?;
        Ok(Change {
            kind,
            namespace: namespace(object),
            name: &object.name,
            manager: self.manager,
            dry_run: commit == Commit::DryRun,
        })
    }
}

impl Target for LiveTarget<'_> {
    async fn create(&self, object: &ObjectRef, body: &Value, commit: Commit) -> Answer {
        match self.change(object, commit) {
            Ok(change) => answer(self.cluster.create(&change, bytes(body)).await),
            Err(answer) => answer,
        }
    }

    async fn get(&self, object: &ObjectRef) -> Answer {
        let change = match self.change(object, Commit::Store) {
            Ok(change) => change,
            Err(answer) => return answer,
        };
        let found = self
            .cluster
            .get::<Value>(change.kind, change.namespace, change.name)
            .await;
        let refused = |code, reason: &str, message: String| {
            Answer::Refused(Refusal {
                code,
                reason: reason.to_owned(),
                message,
                ..Refusal::default()
            })
        };
        match found {
            Ok(Ok(Some(found))) => Answer::Done(found),
            Ok(Ok(None)) => refused(404, "NotFound", format!("{object} is not there")),
            Ok(Err(Gap::Denied(why))) => refused(403, "Forbidden", why),
            Ok(Err(gap)) => Answer::Lost(gap.describe(change.kind.plural)),
            Err(hv_cluster::SourceError::Unauthorized) => refused(
                401,
                "Unauthorized",
                hv_cluster::SourceError::Unauthorized.to_string(),
            ),
            Err(error) => Answer::Lost(error.to_string()),
        }
    }

    async fn page(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        token: Option<&str>,
    ) -> Result<Page, Unread> {
        let query = Query {
            namespace: namespace.map(str::to_owned),
            ..Query::default()
        };
        match self.cluster.page(kind, &query, token).await {
            Ok(Ok(page)) => {
                let mut items = page.items;
                for item in &mut items {
                    name_kind(item, kind);
                }
                Ok(Page {
                    items,
                    next: page.next,
                })
            }
            Ok(Err(PageGap::Expired)) => Err(Unread::Expired),
            Ok(Err(PageGap::Gap(Gap::NotServed))) => Err(Unread::NotServed),
            Ok(Err(PageGap::Gap(gap))) => Err(Unread::Failed(gap.describe(kind.plural))),
            Err(error) => Err(Unread::Failed(error.to_string())),
        }
    }

    async fn patch(&self, object: &ObjectRef, patch: &Value) -> Answer {
        match self.change(object, Commit::Store) {
            Ok(change) => answer(self.cluster.merge_patch(&change, bytes(patch)).await),
            Err(answer) => answer,
        }
    }

    async fn delete(&self, object: &ObjectRef, precondition: Precondition<'_>) -> Answer {
        let options = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {
                "uid": precondition.uid,
                "resourceVersion": precondition.resource_version,
            },
        });
        match self.change(object, Commit::Store) {
            Ok(change) => answer(self.cluster.delete(&change, bytes(&options)).await),
            Err(answer) => answer,
        }
    }

    async fn cluster_id(&self) -> Result<String, String> {
        let identity = self.cluster.identity().await;
        identity.map(|it| it.id).map_err(|error| error.to_string())
    }
}

fn namespace(object: &ObjectRef) -> Option<&str> {
    Some(object.namespace.as_str()).filter(|namespace| !namespace.is_empty())
}

fn bytes(value: &Value) -> Vec<u8> {
    // Plain data with texts as keys always is JSON.
    serde_json::to_vec(value).unwrap_or_default()
}

/// Objects in lists of built-in kinds do not say what they are.
fn name_kind(object: &mut Value, kind: &Kind) {
    let api_version = match kind.group.is_empty() {
        true => kind.version.to_owned(),
        false => format!("{}/{}", kind.group, kind.version),
    };
    if let Some(fields) = object.as_object_mut() {
        fields.entry("apiVersion").or_insert(api_version.into());
        fields.entry("kind").or_insert(kind.kind.into());
    }
}

fn answer(written: Written) -> Answer {
    match written {
        Written::Done(body) => match serde_json::from_slice(&body) {
            Ok(object) => Answer::Done(object),
            Err(_) => Answer::Lost("the answer could not be understood".to_owned()),
        },
        Written::Refused(refusal) => Answer::Refused(Refusal {
            code: refusal.code,
            reason: refusal.reason,
            message: refusal.message,
            causes: refusal.causes,
            retry_after: refusal.retry_after,
        }),
        Written::Lost(why) => Answer::Lost(why),
        Written::Unsent(why) => Answer::Unsent(why),
    }
}
