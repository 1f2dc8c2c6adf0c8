//! The words that a finding's file may use for what belongs to a disk.

use serde_json::Value;

use super::line::Line;
use super::longhorn::backup_volume_name;
use super::plan::{Disk, Plan, text};

/// What `$(word)` stands for.
#[derive(Default)]
pub(super) struct Words(Vec<(&'static str, String)>);

impl Words {
    /// The words of a disk.
    pub(super) fn of(plan: &Plan, disk: &Disk, line: Line) -> Self {
        Self(vec![
            ("$(uid)", plan.uid()),
            ("$(claim)", text(&disk.claim["metadata"]["name"])),
            ("$(volume)", disk.volume.clone()),
            ("$(snapshot)", disk.snapshot.clone()),
            ("$(snapshotUid)", disk.snapshot_uid.clone()),
            ("$(content)", disk.content.clone()),
            ("$(longhornBackup)", disk.backup.clone().unwrap_or_default()),
            ("$(backupVolume)", backup_volume_name(&disk.volume, line)),
        ])
    }

    /// A copy of a value with the words replaced; an unknown word is an error.
    pub(super) fn put_into(&self, value: &Value) -> Result<Value, String> {
        let mut value = value.clone();
        self.replace(&mut value)?;
        Ok(value)
    }

    fn replace(&self, value: &mut Value) -> Result<(), String> {
        match value {
            Value::String(text) => {
                for (word, meaning) in &self.0 {
                    *text = text.replace(word, meaning);
                }
                if text.contains("$(") {
                    return Err(format!("no word for {text:?}"));
                }
                Ok(())
            }
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.replace(item)),
            Value::Object(map) => map.values_mut().try_for_each(|item| self.replace(item)),
            _ => Ok(()),
        }
    }
}
