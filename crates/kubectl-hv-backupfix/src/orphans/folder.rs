//! Records without data and data without records, in a mounted or copied backup target.

use std::collections::BTreeSet;
use std::path::Path;

use hv_backupstore::folder::{Entry, Folder, Presence, Stray};
use hv_backupstore::layout::RecordPath;
use hv_backupstore::record::VmRecord;
use hv_cli::Failure;

use super::document::{Class, Data, Deletion, Orphan};
use super::longhorn::{doubts, led_to};
use super::search::Search;
use crate::files;
use crate::finding::ObjectRef;
use crate::index::Found;

/// A backup target whose records were read.
#[derive(Debug)]
pub(super) struct Target {
    folder: Folder,
    records: Vec<(String, VmRecord)>,
    /// What cannot be read, each with its reason.
    unread: Vec<String>,
}

impl Target {
    /// Opens a folder and reads its records.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let folder = files::open(path)?;
        let mut target = Self {
            folder,
            records: Vec::new(),
            unread: Vec::new(),
        };
        match target.folder.has_records() {
            Presence::Present => {}
            Presence::Absent => {
                target.unread.push(
                    "the folder holds no records of Harvester; was only a part copied?".to_owned(),
                );
            }
            Presence::Unknown(why) => target.unread.push(why),
        }
        for entry in target.folder.records() {
            target.read(&entry);
        }
        Ok(target)
    }

    fn read(&mut self, entry: &Entry<RecordPath>) {
        let path = entry.path.display().to_string();
        match &entry.found {
            // Harvester reads whatever lies there, whatever its name.
            Ok(_) | Err(Stray::Name(_)) => match self.folder.read_entry(entry) {
                Ok(record) => self.records.push((path, record)),
                Err(error) => self.unread.push(format!("{path}: {error}")),
            },
            Err(Stray::Hidden) => {}
            Err(stray) => self.unread.push(format!("{path}: {stray}")),
        }
    }

    /// The folder, absolute and without links.
    pub(super) fn root(&self) -> String {
        self.folder.root().display().to_string()
    }

    /// Longhorn backups that the records name.
    pub(super) fn named(&self) -> BTreeSet<String> {
        let volumes = self
            .records
            .iter()
            .flat_map(|(_, record)| record.volume_backups.iter().flatten());
        volumes
            .filter_map(|volume| volume.longhorn_backup_name.clone())
            .collect()
    }

    /// Finds records without data and data without records.
    pub(super) fn find(&self, search: &mut Search<'_>) {
        search.not_judged.extend(self.unread.iter().cloned());
        for (path, record) in &self.records {
            if search.takes(&record.namespace) {
                self.without_data(search, path, record);
            }
        }
        self.without_record(search);
    }

    fn without_data(&self, search: &mut Search<'_>, path: &str, record: &VmRecord) {
        let mut gone = Vec::new();
        for volume in record.volume_backups.iter().flatten() {
            let Some(backup) = &volume.longhorn_backup_name else {
                continue;
            };
            let home = &volume.claim.volume_name;
            let found = match self.folder.has_volume(home) {
                Presence::Present => self.folder.has_backup(home, backup),
                other => other,
            };
            match found {
                Presence::Present => {}
                Presence::Absent => gone.push(format!("{home}/{backup}")),
                Presence::Unknown(why) => search.not_judged.push(format!("{path}: {why}")),
            }
        }
        if gone.is_empty() {
            return;
        }
        search.items.push(Orphan {
            object: ObjectRef::new("Record", &record.namespace, &record.name),
            class: Class::RecordWithoutData,
            note: format!("{path} names data that the backup target does not hold"),
            proven: true,
            policy: None,
            leads_to: Some(format!("{} (gone)", gone.join(", "))),
            also_held_by: Vec::new(),
            deletion: Deletion {
                data: Data::Kept,
                reason: "a record holds no data; a cluster that has the backup writes it again"
                    .to_owned(),
            },
        });
    }

    fn without_record(&self, search: &mut Search<'_>) {
        let index = search.bench.index;
        let stored = self.folder.backups();
        for gap in &stored.gaps {
            search
                .not_judged
                .push(format!("{}: {}", gap.path.display(), gap.reason));
        }
        let (named, led_to) = (self.named(), led_to(index));
        let proven = self.unread.is_empty() && doubts(index).is_empty();
        // One that Longhorn knows is told as an object already.
        let told: BTreeSet<String> = search
            .items
            .iter()
            .filter(|item| item.class == Class::UnreferencedBackup)
            .map(|item| item.object.name.clone())
            .collect();
        for stored in stored.backups {
            let name = &stored.backup;
            if named.contains(name) || led_to.contains(name) || told.contains(name) {
                continue;
            }
            let (known, claim) = match index.lh_backup(name) {
                Found::Yes(backup) => (
                    "Longhorn knows it as a Backup",
                    backup.status.labels.claim.as_ref(),
                ),
                Found::No => ("Longhorn of this cluster does not know it", None),
                Found::Unknown(_) => ("whether Longhorn knows it is not known", None),
            };
            if !search.takes_or_counts(claim.map(|claim| claim.namespace.as_str())) {
                continue;
            }
            search.items.push(Orphan {
                object: ObjectRef::new("Data", "", &format!("{}/{name}", stored.volume)),
                class: Class::DataWithoutRecord,
                note: format!("no record and no backup names it; {known}"),
                proven,
                policy: None,
                leads_to: Some(format!("data of {}", stored.volume)),
                also_held_by: Vec::new(),
                deletion: Deletion {
                    data: Data::Deleted,
                    reason: "it is the data".to_owned(),
                },
            });
        }
    }
}
