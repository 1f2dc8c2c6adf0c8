//! Writing bundles: many are written beside the old ones, and then take their places together.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use super::disk::{Disk, Found, Lock};
use super::error::StoreError;
use super::index::{self, Entries, Entry};
use super::layout::{MARKER, Place};
use super::name::{folded, is_litter};
use super::parcel::{Bodies, Outcome, is_same, prepare};
use super::read;
use super::receipts::{Noted, Receipts};
use super::root::Root;
use super::{Store, census, marker, swap};
use crate::stored::Stored;

/// A store that is written to; no other run can write to it meanwhile.
///
/// What was put and not committed is dropped with it.
#[derive(Debug)]
pub struct Writer {
    store: Store,
    disk: Box<dyn Disk>,
    state: Mutex<State>,
    /// What was there when the run began.
    places: Vec<Place>,
    pub(super) loading: Mutex<Option<JoinHandle<Receipts>>>,
    pub(super) receipts: OnceLock<Receipts>,
    /// When receipts were begun, by the disk's clock.
    pub(super) began: OnceLock<Option<i64>>,
    /// Held until the end of the run.
    _lock: Lock,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) staged: BTreeMap<Place, Staged>,
    /// The paths of namespaces and bundles, by how they are compared.
    paths: BTreeMap<String, String>,
    pub(super) entries: Entries,
    /// The index as it is on the disk.
    pub(super) index: Option<Vec<u8>>,
    pub(super) noted: Noted,
}

#[derive(Debug)]
pub(super) enum Staged {
    /// It takes its place; what has to be synced before, and its entry in the index.
    Write(Vec<PathBuf>, Entry),
    /// It leaves.
    Remove,
}

impl Deref for Writer {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Writer {
    pub(crate) fn open(path: &Path, disk: Box<dyn Disk>) -> Result<Self, StoreError> {
        create(path, disk.as_ref())?;
        let root = Root::open(path)?;
        marker::ensure(&root, disk.as_ref())?;
        let lock = lock(&root)?;
        let census = census::take(&root)?;
        swap::recover(&root, disk.as_ref(), &census)?;
        let index = index::bytes(&root)?;
        let known = index.as_deref().map(index::parse);
        let mut state = State {
            entries: index::complete(
                &root,
                &census,
                known.and_then(Result::ok).unwrap_or_default(),
            ),
            index,
            ..State::default()
        };
        for place in &census.places {
            // Two that are there already are no business of ours, and verifying tells.
            let _ = state.claim(place);
        }
        Ok(Self {
            store: Store { root },
            disk,
            state: Mutex::new(state),
            places: census.places,
            loading: Mutex::default(),
            receipts: OnceLock::new(),
            began: OnceLock::new(),
            _lock: lock,
        })
    }

    /// The places of the bundles that were there when the run began, sorted by path.
    pub fn at_first(&self) -> &[Place] {
        &self.places
    }

    /// Puts a bundle into the store if a byte of it differs from what is there.
    pub fn put(&self, place: impl Into<Place>, files: Bodies) -> Result<Outcome, StoreError> {
        let place = place.into();
        let before = self.stored(&place)?;
        self.put_over(place, before.as_ref(), files)
    }

    /// Puts a bundle in the place of one that was just read from this store, without reading it again.
    pub fn put_over(
        &self,
        place: impl Into<Place>,
        before: Option<&Stored>,
        files: Bodies,
    ) -> Result<Outcome, StoreError> {
        let (place, root, disk) = (place.into(), &self.root, self.disk.as_ref());
        let (files, entry) = prepare(&place, before, files)?;
        self.state().claim(&place)?;
        // A bundle that is put twice, because it changed meanwhile, is put as it is now.
        if self.state().staged.remove(&place).is_some() {
            swap::discard(root, disk, &place);
        }
        if is_same(before, &files) {
            self.state().entries.insert(entry.path.clone(), entry);
            return Ok(Outcome::Unchanged);
        }
        self.keep_out(&place, before)?;
        let written = swap::stage(root, disk, &place, &files)?;
        self.state()
            .staged
            .insert(place, Staged::Write(written, entry));
        Ok(Outcome::Written)
    }

    /// Takes a bundle out of the store at the next commit; whether it was there.
    pub fn remove(&self, place: impl Into<Place>) -> Result<bool, StoreError> {
        let place = place.into();
        let Some(before) = self.stored(&place)? else {
            return Ok(false);
        };
        self.keep_out(&place, Some(&before))?;
        let staged = self.state().staged.insert(place.clone(), Staged::Remove);
        if matches!(staged, Some(Staged::Write(..))) {
            swap::discard(&self.root, self.disk(), &place);
        }
        Ok(true)
    }

    /// How many bundles wait for a commit.
    pub fn staged(&self) -> usize {
        self.state().staged.len()
    }

    /// Fails if the folder of a bundle holds something that would be lost with it.
    fn keep_out(&self, place: &Place, before: Option<&Stored>) -> Result<(), StoreError> {
        if self.root.kind(place.path())? != Found::Folder {
            return Ok(());
        }
        let known = |path: &str| before.is_some_and(|before| before.files.contains_key(path));
        for path in read::paths(&self.folder(place))? {
            if !known(&path) && !is_litter(&path) {
                return Err(StoreError::InTheWay(self.folder(place).join(path)));
            }
        }
        Ok(())
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A thread that died holds no half of a change: each is made in one call.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn disk(&self) -> &dyn Disk {
        self.disk.as_ref()
    }
}

impl State {
    /// Takes the paths of a bundle, unless another bundle has them on a disk that ignores case.
    pub(super) fn claim(&mut self, place: &Place) -> Result<(), StoreError> {
        for path in [&place.name().namespace, place.path()] {
            match self.paths.get(&folded(path)) {
                Some(taken) if taken != path => {
                    return Err(StoreError::Collision {
                        a: taken.clone(),
                        b: path.to_owned(),
                    });
                }
                Some(_) => {}
                None => {
                    self.paths.insert(folded(path), path.to_owned());
                }
            }
        }
        Ok(())
    }
}

/// Makes the root and the folders above it as far as they are missing.
fn create(path: &Path, disk: &dyn Disk) -> Result<(), StoreError> {
    // Links above the root are the user's own, and are followed.
    let missing = |path: &&Path| !path.as_os_str().is_empty() && fs::metadata(path).is_err();
    let folders: Vec<&Path> = path.ancestors().take_while(missing).collect();
    for folder in folders.into_iter().rev() {
        disk.create_folder(folder)
            .map_err(|error| StoreError::from_io(folder, error))?;
    }
    Ok(())
}

/// Keeps other runs from writing, where the disk knows locks; without, the swaps are still safe.
fn lock(root: &Root) -> Result<Lock, StoreError> {
    let path = root.path().join(MARKER);
    let lock = Lock::new(&path).map_err(|error| StoreError::from_io(&path, error))?;
    lock.ok_or_else(|| StoreError::Busy(root.path().to_owned()))
}
