//! What a bundle was made of: if all of it is as it was, so is the bundle.

use std::path::Path;

use hv_vm::store::Writer;
use hv_vm::{Key, digest, header, normal, store};
use serde::{Deserialize, Serialize};

use crate::report::Exported;

/// What is written down about a bundle that was found unchanged, or about a VM that was left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// Digest of where it was read.
    pub(crate) origin: String,
    /// The claim of persistent firmware state.
    pub(crate) state_claim: Option<String>,
    /// Every object that was looked at, the VM among them.
    pub(crate) inputs: Vec<Input>,
    /// How the VM is reported.
    pub(crate) item: Exported,
}

/// An object, and how it was found.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Input {
    #[serde(rename = "k")]
    pub(crate) key: Key,
    /// Whether something refers to it, so that it is to be asked for.
    #[serde(rename = "a")]
    pub(crate) asked: bool,
    /// Where it stands, or that it is not there.
    #[serde(rename = "s")]
    pub(crate) stamp: String,
}

/// The receipts of a store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receipts<'a>(pub(crate) &'a Writer);

impl Receipts<'_> {
    /// The receipt of a VM.
    pub(crate) fn of(self, vm: &header::VmName) -> Option<Receipt> {
        serde_json::from_str(self.0.about(&store::Place::vm(vm))?).ok()
    }
}

/// The terms of a run: the program, what it writes, and the words of the user.
pub(crate) fn terms(words: &str) -> String {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(build).unwrap_or_default();
    let versions = (header::FORMAT, normal::VERSION, env!("CARGO_PKG_VERSION"));
    digest::bytes(format!("{program} {versions:?} {words}").as_bytes())
}

/// Digest of where VMs are read.
pub(crate) fn origin(origin: &header::Origin) -> String {
    digest::bytes(format!("{origin:?}").as_bytes())
}

impl Receipt {
    /// The receipt as it is written down: one line.
    pub(crate) fn line(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

/// Tells builds of one version apart: another build may export otherwise.
fn build(program: &Path) -> Option<String> {
    let found = program.metadata().ok()?;
    Some(format!("{} {:?}", found.len(), found.modified().ok()?))
}
