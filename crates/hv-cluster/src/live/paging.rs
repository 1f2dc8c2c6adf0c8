//! Lists a kind page by page; parsing has a thread of its own beside the reading.

use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

use super::answer::Refusal;
use super::page::{self, Harvest, NotAList};
use super::transport::Transport;
use super::url;
use crate::kinds::Kind;
use crate::source::{Gap, Listing, Query, SourceError};

/// Pages smaller than this are parsed faster than a thread is woken.
const SMALL_PAGE_BYTES: usize = 64 << 10;

/// Reads all pages; while one is parsed the next one is on its way.
pub(super) async fn list<T>(
    transport: &Transport,
    kind: &Kind,
    query: &Query,
) -> Result<Listing<T>, SourceError>
where
    T: DeserializeOwned + Send + 'static,
{
    let mut parser = Parser::new(&transport.host);
    let mut may_restart = true;
    let mut token: Option<String> = None;
    let mut resumed = false;
    let gap = loop {
        let body = match fetch(transport, kind, query, token.as_deref()).await? {
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
                        parser = Parser::new(&transport.host);
                        token = None;
                        may_restart = false;
                    }
                    None => break Some(Gap::Failed(refusal.message)),
                }
                continue;
            }
            Err(refusal) => break Some(refusal.gap()?),
        };
        resumed = false;
        let next = page::next_token(&body);
        let repeated = next.is_some() && next == token;
        parser.add(body).await?;
        if repeated {
            break Some(Gap::Failed(
                "the server repeats a page of its list".to_owned(),
            ));
        }
        if next.is_none() {
            break None;
        }
        token = next;
    };
    let harvest = parser.finish().await?;
    let gap = gap.or_else(|| harvest.complaint().map(Gap::Failed));
    Ok(Listing {
        items: harvest.items,
        gap,
    })
}

/// Parses pages in their order, one at a time, beside the task that reads them.
struct Parser<'a, T> {
    host: &'a str,
    state: State<T>,
}

enum State<T> {
    Idle(Harvest<T>),
    Busy(JoinHandle<Result<Harvest<T>, NotAList>>),
}

impl<'a, T: DeserializeOwned + Send + 'static> Parser<'a, T> {
    fn new(host: &'a str) -> Self {
        Self {
            host,
            state: State::Idle(Harvest::new()),
        }
    }

    /// Takes a page; waits for the one before, so that at most one is waiting in memory.
    async fn add(&mut self, body: Vec<u8>) -> Result<(), SourceError> {
        let mut harvest = self.rest().await?;
        self.state = if body.len() < SMALL_PAGE_BYTES {
            harvest.add(&body).map_err(|odd| self.not_a_list(odd))?;
            State::Idle(harvest)
        } else {
            State::Busy(tokio::task::spawn_blocking(move || {
                harvest.add(&body).map(|()| harvest)
            }))
        };
        Ok(())
    }

    async fn finish(mut self) -> Result<Harvest<T>, SourceError> {
        self.rest().await
    }

    /// What was read so far, once the page at work is done.
    async fn rest(&mut self) -> Result<Harvest<T>, SourceError> {
        match std::mem::replace(&mut self.state, State::Idle(Harvest::new())) {
            State::Idle(harvest) => Ok(harvest),
            State::Busy(task) => match task.await {
                Ok(harvest) => harvest.map_err(|odd| self.not_a_list(odd)),
                Err(ended) => Err(SourceError::Other(format!("parsing was ended: {ended}"))),
            },
        }
    }

    fn not_a_list(&self, _: NotAList) -> SourceError {
        SourceError::NotJson {
            host: self.host.to_owned(),
            what: "something that is no Kubernetes list".to_owned(),
        }
    }
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
