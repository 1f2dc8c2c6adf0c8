//! How a bundle is written beside the old one, takes its place, and is found again after a crash.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::census::Census;
use super::disk::{self, Disk, Found};
use super::error::StoreError;
use super::layout::{Place, Sibling};
use super::name::is_private;
use super::root::Root;
use crate::stored::FileBody;

/// Writes files into the hidden folder beside a bundle's; gives every path that has to be synced.
pub(crate) fn stage(
    root: &Root,
    disk: &dyn Disk,
    place: &Place,
    files: &BTreeMap<String, FileBody>,
) -> Result<Vec<PathBuf>, StoreError> {
    let mut written = parents(root, disk, place)?;
    let sibling = clear(root, disk, place, Sibling::New)?;
    match fill(disk, &sibling, files, &mut written) {
        Ok(()) => Ok(written),
        Err(error) => {
            discard(root, disk, place);
            Err(error)
        }
    }
}

/// Removes the hidden folder of a bundle that does not take its place after all.
pub(crate) fn discard(root: &Root, disk: &dyn Disk, place: &Place) {
    let new = root.join(&place.sibling(Sibling::New));
    // What is left if this fails, the next run removes.
    let _ = remove_tree(disk, &new);
}

/// Makes the folders above a bundle's; gives the lowest, and those above it that are new.
fn parents(root: &Root, disk: &dyn Disk, place: &Place) -> Result<Vec<PathBuf>, StoreError> {
    let mut changed = vec![root.join(place.parent())];
    for (end, _) in place.path().match_indices('/') {
        let folder = &place.path()[..end];
        let path = root.join(folder);
        match root.kind(folder)? {
            Found::Folder => {}
            Found::Missing => {
                disk.create_folder(&path)
                    .map_err(|error| StoreError::from_io(&path, error))?;
                changed.extend(path.parent().map(Path::to_owned));
            }
            _ => return Err(StoreError::InTheWay(path)),
        }
    }
    Ok(changed)
}

/// Makes room for a hidden folder: what an earlier run left there is removed.
fn clear(
    root: &Root,
    disk: &dyn Disk,
    place: &Place,
    sibling: Sibling,
) -> Result<PathBuf, StoreError> {
    let path = place.sibling(sibling);
    match root.kind(&path)? {
        Found::Missing => {}
        Found::Folder => remove_tree(disk, &root.join(&path))?,
        _ => return Err(StoreError::InTheWay(root.join(&path))),
    }
    Ok(root.join(&path))
}

fn fill(
    disk: &dyn Disk,
    folder: &Path,
    files: &BTreeMap<String, FileBody>,
    written: &mut Vec<PathBuf>,
) -> Result<(), StoreError> {
    let inner = files.keys().filter_map(|path| path.split_once('/'));
    let inner: BTreeSet<&str> = inner.map(|(folder, _)| folder).collect();
    let folders = inner.into_iter().map(|inner| folder.join(inner));
    for path in std::iter::once(folder.to_owned()).chain(folders) {
        disk.create_folder(&path)
            .map_err(|error| StoreError::from_io(&path, error))?;
        written.push(path);
    }
    for (name, body) in files {
        let path = folder.join(name);
        let private = body.is_private() || is_private(name);
        disk.create_file(&path, body.bytes().unwrap_or_default(), private)
            .map_err(|error| StoreError::from_io(&path, error))?;
        written.push(path);
    }
    Ok(())
}

/// Puts the new folder in the bundle's place; gives the folder that is of no worth any more.
pub(crate) fn swap(
    root: &Root,
    disk: &dyn Disk,
    place: &Place,
) -> Result<Option<PathBuf>, StoreError> {
    let (new, own) = (
        root.join(&place.sibling(Sibling::New)),
        root.join(place.path()),
    );
    let failed = |error| StoreError::from_io(&own, error);
    match root.kind(place.path())? {
        Found::Missing => {
            disk.rename(&new, &own).map_err(failed)?;
            return Ok(None);
        }
        Found::Folder => {}
        _ => return Err(StoreError::InTheWay(own)),
    }
    match disk.exchange(&new, &own) {
        Ok(()) => return Ok(Some(new)),
        Err(error) if error.kind() == ErrorKind::Unsupported => {}
        Err(error) => return Err(failed(error)),
    }
    let old = clear(root, disk, place, Sibling::Old)?;
    disk.rename(&own, &old).map_err(failed)?;
    if let Err(error) = disk.rename(&new, &own) {
        // If this fails, too, readers find the old folder, and the next run puts it back.
        let _ = disk.rename(&old, &own);
        return Err(failed(error));
    }
    Ok(Some(old))
}

/// Takes a bundle out of the store; gives the folder that is of no worth any more.
pub(crate) fn retire(root: &Root, disk: &dyn Disk, place: &Place) -> Result<PathBuf, StoreError> {
    let own = root.join(place.path());
    let gone = clear(root, disk, place, Sibling::Gone)?;
    disk.rename(&own, &gone)
        .map_err(|error| StoreError::from_io(&own, error))?;
    Ok(gone)
}

/// Finishes or undoes what interrupted runs left behind.
pub(crate) fn recover(root: &Root, disk: &dyn Disk, census: &Census) -> Result<(), StoreError> {
    for (place, sibling) in &census.leftovers {
        let left = root.join(&place.sibling(*sibling));
        if *sibling == Sibling::Old && root.kind(place.path())? == Found::Missing {
            disk.rename(&left, &root.join(place.path()))
                .map_err(|error| StoreError::from_io(&left, error))?;
        } else {
            remove_tree(disk, &left)?;
        }
    }
    Ok(())
}

/// Removes a folder and what is in it; links are removed and not followed.
pub(crate) fn remove_tree(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::from_io(path, error);
    if disk::kind(path)? != Found::Folder {
        return disk.remove_file(path).map_err(failed);
    }
    for (name, _) in disk::children(path)? {
        remove_tree(disk, &path.join(name))?;
    }
    disk.remove_folder(path).map_err(failed)
}
