//! A live API server, reached as kubectl reaches it.

mod access;
mod answer;
mod client;
mod config;
mod connection;
mod dry_run;
mod environment;
mod events;
mod failure;
mod identity;
mod kubeconfig;
mod overrides;
mod pacing;
pub(crate) mod page;
mod paging;
mod proxy;
mod redact;
mod single_page;
#[cfg(test)]
mod tests;
mod transport;
mod url;
mod versions;
mod warnings;
mod write;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use access::{AccessAnswer, AccessQuestion};
pub use connection::Connection;
pub use dry_run::DryRun;
pub use events::{Detail, Events, Observer, RequestRecord};
pub use identity::ClusterIdentity;
pub use single_page::{PageGap, SinglePage};
pub use versions::Version;
pub use write::{Change, WriteRefusal, Written};

use self::environment::Environment;
use self::transport::Transport;
use crate::kinds::Kind;
use crate::source::{Gap, Listing, Query, SourceError};

/// A cluster behind its API server.
#[derive(Debug)]
pub struct LiveCluster {
    transport: Transport,
    default_namespace: String,
    authority: Option<Vec<u8>>,
}

impl LiveCluster {
    /// Loads the kubeconfig and prepares TLS; nothing is sent yet.
    pub async fn connect(connection: Connection, events: Events) -> Result<Self, SourceError> {
        Self::connect_in(&connection, events, &Environment::read()).await
    }

    async fn connect_in(
        connection: &Connection,
        events: Events,
        environment: &Environment,
    ) -> Result<Self, SourceError> {
        // Fails if somebody chose a provider before, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = config::build(connection, environment).await?;
        let host = config
            .cluster_url
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default();
        let default_namespace = config.default_namespace.clone();
        let standing_headers = standing_headers(&config);
        let authority = config.root_cert.as_ref().map(|certs| certs.concat());
        let client =
            client::build(config).map_err(|error| failure::explain(&error, &host).error)?;
        let mut transport = Transport::new(client, host, events);
        transport.timeout = connection
            .request_timeout
            .filter(|timeout| !timeout.is_zero());
        transport.standing_headers = standing_headers;
        Ok(Self {
            transport,
            default_namespace,
            authority,
        })
    }

    /// The namespace of `-n`, else of the context, else `default`.
    pub fn default_namespace(&self) -> &str {
        &self.default_namespace
    }

    /// Host and port of the server, as kubectl names it in errors.
    pub fn server(&self) -> &str {
        &self.transport.host
    }

    /// The certificates of the authority that signed the server's, if the kubeconfig has them.
    pub fn authority(&self) -> Option<&[u8]> {
        self.authority.as_deref()
    }

    /// How many requests were sent, repeated ones included.
    pub fn requests(&self) -> usize {
        self.transport.requests()
    }

    /// Every request so far, in the order they ended, without headers and bodies.
    pub fn request_log(&self) -> Vec<RequestRecord> {
        self.transport.records()
    }

    /// The time by the server's clock: a clock that is wrong here must not make a Lease look stale.
    pub fn now(&self) -> jiff::Timestamp {
        self.transport.now()
    }

    /// Reads the pages of a list and drops them: what a measurement of [`Self::list`] compares with.
    ///
    /// The tokens are those of this reading: a server answers a list begun long ago in another way.
    pub async fn fetch(&self, path: &str) -> Result<usize, SourceError> {
        let mut bytes = 0;
        let mut page = path.to_owned();
        loop {
            let body = self.transport.get(&page).await?.body;
            bytes += body.len();
            let Some(token) = page::next_token(&body) else {
                return Ok(bytes);
            };
            page = url::following(path, &token);
        }
    }

    /// Lists a kind in pages.
    ///
    /// A malformed selector ends the run as [`SourceError::Api`], since every kind would refuse it.
    pub async fn list<T>(&self, kind: &Kind, query: &Query) -> Result<Listing<T>, SourceError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        check_namespace(query.namespace.as_deref())?;
        paging::list(&self.transport, kind, query).await
    }

    /// Lists where the objects of a kind stand, in one request and without the objects.
    pub async fn versions(
        &self,
        kind: &Kind,
        query: &Query,
    ) -> Result<Result<Vec<Version>, Gap>, SourceError> {
        check_namespace(query.namespace.as_deref())?;
        versions::versions(&self.transport, kind, query).await
    }

    /// Reads one object; a kind that is not served has none.
    pub async fn get<T>(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Result<Option<T>, Gap>, SourceError>
    where
        T: DeserializeOwned,
    {
        check_namespace(namespace)?;
        if !url::is_segment(name) {
            return Ok(Ok(None));
        }
        let answer = self
            .transport
            .get(&url::object(kind, namespace, name))
            .await?;
        match answer.read(&self.transport.host)? {
            Ok(body) => Ok(serde_json::from_slice(&body).map(Some).map_err(|_| {
                Gap::Failed(format!(
                    "{} \"{name}\" could not be understood",
                    kind.plural
                ))
            })),
            Err(refusal) if refusal.code == 404 => Ok(Ok(None)),
            Err(refusal) => refusal.gap().map(Err),
        }
    }

    /// Reads one page of a list, from its beginning or from where the page before ended.
    pub async fn page(
        &self,
        kind: &Kind,
        query: &Query,
        token: Option<&str>,
    ) -> Result<Result<SinglePage, PageGap>, SourceError> {
        check_namespace(query.namespace.as_deref())?;
        single_page::read(&self.transport, kind, query, token).await
    }

    /// Creates an object with one request that is never repeated.
    pub async fn create(&self, change: &Change<'_>, body: Vec<u8>) -> Written {
        write::create(&self.transport, change, body).await
    }

    /// Changes an object with one JSON merge patch that is never repeated.
    pub async fn merge_patch(&self, change: &Change<'_>, patch: Vec<u8>) -> Written {
        write::merge_patch(&self.transport, change, patch).await
    }

    /// Removes an object with one request that is never repeated; the options are `DeleteOptions`.
    pub async fn delete(&self, change: &Change<'_>, options: Vec<u8>) -> Written {
        write::delete(&self.transport, change, options).await
    }

    /// Asks the server whether the user may do something; nothing is stored.
    pub async fn access_review(
        &self,
        question: &AccessQuestion<'_>,
    ) -> Result<Result<AccessAnswer, Gap>, SourceError> {
        access::review(&self.transport, question).await
    }

    /// Asks the server whether it would create an object; nothing is stored.
    pub async fn dry_run_create(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        object: &Value,
    ) -> Result<DryRun, SourceError> {
        check_namespace(namespace)?;
        dry_run::create(&self.transport, kind, namespace, object).await
    }
}

fn check_namespace(namespace: Option<&str>) -> Result<(), SourceError> {
    match namespace {
        Some(name) if !url::is_segment(name) => Err(SourceError::Other(format!(
            "\"{name}\" is not the name of a namespace"
        ))),
        _ => Ok(()),
    }
}

/// What the layers of kube add to each request, as it may be shown.
fn standing_headers(config: &kube::Config) -> Vec<(String, String)> {
    let mut headers = vec![("Accept".to_owned(), "application/json".to_owned())];
    for (name, value) in &config.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers.push((name.to_string(), redact::header(name.as_str(), &value)));
    }
    if let Some(user) = &config.auth_info.impersonate {
        headers.push(("Impersonate-User".to_owned(), user.clone()));
    }
    for group in config.auth_info.impersonate_groups.iter().flatten() {
        headers.push(("Impersonate-Group".to_owned(), group.clone()));
    }
    headers
}
