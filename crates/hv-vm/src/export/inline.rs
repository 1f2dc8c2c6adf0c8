//! What the user asked for of cloud-init text inside a VM.

use serde_json::Value;

use super::{ExportError, Inline};
use crate::externalise::{self, Lifted};
use crate::graph::Reached;
use crate::header::Note;
use crate::key::Kind;
use crate::policy::{Action, Fate};

/// Where cloud-init text may be, and what is to become of it.
pub(super) struct Text<'a> {
    /// The VM, after which Secrets are named.
    pub(super) owner: &'a str,
    /// The path of the VM's spec in its object.
    pub(super) at: &'a str,
    pub(super) wish: Inline,
    pub(super) reached: &'a [Reached],
}

impl Text<'_> {
    /// Does with the text of a VM's spec what the user asked for.
    pub(super) fn settle(
        &self,
        spec: &mut Value,
        fates: &mut [Fate],
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Lifted>, ExportError> {
        let at = format!("{}.template.spec", self.at);
        let paths = externalise::inline_fields(volumes(spec), &at);
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        match self.wish {
            Inline::Refuse => Err(ExportError::Inline {
                vm: self.owner.to_owned(),
                paths,
            }),
            Inline::Keep => {
                for fate in fates.iter_mut().filter(|fate| paths.contains(&fate.path)) {
                    fate.action = Action::Keep;
                }
                notes.extend(paths.into_iter().map(|path| Note {
                    code: externalise::KEPT.to_owned(),
                    path,
                    message:
                        "The text is in the bundle as it is; it may hold passwords.".to_owned(),
                }));
                Ok(Vec::new())
            }
            Inline::Externalise => {
                let secrets = self
                    .reached
                    .iter()
                    .filter(|one| one.key.kind == Kind::Secret);
                let taken: Vec<&str> = secrets.map(|one| one.key.name.as_str()).collect();
                let volumes = spec.pointer_mut("/template/spec/volumes");
                Ok(volumes.map_or_else(Vec::new, |volumes| {
                    externalise::externalise(self.owner, volumes, &taken, &at, notes)
                }))
            }
        }
    }
}

fn volumes(spec: &Value) -> &Value {
    &spec["template"]["spec"]["volumes"]
}

/// Whether there is text in a VM's spec.
pub(super) fn has_text(spec: &Value) -> bool {
    !externalise::inline_fields(volumes(spec), "").is_empty()
}
