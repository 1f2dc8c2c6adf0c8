//! An archive as a file, which is old or new and never between.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use super::super::disk::{self, Disk as _, Found, SystemDisk};
use super::super::error::StoreError;
use super::super::selection::Located;
use super::reader;
use super::writer::ArchiveWriter;

/// An archive that is written beside the old one, and takes its place when it is finished.
pub struct ArchiveFile {
    archive: Option<ArchiveWriter<BufWriter<File>>>,
    path: PathBuf,
    unfinished: PathBuf,
}

impl ArchiveFile {
    /// Begins an archive; a private one is for its owner only.
    ///
    /// What is at the path must be an archive of bundles or nothing.
    pub fn create(path: &Path, private: bool) -> Result<Self, StoreError> {
        let path = match fs::canonicalize(path) {
            Ok(full) => {
                check(&full)?;
                full
            }
            Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(StoreError::from_io(path, error)),
        };
        let name = path
            .file_name()
            .ok_or_else(|| StoreError::not_ours(&path, "it is no file"))?;
        let unfinished = path.with_file_name(format!(".{}.new", name.to_string_lossy()));
        match disk::kind(&unfinished)? {
            Found::Missing => {}
            Found::File => {
                // An interrupted run left it, unless its run still holds it.
                if disk::is_locked(&unfinished) {
                    return Err(StoreError::Busy(path));
                }
                remove(&unfinished)?;
            }
            Found::Link => return Err(StoreError::HostileLink(unfinished)),
            Found::Folder | Found::Other => return Err(StoreError::InTheWay(unfinished)),
        }
        let file = disk::create(&unfinished, private)
            .map_err(|error| StoreError::from_io(&unfinished, error))?;
        disk::lock(&file);
        // From here on the file is removed if anything fails.
        let mut created = Self {
            archive: None,
            path,
            unfinished,
        };
        created.archive = Some(ArchiveWriter::new(BufWriter::new(file), &created.path)?);
        Ok(created)
    }

    /// The archive, to put bundles into.
    pub fn writer(&mut self) -> Option<&mut ArchiveWriter<impl std::io::Write + use<>>> {
        self.archive.as_mut()
    }

    /// Lets the archive take its place; whether it differs from what was there.
    pub fn finish(mut self) -> Result<bool, StoreError> {
        let failed = |error| StoreError::from_io(&self.path, error);
        let Some(archive) = self.archive.take() else {
            return Ok(false);
        };
        let file = archive
            .finish()?
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        if same(&self.path, &self.unfinished)? {
            return Ok(false);
        }
        SystemDisk
            .rename(&self.unfinished, &self.path)
            .map_err(failed)?;
        if let Some(folder) = self.path.parent().filter(|it| !it.as_os_str().is_empty()) {
            SystemDisk
                .sync(folder, &[folder.to_owned()])
                .map_err(failed)?;
        }
        Ok(true)
    }
}

impl Drop for ArchiveFile {
    fn drop(&mut self) {
        // It is gone already if it took its place.
        let _ = SystemDisk.remove_file(&self.unfinished);
    }
}

/// Fails if a file is there that is no archive of bundles.
fn check(path: &Path) -> Result<(), StoreError> {
    match Located::find(path) {
        Ok(Located::Archive(file)) => reader::check(file, path),
        Ok(_) => Err(StoreError::not_ours(path, "it is a folder")),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    SystemDisk
        .remove_file(path)
        .map_err(|error| StoreError::from_io(path, error))
}

/// Whether two files hold the same bytes; one that is missing does not.
fn same(one: &Path, other: &Path) -> Result<bool, StoreError> {
    let failed = |error| StoreError::from_io(one, error);
    let (Ok(a), Ok(b)) = (File::open(one), File::open(other)) else {
        return Ok(false);
    };
    let length = |file: &File| file.metadata().map(|found| found.len());
    if length(&a).map_err(failed)? != length(&b).map_err(failed)? {
        return Ok(false);
    }
    let (mut a, mut b) = (BufReader::new(a), BufReader::new(b));
    loop {
        let (x, y) = (a.fill_buf().map_err(failed)?, b.fill_buf().map_err(failed)?);
        let length = x.len().min(y.len());
        if length == 0 || x[..length] != y[..length] {
            return Ok(x.is_empty() && y.is_empty());
        }
        a.consume(length);
        b.consume(length);
    }
}
