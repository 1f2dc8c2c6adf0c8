//! The list of bundles in a store: a cache for people and scripts, which can always be made anew.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::census::Census;
use super::disk::{self, LARGEST_FILE};
use super::error::StoreError;
use super::layout::{HEADER, INDEX, Place};
use super::marker::API_VERSION;
use super::read;
use super::root::Root;
use crate::header::{FORMAT, Header};

const KIND: &str = "BundleIndex";

/// `index.json`: the bundles of a store. A cache: the headers of the bundles are what counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Index {
    /// `kubectl-hv.io/v1alpha1`.
    pub api_version: String,
    /// `BundleIndex`.
    pub kind: String,
    /// Version of the format.
    pub format: u32,
    /// The bundles, by path.
    pub items: Vec<Entry>,
}

/// A bundle in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Digest of its normal form.
    pub digest: String,
    /// Lineage of the VM.
    pub lineage_id: String,
    /// Its folder.
    pub path: String,
    /// Its revision.
    pub revision: u64,
}

impl Entry {
    /// The entry of a bundle.
    pub(crate) fn of(place: &Place, header: &Header) -> Self {
        Self {
            digest: header.digest.clone(),
            lineage_id: header.lineage_id.clone(),
            path: place.path().to_owned(),
            revision: header.revision,
        }
    }
}

/// The entries of an index, by path.
pub(crate) type Entries = BTreeMap<String, Entry>;

/// The bytes of the index in a store; `None` if it has none.
pub(crate) fn bytes(root: &Root) -> Result<Option<Vec<u8>>, StoreError> {
    // It grows with the store, and is only read by those who would read the store, too.
    match disk::read(&root.path().join(INDEX), 16 * LARGEST_FILE) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads an index; why not, if it is none.
pub(crate) fn parse(bytes: &[u8]) -> Result<Entries, String> {
    let index: Index = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if index.api_version != API_VERSION || index.kind != KIND || index.format != FORMAT {
        return Err("it is no index of this format".to_owned());
    }
    let entries = index.items.into_iter();
    Ok(entries.map(|entry| (entry.path.clone(), entry)).collect())
}

/// The entries of all bundles: those of the index as far as they are known, the others from headers.
pub(crate) fn complete(root: &Root, census: &Census, mut known: Entries) -> Entries {
    let mut entries = Entries::new();
    for place in &census.places {
        let entry = known
            .remove(place.path())
            .or_else(|| from_header(root, place));
        entries.extend(entry.map(|entry| (place.path().to_owned(), entry)));
    }
    entries
}

/// The bytes of an index.
pub(crate) fn render(entries: &Entries) -> Vec<u8> {
    let items: Vec<_> = entries.values().collect();
    let index = json!({
        "apiVersion": API_VERSION,
        "format": FORMAT,
        "items": items,
        "kind": KIND,
    });
    format!("{index:#}\n").into_bytes()
}

/// The entry of a bundle by its header; a bundle that cannot be read has none.
fn from_header(root: &Root, place: &Place) -> Option<Entry> {
    let folder = read::home(root, place).ok()??;
    let at = folder.join(HEADER);
    let header = read::header(&at, &disk::read(&at, LARGEST_FILE).ok()?).ok()?;
    Some(Entry::of(place, &header))
}
