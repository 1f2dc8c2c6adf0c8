//! What is in the control plane: objects put in and taken out, rights, Leases.

use serde_json::Value;

use super::fill;
use super::load::{self, LoadReport};
use super::user::{Rule, grant};
use super::{ControlPlane, Error, leases};

impl ControlPlane {
    /// Gives a user rights, in one namespace or everywhere.
    pub fn allow(&self, user: &str, namespace: Option<&str>, rules: &[Rule]) -> Result<(), Error> {
        self.load(&grant(user, namespace, rules)).map(drop)
    }

    /// Loads objects with their status, uid and age; fails if the server refuses any of them.
    pub fn load(&self, objects: &[Value]) -> Result<LoadReport, Error> {
        self.wait(async || load::load(&self.api, &self.kinds, &self.keys, objects).await)
    }

    /// Puts thousands of objects in place within seconds, unchecked; [`ControlPlane::load`] one of each first.
    pub fn fill(&self, objects: &[Value]) -> Result<(), Error> {
        self.wait(async || fill::fill(&self.keys, &self.kinds, objects).await)
    }

    /// Takes objects out, unchecked and whatever their finalizers.
    pub fn take_out(&self, objects: &[Value]) -> Result<(), Error> {
        self.wait(async || fill::take_out(&self.keys, &self.kinds, objects).await)
    }

    /// Removes everything that was loaded, in place and without a trace.
    pub fn wipe(&self) -> Result<(), Error> {
        self.wait(async || {
            let mut keys = self.keys.names().await?;
            keys.retain(|key| !self.baseline.contains(key) && !belongs_to_server(key));
            self.keys.delete(&keys).await
        })
    }

    /// Renews the Leases that the world marks as held, now and every few seconds until the end.
    pub fn keep_leases(&self) -> Result<(), Error> {
        self.wait(async || leases::renew_all(&self.api).await)?;
        self.spawn(leases::keep(self.api.clone()));
        Ok(())
    }
}

/// What the API server writes by itself at any time.
fn belongs_to_server(key: &[u8]) -> bool {
    let key = String::from_utf8_lossy(key);
    key.contains("/apiregistration.k8s.io/") || key.contains("/leases/kube-system/apiserver-")
}
