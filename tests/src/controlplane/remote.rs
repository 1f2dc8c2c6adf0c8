//! Loading into a control plane that another process keeps up.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::discovery::Kinds;
use super::etcd::Keys;
use super::fill;
use super::load::{self, LoadReport};
use super::{Api, Error, discovery};

/// How a control plane can be reached, as a file between processes.
#[derive(Debug, Deserialize, Serialize)]
pub struct Remote {
    pub(crate) url: String,
    pub(crate) ca: Vec<u8>,
    pub(crate) token: String,
    pub(crate) etcd: String,
    pub(crate) prefix: String,
}

impl Remote {
    /// Reads the file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read(path).map_err(Error::file(path))?;
        serde_json::from_slice(&text).map_err(|error| Error::Content {
            path: path.into(),
            reason: error.to_string(),
        })
    }

    /// Writes the file.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec(self).unwrap_or_default();
        std::fs::write(path, text).map_err(Error::file(path))
    }

    /// Loads objects as [`super::ControlPlane::load`] does.
    pub fn load(&self, objects: &[Value]) -> Result<LoadReport, Error> {
        self.with(async |api, kinds, keys| load::load(&api, &kinds, &keys, objects).await)
    }

    /// Puts objects in place as [`super::ControlPlane::fill`] does.
    pub fn fill(&self, objects: &[Value]) -> Result<(), Error> {
        self.with(async |_, kinds, keys| fill::fill(&keys, &kinds, objects).await)
    }

    fn with<T>(
        &self,
        work: impl AsyncFnOnce(Api, Kinds, Keys) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let runtime = tokio::runtime::Runtime::new().map_err(Error::Listen)?;
        runtime.block_on(async {
            let api = Api::new(&self.url, Some(self.ca.clone()), Some(&self.token))?;
            let keys = Keys::new(&self.etcd, &self.prefix)?;
            let kinds = discovery::kinds(&api).await?;
            work(api, kinds, keys).await
        })
    }
}
