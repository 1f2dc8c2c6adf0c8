//! Where bundles go and come from: a folder, one file, or standard output.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal as _, Stdout};
use std::path::Path;

use hv_cli::{ExitKind, Failure};
use hv_vm::header::VmName;
use hv_vm::store::archive::{ArchiveFile, ArchiveWriter};
use hv_vm::store::{self, Flushed, Looks, Outcome, Shelf, Store, StoreError, Writer};
use hv_vm::stored::{FileBody, Stored};

use crate::receipt::{self, Receipt, Receipts};

/// Where an export goes.
pub(crate) enum Place {
    /// A folder with a folder a VM.
    Folder(Box<Writer>),
    /// One compressed file, and what it held before.
    File(Box<ArchiveFile>, BTreeMap<store::Place, Stored>),
    /// One compressed stream.
    Stdout(Box<ArchiveWriter<BufWriter<Stdout>>>),
}

/// A bundle on its way to its place.
pub(crate) struct Parcel {
    pub(crate) place: store::Place,
    pub(crate) before: Option<Before>,
    pub(crate) files: BTreeMap<String, FileBody>,
    /// What is written down if it is unchanged.
    pub(crate) receipt: Option<Receipt>,
}

/// What was exported before.
pub(crate) struct Before {
    pub(crate) stored: Stored,
    /// How its files looked, where there are any.
    looks: Option<Looks>,
}

impl Place {
    /// Opens the place before anything is read, so that a wrong one costs nothing.
    pub(crate) fn open(to: Option<&Path>, private: bool) -> Result<Self, Failure> {
        let to = to.ok_or_else(|| Failure::usage("--to is missing"))?;
        if to == Path::new("-") {
            if io::stdout().is_terminal() {
                let failure = Failure::refused("an archive is not written to a terminal");
                return Err(failure.hint("redirect it, or name a folder with --to"));
            }
            let archive = ArchiveWriter::new(BufWriter::new(io::stdout()), to);
            return archive
                .map(|archive| Self::Stdout(Box::new(archive)))
                .map_err(|error| failure(&error));
        }
        if to.to_string_lossy().ends_with(".tar.zst") {
            let before = match to.exists() {
                true => all(to)?,
                false => BTreeMap::new(),
            };
            let archive = ArchiveFile::create(to, private).map_err(|error| failure(&error))?;
            return Ok(Self::File(Box::new(archive), before));
        }
        let store = Store::create_or_open(to).map_err(|error| failure(&error))?;
        Ok(Self::Folder(Box::new(store)))
    }

    /// What was exported before, if anything was.
    pub(crate) fn before(&self, place: &store::Place) -> Result<Option<Before>, StoreError> {
        match self {
            Self::Folder(store) => {
                let read = store.stored_with_looks(place)?;
                Ok(read.map(|(stored, looks)| Before {
                    stored,
                    looks: Some(looks),
                }))
            }
            Self::File(_, before) => Ok(before.get(place).map(|stored| Before {
                stored: stored.clone(),
                looks: None,
            })),
            Self::Stdout(_) => Ok(None),
        }
    }

    /// Begins to look at what earlier runs wrote down on the same terms.
    pub(crate) fn recall(&self, words: &str) {
        if let Self::Folder(store) = self {
            store.recall(&receipt::terms(words));
        }
    }

    /// What earlier runs wrote down about bundles, where they are in files of their own.
    pub(crate) fn receipts(&self) -> Option<Receipts<'_>> {
        match self {
            Self::Folder(store) => Some(Receipts(store)),
            Self::File(..) | Self::Stdout(_) => None,
        }
    }

    /// Notes that a VM is left out on purpose, and why if that is new.
    pub(crate) fn leave_out(&self, place: &store::Place, receipt: Option<&Receipt>) {
        if let Self::Folder(store) = self {
            let line = receipt.and_then(Receipt::line);
            store.leave_out(place, line.as_deref());
        }
    }

    /// Whether a bundle is there and nobody touched it since that was written down.
    pub(crate) fn is_untouched(&self, place: &store::Place) -> bool {
        match self {
            Self::Folder(store) => store.is_untouched(place),
            Self::File(..) | Self::Stdout(_) => false,
        }
    }

    /// Takes a bundle; tells whether its bytes are others than before.
    pub(crate) fn put(&mut self, parcel: Parcel) -> Result<Outcome, StoreError> {
        let Parcel {
            place,
            before,
            files,
            receipt,
        } = parcel;
        let stored = before.as_ref().map(|before| &before.stored);
        match self {
            Self::Folder(store) => {
                let outcome = store.put_over(&place, stored, files)?;
                if outcome == Outcome::Unchanged
                    && let Some(Before { stored, looks }) = &before
                    && let Some(looks) = looks
                    && let Some(line) = receipt.and_then(|receipt| receipt.line())
                {
                    store.write_down(&place, stored, looks, &line);
                }
                Ok(outcome)
            }
            Self::File(archive, _) => match archive.writer() {
                Some(archive) => archive.put(&place, stored, files),
                None => Ok(Outcome::Unchanged),
            },
            Self::Stdout(archive) => archive.put(&place, stored, files),
        }
    }

    /// Keeps what was exported before, since there is nothing new.
    pub(crate) fn keep(&mut self, place: &store::Place) -> Result<(), StoreError> {
        let Self::File(archive, before) = self else {
            return Ok(());
        };
        if let (Some(before), Some(archive)) = (before.get(place), archive.writer()) {
            let kept = before
                .files
                .keys()
                .map(|path| (path.clone(), FileBody::Kept));
            archive.put(place, Some(before), kept.collect())?;
        }
        Ok(())
    }

    /// What was exported before.
    pub(crate) fn list(&self) -> Vec<store::Place> {
        match self {
            Self::Folder(store) => store.at_first().to_vec(),
            Self::File(_, before) => before.keys().cloned().collect(),
            Self::Stdout(_) => Vec::new(),
        }
    }

    /// Forgets a VM that the cluster has no longer.
    pub(crate) fn remove(&mut self, place: &store::Place) -> Result<(), StoreError> {
        match self {
            Self::Folder(store) => store.remove(place).map(drop),
            Self::File(..) | Self::Stdout(_) => Ok(()),
        }
    }

    /// Brings what was taken to the disk; gives the VMs of which that failed.
    pub(crate) fn commit(&mut self) -> Vec<(VmName, StoreError)> {
        match self {
            Self::Folder(store) => failed(store.commit()),
            Self::File(..) | Self::Stdout(_) => Vec::new(),
        }
    }

    /// Writes what is not on disk yet; gives the VMs of which that failed.
    pub(crate) fn finish(self) -> Result<Vec<(VmName, StoreError)>, Failure> {
        match self {
            Self::Folder(store) => Ok(failed(store.flush())),
            Self::File(archive, _) => {
                archive.finish().map_err(|error| failure(&error))?;
                Ok(Vec::new())
            }
            Self::Stdout(archive) => {
                archive.finish().map_err(|error| failure(&error))?;
                Ok(Vec::new())
            }
        }
    }

    /// Whether standard output is taken.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }
}

fn failed(flushed: Flushed) -> Vec<(VmName, StoreError)> {
    flushed
        .failed
        .into_iter()
        .map(|(place, error)| (place.name().clone(), error))
        .collect()
}

/// Reads the VMs of a store, of a namespace or of a VM in it, or of an archive.
pub(crate) fn load(path: &Path) -> Result<BTreeMap<VmName, Stored>, Failure> {
    let bundles = all(path)?.into_iter();
    let vms = bundles.filter(|(place, _)| place.shelf() == Shelf::Vm);
    Ok(vms
        .map(|(place, stored)| (place.name().clone(), stored))
        .collect())
}

/// Reads all bundles, those of templates too.
pub(crate) fn all(path: &Path) -> Result<BTreeMap<store::Place, Stored>, Failure> {
    let bundles = store::bundles(path).map_err(|error| failure(&error))?;
    bundles
        .into_iter()
        .map(|bundle| {
            let stored = bundle.stored.map_err(|error| failure(&error))?;
            Ok((bundle.place, stored))
        })
        .collect()
}

/// A failure of a store as people read it.
pub(crate) fn failure(error: &StoreError) -> Failure {
    let kind = match error {
        StoreError::NotOurs { .. }
        | StoreError::NewerFormat { .. }
        | StoreError::HostileLink(_)
        | StoreError::InTheWay(_) => ExitKind::Refused,
        _ => ExitKind::Failed,
    };
    let failure = Failure::new(kind, error.to_string());
    let hint = match error {
        StoreError::Missing(_) => "a bundle store is made with {cmd} vm -A --to PATH",
        StoreError::NotOurs { .. } => "name an empty folder, or one that an export made",
        StoreError::NewerFormat { .. } => "a newer release of this plugin reads it",
        StoreError::Broken { .. } => "{cmd} verify PATH names everything that is wrong",
        StoreError::HostileLink(_) => "look where the link comes from, and remove it",
        StoreError::Busy(_) => "wait for the other run, or look whether it still lives",
        StoreError::NoPermission { .. } => "choose a place that this user can write to",
        StoreError::Full { .. } => "what was there before is whole; make room and run it again",
        _ => return failure,
    };
    failure.hint(hint)
}
