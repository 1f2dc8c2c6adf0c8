//! What `backups.yaml` and the files in `findings/` may say.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::change::Change;
use super::line::Span;
use super::rows::{BackupRow, RestoreRow, ScheduleRow, Target};
use crate::world::release::data_error;
use crate::world::{WorldError, edit, sources};

/// The file of the sound set.
pub(super) const SOUND: &str = "backups.yaml";

/// A set of backups, or what one finding adds to the sound set and changes in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Sheet {
    /// Further codes that the same cause yields, on some release at least.
    #[serde(default)]
    pub(super) also: Vec<String>,
    /// Releases that can come into this state; others keep the sound set.
    #[serde(default)]
    pub(super) releases: Span,
    /// A merge patch on what the sound set says of the backup target.
    #[serde(default)]
    pub(super) backup_target: Value,
    /// How volumes of a class are claimed, as in `machines.yaml`.
    #[serde(default)]
    pub(super) classes: BTreeMap<String, Value>,
    /// VMs of this cluster, as in `machines.yaml`.
    #[serde(default)]
    pub(super) machines: Vec<Value>,
    /// VMs of another cluster that shares the backup target.
    #[serde(default)]
    pub(super) elsewhere: Vec<Value>,
    #[serde(default)]
    pub(super) backups: Vec<BackupRow>,
    #[serde(default)]
    pub(super) schedules: Vec<ScheduleRow>,
    #[serde(default)]
    pub(super) restores: Vec<RestoreRow>,
    /// What is done to the objects, in this order.
    #[serde(default)]
    pub(super) changes: Vec<Change>,
    /// What is done to the files of the backup target.
    #[serde(default)]
    #[serde(rename = "target")]
    pub(super) files: Files,
}

/// Files of the backup target by path.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    #[serde(default)]
    pub(super) write: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) remove: Vec<String>,
}

impl Sheet {
    pub(super) fn sound() -> Result<Self, WorldError> {
        parse(SOUND, sources::BACKUPS)
    }

    pub(super) fn finding(code: &str) -> Result<Self, WorldError> {
        let Some((_, text)) = sources::FINDINGS.iter().find(|(known, _)| *known == code) else {
            return Err(WorldError::Unknown {
                name: format!("+{code}"),
                known: super::codes().join(", "),
            });
        };
        parse(&format!("findings/{code}.yaml"), text)
    }

    /// The backup target; what a finding changed of it is in it.
    pub(super) fn target(&self) -> Result<Target, WorldError> {
        let target = serde_json::from_value(self.backup_target.clone());
        target.map_err(|error| data_error(SOUND, &format!("backupTarget: {error}")))
    }

    /// The sound set together with what a finding adds; its changes are the finding's.
    pub(super) fn with(mut self, finding: Self) -> Self {
        if finding.backup_target.is_object() {
            edit::merge_patch(&mut self.backup_target, &finding.backup_target);
        }
        self.classes.extend(finding.classes);
        self.machines.extend(finding.machines);
        self.elsewhere.extend(finding.elsewhere);
        self.backups.extend(finding.backups);
        self.schedules.extend(finding.schedules);
        self.restores.extend(finding.restores);
        self.changes = finding.changes;
        self.files = finding.files;
        self
    }
}

fn parse(file: &str, text: &str) -> Result<Sheet, WorldError> {
    serde_saphyr::from_str(text).map_err(|error| data_error(file, &error.to_string()))
}
