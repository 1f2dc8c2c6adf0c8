//! The commit of a batch: what was written beside the old bundles takes their places.

use std::path::PathBuf;

use super::error::StoreError;
use super::index::{self, Entries};
use super::layout::{INDEX, Place};
use super::write::{Staged, Writer};
use super::{census, marker, swap};

/// The index while it is written.
const UNFINISHED: &str = ".index.json.new";

/// What became of the bundles of a commit.
#[derive(Clone, Debug, Default)]
#[must_use = "bundles may have failed"]
pub struct Flushed {
    /// Bundles that are in the store now, and on the disk.
    pub written: Vec<Place>,
    /// Bundles that are out of the store now.
    pub removed: Vec<Place>,
    /// Bundles that could not be written or removed, each with the reason.
    pub failed: Vec<(Place, StoreError)>,
    /// Why the index could not be written; the bundles do not depend on it.
    pub index: Option<StoreError>,
}

impl Writer {
    /// Commits what waits, and writes the index if it changed.
    pub fn flush(&self) -> Flushed {
        let mut done = self.commit();
        let entries = std::mem::take(&mut self.state().entries);
        done.index = self.save(&entries).err();
        self.save_receipts(&entries);
        self.state().entries = entries;
        done
    }

    /// Makes the index anew from the headers of all bundles; whether it was another one before.
    pub fn rebuild_index(&self) -> Result<bool, StoreError> {
        let census = census::take(&self.root)?;
        let entries = index::complete(&self.root, &census, Entries::new());
        let saved = self.save(&entries);
        self.state().entries = entries;
        saved
    }

    /// Brings what was put to the disk, and then all of it to its places: two syncs for a batch.
    pub fn commit(&self) -> Flushed {
        let mut done = Flushed::default();
        let staged = std::mem::take(&mut self.state().staged);
        if staged.is_empty() {
            return done;
        }
        let written = staged.values().filter_map(|change| match change {
            Staged::Write(paths, _) => Some(paths.as_slice()),
            Staged::Remove => None,
        });
        let written = written.collect::<Vec<_>>().concat();
        if let Err(error) = self.sync(written) {
            for (place, change) in staged {
                if matches!(change, Staged::Write(..)) {
                    swap::discard(&self.root, self.disk(), &place);
                }
                done.failed.push((place, error.clone()));
            }
            return done;
        }
        let changed = staged.keys().map(|place| self.root.join(place.parent()));
        let changed = changed.collect();
        let mut rubbish = Vec::new();
        for (place, change) in staged {
            match self.settle(&place, change, &mut done) {
                Ok(left) => rubbish.extend(left),
                Err(error) => done.failed.push((place, error)),
            }
        }
        // The old bundles go only when the new ones are there to stay.
        match self.sync(changed) {
            Ok(()) => self.clean(rubbish, &done.removed),
            Err(error) => {
                let lost = done.written.drain(..).chain(done.removed.drain(..));
                done.failed.extend(lost.map(|place| (place, error.clone())));
            }
        }
        done
    }

    /// Lets one bundle take its place, or leave it; gives the folder that is of no worth any more.
    fn settle(
        &self,
        place: &Place,
        change: Staged,
        done: &mut Flushed,
    ) -> Result<Option<PathBuf>, StoreError> {
        let (root, disk) = (&self.root, self.disk());
        let path = place.path().to_owned();
        self.state().noted.touched.insert(path);
        match change {
            Staged::Write(_, entry) => {
                let left = swap::swap(root, disk, place)
                    .inspect_err(|_| swap::discard(root, disk, place))?;
                self.state().entries.insert(entry.path.clone(), entry);
                done.written.push(place.clone());
                Ok(left)
            }
            Staged::Remove => {
                let left = swap::retire(root, disk, place)?;
                self.state().entries.remove(place.path());
                done.removed.push(place.clone());
                Ok(Some(left))
            }
        }
    }

    /// Removes what is of no worth any more; what stays is left for the next run.
    fn clean(&self, rubbish: Vec<PathBuf>, removed: &[Place]) {
        for path in rubbish {
            let _ = swap::remove_tree(self.disk(), &path);
        }
        for place in removed {
            // Folders that are empty now; one that is not refuses.
            for (end, _) in place.path().rmatch_indices('/') {
                let _ = self
                    .disk()
                    .remove_folder(&self.root.join(&place.path()[..end]));
            }
        }
    }

    fn sync(&self, mut paths: Vec<PathBuf>) -> Result<(), StoreError> {
        paths.sort();
        paths.dedup();
        if paths.is_empty() {
            return Ok(());
        }
        let root = self.root.path();
        let synced = self.disk().sync(root, &paths);
        synced.map_err(|error| StoreError::from_io(root, error))
    }

    /// Writes the index if it differs from the one that is there; whether it did.
    fn save(&self, entries: &Entries) -> Result<bool, StoreError> {
        let bytes = index::render(entries);
        if self.state().index.as_ref() == Some(&bytes) {
            return Ok(false);
        }
        marker::replace(&self.root, self.disk(), UNFINISHED, INDEX, &bytes)?;
        self.state().index = Some(bytes);
        Ok(true)
    }
}
