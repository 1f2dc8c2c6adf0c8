//! What an object refers to: the graph of a VM, walked from the VM itself.

mod claim;
mod reach;
mod state;
mod vm;
mod volume;

#[cfg(test)]
mod tests;

pub(crate) use claim::{backing_image_key, class_of};
pub use reach::{Reached, reach};
pub use state::{STATE_LABEL, StateClaim, state_claim_label};
pub(crate) use vm::{
    CLAIM_TEMPLATES, ClaimTemplate, IMAGE_ID, claim_templates, list, matcher_kind, network_key,
};
pub(crate) use volume::CLOUD_INIT;

use serde_json::Value;

use crate::key::{Key, Kind};

/// A reference from one object to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// What is referred to.
    pub to: Key,
    /// The field or volume that refers to it.
    pub by: String,
    /// What the bundle needs of it.
    pub need: Need,
    /// The key of a Secret that the field means, where the field says so.
    pub key: Option<String>,
}

/// What a bundle needs of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A description.
    Describe,
    /// The object itself.
    Collect,
    /// The object itself, which is secret: it is read only if the user asks for secrets.
    Secret,
}

/// Everything that an object refers to, in the order of its fields; one object may be named twice.
pub fn references(kind: Kind, object: &Value) -> Vec<Reference> {
    let mut found = Found::new(object);
    if !refers(kind) {
        return found.list;
    }
    match kind {
        Kind::VirtualMachine => vm::machine(&mut found, object),
        Kind::PersistentVolumeClaim => claim::claim(&mut found, object),
        Kind::DataVolume => claim::data_volume(&mut found, object),
        Kind::StorageClass => claim::class(&mut found, object),
        Kind::VirtualMachineImage => claim::image(&mut found, object),
        Kind::BackingImage => claim::backing_image(&mut found, object),
        Kind::VirtualMachineTemplate => vm::template(&mut found, object),
        Kind::VirtualMachineTemplateVersion => vm::template_version(&mut found, object),
        // `refers` names all that have an arm here.
        _ => {}
    }
    found.list
}

/// Whether objects of a kind can refer to others.
pub fn refers(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::VirtualMachine
            | Kind::PersistentVolumeClaim
            | Kind::DataVolume
            | Kind::StorageClass
            | Kind::VirtualMachineImage
            | Kind::BackingImage
            | Kind::VirtualMachineTemplate
            | Kind::VirtualMachineTemplateVersion
    )
}

/// References of one object while its fields are read.
struct Found<'a> {
    namespace: &'a str,
    list: Vec<Reference>,
}

impl<'a> Found<'a> {
    fn new(object: &'a Value) -> Self {
        Self {
            namespace: object["metadata"]["namespace"].as_str().unwrap_or_default(),
            list: Vec::new(),
        }
    }

    fn push(&mut self, to: Key, need: Need, by: String) {
        if !to.name.is_empty() {
            self.list.push(Reference {
                to,
                by,
                need,
                key: None,
            });
        }
    }

    /// An object beside this one.
    fn local(&mut self, kind: Kind, name: &Value, need: Need, by: impl FnOnce() -> String) {
        if let Some(name) = name.as_str() {
            self.push(Key::new(kind, self.namespace, name), need, by());
        }
    }

    /// A key of a Secret, or of what is as secret as one.
    fn secret(&mut self, kind: Kind, name: &Value, key: Option<&str>, by: impl FnOnce() -> String) {
        let before = self.list.len();
        self.local(kind, name, Need::Secret, by);
        for reference in &mut self.list[before..] {
            reference.key = key.map(str::to_owned);
        }
    }
}

/// `namespace/name`, or a name beside the object that says it.
pub(crate) fn qualified<'a>(id: &'a str, namespace: &'a str) -> (&'a str, &'a str) {
    id.split_once('/').unwrap_or((namespace, id))
}
