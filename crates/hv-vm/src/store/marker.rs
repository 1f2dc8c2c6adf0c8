//! The file that makes a folder a store, and whether a folder may become one.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::disk::{self, Disk, Found};
use super::error::StoreError;
use super::layout::MARKER;
use super::read::check_format;
use super::root::Root;
use crate::header::FORMAT;

/// The version of the API that all files of a store have.
pub(crate) const API_VERSION: &str = "kubectl-hv.io/v1alpha1";
const KIND: &str = "BundleStore";

/// The marker while it is written.
const UNFINISHED: &str = ".kubectl-hv-store.json.new";

/// No marker is larger.
const LARGEST: u64 = 64 << 10;

/// What a new disk, a new git repository and a file browser put into a folder by themselves.
const HARMLESS: [&str; 10] = [
    ".DS_Store",
    ".git",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".snapshot",
    "LICENSE",
    "README",
    "README.md",
    "lost+found",
];

/// `kubectl-hv-store.json`: says that a folder is a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// `kubectl-hv.io/v1alpha1`.
    pub api_version: String,
    /// `BundleStore`.
    pub kind: String,
    /// Version of the format of the store and of all bundles in it.
    pub format: u64,
}

/// Fails if a folder is no store, or one of a later format.
pub(crate) fn check(root: &Root) -> Result<(), StoreError> {
    match disk::read(&root.path().join(MARKER), LARGEST) {
        Ok(bytes) => check_bytes(&root.path().join(MARKER), &bytes),
        Err(StoreError::Missing(_)) => Err(StoreError::not_ours(
            root.path(),
            format!("it has no {MARKER:?}"),
        )),
        Err(error) => Err(error),
    }
}

/// Fails if the bytes of a marker do not say that this is a store that is known here.
pub(crate) fn check_bytes(at: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let marker: Marker = serde_json::from_slice(bytes)
        .map_err(|error| StoreError::broken(at, format!("it does not mark a store: {error}")))?;
    if marker.api_version != API_VERSION || marker.kind != KIND {
        let why = format!("it marks {:?} of {:?}", marker.kind, marker.api_version);
        return Err(StoreError::not_ours(at, why));
    }
    check_format(at, marker.format)
}

/// The bytes of the marker.
pub(crate) fn bytes() -> Vec<u8> {
    let marker = serde_json::json!({
        "apiVersion": API_VERSION,
        "format": FORMAT,
        "kind": KIND,
    });
    format!("{marker:#}\n").into_bytes()
}

/// Makes sure that a folder is a store: checks its marker, or writes it if the folder is empty.
pub(crate) fn ensure(root: &Root, disk: &dyn Disk) -> Result<(), StoreError> {
    if disk::kind(&root.path().join(MARKER))? != Found::Missing {
        return check(root);
    }
    for (name, _) in disk::children(root.path())? {
        let name = name.to_string_lossy();
        if name != UNFINISHED && !HARMLESS.contains(&name.as_ref()) {
            let why = format!("it has no {MARKER:?} and holds {name:?}");
            return Err(StoreError::not_ours(root.path(), why));
        }
    }
    replace(root, disk, UNFINISHED, MARKER, &bytes())
}

/// Writes a file beside its place and moves it there when it is on the disk.
pub(crate) fn replace(
    root: &Root,
    disk: &dyn Disk,
    unfinished: &str,
    name: &str,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let (from, to) = (root.path().join(unfinished), root.path().join(name));
    let failed = |error| StoreError::from_io(&to, error);
    match disk::kind(&from)? {
        Found::Missing => {}
        Found::Folder => return Err(StoreError::InTheWay(from)),
        _ => disk.remove_file(&from).map_err(failed)?,
    }
    disk.create_file(&from, bytes, false)
        .and_then(|()| disk.sync(root.path(), std::slice::from_ref(&from)))
        .and_then(|()| disk.rename(&from, &to))
        .and_then(|()| disk.sync(root.path(), &[root.path().to_owned()]))
        .map_err(|error| {
            // Half a file is worth nothing; the next run would remove it, too.
            let _ = disk.remove_file(&from);
            failed(error)
        })
}
