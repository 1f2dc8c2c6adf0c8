//! The door: one question, "list this kind", answered by a live API server or by a support bundle.

use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::bundle::SupportBundle;
use crate::kinds::Kind;
use crate::live::LiveCluster;

/// Why a listing is not the whole truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The API server does not know the kind: its CRD is not installed.
    NotServed,
    /// Reading it is forbidden; the server's sentence.
    Denied(String),
    /// The server failed to answer; its last error.
    Failed(String),
    /// A support bundle does not hold it, which says nothing about the cluster.
    NotCollected(String),
}

impl Gap {
    /// The gap in words.
    pub fn describe(&self, what: &str) -> String {
        match self {
            Self::NotServed => format!("{what}: the kind is not installed"),
            Self::Denied(why) | Self::Failed(why) | Self::NotCollected(why) => {
                format!("{what}: {why}")
            }
        }
    }
}

/// What was read of one kind, and what could not be.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// The objects that were read.
    pub items: Vec<T>,
    /// Set if there may be more than `items`.
    pub gap: Option<Gap>,
}

/// Narrows a listing.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// One namespace, or all.
    pub namespace: Option<String>,
    /// A label selector as the user typed it.
    pub labels: Option<String>,
    /// A field selector such as `metadata.name=x`.
    pub fields: Option<String>,
}

/// A failure that ends the run: nothing can be read through this door.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The kubeconfig, or a flag about it, leads nowhere.
    #[error("{0}")]
    Kubeconfig(String),
    /// Nobody listens at the server's address.
    #[error("the server {host} refuses the connection")]
    Refused {
        /// Host and port.
        host: String,
    },
    /// The network, TLS or a credential plugin stands in the way.
    #[error("unable to connect to the server: {0}")]
    Unreachable(String),
    /// The server did not answer within `--request-timeout`.
    #[error("no answer from {host} within {after:?}")]
    TimedOut {
        /// Host and port.
        host: String,
        /// The time that was given.
        after: Duration,
    },
    /// The server does not accept the credentials.
    #[error("the server does not accept the credentials")]
    Unauthorized,
    /// Something answered that is no API server.
    #[error("{host} answered with {what}, not with JSON; is a proxy in between?")]
    NotJson {
        /// Host and port.
        host: String,
        /// What came, such as `HTML`.
        what: String,
    },
    /// The server understood the question and calls it wrong.
    #[error("{message}")]
    Api {
        /// HTTP status.
        code: u16,
        /// Such as `BadRequest`; may be empty.
        reason: String,
        /// The server's sentence.
        message: String,
    },
    /// The support bundle cannot be read, or must not be.
    #[error("{0}")]
    Bundle(String),
    /// A selector is malformed.
    #[error("{0}")]
    Selector(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl SourceError {
    /// The whole line that kubectl prints in this situation, `error:` included where it has one.
    pub fn kubectl_sentence(&self) -> String {
        match self {
            Self::Refused { host } => format!(
                "The connection to the server {host} was refused - did you specify the right host or port?"
            ),
            Self::Unreachable(detail) => format!("Unable to connect to the server: {detail}"),
            Self::TimedOut { .. } => format!("Unable to connect to the server: {self}"),
            Self::Unauthorized => {
                "error: You must be logged in to the server (Unauthorized)".to_owned()
            }
            Self::Api {
                reason, message, ..
            } if reason.is_empty() => {
                format!("Error from server: {message}")
            }
            Self::Api {
                reason, message, ..
            } => {
                format!("Error from server ({reason}): {message}")
            }
            _ => format!("error: {self}"),
        }
    }
}

/// A cluster, whichever way it is looked at.
#[derive(Debug)]
pub enum Source {
    /// An API server.
    Live(LiveCluster),
    /// A Harvester support bundle, zip or unpacked.
    Bundle(SupportBundle),
}

impl Source {
    /// Lists a kind once; `T` is a narrow view that keeps only the fields it names.
    pub async fn list<T>(&self, kind: &Kind, query: &Query) -> Result<Listing<T>, SourceError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        match self {
            Self::Live(cluster) => cluster.list(kind, query).await,
            Self::Bundle(bundle) => bundle.list(kind, query),
        }
    }

    /// Reads one object; `Ok(Ok(None))` is a proven absence.
    pub async fn get<T>(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Result<Option<T>, Gap>, SourceError>
    where
        T: DeserializeOwned,
    {
        match self {
            Self::Live(cluster) => cluster.get(kind, namespace, name).await,
            Self::Bundle(bundle) => bundle.get(kind, namespace, name),
        }
    }

    /// The moment the data speaks of: now, or when the bundle was collected.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Live(cluster) => cluster.now(),
            Self::Bundle(bundle) => bundle.collected_at(),
        }
    }
}
