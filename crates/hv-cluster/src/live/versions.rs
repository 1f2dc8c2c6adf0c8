//! What moved: names, uids and resourceVersions of a list, without the objects.

use serde::Deserialize;

use super::transport::Transport;
use super::url;
use crate::kinds::Kind;
use crate::source::{Gap, Query, SourceError};

/// Metadata only, in one answer: a twentieth of the objects' bytes.
const METADATA: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// Where an object stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Version {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its uid: another one under the same name is another object.
    pub uid: String,
    /// Changes with every write.
    pub resource_version: String,
}

#[derive(Deserialize)]
struct List {
    items: Option<Vec<Item>>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Version,
}

pub(super) async fn versions(
    transport: &Transport,
    kind: &Kind,
    query: &Query,
) -> Result<Result<Vec<Version>, Gap>, SourceError> {
    let path = url::all(kind, query);
    let answer = transport.get_as(&path, METADATA).await?;
    match answer.read(&transport.host)? {
        Err(refusal) => refusal.gap().map(Err),
        Ok(body) => {
            let Ok(list) = serde_json::from_slice::<List>(&body) else {
                let why = "the server sent something that is no list".to_owned();
                return Ok(Err(Gap::Failed(why)));
            };
            let items = list.items.unwrap_or_default().into_iter();
            Ok(Ok(items.map(|item| item.metadata).collect()))
        }
    }
}
