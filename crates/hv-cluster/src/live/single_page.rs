//! Reads one page of a list, for those who keep little of each object.

use serde::Deserialize;
use serde_json::Value;

use super::page;
use super::transport::Transport;
use super::url;
use crate::kinds::Kind;
use crate::source::{Gap, Query, SourceError};

/// One page of a list. Its objects may be secrets.
pub struct SinglePage {
    /// The objects.
    pub items: Vec<Value>,
    /// Where the list goes on.
    pub next: Option<String>,
}

/// Why a page could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageGap {
    /// The token is too old; the list has to be read from its beginning.
    Expired,
    /// As for a whole list.
    Gap(Gap),
}

#[derive(Deserialize)]
struct Items {
    items: Option<Vec<Value>>,
}

pub(super) async fn read(
    transport: &Transport,
    kind: &Kind,
    query: &Query,
    token: Option<&str>,
) -> Result<Result<SinglePage, PageGap>, SourceError> {
    let answer = transport.get(&url::page(kind, query, token)).await?;
    let body = match answer.read(&transport.host)? {
        Ok(body) => body,
        Err(refusal) if refusal.code == 410 => return Ok(Err(PageGap::Expired)),
        Err(refusal) => return Ok(Err(PageGap::Gap(refusal.gap()?))),
    };
    let next = page::next_token(&body);
    match serde_json::from_slice::<Items>(&body) {
        Ok(Items { items }) => Ok(Ok(SinglePage {
            items: items.unwrap_or_default(),
            next,
        })),
        Err(_) => Err(SourceError::NotJson {
            host: transport.host.clone(),
            what: "something that is no Kubernetes list".to_owned(),
        }),
    }
}
