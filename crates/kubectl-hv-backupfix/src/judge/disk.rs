//! What can be wrong with the disk of a backup.

use hv_cluster::views::{Backup, VolumeBackup};

use super::chain::{Chain, Handle, right_handle};
use super::{Bench, Said, backup_ref};
use crate::finding::Evidence;
use crate::index::Found;

/// A backup in progress is left alone for this long, in seconds.
const SETTLING: i64 = 120;

/// Judges the record of a disk.
pub(super) fn judge(bench: &mut Bench<'_>, backup: &Backup, record: &VolumeBackup) {
    let index = bench.index;
    let chain = Chain::of(index, backup, record);
    let mut disk = DiskBench {
        settled: backup.is_ready() || bench.is_older(&backup.metadata.creation_timestamp, SETTLING),
        bench,
        backup,
        record,
    };
    disk.record();
    if !backup.is_snapshot() && !record.longhorn_backup_name.is_empty() {
        disk.longhorn(&chain);
    }
    disk.pair(&chain);
    if backup.is_snapshot() {
        disk.claim();
    } else {
        disk.handle(&chain);
    }
}

struct DiskBench<'b, 'a> {
    bench: &'b mut Bench<'a>,
    backup: &'b Backup,
    record: &'b VolumeBackup,
    /// Whether what is not there yet should be.
    settled: bool,
}

impl DiskBench<'_, '_> {
    fn say(&mut self, code: &'static str, message: String, evidence: Vec<Evidence>) {
        self.bench.say(Said {
            object: backup_ref(self.backup),
            disk: Some(self.record.volume_name.clone()),
            code,
            message,
            evidence,
            at_most: None,
        });
    }

    fn unknown(&mut self, code: &'static str, why: &str) {
        let disk = Some(self.record.volume_name.clone());
        self.bench.unknown(backup_ref(self.backup), disk, code, why);
    }

    fn own(&self, field: &str, value: &str) -> Evidence {
        let meta = &self.backup.metadata;
        let at = format!("volumeBackups[{}].{field}", self.record.volume_name);
        Evidence::new(
            format!("VirtualMachineBackup/{}/{}", meta.namespace, meta.name),
            format!("status.{at}"),
            if value.is_empty() { "absent" } else { value },
        )
    }

    fn snapshot_path(&self) -> String {
        format!(
            "VolumeSnapshot/{}/{}",
            self.backup.metadata.namespace, self.record.name
        )
    }

    /// What the record itself tells.
    fn record(&mut self) {
        let claim = &self.record.persistent_volume_claim;
        let named = claim.metadata.namespace.as_str();
        if !named.is_empty() && named != self.backup.metadata.namespace {
            let message = format!(
                "the backup is in namespace {}, its claim {} in {named}",
                self.backup.metadata.namespace, claim.metadata.name
            );
            let evidence = self.own("persistentVolumeClaim.metadata.namespace", named);
            self.say("foreign-claim-namespace", message, vec![evidence]);
        }
        let renamed = self.record.name.matches("-snap-revise").count();
        if renamed > 1 {
            let message = format!("{} was renamed {renamed} times", self.record.name);
            let evidence = self.own("name", &self.record.name);
            self.say("suffix-growth", message, vec![evidence]);
        }
        if self.backup.is_snapshot() || !self.record.longhorn_backup_name.is_empty() {
            return;
        }
        let evidence = vec![
            self.own("csiDriverName", self.record.driver()),
            self.own("longhornBackupName", ""),
        ];
        if !self.record.is_on_longhorn() {
            let message = format!(
                "the disk is on {}, and nothing of it is on the backup target",
                self.record.driver()
            );
            self.say("third-party-backup", message, evidence);
        } else if self.backup.is_ready() {
            let message = "the record names no Longhorn Backup although the backup counts as ready"
                .to_owned();
            self.say("no-lh-backup", message, evidence);
        }
    }

    /// Longhorn's side.
    fn longhorn(&mut self, chain: &Chain<'_>) {
        let name = self.record.longhorn_backup_name.clone();
        let path = format!("Backup/longhorn-system/{name}");
        let found = match &chain.lh_backup {
            Found::Unknown(why) => return self.unknown("lh-backup-missing", why),
            Found::No => {
                let message = format!("Longhorn has no Backup {name}");
                let evidence = vec![
                    self.own("longhornBackupName", &name),
                    Evidence::absent(path),
                ];
                return self.say("lh-backup-missing", message, evidence);
            }
            Found::Yes(found) => *found,
        };
        let state = found.status.state.as_str();
        if found.metadata.is_deleting() || state == "Deleting" {
            let message = format!("Longhorn is deleting {name}");
            let since = &found.metadata.deletion_timestamp;
            let evidence = Evidence::new(path, "metadata.deletionTimestamp", since);
            return self.say("lh-backup-deleting", message, vec![evidence]);
        }
        if state != "Completed" {
            let is_running = matches!(state, "" | "Pending" | "InProgress");
            // While the backup itself is in progress that is as it should be.
            if self.backup.is_ready() || !is_running {
                let shown = if state.is_empty() {
                    "no state yet"
                } else {
                    state
                };
                let mut message = format!("{name} is not Completed: {shown}");
                if !found.status.error.is_empty() {
                    message = format!("{message}, {}", found.status.error);
                }
                let mut evidence = vec![Evidence::new(&path, "status.state", shown)];
                if let Some(progress) = found.status.progress {
                    evidence.push(Evidence::new(path, "status.progress", progress.to_string()));
                }
                self.say("lh-backup-not-completed", message, evidence);
            }
            return;
        }
        match &chain.lh_volumes {
            Found::Unknown(why) => self.unknown("no-backupvolume", why),
            Found::Yes([]) => {
                let message = format!(
                    "no BackupVolume carries the label backup-volume={}",
                    chain.volume
                );
                let evidence = Evidence::new(path, "status.volumeName", chain.volume);
                self.say("no-backupvolume", message, vec![evidence]);
            }
            Found::Yes([_]) | Found::No => {}
            Found::Yes(volumes) => {
                let message = format!(
                    "{} BackupVolumes carry the label backup-volume={}",
                    volumes.len(),
                    chain.volume
                );
                let evidence = volumes.iter().map(|volume| {
                    let path = format!("BackupVolume/longhorn-system/{}", volume.metadata.name);
                    Evidence::new(path, "metadata.labels.backup-target", volume.target())
                });
                let evidence = evidence.collect();
                self.say("several-backupvolumes", message, evidence);
            }
        }
    }

    /// The pair of snapshot and content.
    fn pair(&mut self, chain: &Chain<'_>) {
        let path = self.snapshot_path();
        let snapshot = match &chain.snapshot {
            Found::Unknown(why) => return self.unknown("missing-vs", why),
            Found::No if self.settled => {
                let message = format!("there is no VolumeSnapshot {}", self.record.name);
                let evidence = vec![self.own("name", &self.record.name), Evidence::absent(path)];
                return self.say("missing-vs", message, evidence);
            }
            Found::No => return,
            Found::Yes(snapshot) => *snapshot,
        };
        if snapshot.metadata.is_deleting() {
            let message = format!("VolumeSnapshot {} is being deleted", self.record.name);
            let since = &snapshot.metadata.deletion_timestamp;
            let evidence = Evidence::new(&path, "metadata.deletionTimestamp", since);
            return self.say("vs-terminating", message, vec![evidence]);
        }
        let content_path = format!("VolumeSnapshotContent/{}", chain.content_name);
        match &chain.content {
            Found::Unknown(why) => self.unknown("missing-vsc", why),
            Found::No if chain.content_name.is_empty() && !self.backup.is_ready() => {}
            Found::No => {
                let (message, evidence) = match chain.content_name {
                    "" => (
                        format!("VolumeSnapshot {} is bound to no content", self.record.name),
                        Evidence::new(&path, "status.boundVolumeSnapshotContentName", "absent"),
                    ),
                    name => (
                        format!("there is no VolumeSnapshotContent {name}"),
                        Evidence::absent(content_path),
                    ),
                };
                // An error of the snapshot would only say the same again.
                return self.say("missing-vsc", message, vec![evidence]);
            }
            Found::Yes(content) if chain.is_bound(self.backup, self.record) == Some(false) => {
                let bound = &content.spec.volume_snapshot_ref;
                let other = format!("{}/{}", bound.namespace, bound.name);
                let own = format!("{}/{}", self.backup.metadata.namespace, self.record.name);
                let message = if other == own {
                    format!(
                        "{} belongs to an older VolumeSnapshot of this name",
                        chain.content_name
                    )
                } else {
                    format!("{} belongs to VolumeSnapshot {other}", chain.content_name)
                };
                let evidence = vec![
                    Evidence::new(&content_path, "spec.volumeSnapshotRef", other),
                    Evidence::new(content_path, "spec.volumeSnapshotRef.uid", &bound.uid),
                    Evidence::new(path, "metadata.uid", &snapshot.metadata.uid),
                ];
                // An error of the snapshot would only say the same again.
                return self.say("vsc-collision", message, evidence);
            }
            Found::Yes(content) if content.metadata.is_deleting() => {
                let message = format!(
                    "VolumeSnapshotContent {} is being deleted",
                    chain.content_name
                );
                let since = &content.metadata.deletion_timestamp;
                let evidence = vec![
                    Evidence::new(&content_path, "metadata.deletionTimestamp", since),
                    Evidence::new(
                        content_path,
                        "spec.deletionPolicy",
                        &content.spec.deletion_policy,
                    ),
                ];
                return self.say("vs-terminating", message, evidence);
            }
            Found::Yes(_) => {}
        }
        if let Some(problem) = snapshot
            .status
            .error
            .as_ref()
            .filter(|p| !p.message.is_empty())
        {
            let message = format!("VolumeSnapshot {}: {}", self.record.name, problem.message);
            let evidence = Evidence::new(path, "status.error.message", &problem.message);
            self.say("vs-error", message, vec![evidence]);
        }
    }

    /// The handle, by its volume and id; its type tells nothing about its soundness.
    fn handle(&mut self, chain: &Chain<'_>) {
        let Found::Yes(content) = &chain.content else {
            return;
        };
        // A content of somebody else is told already; one made here has the driver's own handle.
        if chain.is_made_here()
            || chain.is_bound(self.backup, self.record) == Some(false)
            || !self.record.is_on_longhorn()
            || self.record.longhorn_backup_name.is_empty()
        {
            return;
        }
        let path = format!("VolumeSnapshotContent/{}", chain.content_name);
        let handle = content.handle();
        let mut evidence = vec![Evidence::new(
            path,
            "spec.source.snapshotHandle",
            if handle.is_empty() { "absent" } else { handle },
        )];
        let id_wanted = self.record.longhorn_backup_name.clone();
        let (volume, id) = match Handle::parse(handle) {
            Handle::Names { kind, volume, id } if matches!(kind.as_str(), "bak" | "bs") => {
                (volume, id)
            }
            Handle::Names { kind, .. } => {
                let message =
                    format!("the handle is of the type {kind}, which is no backup: {handle}");
                return self.say("bad-handle", message, evidence);
            }
            Handle::Odd => {
                let message = match handle {
                    "" => "the content has no snapshot handle".to_owned(),
                    odd => format!("the handle is not TYPE://VOLUME/BACKUP: {odd}"),
                };
                return self.say("bad-handle", message, evidence);
            }
        };
        if let Found::Unknown(why) = &chain.lh_backup {
            return self.unknown("wrong-handle", why);
        }
        if chain.volume.is_empty() {
            return;
        }
        let name = &id_wanted;
        evidence.push(Evidence::new(
            format!("Backup/longhorn-system/{name}"),
            "status.volumeName",
            chain.volume,
        ));
        let right = right_handle(chain.volume, name);
        let message = if volume != chain.volume {
            format!(
                "names {volume}, the backup is of {}; right is {right}",
                chain.volume
            )
        } else if id != *name {
            format!(
                "names {id}, the record {name}: another backup would be restored; right is {right}"
            )
        } else {
            return;
        };
        self.say("wrong-handle", message, evidence);
    }

    /// The claim behind the disk of a snapshot.
    fn claim(&mut self) {
        let claim = &self.record.persistent_volume_claim.metadata;
        let namespace = match claim.namespace.as_str() {
            "" => self.backup.metadata.namespace.clone(),
            named => named.to_owned(),
        };
        if claim.name.is_empty() {
            return;
        }
        let name = claim.name.clone();
        match self.bench.index.claim(&namespace, &name) {
            Found::Yes(_) => {}
            Found::Unknown(why) => self.unknown("snapshot-pvc-missing", &why),
            Found::No => {
                let message = format!("there is no claim {name}");
                let evidence =
                    Evidence::absent(format!("PersistentVolumeClaim/{namespace}/{name}"));
                self.say("snapshot-pvc-missing", message, vec![evidence]);
            }
        }
    }
}
