//! The setting `csi-driver-config`: which snapshot classes Harvester uses for a driver.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::inventory::Inventory;

/// What the setting says of one driver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry {
    /// Class for snapshots.
    pub volume_snapshot_class_name: String,
    /// Class for backups.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub backup_volume_snapshot_class_name: String,
}

/// One half of the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// No text.
    Empty,
    /// A map from driver to entry.
    Map(BTreeMap<String, Entry>),
    /// Text that is no such map; the parser's words.
    Invalid(String),
}

impl Parsed {
    fn read(text: &str) -> Self {
        if text.trim().is_empty() {
            return Self::Empty;
        }
        // Harvester reads a JSON null as an empty map.
        match serde_json::from_str::<Option<BTreeMap<String, Option<Entry>>>>(text) {
            Ok(map) => {
                let entries = map.unwrap_or_default().into_iter();
                Self::Map(
                    entries
                        .map(|(driver, e)| (driver, e.unwrap_or_default()))
                        .collect(),
                )
            }
            Err(error) => Self::Invalid(error.to_string()),
        }
    }

    /// The map, empty where there is none.
    pub fn map(&self) -> Option<&BTreeMap<String, Entry>> {
        match self {
            Self::Map(map) => Some(map),
            Self::Empty | Self::Invalid(_) => None,
        }
    }
}

/// What a driver's entry is asked for; Harvester merges the setting's halves in two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryUse {
    /// The volume actions: `value`, if set, instead of `default`.
    VolumeSnapshot,
    /// VM snapshots: both, `default` wins.
    VmSnapshot,
    /// VM backups: both, `default` wins; the backup class.
    VmBackup,
}

/// The setting `csi-driver-config`.
#[derive(Clone, Debug)]
pub struct CsiDriverConfig {
    /// What the release ships.
    pub default: Parsed,
    /// What the user set.
    pub value: Parsed,
    /// Why it could not be read.
    pub unread: Option<String>,
    /// Whether the object does not exist.
    pub missing: bool,
}

/// What the setting answers for a driver.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup<'a> {
    Entry(&'a Entry),
    NoEntry,
    Hidden,
    Invalid(&'a str),
    Missing,
    Unread(&'a str),
}

impl CsiDriverConfig {
    /// Reads it out of the settings.
    pub fn read(inventory: &Inventory) -> Self {
        let setting = inventory.setting("csi-driver-config");
        let gap = inventory.settings.gap.as_ref();
        let text = |half: fn(&crate::views::Setting) -> &String| {
            Parsed::read(setting.map_or("", |setting| half(setting)))
        };
        Self {
            default: text(|setting| &setting.default_value),
            value: text(|setting| &setting.value),
            unread: match (setting, gap) {
                (None, Some(gap)) => Some(gap.describe("settings.harvesterhci.io")),
                _ => None,
            },
            missing: setting.is_none(),
        }
    }

    /// How its halves stand to each other, for the line above the table.
    pub fn summary(&self) -> &'static str {
        match (&self.value, &self.default) {
            _ if self.unread.is_some() => "could not be read",
            _ if self.missing => "missing",
            (Parsed::Invalid(_), _) => "value cannot be parsed",
            (Parsed::Empty, _) => "default",
            (Parsed::Map(value), Parsed::Map(default))
                if default.keys().any(|driver| !value.contains_key(driver)) =>
            {
                "value hides part of the default"
            }
            (Parsed::Map(_), _) => "value over default",
        }
    }

    pub(crate) fn lookup(&self, driver: &str, usage: EntryUse) -> Lookup<'_> {
        if let Some(why) = &self.unread {
            return Lookup::Unread(why);
        }
        if self.missing {
            return Lookup::Missing;
        }
        if let Parsed::Invalid(why) = &self.value {
            return Lookup::Invalid(why);
        }
        let (first, second) = match usage {
            EntryUse::VolumeSnapshot if self.value == Parsed::Empty => (&self.default, None),
            EntryUse::VolumeSnapshot => (&self.value, None),
            EntryUse::VmSnapshot | EntryUse::VmBackup => (&self.default, Some(&self.value)),
        };
        if let Parsed::Invalid(why) = first {
            return Lookup::Invalid(why);
        }
        let found = [Some(first), second]
            .into_iter()
            .flatten()
            .find_map(|half| half.map()?.get(driver));
        match found {
            Some(found) => Lookup::Entry(found),
            None if self
                .default
                .map()
                .is_some_and(|map| map.contains_key(driver)) =>
            {
                Lookup::Hidden
            }
            None => Lookup::NoEntry,
        }
    }
}
