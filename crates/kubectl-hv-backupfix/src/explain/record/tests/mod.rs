//! Records in every state, replayed on every release.

mod folders;
mod passes;
mod states;
mod table;

use std::collections::BTreeSet;

use hv_backupstore::record::Stops;
use hv_backupstore::{Presence, VmRecord};
use serde_json::{Value, json};

use super::case::{Content, Filed, Stored, Surroundings};
use super::replay::{Replayed, replay};
use crate::explain::tests::bed::{Bed, VOLUME, release, rules};
use crate::index::Index;

/// A backup target in memory; `None` cannot be looked at.
struct MemoryTarget(Option<BTreeSet<(String, String)>>);

impl MemoryTarget {
    fn with(backups: &[(&str, &str)]) -> Self {
        let owned = backups
            .iter()
            .map(|(volume, name)| ((*volume).to_owned(), (*name).to_owned()));
        Self(Some(owned.collect()))
    }
}

impl Stored for MemoryTarget {
    fn volume(&self, volume: &str) -> Presence {
        match &self.0 {
            None => Presence::Unknown("not copied".to_owned()),
            Some(held) if held.iter().any(|(own, _)| own == volume) => Presence::Present,
            Some(_) => Presence::Absent,
        }
    }

    fn backup(&self, volume: &str, backup: &str) -> Presence {
        match &self.0 {
            None => Presence::Unknown("not copied".to_owned()),
            Some(held) if held.contains(&(volume.to_owned(), backup.to_owned())) => {
                Presence::Present
            }
            Some(_) => Presence::Absent,
        }
    }
}

/// A record of `prod/weekly` that every release imports into the sound bed.
fn sound() -> Value {
    json!({
        "name": "weekly", "namespace": "prod",
        "backupSpec": {"source": {"kind": "VirtualMachine", "name": "shop"}, "type": "backup"},
        "vmSourceSpec": {"metadata": {"name": "shop", "namespace": "prod"}, "spec": {"template": {"spec": {}}}},
        "volumeBackups": [disk("disk-0")]})
}

fn disk(name: &str) -> Value {
    json!({"name": format!("weekly-volume-{name}"), "volumeName": name, "csiDriverName": "driver.longhorn.io",
        "longhornBackupName": "backup-1",
        "persistentVolumeClaim": {
            "metadata": {"name": name, "namespace": "prod", "annotations": {"harvesterhci.io/imageId": "default/ubuntu"}},
            "spec": {"storageClassName": "longhorn-ubuntu", "volumeName": VOLUME}}})
}

/// A file in the folder of the records.
fn filed(path: &str, content: &str) -> Filed {
    let below = path.strip_prefix("harvester/vmbackups/").unwrap();
    Filed {
        path: path.to_owned(),
        folder: below.split_once('/').map(|(folder, _)| folder.to_owned()),
        content: match VmRecord::from_slice(content.as_bytes()) {
            Ok(record) => Content::Record(Box::new(record)),
            Err(error) => Content::Unreadable {
                why: error.to_string(),
                stops: error.stops_harvester(),
            },
        },
    }
}

const PATH: &str = "harvester/vmbackups/prod/weekly.cfg";

/// A cluster, a target, and one record on it.
struct Scene {
    bed: Bed,
    target: MemoryTarget,
    record: Value,
}

impl Scene {
    fn of(release: &str) -> Self {
        let target = MemoryTarget::with(&[(VOLUME, "backup-1")]);
        Self {
            bed: Bed::sound(release),
            target,
            record: sound(),
        }
    }

    fn replayed(&self, text: &str) -> Replayed {
        let inventory = self.bed.inventory();
        let index = Index::new(&inventory);
        let around = Surroundings {
            index: Ok(&index),
            stored: &self.target,
        };
        let filed = filed(PATH, &self.record.to_string());
        replay(rules(), &release(text), &filed, &around)
    }

    /// The same where no cluster can be read.
    fn alone(&self, text: &str) -> Replayed {
        let around = Surroundings {
            index: Err("no cluster"),
            stored: &self.target,
        };
        let filed = filed(PATH, &self.record.to_string());
        replay(rules(), &release(text), &filed, &around)
    }
}

fn unreadable_here() -> Content {
    Content::Unreadable {
        why: "permission denied".to_owned(),
        stops: Stops::Unknown,
    }
}
