//! The files of a bundle as bytes: to be written, and as they were read back.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::header::Header;

/// A bundle that was read back.
///
/// Its files may hold secrets, if the user asked for that: they are never printed.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// Its header.
    pub header: Header,
    /// Bytes of its files, by path in the folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Stored {
    /// A file that is JSON; nothing if it is not there or does not parse.
    pub fn json(&self, path: &str) -> Option<Value> {
        serde_json::from_slice(self.files.get(path)?).ok()
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: BTreeMap<_, _> = self.files.iter().map(|(path, b)| (path, b.len())).collect();
        formatter
            .debug_struct("Stored")
            .field("header", &self.header)
            .field("file_sizes", &sizes)
            .finish()
    }
}

/// What a file of a bundle holds.
#[derive(Clone, PartialEq, Eq)]
pub enum FileBody {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, which hold a secret in the clear: only the user may read the file.
    Private(Zeroizing<Vec<u8>>),
    /// The encrypted file of the bundle before stays as it is.
    Kept,
}

impl FileBody {
    /// Its bytes, unless the file of the bundle before stays.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Private(bytes) => Some(bytes),
            Self::Kept => None,
        }
    }

    /// Whether only the user may read the file.
    pub fn is_private(&self) -> bool {
        matches!(self, Self::Private(_))
    }
}

impl fmt::Debug for FileBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(formatter, "Bytes({})", bytes.len()),
            Self::Private(bytes) => write!(formatter, "Private({})", bytes.len()),
            Self::Kept => formatter.write_str("Kept"),
        }
    }
}
