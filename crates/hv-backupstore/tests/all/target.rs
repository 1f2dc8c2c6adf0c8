//! Backup targets made for a test.

use std::fs;
use std::path::{Path, PathBuf};

use hv_backupstore::Folder;
use tempfile::TempDir;

/// A backup target in a folder of its own.
pub(crate) struct Target {
    folder: TempDir,
}

impl Target {
    /// A target with a file for each path; the content is the same everywhere.
    pub(crate) fn with(files: &[&str], content: &str) -> Self {
        let target = Self {
            folder: TempDir::new().unwrap(),
        };
        for file in files {
            target.put(file, content);
        }
        target
    }

    /// A target with empty folders.
    pub(crate) fn with_folders(folders: &[&str]) -> Self {
        let target = Self {
            folder: TempDir::new().unwrap(),
        };
        for folder in folders {
            fs::create_dir_all(target.path(folder)).unwrap();
        }
        target
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    pub(crate) fn put(&self, relative: &str, content: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn open(&self) -> Folder {
        Folder::open(self.root()).unwrap()
    }
}

/// The committed example.
pub(crate) fn example_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store")
}
