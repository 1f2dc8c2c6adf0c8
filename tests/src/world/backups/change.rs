//! One step from the sound set to a broken one.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::line::{Line, Span};
use super::part::{Part, Target};
use super::plan::{Disk, Plan};
use super::pointer;
use super::words::Words;
use crate::world::{World, edit};

/// What is changed, and how; what matches nothing is an error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// A backup as `namespace/name`, which is changed itself if there is no `part`.
    #[serde(default)]
    of: Option<String>,
    /// Disk of the backup by the name of its volume in the VM, whose words can be used; without it a part is that of
    /// every disk.
    #[serde(default)]
    disk: Option<String>,
    /// What of the disk is changed.
    #[serde(default)]
    part: Option<Part>,
    /// Instead of `of`: any object.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
    /// Releases in which this step is taken.
    #[serde(default)]
    releases: Span,
    /// A JSON merge patch.
    #[serde(default)]
    merge: Option<Value>,
    /// Values by JSON pointer; `-` at its end appends to an array.
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// JSON pointers.
    #[serde(default)]
    remove: Vec<String>,
    /// Takes the object away.
    #[serde(default)]
    delete: bool,
    /// Objects that come in addition.
    #[serde(default)]
    add: Vec<Value>,
}

impl Change {
    /// Takes the step; the words of a disk stand for what belongs to it.
    pub(super) fn apply(
        &self,
        world: &mut World,
        plans: &[Plan],
        line: Line,
    ) -> Result<(), String> {
        if !self.releases.holds(line) {
            return Ok(());
        }
        for (words, target) in self.targets(plans, line)? {
            for object in &self.add {
                world.objects.push(words.put_into(object)?);
            }
            match target {
                Some(target) => self.change(world, &target, &words)?,
                None if self.add.is_empty() || self.changes() => {
                    return Err("a change that does not say of what".into());
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The objects that are meant, each with the words of its disk.
    fn targets(&self, plans: &[Plan], line: Line) -> Result<Vec<(Words, Option<Target>)>, String> {
        let Some(of) = &self.of else {
            let target = self.kind.as_ref().map(|kind| Target {
                kind: kind.clone(),
                namespace: self.namespace.clone(),
                name: self.name.clone(),
                disk: None,
            });
            return Ok(vec![(Words::default(), target)]);
        };
        let plan = plans.iter().find(|plan| plan.key() == *of);
        let plan = plan.ok_or_else(|| format!("no backup {of} to change"))?;
        if self.part.is_none() && self.disk.is_none() {
            return Ok(vec![(Words::default(), Some(Target::backup(plan, None)))]);
        }
        let wanted = |disk: &&Disk| self.disk.as_ref().is_none_or(|name| *name == disk.name);
        let targets: Vec<_> = plan
            .disks
            .iter()
            .filter(wanted)
            .map(|disk| {
                let itself = || self.changes().then(|| Target::backup(plan, None));
                let part = self.part.map(|part| part.target(plan, disk, line));
                (Words::of(plan, disk, line), part.or_else(itself))
            })
            .collect();
        if targets.is_empty() {
            return Err(format!("no disk {:?} of {of} to change", self.disk));
        }
        Ok(targets)
    }

    fn changes(&self) -> bool {
        self.merge.is_some() || self.delete || !self.set.is_empty() || !self.remove.is_empty()
    }

    fn change(&self, world: &mut World, target: &Target, words: &Words) -> Result<(), String> {
        let Target {
            kind,
            namespace,
            name,
            ..
        } = target;
        let at = world
            .objects
            .iter()
            .position(|object| edit::is_named(object, kind, namespace, name))
            .ok_or_else(|| format!("no {kind} {namespace}/{name} to change"))?;
        if self.delete {
            world.objects.remove(at);
            return Ok(());
        }
        let mut place = &mut world.objects[at];
        if let Some(disk) = &target.disk {
            place = place["status"]["volumeBackups"]
                .as_array_mut()
                .and_then(|records| {
                    records
                        .iter_mut()
                        .find(|r| r["volumeName"] == disk.as_str())
                })
                .ok_or_else(|| format!("no record of {disk} in {namespace}/{name}"))?;
        }
        if let Some(merge) = &self.merge {
            edit::merge_patch(place, &words.put_into(merge)?);
        }
        for pointer in &self.remove {
            pointer::remove(place, pointer)?;
        }
        for (pointer, value) in &self.set {
            pointer::set(place, pointer, words.put_into(value)?)?;
        }
        Ok(())
    }
}
