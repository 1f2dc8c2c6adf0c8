//! Makes support bundles, as a zip and as a folder.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::bundle::SupportBundle;
use crate::source::SourceError;

pub(super) const ROOT: &str = "supportbundle_0d6a_2026-03-04T05-06-07Z";
pub(super) const METADATA: &str =
    "bundlename: made\nbundlecreatedat: \"2026-03-04T05:06:07Z\"\nkubernetesversion: v1.33.5\n";

/// Files below the root, in the order they are written.
#[derive(Clone, Default)]
pub(super) struct Made(Vec<(String, Vec<u8>)>);

impl Made {
    pub(super) fn new() -> Self {
        Self::default().with("metadata.yaml", METADATA)
    }

    pub(super) fn with(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.0.push((path.to_owned(), content.as_ref().to_vec()));
        self
    }

    /// Adds a list the way the collector's writer lays it out.
    pub(super) fn list(self, path: &str, items: &[&str]) -> Self {
        self.with(path, document(items))
    }

    pub(super) fn zip_bytes(&self, root: &str) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = ZipWriter::new(&mut bytes);
        for (path, content) in &self.0 {
            writer
                .start_file(format!("{root}{path}"), packed())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap();
        bytes.into_inner()
    }

    pub(super) fn zip(&self, folder: &TempDir) -> PathBuf {
        let path = folder.path().join(format!("{ROOT}.zip"));
        File::create(&path)
            .unwrap()
            .write_all(&self.zip_bytes(&format!("{ROOT}/")))
            .unwrap();
        path
    }

    pub(super) fn unpacked(&self, folder: &Path) -> PathBuf {
        let root = folder.join(ROOT);
        for (path, content) in &self.0 {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        root
    }

    /// Opens it both ways and hands both to `check`.
    pub(super) fn both(&self, check: impl Fn(&SupportBundle)) {
        let folder = TempDir::new().unwrap();
        check(&SupportBundle::open(&self.zip(&folder)).unwrap());
        check(&SupportBundle::open(&self.unpacked(folder.path())).unwrap());
    }
}

pub(super) fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

pub(super) fn document(items: &[&str]) -> String {
    let mut text = "apiVersion: v1\nitems:\n".to_owned();
    for item in items {
        for (at, line) in item.lines().enumerate() {
            text.push_str(if at == 0 { "- " } else { "  " });
            text.push_str(line);
            text.push('\n');
        }
    }
    text.push_str("kind: List\nmetadata:\n  continue: \"null\"\n  resourceVersion: \"1\"\n");
    text
}

pub(super) fn open_bytes(bytes: &[u8]) -> Result<SupportBundle, SourceError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("b.zip");
    fs::write(&path, bytes).unwrap();
    SupportBundle::open(&path)
}

/// The error's text with the folder's name taken out.
pub(super) fn refusal(path: &Path) -> String {
    let text = SupportBundle::open(path).unwrap_err().to_string();
    text.replace(&path.display().to_string(), "PATH")
}
