//! Lists a kind page by page.

use serde::de::DeserializeOwned;

use super::answer::Refusal;
use super::page::{self, Harvest};
use super::transport::Transport;
use super::url;
use crate::kinds::Kind;
use crate::source::{Gap, Listing, Query, SourceError};

/// Reads all pages; the next one is on its way while the last one is parsed.
pub(super) async fn list<T>(
    transport: &Transport,
    kind: &Kind,
    query: &Query,
) -> Result<Listing<T>, SourceError>
where
    T: DeserializeOwned,
{
    let mut harvest = Harvest::new();
    let mut may_restart = true;
    let mut token: Option<String> = None;
    let mut resumed = false;
    let mut fetched = fetch(transport, kind, query, None).await?;
    loop {
        let body = match fetched {
            Ok(body) => body,
            Err(refusal) if refusal.code == 410 && token.is_some() => {
                match refusal
                    .continue_token
                    .filter(|fresh| !resumed && Some(fresh) != token.as_ref())
                {
                    // The server offers to go on without a consistent view.
                    Some(fresh) => {
                        token = Some(fresh);
                        resumed = true;
                    }
                    None if may_restart => {
                        harvest = Harvest::new();
                        token = None;
                        may_restart = false;
                    }
                    None => return Ok(partial(harvest, Gap::Failed(refusal.message))),
                }
                fetched = fetch(transport, kind, query, token.as_deref()).await?;
                continue;
            }
            Err(refusal) => {
                let gap = refusal.gap()?;
                return Ok(partial(harvest, gap));
            }
        };
        resumed = false;
        let next = page::next_token(&body);
        if next.is_some() && next == token {
            add(&mut harvest, &body, &transport.host)?;
            let gap = Gap::Failed("the server repeats a page of its list".to_owned());
            return Ok(partial(harvest, gap));
        }
        token = next;
        let Some(token) = token.as_deref() else {
            add(&mut harvest, &body, &transport.host)?;
            break;
        };
        let request = fetch(transport, kind, query, Some(token));
        let parse = async {
            // Lets the connection's task send the request before this one takes the CPU.
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
            add(&mut harvest, &body, &transport.host)
        };
        let (answer, added) = futures::join!(request, parse);
        added?;
        fetched = answer?;
    }
    let gap = harvest.complaint().map(Gap::Failed);
    Ok(Listing {
        items: harvest.items,
        gap,
    })
}

async fn fetch(
    transport: &Transport,
    kind: &Kind,
    query: &Query,
    token: Option<&str>,
) -> Result<Result<Vec<u8>, Refusal>, SourceError> {
    transport
        .get(&url::page(kind, query, token))
        .await?
        .read(&transport.host)
}

fn add<T>(harvest: &mut Harvest<T>, body: &[u8], host: &str) -> Result<(), SourceError>
where
    T: DeserializeOwned,
{
    harvest.add(body).map_err(|_| SourceError::NotJson {
        host: host.to_owned(),
        what: "something that is no Kubernetes list".to_owned(),
    })
}

fn partial<T>(harvest: Harvest<T>, gap: Gap) -> Listing<T> {
    Listing {
        items: harvest.items,
        gap: Some(gap),
    }
}
