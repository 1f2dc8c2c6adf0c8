//! Bundles of VMs.

mod bad;
mod bytes;
mod history;
mod inline;
mod instancetype;
mod random;
mod secrets;
mod template;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::*;
use crate::policy::Policy;
use crate::samples::{self, World};
use crate::stored::Stored;

/// Reading the table takes longer than all else here.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::builtin().unwrap());

/// An export that a test can change before it is made.
pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) state_claim: Option<Key>,
    pub(crate) recipients: Option<Recipients>,
    pub(crate) plaintext: bool,
    pub(crate) inline: Inline,
    pub(crate) before: Option<Stored>,
}

impl Case {
    pub(crate) fn new() -> Self {
        Self {
            world: samples::world(),
            state_claim: Some(samples::state_claim()),
            recipients: None,
            plaintext: false,
            inline: Inline::Externalise,
            before: None,
        }
    }

    pub(crate) fn try_export(&self) -> Result<Exported, ExportError> {
        let secrets = match &self.recipients {
            Some(recipients) => Secrets::Encrypt(recipients),
            None if self.plaintext => Secrets::Plaintext,
            None => Secrets::Omit,
        };
        let request = Request {
            vm: &self.world.vm,
            objects: &self.world.objects,
            state_claim: self.state_claim.clone(),
            origin: &self.world.origin,
            reconstructed: None,
            secrets,
            inline: self.inline,
            before: self.before.as_ref(),
        };
        export(&POLICY, request)
    }

    pub(crate) fn export(&self) -> Exported {
        self.try_export().unwrap()
    }

    pub(crate) fn header(&self) -> Header {
        self.export().header
    }

    /// Puts a bundle where the next run finds it.
    pub(crate) fn store(&mut self) -> Exported {
        let exported = self.export();
        let old = self.before.take();
        let mut files = BTreeMap::new();
        for (path, body) in &exported.files {
            let bytes = match body {
                FileBody::Kept => old.as_ref().unwrap().files[path].clone(),
                body => body.bytes().unwrap().to_vec(),
            };
            files.insert(path.clone(), bytes);
        }
        let header = serde_json::from_slice(&files["bundle.json"]).unwrap();
        self.before = Some(Stored { header, files });
        exported
    }
}

/// Everything that a run would write or print.
pub(crate) fn all_text(exported: &Exported) -> String {
    let mut text = format!("{exported:?} {:?}", exported.fates);
    for body in exported.files.values() {
        text.push_str(&String::from_utf8_lossy(body.bytes().unwrap_or_default()));
    }
    text.push_str(&exported.normal.to_string());
    text
}

/// A file of a bundle as JSON.
pub(crate) fn json(exported: &Exported, path: &str) -> Value {
    let body = exported
        .files
        .get(path)
        .unwrap_or_else(|| panic!("{path} is not there"));
    serde_json::from_slice(body.bytes().unwrap()).unwrap()
}

/// The stored VM.
pub(crate) fn stored_vm(exported: &Exported) -> Value {
    json(exported, "objects/virtualmachine.web01.json")
}

/// Codes of the notes, each once.
pub(crate) fn codes(header: &Header) -> Vec<&str> {
    let mut codes: Vec<&str> = header.notes.iter().map(|note| note.code.as_str()).collect();
    codes.dedup();
    codes
}
