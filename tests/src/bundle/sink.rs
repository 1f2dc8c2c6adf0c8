//! Where the files of a bundle go: a zip with one folder, or a plain folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Writes the content of one file.
pub(super) type Content<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// Takes files by their path inside the bundle.
pub(super) trait Sink {
    fn file(&mut self, path: &str, content: Content<'_>) -> io::Result<()>;

    fn text(&mut self, path: &str, text: &str) -> io::Result<()> {
        self.file(path, &mut |out| out.write_all(text.as_bytes()))
    }
}

/// Files below a folder.
pub(super) struct DirectorySink {
    root: PathBuf,
}

impl DirectorySink {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }
}

impl Sink for DirectorySink {
    fn file(&mut self, path: &str, content: Content<'_>) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = BufWriter::new(File::create(path)?);
        content(&mut out)?;
        out.flush()
    }
}

/// Entries of a zip, with an entry for each folder as `zip -r` writes them.
pub(super) struct ZipSink {
    zip: ZipWriter<BufWriter<File>>,
    root: String,
    folders: BTreeSet<String>,
    level: Option<i64>,
}

impl ZipSink {
    pub(super) fn create(path: &Path, root: &str, level: Option<i64>) -> io::Result<Self> {
        let zip = ZipWriter::new(BufWriter::new(File::create(path)?));
        Ok(Self {
            zip,
            root: root.into(),
            folders: BTreeSet::new(),
            level,
        })
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.zip.finish()?.flush()
    }

    fn options(&self, path: &str) -> SimpleFileOptions {
        let packed = Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "zip");
        let options = SimpleFileOptions::default();
        if packed || self.level == Some(0) {
            options.compression_method(CompressionMethod::Stored)
        } else {
            options
                .compression_method(CompressionMethod::Deflated)
                .compression_level(self.level)
        }
    }

    fn folder(&mut self, path: &str) -> io::Result<()> {
        if self.folders.insert(path.into()) {
            if let Some((above, _)) = path.rsplit_once('/') {
                self.folder(above)?;
            }
            self.zip.add_directory(path, SimpleFileOptions::default())?;
        }
        Ok(())
    }
}

impl Sink for ZipSink {
    fn file(&mut self, path: &str, content: Content<'_>) -> io::Result<()> {
        let options = self.options(path);
        let path = format!("{}/{path}", self.root);
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.folder(folder)?;
        }
        self.zip.start_file(path.as_str(), options)?;
        content(&mut self.zip)
    }
}
