//! Makes the bundle of a VM out of what was read of its cluster.

mod disks;
pub(crate) mod folder;
mod inline;
mod instancetype;
mod make;
mod notes;
mod parts;
mod revision;
mod source;
mod template;
mod unread;

#[cfg(test)]
pub(crate) mod tests;

pub use make::export;
pub use template::export_template;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::header::{Header, Origin, Reconstructed};
use crate::key::Key;
use crate::objects::Objects;
use crate::policy::Fate;
use crate::secrets::Recipients;
pub use crate::stored::FileBody;
use crate::stored::Stored;

/// What a bundle is made of.
#[derive(Clone)]
pub struct Request<'a> {
    /// The VM, or the template, as the API server gives it.
    pub vm: &'a Value,
    /// Everything that was read.
    pub objects: &'a Objects,
    /// The claim of persistent firmware state, if there is one.
    pub state_claim: Option<Key>,
    /// Where it was read; the uid is taken from the VM.
    pub origin: &'a Origin,
    /// What was guessed, where the source is no cluster.
    pub reconstructed: Option<Reconstructed>,
    /// What becomes of Secrets.
    pub secrets: Secrets<'a>,
    /// What becomes of cloud-init text inside the VM.
    pub inline: Inline,
    /// The bundle as it is in the store now.
    pub before: Option<&'a Stored>,
}

/// What becomes of Secrets.
#[derive(Clone, Copy, Debug)]
pub enum Secrets<'a> {
    /// None is read; names, keys and users are written down.
    Omit,
    /// Each becomes a file that only the recipients can read.
    Encrypt(&'a Recipients),
    /// Each becomes an object like any other.
    Plaintext,
}

/// What becomes of cloud-init text inside a VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline {
    /// It becomes a Secret that the VM refers to.
    Externalise,
    /// It stays.
    Keep,
    /// The VM is not exported.
    Refuse,
}

/// A bundle.
#[derive(Clone)]
pub struct Exported {
    /// Its header; it is also the file `bundle.json`.
    pub header: Header,
    /// Every file of the folder, by path.
    pub files: BTreeMap<String, FileBody>,
    /// What became of each field of the VM.
    pub fates: Vec<Fate>,
    /// The normal form that the digest is of.
    pub normal: Value,
}

/// Why there is no bundle.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The VM holds cloud-init text, and the user asked for none.
    #[error("\"{vm}\" holds cloud-init text: {}", paths.join(", "))]
    Inline {
        /// Its name.
        vm: String,
        /// Fields that hold it.
        paths: Vec<String>,
    },
    /// The object has no namespace or name, or one that cannot be a file's name.
    #[error("\"{0}\" is no name of a VM")]
    Name(String),
    /// A secret could not be encrypted.
    #[error("encrypt secret \"{name}\": {why}")]
    Encrypt {
        /// Name of the secret.
        name: String,
        /// Why not.
        why: String,
    },
    /// A header that does not serialise.
    #[error("write the header of VM \"{vm}\": {why}")]
    Header {
        /// Namespace and name.
        vm: String,
        /// Why not.
        why: String,
    },
}

// The VM may hold text that is secret, so that neither prints what is in it.

impl fmt::Debug for Request<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("origin", &self.origin)
            .field("secrets", &self.secrets)
            .field("inline", &self.inline)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Exported {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Exported")
            .field("header", &self.header)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
