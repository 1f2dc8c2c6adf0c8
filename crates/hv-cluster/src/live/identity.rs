//! What a cluster is known by, so that one is never taken for another.

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::LiveCluster;
use crate::kinds;
use crate::source::SourceError;

/// What a cluster is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterIdentity {
    /// A UUID.
    pub id: String,
    /// What it was taken from: `kube-system`, `certificate-authority` or `server-address`.
    pub from: &'static str,
}

impl LiveCluster {
    /// The uid of the namespace `kube-system`; what stands in for it where that must not be read.
    pub async fn identity(&self) -> Result<ClusterIdentity, SourceError> {
        let system = self.get::<Value>(&kinds::NAMESPACE, None, "kube-system");
        let system = system.await?.ok().flatten();
        let uid = system
            .as_ref()
            .and_then(|system| system["metadata"]["uid"].as_str());
        let (id, from) = match (uid.filter(|uid| !uid.is_empty()), self.authority()) {
            (Some(uid), _) => (uid.to_owned(), "kube-system"),
            (None, Some(certificates)) => (id_of(certificates), "certificate-authority"),
            (None, None) => (id_of(self.server().as_bytes()), "server-address"),
        };
        Ok(ClusterIdentity { id, from })
    }
}

/// An id that stays as long as what it is made of.
fn id_of(bytes: &[u8]) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &Sha256::digest(bytes)).to_string()
}
