//! Finds the support bundle in what a user handed over: a zip, its folder, or a folder above it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Seek as _};
use std::path::Path;
use std::sync::Mutex;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use zip::ZipArchive;
use zip::result::ZipError;

use super::files::{Files, Store, zip_text};
use crate::source::SourceError;

/// How many folders above the root are looked into.
const MAX_DEPTH: usize = 3;
/// How deep `yamls/` is read: scope, namespace, group, version, file.
const YAMLS_DEPTH: usize = 6;

/// Opens a zip file or a folder.
pub(super) fn open(path: &Path) -> Result<Files, SourceError> {
    let name = path.display();
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed(format!("\"{name}\" does not exist")),
        _ => failed(format!("cannot open \"{name}\": {}", io_text(&error))),
    })?;
    if metadata.is_dir() {
        open_folder(path)
    } else {
        open_zip(path)
    }
}

fn open_zip(path: &Path) -> Result<Files, SourceError> {
    let name = path.display();
    let cannot = |error: &io::Error| failed(format!("cannot open \"{name}\": {}", io_text(error)));
    let mut file = File::open(path).map_err(|error| cannot(&error))?;
    let mut start = Vec::new();
    (&mut file)
        .take(4)
        .read_to_end(&mut start)
        .map_err(|error| cannot(&error))?;
    file.rewind().map_err(|error| cannot(&error))?;
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| match error {
        ZipError::Io(error) => cannot(&error),
        _ if start.is_empty() => failed(format!("\"{name}\" is empty")),
        _ if start.starts_with(b"PK") => failed(format!(
            "\"{name}\" is a truncated or damaged zip file: its table of contents is missing"
        )),
        ZipError::InvalidArchive(_) => failed(format!(
            "\"{name}\" is not a zip file; a support bundle is a zip file or the folder unpacked from it"
        )),
        other => failed(format!("cannot open \"{name}\": {}", zip_text(&other))),
    })?;
    let (mut names, mut unsafe_names) = (BTreeMap::new(), 0);
    for index in 0..archive.len() {
        let Some(Ok(entry)) = archive.name_for_index(index) else {
            unsafe_names += 1;
            continue;
        };
        let entry = entry.strip_prefix("./").unwrap_or(&entry);
        if is_safe(entry) {
            names.insert(entry.to_owned(), index);
        } else {
            unsafe_names += 1;
        }
    }
    let root = only_root(&roots(&names), path)?;
    let mut newest = None;
    let mut entries = BTreeMap::new();
    for (full, index) in names {
        let Some(below) = full.strip_prefix(&root) else {
            continue;
        };
        if !is_wanted(below) {
            continue;
        }
        if let Ok(entry) = archive.by_index_data(index) {
            newest = newest.max(entry.last_modified().and_then(time_of));
        }
        entries.insert(below.to_owned(), index);
    }
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let root_name = match root.trim_end_matches('/').rsplit('/').next() {
        Some("") | None => stem.unwrap_or_default(),
        Some(last) => last.to_owned(),
    };
    Ok(Files {
        store: Store::Zip(Mutex::new(archive)),
        root_name,
        entries,
        newest,
        unsafe_names,
    })
}

fn open_folder(path: &Path) -> Result<Files, SourceError> {
    let cannot = |error: &io::Error| {
        failed(format!(
            "cannot open \"{}\": {}",
            path.display(),
            io_text(error)
        ))
    };
    let top = path.canonicalize().map_err(|error| cannot(&error))?;
    let mut found = BTreeSet::new();
    find_roots(&top, &top, MAX_DEPTH, &mut found);
    let below = only_root(&found, path)?;
    let root = top
        .join(&below)
        .canonicalize()
        .map_err(|error| cannot(&error))?;
    let mut entries = BTreeMap::new();
    for name in ["metadata.yaml", "bundleGenerationError.log"] {
        if root.join(name).is_file() {
            entries.insert(name.to_owned(), 0);
        }
    }
    collect(&root.join("yamls"), "yamls", YAMLS_DEPTH, &mut entries);
    let modified = fs::metadata(root.join("metadata.yaml"))
        .and_then(|file| file.modified())
        .ok();
    Ok(Files {
        root_name: root
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        newest: modified.and_then(|time| Timestamp::try_from(time).ok()),
        store: Store::Folder(root),
        entries,
        unsafe_names: 0,
    })
}

/// Prefixes, empty or ending in a slash, below which `metadata.yaml` lies beside `yamls/`.
fn roots(names: &BTreeMap<String, usize>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for name in names.keys() {
        let Some(prefix) = name.strip_suffix("metadata.yaml") else {
            continue;
        };
        if !(prefix.is_empty() || prefix.ends_with('/')) {
            continue;
        }
        let yamls = format!("{prefix}yamls/");
        let beside = names.range(yamls.clone()..).next();
        if beside.is_some_and(|(next, _)| next.starts_with(&yamls)) {
            found.insert(prefix.to_owned());
        }
    }
    let all = found.clone();
    found.retain(|root| {
        !all.iter()
            .any(|other| other != root && root.starts_with(other.as_str()))
    });
    found
}

fn find_roots(top: &Path, folder: &Path, depth: usize, found: &mut BTreeSet<String>) {
    if folder.join("metadata.yaml").is_file() && folder.join("yamls").is_dir() {
        let below = folder
            .strip_prefix(top)
            .unwrap_or(Path::new(""))
            .to_string_lossy();
        found.insert(below.into_owned());
        return;
    }
    if depth == 0 {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            find_roots(top, &entry.path(), depth - 1, found);
        }
    }
}

fn only_root(found: &BTreeSet<String>, path: &Path) -> Result<String, SourceError> {
    let name = path.display();
    let mut roots = found.iter();
    match (roots.next(), roots.next()) {
        (Some(root), None) => Ok(root.clone()),
        (None, _) => Err(failed(format!(
            "\"{name}\" holds no support bundle: nowhere is a metadata.yaml beside a folder yamls"
        ))),
        (Some(_), Some(_)) => {
            let names: Vec<String> = found
                .iter()
                .map(|root| format!("\"{}\"", root.trim_end_matches('/')))
                .collect();
            Err(failed(format!(
                "\"{name}\" holds several support bundles: {}; name one of them",
                names.join(", ")
            )))
        }
    }
}

/// Regular files only: links are neither followed nor listed.
fn collect(folder: &Path, prefix: &str, depth: usize, entries: &mut BTreeMap<String, usize>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
            continue;
        };
        let path = format!("{prefix}/{name}");
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), &path, depth - 1, entries);
        } else if kind.is_file() && is_wanted(&path) {
            entries.insert(path, 0);
        }
    }
}

fn is_wanted(below: &str) -> bool {
    matches!(below, "metadata.yaml" | "bundleGenerationError.log")
        || (below.starts_with("yamls/") && below.strip_suffix(".yaml").is_some())
}

fn is_safe(name: &str) -> bool {
    !name.starts_with('/')
        && !name.contains(['\\', '\0', ':'])
        && !name.split('/').any(|part| matches!(part, "." | ".."))
}

/// The times of a zip have no zone; the collector's clock is UTC.
fn time_of(time: zip::DateTime) -> Option<Timestamp> {
    let part = |number: u8| i8::try_from(number).ok();
    let civil = DateTime::new(
        i16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
        0,
    );
    Some(civil.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn io_text(error: &io::Error) -> String {
    let text = error.to_string().to_lowercase();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

fn failed(text: String) -> SourceError {
    SourceError::Bundle(text)
}
