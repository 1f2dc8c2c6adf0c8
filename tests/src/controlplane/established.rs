//! Definitions as an API server stores them once they are Established, kept for the next start.
//!
//! Taking 80 definitions costs an API server about four seconds of CPU. It does so once for each set;
//! later starts find them in etcd, as after a restart.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use super::Error;
use super::definitions::Definitions;
use super::etcd::Keys;

const FOLDER: &str = "apiextensions.k8s.io/customresourcedefinitions/";

/// The stored form of one set of definitions, in the cache.
pub(crate) struct Established {
    path: PathBuf,
}

impl Established {
    /// The place for this set as this API server stores it.
    pub(crate) fn of(definitions: &Definitions, crds: &Path, apiserver: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        definitions.hash(&mut hasher);
        apiserver.hash(&mut hasher);
        let name = format!("established-{:016x}.json", hasher.finish());
        Self {
            path: crds.with_file_name(name),
        }
    }

    /// Writes the set into an empty store; says whether there was one.
    pub(crate) async fn restore(&self, keys: &Keys) -> Result<bool, Error> {
        let Ok(text) = std::fs::read(&self.path) else {
            return Ok(false);
        };
        // A file of another make is as good as none.
        let Ok(stored) = serde_json::from_slice::<Vec<(String, String)>>(&text) else {
            return Ok(false);
        };
        let entries: Vec<_> = stored
            .into_iter()
            .map(|(name, value)| (key(keys, &name).into_bytes(), value.into_bytes()))
            .collect();
        keys.put(&entries).await?;
        Ok(true)
    }

    /// Keeps what the server has stored.
    pub(crate) async fn save(&self, keys: &Keys) -> Result<(), Error> {
        let folder = key(keys, "");
        let mut stored = Vec::new();
        for (key, value) in keys.page(folder.as_bytes()).await? {
            let (key, value) = (String::from_utf8(key), String::from_utf8(value));
            let (Ok(key), Ok(value)) = (key, value) else {
                continue;
            };
            if let Some(name) = key.strip_prefix(&folder) {
                stored.push((name.to_owned(), value));
            }
        }
        self.write(&serde_json::to_vec(&stored).unwrap_or_default())
            .map_err(Error::file(&self.path))
    }

    /// Several test processes may do this at the same time.
    fn write(&self, text: &[u8]) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, text)?;
        file.persist(&self.path)
            .map(drop)
            .map_err(|error| error.error)
    }
}

fn key(keys: &Keys, name: &str) -> String {
    format!("{}{FOLDER}{name}", keys.prefix())
}
