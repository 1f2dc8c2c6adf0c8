//! Receipts: what bundles were made of and how their files looked, so that those that are as they
//! were need not be made and read again.
//!
//! They are a cache of this machine, beside the bundles and no part of them: a receipt is worth
//! something only as long as each file has the very stamp that it had when its bytes were compared,
//! and whatever is odd about a receipt is as if there were none.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::hash::Hasher as _;
use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::disk::{self, Disk, Found, Stamp};
use super::index::{Entries, Entry};
use super::layout::{HEADER, Place};
use super::read::Stamps;
use super::root::Root;

/// The folder of what is worth nothing elsewhere; git passes it over by itself.
const FOLDER: &str = ".kubectl-hv-cache";
const IGNORE: &str = ".gitignore";
const FILE: &str = "receipts";
/// The receipts while they are written; when it was made is when the run began, by the disk's clock.
const UNFINISHED: &str = ".receipts.new";

/// The first words of the file.
const FORMAT: &str = "kubectl-hv receipts 1";
/// Much more than those of any store.
const LARGEST: u64 = 1 << 30;

/// A file that was changed so shortly before a run may be changed again without another time of its
/// change: disks count in steps of up to two seconds.
const SETTLED_NANOS: i64 = 2_000_000_000;

/// What became of a bundle's files since its receipt.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    /// None for what has no bundle on purpose.
    entry: Option<Entry>,
    files: Vec<(String, Stamp)>,
}

/// The receipts of runs on the same terms.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    terms: String,
    text: String,
    /// Where each line is, by path.
    lines: HashMap<String, Range<usize>>,
    /// Entries of the bundles of which no file was touched.
    untouched: HashMap<String, Entry>,
}

/// One line, taken apart.
struct Line<'a> {
    path: &'a str,
    receipt: &'a str,
    about: &'a str,
}

impl Receipts {
    /// Reads receipts; those on other terms, and lines that are damaged, are left out.
    pub(super) fn load(root: &Root, terms: &str) -> Self {
        let mut loaded = Self {
            terms: terms.to_owned(),
            ..Self::default()
        };
        let path = root.path().join(FOLDER).join(FILE);
        let is_folder = matches!(disk::kind(&root.path().join(FOLDER)), Ok(Found::Folder));
        let bytes = is_folder.then(|| disk::read(&path, LARGEST).ok()).flatten();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text.filter(|text| text.starts_with(&heading(terms))) else {
            return loaded;
        };
        let mut start = heading(terms).len();
        while let Some(length) = text[start..].find('\n') {
            let line = start..start + length;
            if let Some(Line { path, receipt, .. }) = Line::parse(&text[line.clone()]) {
                if let Some(entry) = untouched(root, path, receipt) {
                    loaded.untouched.insert(path.to_owned(), entry);
                }
                loaded.lines.insert(path.to_owned(), line);
            }
            start += length + 1;
        }
        loaded.text = text;
        loaded
    }

    /// What was written down about a bundle.
    pub(super) fn about(&self, place: &Place) -> Option<&str> {
        let line = &self.text[self.lines.get(place.path())?.clone()];
        Some(Line::parse(line)?.about)
    }

    /// The entry of a bundle, if no file of it was touched.
    pub(super) fn untouched(&self, place: &Place) -> Option<&Entry> {
        self.untouched.get(place.path())
    }

    /// The lines that stay, with the new ones among them; nothing if they are as they were.
    pub(super) fn renewed(&self, entries: &Entries, noted: &Noted) -> Option<String> {
        let mut text = heading(&self.terms);
        let paths: BTreeSet<&String> = entries.keys().chain(&noted.left_out).collect();
        for path in paths {
            if let Some(line) = noted.lines.get(path) {
                text.push_str(line);
            } else if let Some(line) = self.lines.get(path)
                && !noted.touched.contains(path)
            {
                text.push_str(&self.text[line.clone()]);
            } else {
                continue;
            }
            text.push('\n');
        }
        let nothing = self.text.is_empty() && text.len() == heading(&self.terms).len();
        (!nothing && text != self.text).then_some(text)
    }
}

/// What a run has to say about receipts.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// New lines, by path.
    pub(super) lines: HashMap<String, String>,
    /// Paths of bundles that were written or removed.
    pub(super) touched: BTreeSet<String>,
    /// Paths that have no bundle on purpose.
    pub(super) left_out: BTreeSet<String>,
}

impl<'a> Line<'a> {
    /// Takes a line apart, if it is whole.
    fn parse(line: &'a str) -> Option<Self> {
        let (sum, rest) = line.split_once('\t')?;
        let (path, more) = rest.split_once('\t')?;
        let (receipt, about) = more.split_once('\t')?;
        (sum == sum_of(rest)).then_some(Self {
            path,
            receipt,
            about,
        })
    }
}

/// The entry of a bundle, if each of its files has the stamp that it had.
fn untouched(root: &Root, path: &str, receipt: &str) -> Option<Entry> {
    let Receipt { entry, files } = serde_json::from_str(receipt).ok()?;
    let entry = entry?;
    if entry.path != path || files.first()?.0 != HEADER || root.kind(path).ok()? != Found::Folder {
        return None;
    }
    let folder = root.join(path);
    let mut inner = BTreeSet::new();
    for (name, stamp) in &files {
        if let Some((outer, _)) = name.split_once('/')
            && inner.insert(outer)
            && disk::kind(&folder.join(outer)).ok()? != Found::Folder
        {
            return None;
        }
        if Stamp::at(&folder.join(name)) != Some(*stamp) {
            return None;
        }
    }
    Some(entry)
}

/// The line of a bundle; none if its files could be changed without a trace.
pub(super) fn line(entry: &Entry, stamps: &Stamps, began: i64, about: &str) -> Option<String> {
    let settled = |stamp: &Stamp| stamp.changed().saturating_add(SETTLED_NANOS) <= began;
    let mut files = Vec::with_capacity(stamps.len());
    for (path, stamp) in stamps {
        files.push((path.clone(), stamp.filter(settled)?));
    }
    let receipt = Receipt {
        entry: Some(entry.clone()),
        files,
    };
    written(&entry.path, &receipt, about)
}

/// The line of what has no bundle on purpose.
pub(super) fn line_without_bundle(path: &str, about: &str) -> Option<String> {
    let receipt = Receipt {
        entry: None,
        files: Vec::new(),
    };
    written(path, &receipt, about)
}

fn written(path: &str, receipt: &Receipt, about: &str) -> Option<String> {
    let receipt = serde_json::to_string(receipt).ok()?;
    let rest = format!("{path}\t{receipt}\t{about}");
    (!about.contains('\n')).then(|| format!("{}\t{rest}", sum_of(&rest)))
}

/// Begins to write receipts; gives the time by the disk's clock.
pub(super) fn begin(root: &Root, disk: &dyn Disk) -> Option<i64> {
    let folder = root.path().join(FOLDER);
    match disk::kind(&folder).ok()? {
        Found::Missing => disk.create_folder(&folder).ok()?,
        Found::Folder => {}
        _ => return None,
    }
    if disk::kind(&folder.join(IGNORE)).ok()? == Found::Missing {
        disk.create_file(&folder.join(IGNORE), b"*\n", false).ok()?;
    }
    let unfinished = clear(root, disk)?;
    disk.create_file(&unfinished, b"", false).ok()?;
    Some(Stamp::at(&unfinished)?.changed())
}

/// Lets receipts take their place, or leaves those that are there.
///
/// Nothing waits for the disk: half a file is found out when it is read.
pub(super) fn finish(root: &Root, disk: &dyn Disk, text: Option<&str>) -> Option<()> {
    let unfinished = clear(root, disk)?;
    if let Some(text) = text {
        disk.create_file(&unfinished, text.as_bytes(), false).ok()?;
        let file = root.path().join(FOLDER).join(FILE);
        disk.rename(&unfinished, &file).ok()?;
    }
    Some(())
}

/// Removes what an earlier run, or the beginning of this one, left.
fn clear(root: &Root, disk: &dyn Disk) -> Option<PathBuf> {
    let unfinished = root.path().join(FOLDER).join(UNFINISHED);
    match disk::kind(&unfinished).ok()? {
        Found::Missing => {}
        Found::Folder => return None,
        _ => disk.remove_file(&unfinished).ok()?,
    }
    Some(unfinished)
}

fn heading(terms: &str) -> String {
    format!("{FORMAT} {terms}\n")
}

/// Tells a damaged line from a whole one; another release may count otherwise, and reads no other's.
fn sum_of(text: &str) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    let mut sum = String::with_capacity(16);
    let _ = write!(sum, "{:016x}", hasher.finish());
    sum
}
