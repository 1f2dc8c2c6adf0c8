//! Reading a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::{self, Found, LARGEST_FILE, Stamp};
use super::error::StoreError;
use super::layout::{HEADER, OBJECTS, Place, SECRETS, Shelf, Sibling};
use super::marker::API_VERSION;
use super::name::{check_file, folded};
use super::root::Root;
use crate::header::{FORMAT, Header};
use crate::stored::Stored;

/// The most that all files of a bundle hold together.
pub(crate) const LARGEST_BUNDLE: u64 = 64 << 20;

/// The files of a bundle, by path in its folder.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The stamps of a bundle's files, by path in its folder; none where the system tells too little.
pub(crate) type Stamps = Vec<(String, Option<Stamp>)>;

/// Reads a bundle of a store; `None` if there is none.
pub(crate) fn stored(root: &Root, place: &Place) -> Result<Option<Stored>, StoreError> {
    Ok(stamped(root, place)?.map(|(stored, _)| stored))
}

/// Reads a bundle of a store and how its files looked just before; `None` if there is none.
pub(crate) fn stamped(root: &Root, place: &Place) -> Result<Option<(Stored, Stamps)>, StoreError> {
    place.check()?;
    match home(root, place)? {
        Some(folder) => bundle(&folder, place),
        None => Ok(None),
    }
}

/// The folder of a bundle: its own, or what it was moved to before an interrupted swap.
pub(crate) fn home(root: &Root, place: &Place) -> Result<Option<PathBuf>, StoreError> {
    for path in [place.path(), &place.sibling(Sibling::Old)] {
        match root.kind(path)? {
            Found::Folder => return Ok(Some(root.join(path))),
            Found::Missing => {}
            _ => return Err(StoreError::InTheWay(root.join(path))),
        }
    }
    Ok(None)
}

/// Reads the bundle in a folder; `None` if the folder is empty.
fn bundle(folder: &Path, place: &Place) -> Result<Option<(Stored, Stamps)>, StoreError> {
    let at = folder.join(HEADER);
    let (bytes, stamp) = match disk::read_stamped(&at, LARGEST_FILE) {
        Ok(read) => read,
        Err(StoreError::Missing(_)) if disk::children(folder)?.is_empty() => return Ok(None),
        Err(StoreError::Missing(_)) => {
            return Err(StoreError::broken(folder, format!("it has no {HEADER:?}")));
        }
        Err(error) => return Err(error),
    };
    let header = header(&at, &bytes)?;
    check_place(&at, &header, place)?;
    check_items(&at, &header)?;
    let mut files = Files::from([(HEADER.to_owned(), bytes)]);
    let mut stamps = vec![(HEADER.to_owned(), stamp)];
    let mut left = LARGEST_BUNDLE;
    let mut known = BTreeSet::new();
    for item in &header.items {
        let path = &item.path;
        if let Some((inner, _)) = path.split_once('/')
            && known.insert(inner)
            && disk::kind(&folder.join(inner))? == Found::Link
        {
            return Err(StoreError::HostileLink(folder.join(inner)));
        }
        let read = disk::read_stamped(&folder.join(path), LARGEST_FILE.min(left));
        let (bytes, stamp) = read.map_err(|error| match error {
            StoreError::Missing(_) => StoreError::broken(folder, format!("{path:?} is missing")),
            other => other,
        })?;
        left -= bytes.len() as u64;
        stamps.push((path.clone(), stamp));
        files.insert(path.clone(), bytes);
    }
    Ok(Some((Stored { header, files }, stamps)))
}

/// Reads a bundle whose folder lies in no store; its place is what its header says.
pub(crate) fn alone(folder: &Path) -> Result<(Place, Stored), StoreError> {
    let at = folder.join(HEADER);
    let place = place_of(&header(&at, &disk::read(&at, LARGEST_FILE)?)?);
    let missing = || StoreError::Missing(at.clone());
    let (stored, _) = bundle(folder, &place)?.ok_or_else(missing)?;
    Ok((place, stored))
}

/// The paths of all files in the folder of a bundle, and of folders that do not belong there.
pub(crate) fn paths(folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut paths = Vec::new();
    for (name, found) in disk::children(folder)? {
        let name = name.to_string_lossy().into_owned();
        if found != Found::Folder || !matches!(name.as_str(), OBJECTS | SECRETS) {
            paths.push(name);
            continue;
        }
        let inner = disk::children(&folder.join(&name))?.into_iter();
        paths.extend(inner.map(|(file, _)| format!("{name}/{}", file.to_string_lossy())));
    }
    Ok(paths)
}

/// Makes a bundle of files that were read elsewhere; what the header does not list is left out.
pub(crate) fn from_files(at: &Path, place: &Place, mut files: Files) -> Result<Stored, StoreError> {
    let Some(bytes) = files.get(HEADER) else {
        return Err(StoreError::broken(at, format!("it has no {HEADER:?}")));
    };
    let header = header(&at.join(HEADER), bytes)?;
    check_place(&at.join(HEADER), &header, place)?;
    check_items(&at.join(HEADER), &header)?;
    let listed: BTreeSet<&str> = header.items.iter().map(|item| item.path.as_str()).collect();
    if let Some(path) = listed.iter().find(|path| !files.contains_key(**path)) {
        return Err(StoreError::broken(at, format!("{path:?} is missing")));
    }
    files.retain(|path, _| path == HEADER || listed.contains(path.as_str()));
    Ok(Stored { header, files })
}

/// What of a header says whether it can be understood.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    api_version: String,
    kind: String,
    format: u64,
}

/// Reads a header.
pub(crate) fn header(at: &Path, bytes: &[u8]) -> Result<Header, StoreError> {
    let read: Result<Header, _> = serde_json::from_slice(bytes);
    let probe = match &read {
        Ok(header) => Probe {
            api_version: header.api_version.clone(),
            kind: header.kind.clone(),
            format: header.format.into(),
        },
        // A later format may have fields that are not known here, and that is worth to be told apart.
        Err(error) => serde_json::from_slice(bytes)
            .map_err(|_| StoreError::broken(at, format!("it is no header: {error}")))?,
    };
    if probe.api_version != API_VERSION || shelf(&probe.kind).is_none() {
        let why = format!("it is {:?} of {:?}", probe.kind, probe.api_version);
        return Err(StoreError::broken(at, why));
    }
    check_format(at, probe.format)?;
    read.map_err(|error| StoreError::broken(at, format!("it is no header: {error}")))
}

/// Fails if a format is not known here.
pub(crate) fn check_format(at: &Path, found: u64) -> Result<(), StoreError> {
    match found {
        0 => Err(StoreError::broken(at, "there is no format 0")),
        found if found > FORMAT.into() => Err(StoreError::NewerFormat {
            path: at.to_owned(),
            found,
            known: FORMAT,
        }),
        _ => Ok(()),
    }
}

/// The kinds of bundles.
fn shelf(kind: &str) -> Option<Shelf> {
    match kind {
        "VirtualMachineBundle" => Some(Shelf::Vm),
        "VirtualMachineTemplateBundle" => Some(Shelf::Template),
        _ => None,
    }
}

/// The place that a header names.
pub(crate) fn place_of(header: &Header) -> Place {
    match shelf(&header.kind) {
        Some(Shelf::Template) => Place::template(&header.vm),
        _ => Place::vm(&header.vm),
    }
}

/// Fails if a header is that of another bundle, as after a folder was copied.
pub(crate) fn check_place(at: &Path, header: &Header, place: &Place) -> Result<(), StoreError> {
    let found = place_of(header);
    if found == *place {
        return Ok(());
    }
    Err(StoreError::broken(
        at,
        format!("it is the header of \"{found}\""),
    ))
}

/// Fails if the files that a header lists cannot all lie in one folder.
pub(crate) fn check_items(at: &Path, header: &Header) -> Result<(), StoreError> {
    let mut known = BTreeMap::from([(folded(HEADER), HEADER)]);
    for item in &header.items {
        check_file(&item.path)?;
        match known.insert(folded(&item.path), &item.path) {
            None => {}
            Some(other) if other == item.path => {
                return Err(StoreError::broken(at, format!("it lists {other:?} twice")));
            }
            Some(other) => {
                return Err(StoreError::Collision {
                    a: other.to_owned(),
                    b: item.path.clone(),
                });
            }
        }
    }
    Ok(())
}
