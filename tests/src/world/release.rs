//! What one release has that others do not: versions, settings, patches of the shared objects.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::edit::{is_named, merge_patch};
use super::machine::{Machine, Modes};
use super::{World, WorldError, sources};

/// The file of one release.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Release {
    /// Words for `$(word)` in the shared files.
    words: BTreeMap<String, String>,
    pub(super) kubernetes: String,
    pub(super) namespaces_in_bundle: Vec<String>,
    #[serde(default)]
    pub(super) absent_groups: Vec<String>,
    /// Values of Harvester settings.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// Shared objects that this release lacks.
    #[serde(default)]
    without: Vec<Target>,
    /// Merge patches on shared objects.
    #[serde(default)]
    patches: Vec<Patch>,
    /// Objects of this release only.
    #[serde(default)]
    pub(super) objects: Vec<Value>,
    /// VMs of the shared table that this release lacks.
    #[serde(default)]
    pub(super) without_machines: Vec<String>,
    /// How volumes of a class are claimed, where this release differs.
    #[serde(default)]
    pub(super) classes: BTreeMap<String, Modes>,
    /// VMs of this release only.
    #[serde(default)]
    pub(super) machines: Vec<Machine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    kind: String,
    #[serde(default)]
    namespace: String,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    kind: String,
    #[serde(default)]
    namespace: String,
    name: String,
    merge: Value,
}

impl Release {
    pub(super) fn read(name: &str) -> Result<Self, WorldError> {
        let Some((_, text)) = sources::RELEASES.iter().find(|(known, _)| *known == name) else {
            return Err(WorldError::Unknown {
                name: name.into(),
                known: super::names().join(", "),
            });
        };
        serde_saphyr::from_str(text)
            .map_err(|error| data_error(&format!("releases/{name}.yaml"), &error.to_string()))
    }

    /// Objects of a shared file, with the words of this release put in.
    pub(super) fn documents(&self, file: &str, text: &str) -> Result<Vec<Value>, WorldError> {
        let mut text = text.to_owned();
        for (word, replacement) in &self.words {
            text = text.replace(&format!("$({word})"), replacement);
        }
        if let Some(at) = text.find("$(") {
            let rest: String = text[at..].chars().take(30).collect();
            return Err(data_error(file, &format!("no release word for {rest:?}")));
        }
        serde_saphyr::from_multiple(&text).map_err(|error| data_error(file, &error.to_string()))
    }

    /// Removes, patches and sets what this release has otherwise; names that match nothing are errors.
    pub(super) fn apply(&self, world: &mut World) -> Result<(), WorldError> {
        let file = format!("releases/{}.yaml", world.name);
        for Target {
            kind,
            namespace,
            name,
        } in &self.without
        {
            let before = world.objects.len();
            world
                .objects
                .retain(|object| !is_named(object, kind, namespace, name));
            if world.objects.len() == before {
                return Err(data_error(
                    &file,
                    &format!("no {kind} {namespace}/{name} to leave out"),
                ));
            }
        }
        for Patch {
            kind,
            namespace,
            name,
            merge,
        } in &self.patches
        {
            let found = world
                .objects
                .iter_mut()
                .find(|o| is_named(o, kind, namespace, name));
            let Some(object) = found else {
                return Err(data_error(
                    &file,
                    &format!("no {kind} {namespace}/{name} to patch"),
                ));
            };
            merge_patch(object, merge);
        }
        for (name, value) in &self.settings {
            world.set_setting(name, value);
        }
        Ok(())
    }

    /// Removes all objects of groups this release does not have.
    pub(super) fn drop_absent_groups(&self, world: &mut World) {
        world.objects.retain(|object| {
            let group = object["apiVersion"]
                .as_str()
                .and_then(|v| v.split_once('/'));
            !group.is_some_and(|(group, _)| self.absent_groups.iter().any(|absent| absent == group))
        });
    }
}

pub(super) fn data_error(file: &str, reason: &str) -> WorldError {
    WorldError::Data {
        file: file.into(),
        reason: reason.into(),
    }
}
