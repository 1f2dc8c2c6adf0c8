//! What the deletion of a VM stops at, and what it takes along.

use hv_cluster::release::Release;
use hv_cluster::views::{Backup, RunState};

use super::document::{Concern, Part};
use super::walk::{Reply, since};
use crate::index::{Found, Index};
use crate::judge::backup_ref;

/// The snapshots that go with a VM.
pub(crate) struct Removal<'a> {
    machine: &'a RunState,
    along: Vec<&'a Backup>,
    holding: Vec<Concern>,
    unsure: Option<String>,
}

impl<'a> Removal<'a> {
    /// Finds them.
    pub(crate) fn of(index: &'a Index<'a>, machine: &'a RunState, release: &Release) -> Self {
        let backups = index.inventory.backups.items.iter();
        let along: Vec<&Backup> = backups
            .filter(|backup| goes_along(backup, machine))
            .collect();
        let holding = along
            .iter()
            .filter_map(|backup| holding(index, backup, release))
            .collect();
        let unsure = along.iter().find_map(|backup| unsure(index, backup));
        Self {
            machine,
            along,
            holding,
            unsure,
        }
    }

    /// Whether the deletion hangs.
    pub(crate) fn hangs(&self) -> bool {
        !self.holding.is_empty()
    }

    /// Whether the deletion comes to its end, given why there may be more snapshots than were read.
    pub(crate) fn reply(&self, unread: Option<String>) -> Reply {
        if self.hangs() {
            let count = hv_cli::plural::count(self.holding.len(), "snapshot");
            let note = format!("{count} of a VM of this name cannot be removed, so it hangs");
            return Reply::No(note);
        }
        match unread.or_else(|| self.unsure.clone()) {
            Some(why) => Reply::Unknown(why),
            None => Reply::Yes,
        }
    }

    /// Everything that plays a part.
    pub(crate) fn concerned(&self) -> Vec<Concern> {
        let taken = self.along.iter().map(|backup| taken(backup, self.machine));
        self.holding.iter().cloned().chain(taken).collect()
    }

    /// What is worth knowing before the VM is deleted.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let own = &self.machine.metadata.namespace;
        let foreign = self
            .along
            .iter()
            .filter(|backup| backup.metadata.namespace != *own)
            .count();
        let mut remarks = Vec::new();
        if foreign > 0 {
            let count = hv_cli::plural::count(foreign, "snapshot");
            remarks.push(format!(
                "{count} of VMs of the same name in other namespaces would be deleted along; \
                 Harvester looks at the name alone"
            ));
        }
        remarks.push("backups on a backup target stay".to_owned());
        remarks
    }
}

/// A snapshot that the deletion of the VM deletes: it goes by the name of the VM alone.
fn goes_along(backup: &Backup, machine: &RunState) -> bool {
    backup.is_snapshot() && backup.spec.source.name == machine.metadata.name
}

/// Why the deletion of the VM stops at a snapshot.
fn holding(index: &Index<'_>, backup: &Backup, release: &Release) -> Option<Concern> {
    let namespace = backup.metadata.namespace.as_str();
    let missing = backup.disks().iter().find_map(|record| {
        let claim = &record.persistent_volume_claim.metadata;
        if index.snapshot(namespace, &record.name).is_no() {
            return Some(format!(
                "can't get VolumeSnapshot {namespace}/{}",
                record.name
            ));
        }
        let gone = index.claim(&claim.namespace, &claim.name).is_no();
        gone.then(|| format!("can't get PVC {}/{}", claim.namespace, claim.name))
    });
    let why = missing.or_else(|| restoring(index, backup, release))?;
    Some(Concern {
        object: backup_ref(backup),
        part: Part::Holds,
        why,
    })
}

/// A restore of the snapshot, while which it cannot be deleted.
fn restoring(index: &Index<'_>, backup: &Backup, release: &Release) -> Option<String> {
    let restores = index.inventory.restores.items.iter();
    let own = &backup.metadata;
    let mut of_it = restores.filter(|restore| {
        let spec = &restore.spec;
        spec.virtual_machine_backup_name == own.name
            && spec.virtual_machine_backup_namespace == own.namespace
            && !restore.metadata.is_deleting()
    });
    let active = of_it.find(|restore| {
        let conditions = &restore.status.conditions;
        let progress = hv_cluster::views::condition(conditions, "InProgress");
        match since(release, "1.9") {
            true => {
                let has_failed =
                    progress.is_some_and(|p| p.status == "False" && p.reason == "Error");
                restore.status.complete == Some(false) && !has_failed
            }
            false => progress.is_some_and(|p| p.status == "True"),
        }
    })?;
    let meta = &active.metadata;
    Some(format!(
        "vmrestore {}/{} is in progress",
        meta.namespace, meta.name
    ))
}

/// What of a snapshot could not be read.
fn unsure(index: &Index<'_>, backup: &Backup) -> Option<String> {
    let namespace = backup.metadata.namespace.as_str();
    backup.disks().iter().find_map(|record| {
        let claim = &record.persistent_volume_claim.metadata;
        match (
            index.snapshot(namespace, &record.name),
            index.claim(&claim.namespace, &claim.name),
        ) {
            (Found::Unknown(why), _) | (_, Found::Unknown(why)) => Some(why),
            _ => None,
        }
    })
}

fn taken(backup: &Backup, machine: &RunState) -> Concern {
    let own = &machine.metadata;
    let why = match backup.metadata.namespace == own.namespace {
        true => "when the VM is deleted".to_owned(),
        false => format!(
            "when this VM is deleted, although it is of VM {}/{}",
            backup.metadata.namespace, own.name
        ),
    };
    Concern {
        object: backup_ref(backup),
        part: Part::GoesAlong,
        why,
    }
}
