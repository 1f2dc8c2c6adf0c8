//! Changes of rendered objects by rules that a person wrote.

mod rules;

pub use rules::Rules;
use serde_json::Value;

use super::assignment::{Rendered, RenderedObject};
use super::render::{APPLIED, write_digest};
use crate::change::{Change, changes};
use crate::header::Disk;
use crate::key::{Key, Kind};
use crate::quantity;

/// What a rule changed of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patched {
    /// The rule, counted from 0.
    pub rule: usize,
    /// The object on the target.
    pub object: Key,
    /// What changed.
    pub changes: Vec<Change>,
}

/// Why rules cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchError {
    /// No object fits a rule.
    #[error("rule [{rule}] ({what}) fits no object that is created")]
    NoObject {
        /// The rule, counted from 0.
        rule: usize,
        /// What it is for.
        what: String,
    },
    /// An operation fails.
    #[error("rule [{rule}] on {object}: operation [{operation}] at \"{path}\": {why}")]
    Operation {
        /// The rule, counted from 0.
        rule: usize,
        /// The object.
        object: String,
        /// The operation, counted from 0.
        operation: usize,
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
    /// The object would not be what the plan says it is.
    #[error("rule [{rule}] on {object}: {why}")]
    Refused {
        /// The rule, counted from 0.
        rule: usize,
        /// The object.
        object: String,
        /// Why.
        why: &'static str,
    },
}

/// Applies rules to the objects of all bundles of a run, and says what changed.
///
/// The objects are as they were if it fails.
pub fn apply(rules: &Rules, rendered: &mut [Rendered]) -> Result<Vec<Patched>, PatchError> {
    let mut patched = Vec::new();
    let mut all: Vec<Rendered> = rendered.to_vec();
    for (number, rule) in rules.0.iter().enumerate() {
        let mut fits_any = false;
        let objects = all.iter_mut().flat_map(|one| &mut one.objects);
        for object in objects.filter(|object| rule.fits(&object.key)) {
            fits_any = true;
            let before = object.object.clone();
            rule.run(number, object)?;
            let changes = changes(&before, &object.object);
            if !changes.is_empty() {
                patched.push(Patched {
                    rule: number,
                    object: object.key.clone(),
                    changes,
                });
            }
        }
        if !fits_any {
            return Err(PatchError::NoObject {
                rule: number,
                what: rule.to_string(),
            });
        }
    }
    if !rules.0.is_empty() {
        for (one, before) in all.iter_mut().zip(rendered.iter()) {
            settle(one, is_stamped(before));
        }
    }
    rendered.clone_from_slice(&all);
    Ok(patched)
}

impl rules::Rule {
    fn fits(&self, key: &Key) -> bool {
        self.kind == key.kind
            && self.name.as_ref().is_none_or(|name| *name == key.name)
            && self
                .namespace
                .as_ref()
                .is_none_or(|namespace| *namespace == key.namespace)
    }

    fn run(&self, number: usize, object: &mut RenderedObject) -> Result<(), PatchError> {
        let before = object.object.clone();
        json_patch::patch_unsafe(&mut object.object, &self.patch).map_err(|error| {
            PatchError::Operation {
                rule: number,
                object: object.key.to_string(),
                operation: error.operation,
                path: error.path.to_string(),
                why: error.kind.to_string(),
            }
        })?;
        match refusal(object, &before) {
            None => Ok(()),
            Some(why) => Err(PatchError::Refused {
                rule: number,
                object: object.key.to_string(),
                why,
            }),
        }
    }
}

impl std::fmt::Display for rules::Rule {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.kind.name())?;
        match (&self.namespace, &self.name) {
            (Some(namespace), Some(name)) => write!(formatter, " {namespace}/{name}"),
            (None, Some(name)) => write!(formatter, " {name}"),
            (Some(namespace), None) => write!(formatter, " in {namespace}"),
            (None, None) => Ok(()),
        }
    }
}

/// What no rule may do.
fn refusal(object: &RenderedObject, before: &Value) -> Option<&'static str> {
    let (key, after) = (&object.key, &object.object);
    let metadata = &after["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or_default();
    if after["kind"] != key.kind.name()
        || after["apiVersion"] != before["apiVersion"]
        || metadata["name"] != key.name.as_str()
        || namespace != key.namespace
    {
        return Some("kind, name and namespace are those of the map");
    }
    let spec = &after["spec"];
    match key.kind {
        Kind::VirtualMachine if spec["runStrategy"] != "Halted" || !spec["running"].is_null() => {
            Some("a VM is always created halted")
        }
        Kind::VirtualMachine if !spec["dataVolumeTemplates"].is_null() => {
            Some("KubeVirt would make disks that no plan knows")
        }
        Kind::VirtualMachine if object.sealed.is_some() && volumes(after) != volumes(before) => {
            Some("its volumes hold cloud-init text and cannot be patched")
        }
        Kind::PersistentVolume if spec["persistentVolumeReclaimPolicy"] != "Retain" => {
            Some("a volume that is there is always retained")
        }
        _ => None,
    }
}

fn volumes(vm: &Value) -> &Value {
    &vm["spec"]["template"]["spec"]["volumes"]
}

/// Whether the VM bears the digest of what is sent, which it does not where the target adds to it.
fn is_stamped(rendered: &Rendered) -> bool {
    let mut objects = rendered.objects.iter();
    let vm = objects.find(|one| one.key.kind == Kind::VirtualMachine);
    vm.is_some_and(|vm| vm.object["metadata"]["annotations"][APPLIED].is_string())
}

/// Writes down what is sent now.
fn settle(rendered: &mut Rendered, stamped: bool) {
    let claims = rendered
        .objects
        .iter()
        .filter(|one| one.key.kind == Kind::PersistentVolumeClaim);
    for claim in claims {
        let disks = rendered.disks.iter_mut();
        for disk in disks.filter(|disk| disk.claim == claim.key.name) {
            as_claimed(disk, &claim.object["spec"]);
        }
    }
    let vm = rendered
        .objects
        .iter_mut()
        .find(|one| one.key.kind == Kind::VirtualMachine);
    if let Some(vm) = vm
        && stamped
    {
        write_digest(&mut vm.object, &rendered.disks, &rendered.texts);
    }
}

fn as_claimed(disk: &mut Disk, spec: &Value) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let size = text(&spec["resources"]["requests"]["storage"]);
    disk.size = size.map(|size| quantity::canonical(&size).unwrap_or(size));
    disk.volume_mode = text(&spec["volumeMode"]);
    disk.class = text(&spec["storageClassName"]);
    let modes = crate::graph::list(&spec["accessModes"]);
    disk.access_modes = modes.iter().filter_map(text).collect();
}
