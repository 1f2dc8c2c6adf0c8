//! What can be wrong with a restore.

use hv_cluster::views::{Backup, Restore, VirtualMachine, condition};

use super::chain::{Chain, Handle};
use super::{Bench, Said};
use crate::catalog::Severity;
use crate::finding::{Evidence, ObjectRef};
use crate::index::Found;

/// A deletion may take this long without a word, in seconds.
const PATIENCE: i64 = 60;
/// From here on a restore without an error is worth a look, and from there on it counts as one.
const SLOW: i64 = 15 * 60;
const STUCK: i64 = 60 * 60;

/// Judges a restore.
pub(super) fn judge(bench: &mut Bench<'_>, restore: &Restore) {
    let mut judge = RestoreBench { bench, restore };
    if restore.metadata.is_deleting() {
        judge.deletion();
    } else if restore.status.complete != Some(true) {
        judge.progress();
        judge.deletions();
        judge.binding();
    }
    // It crashes the controller while it is being deleted as well, until it is gone.
    if restore.status.complete != Some(true) {
        judge.crash();
    }
}

/// The message of a restore that failed, as it stands.
pub(crate) fn error(restore: &Restore) -> Option<&str> {
    let progress = condition(&restore.status.conditions, "InProgress")?;
    (progress.status == "False" && progress.reason == "Error").then_some(progress.message.as_str())
}

/// Why the controller of 1.9 would crash on a restore of this backup in its own namespace.
pub(crate) fn crash(bench: &Bench<'_>, backup: &Backup) -> Option<String> {
    for record in backup.disks() {
        let chain = Chain::of(bench.index, backup, record);
        // A missing snapshot is an error before anything else; one made here is used as it is.
        if !matches!(chain.snapshot, Found::Yes(_)) || chain.is_made_here() {
            continue;
        }
        let disk = &record.volume_name;
        let content = match bench.index.content(&format!("{}-vsc", record.name)) {
            Found::Yes(content) => content,
            Found::No => {
                return Some(format!(
                    "{disk}: there is no VolumeSnapshotContent {}-vsc",
                    record.name
                ));
            }
            Found::Unknown(_) => continue,
        };
        let handle = content.spec.source.snapshot_handle.as_str();
        let Handle::Names { volume, id, .. } = Handle::parse(handle) else {
            return Some(format!("{disk}: the handle cannot be read: {handle}"));
        };
        if bench.index.lh_backup(&id).is_no() {
            return Some(format!("{disk}: Longhorn has no Backup {id}"));
        }
        match bench.index.lh_volumes(&volume) {
            Found::Yes(volumes) if volumes.len() != 1 => {
                let count = hv_cli::plural::count(volumes.len(), "BackupVolume");
                return Some(format!(
                    "{disk}: {count} for {volume}, as {handle} names it"
                ));
            }
            _ => {}
        }
    }
    None
}

struct RestoreBench<'b, 'a> {
    bench: &'b mut Bench<'a>,
    restore: &'b Restore,
}

impl RestoreBench<'_, '_> {
    fn object(&self) -> ObjectRef {
        let meta = &self.restore.metadata;
        ObjectRef::new("VirtualMachineRestore", &meta.namespace, &meta.name)
    }

    fn say(
        &mut self,
        code: &'static str,
        message: String,
        evidence: Vec<Evidence>,
        at_most: Option<Severity>,
    ) {
        self.bench.say(Said {
            object: self.object(),
            disk: None,
            code,
            message,
            evidence,
            at_most,
        });
    }

    fn own(&self, field: &str, value: impl Into<String>) -> Evidence {
        let meta = &self.restore.metadata;
        let path = format!("VirtualMachineRestore/{}/{}", meta.namespace, meta.name);
        Evidence::new(path, field, value)
    }

    fn backup(&self) -> Found<&Backup> {
        let spec = &self.restore.spec;
        let namespace = match spec.virtual_machine_backup_namespace.as_str() {
            "" => &self.restore.metadata.namespace,
            named => named,
        };
        self.bench
            .index
            .backup(namespace, &spec.virtual_machine_backup_name)
    }

    fn deletion(&mut self) {
        let since = &self.restore.metadata.deletion_timestamp;
        if !self.bench.is_older(since, PATIENCE) {
            return;
        }
        let waits = match self.backup() {
            Found::Yes(backup) if !backup.is_ready() => {
                format!(
                    ", waits for backup {} to become ready",
                    backup.metadata.name
                )
            }
            _ => String::new(),
        };
        let evidence = self.own("metadata.deletionTimestamp", since);
        let message = format!("is being deleted since {since}{waits}");
        self.say("vmr-terminating", message, vec![evidence], None);
    }

    fn progress(&mut self) {
        let created = &self.restore.metadata.creation_timestamp;
        let failed = error(self.restore);
        let progress = condition(&self.restore.status.conditions, "InProgress");
        let words = progress
            .map(|condition| condition.message.as_str())
            .filter(|m| !m.is_empty());
        let at_most = match failed {
            Some(_) => None,
            // One that simply runs is no damage, but it does block others.
            None if self.bench.is_older(created, STUCK) => None,
            None if self.bench.is_older(created, SLOW) => Some(Severity::Warning),
            None => Some(Severity::Info),
        };
        let message = match (failed, words) {
            (Some(error), _) => format!("failed: {error}"),
            (None, Some(words)) => format!("since {created}: {words}"),
            (None, None) => format!("since {created}, without a word"),
        };
        let complete = match self.restore.status.complete {
            Some(false) => "false",
            _ => "absent",
        };
        let mut evidence = vec![self.own("status.complete", complete)];
        if let Some(words) = words {
            evidence.push(self.own("status.conditions[InProgress].message", words));
        }
        self.say("vmr-incomplete", message, evidence, at_most);
    }

    /// Claims that are deleted when the restore is done.
    fn deletions(&mut self) {
        let spec = &self.restore.spec;
        let namespace = self.restore.metadata.namespace.clone();
        if spec.new_vm == Some(true) || spec.deletion_policy == "retain" {
            return;
        }
        let Found::Yes(backup) = self.backup() else {
            return;
        };
        let target = &spec.target.name;
        let machines = self
            .bench
            .index
            .inventory
            .machines
            .iter()
            .flat_map(|list| &list.items);
        let others: Vec<&VirtualMachine> = machines
            .filter(|machine| {
                machine.metadata.namespace == namespace && machine.metadata.name != *target
            })
            .collect();
        // The target itself may refer to its new disks already, so it is not asked.
        let is_foreign = |claim: &str| {
            backup.spec.source.name != *target
                || others.iter().any(|machine| machine.uses(&namespace, claim))
        };
        let is_saved = |claim: &str| {
            let mut disks = backup.disks().iter();
            disks.any(|record| record.persistent_volume_claim.metadata.name == claim)
        };
        let doomed = &self.restore.status.deleted_volumes;
        let (foreign, own): (Vec<&str>, Vec<&str>) = doomed
            .iter()
            .map(String::as_str)
            .partition(|claim| is_foreign(claim));
        let unsaved: Vec<&str> = own.into_iter().filter(|claim| !is_saved(claim)).collect();
        let evidence = vec![self.own("status.deletedVolumes", doomed.join(", "))];
        if !foreign.is_empty() {
            let message = format!(
                "will delete {}, which are not of VM {target}",
                foreign.join(", ")
            );
            self.say("vmr-deletes-foreign", message, evidence.clone(), None);
        }
        if !unsaved.is_empty() {
            let message = format!(
                "will delete {}, which the backup does not hold",
                unsaved.join(", ")
            );
            self.say("vmr-deletes-unsaved", message, evidence, None);
        }
    }

    /// Claims that are bound only when their VM runs.
    fn binding(&mut self) {
        let waiting = self.restore.status.restores.iter().filter_map(|disk| {
            let class = &disk.claim.spec.storage_class_name;
            match self.bench.index.class(class) {
                Found::Yes(found) if found.volume_binding_mode == "WaitForFirstConsumer" => {
                    Some(format!("{} ({class})", disk.volume_name))
                }
                _ => None,
            }
        });
        let waiting: Vec<String> = waiting.collect();
        if !waiting.is_empty() {
            let message = format!(
                "waits for {}, which wait for the VM to start",
                waiting.join(", ")
            );
            let evidence = vec![self.own("status.restores", waiting.join(", "))];
            self.say("vmr-wffc-hang", message, evidence, None);
        }
    }

    fn crash(&mut self) {
        if !self.bench.knows("restore-crash-loop") {
            return;
        }
        let (found, why) = match self.backup() {
            Found::Yes(backup) if backup.metadata.namespace == self.restore.metadata.namespace => {
                (backup.metadata.name.clone(), crash(self.bench, backup))
            }
            _ => return,
        };
        if let Some(why) = why {
            let message = format!("restores {found}: {why}");
            let evidence = vec![self.own("spec.virtualMachineBackupName", found)];
            self.say("restore-crash-loop", message, evidence, None);
        }
    }
}
