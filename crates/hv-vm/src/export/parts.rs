//! The last step of an export: stamps, header, files.

use serde_json::Value;

use super::folder::{Folder, is_name, object_path};
use super::revision::{self, Before};
use super::{ExportError, Exported};
use crate::graph::{Need, Reached};
use crate::header::{
    Disk, FORMAT, Header, Note, Origin, Reconstructed, Requirements, Unread, VmName,
};
use crate::key::{Key, Kind};
use crate::objects::Objects;
use crate::policy::{Fate, Policy};
use crate::stored::FileBody;
use crate::{digest, normal};

/// API version of our documents.
const API_VERSION: &str = "kubectl-hv.io/v1alpha1";

/// The file of the header.
const HEADER: &str = "bundle.json";

/// Everything of a bundle but its stamps.
pub(super) struct Parts<'a> {
    pub(super) kind: &'static str,
    pub(super) name: VmName,
    pub(super) uid: &'a str,
    pub(super) origin: &'a Origin,
    pub(super) before: Before<'a>,
    pub(super) inherited: Option<revision::Inherited>,
    pub(super) reconstructed: Option<Reconstructed>,
    pub(super) disks: Vec<Disk>,
    pub(super) requirements: Requirements,
    pub(super) unread: Vec<Unread>,
    pub(super) notes: Vec<Note>,
    pub(super) folder: Folder,
    pub(super) fates: Vec<Fate>,
    pub(super) normal: Value,
}

impl Parts<'_> {
    /// The bundle.
    pub(super) fn bundle(self) -> Result<Exported, ExportError> {
        let digest = digest::digest(&self.normal);
        let source = self.before.source(self.origin, self.uid);
        let stamps = revision::stamps(self.before, self.inherited, &self.name, &source, &digest);
        let mut folder = self.folder;
        let mut items = std::mem::take(&mut folder.items);
        items.sort_by(|a, b| a.path.cmp(&b.path));
        let (mut notes, mut unread) = (self.notes, self.unread);
        notes.sort();
        notes.dedup();
        unread.sort_by(|a, b| a.object.cmp(&b.object));
        let header = Header {
            api_version: API_VERSION.to_owned(),
            kind: self.kind.to_owned(),
            format: FORMAT,
            normal_form: normal::VERSION,
            vm: self.name,
            source,
            lineage_id: stamps.lineage_id,
            epoch: stamps.epoch,
            revision: stamps.revision,
            digest,
            parent_digest: stamps.parent_digest,
            reconstructed: self.reconstructed,
            disks: self.disks,
            requirements: self.requirements,
            unread,
            notes,
            items,
        };
        // By way of a value, whose keys are sorted.
        let value = serde_json::to_value(&header).map_err(|error| ExportError::Header {
            vm: format!("{}/{}", header.vm.namespace, header.vm.name),
            why: error.to_string(),
        })?;
        let bytes = FileBody::Bytes(folder.written(&value));
        folder.files.insert(HEADER.to_owned(), bytes);
        Ok(Exported {
            header,
            files: folder.files,
            fates: self.fates,
            normal: self.normal,
        })
    }
}

/// Namespace and name of an object, which become the names of folders.
pub(super) fn name_of(object: &Value) -> Result<VmName, ExportError> {
    let text = |field| object["metadata"][field].as_str().unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    if !is_namespace(namespace) || !is_name(name) {
        return Err(ExportError::Name(format!("{namespace}/{name}")));
    }
    Ok(VmName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

/// No dot, so that a namespace and a name that are joined by one can be told apart.
fn is_namespace(name: &str) -> bool {
    is_name(name) && !name.contains('.')
}

/// Puts the objects that a VM reaches into a folder.
///
/// `instead` makes up for an object that was not found.
pub(super) fn collect(
    policy: &Policy,
    objects: &Objects,
    reached: &[Reached],
    folder: &mut Folder,
    unread: &mut Vec<Unread>,
    mut instead: impl FnMut(&Reached) -> Option<Value>,
) {
    for one in reached.iter().filter(|one| one.need == Need::Collect) {
        if !is_namespace(&one.key.namespace) || !is_name(&one.key.name) {
            // A support bundle can hold anything, and a name becomes the name of a file.
            unread.retain(|known| known.object != one.key);
            unread.push(Unread {
                object: one.key.clone(),
                reason: "Unreadable".to_owned(),
                message: "no object can have this name".to_owned(),
                used_by: one.used_by.clone(),
            });
        } else if let Some(object) = objects.get(&one.key) {
            let applied = policy.apply(one.key.kind, object);
            folder.object(one.key.clone(), &applied.object);
        } else if let Some(made) = instead(one) {
            folder.object(one.key.clone(), &made);
        }
    }
}

/// The path of the file of an object, for those that read it back.
pub(super) fn path_of(kind: Kind, name: &VmName) -> String {
    object_path(&Key::new(kind, &name.namespace, &name.name))
}
