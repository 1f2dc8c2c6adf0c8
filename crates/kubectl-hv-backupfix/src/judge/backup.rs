//! What can be wrong with a backup as a whole.

use hv_cluster::views::{Backup, condition};

use super::{Bench, Said, backup_ref, missing};
use crate::catalog::Severity;
use crate::finding::Evidence;
use crate::index::Found;
use crate::target::{Pass, TargetSetting, pass, place};

/// Harvester's word for a backup that a pass over the target demoted.
pub(crate) const DEMOTED: &str = "Change back to non-ready";

/// A deletion or a new backup may take this long without a word, in seconds.
const PATIENCE: i64 = 60;
/// From here on a backup in progress is worth a look, and from there on an error.
const SLOW: i64 = 15 * 60;
const STUCK: i64 = 60 * 60;

const LEGACY: [&str; 3] = [
    "backup.harvesterhci.io/backup-target",
    "backup.harvesterhci.io/bucket-name",
    "backup.harvesterhci.io/bucket-region",
];

/// Judges a backup without looking at its disks.
pub(super) fn judge(bench: &mut Bench<'_>, backup: &Backup) {
    let mut judge = BackupBench { bench, backup };
    if backup.metadata.is_deleting() {
        judge.deletion();
        return;
    }
    judge.state();
    judge.needs();
    if !backup.is_snapshot() {
        judge.target();
        judge.pass();
        judge.ghost();
        judge.secrets();
    }
    judge.coverage();
}

/// Whether a pass over the target demoted it and it was not looked at again.
pub(crate) fn demotion(backup: &Backup) -> Option<&str> {
    let ready = condition(&backup.status.conditions, "Ready")?;
    (ready.status == "False" && ready.message == DEMOTED).then_some(ready.reason.as_str())
}

/// The storage classes that its claims name.
pub(crate) fn classes(backup: &Backup) -> impl Iterator<Item = &str> {
    let disks = backup.disks().iter();
    disks.map(|record| {
        record
            .persistent_volume_claim
            .spec
            .storage_class_name
            .as_str()
    })
}

struct BackupBench<'b, 'a> {
    bench: &'b mut Bench<'a>,
    backup: &'b Backup,
}

impl BackupBench<'_, '_> {
    fn say(&mut self, code: &'static str, message: String, evidence: Vec<Evidence>) {
        self.say_softly(code, message, evidence, None);
    }

    fn say_softly(
        &mut self,
        code: &'static str,
        message: String,
        evidence: Vec<Evidence>,
        at_most: Option<Severity>,
    ) {
        let object = backup_ref(self.backup);
        self.bench.say(Said {
            object,
            disk: None,
            code,
            message,
            evidence,
            at_most,
        });
    }

    fn unknown(&mut self, code: &'static str, why: &str) {
        self.bench.unknown(backup_ref(self.backup), None, code, why);
    }

    fn own(&self, field: &str, value: impl Into<String>) -> Evidence {
        let meta = &self.backup.metadata;
        let path = format!("VirtualMachineBackup/{}/{}", meta.namespace, meta.name);
        Evidence::new(path, field, value)
    }

    fn deletion(&mut self) {
        let since = &self.backup.metadata.deletion_timestamp;
        if self.bench.is_older(since, PATIENCE) {
            let evidence = self.own("metadata.deletionTimestamp", since);
            let message = format!("is being deleted since {since}");
            self.say("vmb-terminating", message, vec![evidence]);
        }
    }

    /// What its status says of itself.
    fn state(&mut self) {
        let status = &self.backup.status;
        let created = &self.backup.metadata.creation_timestamp;
        if let Some(reason) = demotion(self.backup) {
            let ready = if self.backup.is_ready() {
                "true"
            } else {
                "false"
            };
            let evidence = vec![
                self.own("status.conditions[Ready].message", DEMOTED),
                self.own("status.conditions[Ready].reason", reason),
                self.own("status.readyToUse", ready),
            ];
            self.say("demoted", reason.to_owned(), evidence);
        }
        if let Some(problem) = &status.error {
            let evidence = self.own("status.error.message", &problem.message);
            self.say("vmb-error", problem.message.clone(), vec![evidence]);
        } else if status.volume_backups.is_none() {
            if self.bench.is_older(created, PATIENCE) {
                let evidence = self.own("status.volumeBackups", "absent");
                let message = match status.source {
                    Some(_) => "the VM had no disk on a claim",
                    None => "Harvester has written nothing about its VM and disks",
                };
                self.say("vmb-no-status", message.to_owned(), vec![evidence]);
            }
        } else if !self.backup.is_ready()
            && demotion(self.backup).is_none()
            && self.bench.is_older(created, SLOW)
        {
            let progress = status.progress.unwrap_or(0);
            let at_most = (!self.bench.is_older(created, STUCK)).then_some(Severity::Warning);
            let message = format!("in progress since {created}, at {progress} %");
            let evidence = vec![
                self.own("metadata.creationTimestamp", created),
                self.own("status.progress", progress.to_string()),
            ];
            self.say_softly("stuck-progress", message, evidence, at_most);
        }
        let set = LEGACY
            .iter()
            .filter(|key| !self.backup.metadata.annotation(key).is_empty());
        let evidence: Vec<Evidence> = set
            .map(|key| {
                self.own(
                    &format!("metadata.annotations[{key}]"),
                    self.backup.metadata.annotation(key),
                )
            })
            .collect();
        if !evidence.is_empty() && !self.backup.is_snapshot() {
            let message = "annotations of an old release set its backup target".to_owned();
            self.say("legacy-annotations", message, evidence);
        }
    }

    /// What a restore needs besides the data.
    fn needs(&mut self) {
        let index = self.bench.index;
        let (gone, unknown) = missing(classes(self.backup), |name| index.class(name));
        for name in gone {
            let disks: Vec<&str> = self
                .backup
                .disks()
                .iter()
                .filter(|record| record.persistent_volume_claim.spec.storage_class_name == name)
                .map(|record| record.volume_name.as_str())
                .collect();
            let mut message = format!("class {name} is gone");
            if self.blocks_passes() {
                message += "; it also stops every pass over the backup target (scan-blocked)";
            }
            let evidence = vec![
                Evidence::absent(format!("StorageClass/{name}")),
                self.own(
                    "status.volumeBackups",
                    format!("disks {}", disks.join(", ")),
                ),
            ];
            self.say("sc-missing", message, evidence);
        }
        if let Some(why) = unknown {
            self.unknown("sc-missing", &why);
        }
        let classes = self
            .backup
            .status
            .csi_driver_volume_snapshot_class_names
            .values();
        let (gone, unknown) = missing(classes.map(String::as_str), |name| {
            index.snapshot_class(name)
        });
        for name in gone {
            let message = format!("snapshot class {name} is gone");
            let evidence = vec![Evidence::absent(format!("VolumeSnapshotClass/{name}"))];
            self.say("vsclass-missing", message, evidence);
        }
        if let Some(why) = unknown {
            self.unknown("vsclass-missing", &why);
        }
        self.images();
        self.networks();
    }

    fn images(&mut self) {
        let index = self.bench.index;
        let named = self.backup.disks().iter().filter_map(|record| {
            let annotations = &record.persistent_volume_claim.metadata.annotations;
            annotations
                .get("harvesterhci.io/imageId")
                .map(String::as_str)
        });
        let (gone, unknown) = missing(named.filter(|id| id.contains('/')), |id| {
            let (namespace, name) = id.split_once('/').unwrap_or_default();
            index.image(namespace, name)
        });
        for id in gone {
            let message = format!("image {id} is gone");
            let evidence = vec![Evidence::absent(format!("VirtualMachineImage/{id}"))];
            self.say("image-missing", message, evidence);
        }
        if let Some(why) = unknown {
            self.unknown("image-missing", &why);
        }
    }

    fn networks(&mut self) {
        let index = self.bench.index;
        let Some(source) = &self.backup.status.source else {
            return;
        };
        let networks = source.spec.template.spec.networks.iter();
        let named = networks.filter_map(|network| network.multus.as_ref());
        let named = named.map(|network| network.network_name.as_str());
        let (gone, unknown) = missing(named, |name| match name.split_once('/') {
            Some((namespace, name)) => index.network(namespace, name),
            // Harvester looks for such a name in no namespace at all.
            None => Found::No,
        });
        for name in gone {
            let message = match name.contains('/') {
                true => format!("network {name} is gone"),
                false => format!("network {name} names no namespace, so Harvester never finds it"),
            };
            let evidence = vec![Evidence::absent(format!(
                "NetworkAttachmentDefinition/{name}"
            ))];
            self.say("nad-missing", message, evidence);
        }
        if let Some(why) = unknown {
            self.unknown("nad-missing", &why);
        }
    }

    /// Where it lies.
    fn target(&mut self) {
        let index = self.bench.index;
        let created = &self.backup.metadata.creation_timestamp;
        let Some(lies_on) = &self.backup.status.backup_target else {
            if self.backup.status.volume_backups.is_some() && self.bench.is_older(created, PATIENCE)
            {
                let evidence = self.own("status.backupTarget", "absent");
                let message = "status.backupTarget is absent".to_owned();
                self.say("no-target", message, vec![evidence]);
            }
            return;
        };
        let shown = place(lies_on);
        let (set, at) = match &index.target {
            TargetSetting::Set(target) if target.place() == *lies_on => return,
            TargetSetting::Set(target) => (place(&target.place()), "value"),
            TargetSetting::Unset => ("nothing".to_owned(), "value"),
            TargetSetting::Unreadable(why) => {
                return self.unknown("target-mismatch", &format!("the setting is no JSON, {why}"));
            }
            TargetSetting::Unknown(why) => return self.unknown("target-mismatch", why),
        };
        let message = format!("lies on {shown}, set is {set}");
        let evidence = vec![
            self.own("status.backupTarget", shown),
            Evidence::new("Setting/backup-target", at, set),
        ];
        self.say("target-mismatch", message, evidence);
    }

    /// Which of its parts ends a pass over the target, if any does.
    fn blocking(&self) -> Option<String> {
        let index = self.bench.index;
        if !self.backup.is_ready()
            || self.backup.is_snapshot()
            || !self.bench.knows("scan-blocked")
            || !matches!(index.target, TargetSetting::Set(_))
        {
            return None;
        }
        let (gone, _) = missing(classes(self.backup), |name| index.class(name));
        if let Some(class) = gone.into_iter().next() {
            return Some(format!("storage class {class} is gone"));
        }
        // Data that is not found on the target comes first, and demotes.
        if demotion(self.backup).is_some() {
            return None;
        }
        let names = self
            .backup
            .disks()
            .iter()
            .map(|record| record.longhorn_backup_name.as_str());
        let (gone, _) = missing(names, |name| index.lh_backup(name));
        gone.into_iter()
            .next()
            .map(|name| format!("Longhorn has no Backup {name}"))
    }

    fn blocks_passes(&self) -> bool {
        self.blocking().is_some()
    }

    fn pass(&mut self) {
        let Some(why) = self.blocking() else { return };
        let (TargetSetting::Set(target), Some(setting)) = (
            &self.bench.index.target,
            self.bench.index.inventory.setting("backup-target"),
        ) else {
            return;
        };
        // Where no pass is to come, nothing waits for it.
        let at_most = matches!(pass(setting, target), Pass::Never).then_some(Severity::Warning);
        let last = setting.metadata.annotation(crate::target::LAST_REFRESH);
        let evidence = vec![
            self.own("status.readyToUse", "true"),
            Evidence::new(
                "Setting/backup-target",
                format!("metadata.annotations[{}]", crate::target::LAST_REFRESH),
                last,
            ),
        ];
        self.say_softly("scan-blocked", why, evidence, at_most);
    }

    /// A backup that only its record remembers.
    fn ghost(&mut self) {
        let index = self.bench.index;
        let status = &self.backup.status;
        let available = index.inventory.lh_targets.items.iter().any(|target| {
            target.metadata.name == "default" && target.status.available == Some(true)
        });
        if !status.source_uid.is_empty() || status.volume_backups.is_none() || !available {
            return;
        }
        let names = self
            .backup
            .disks()
            .iter()
            .map(|record| record.longhorn_backup_name.as_str());
        let (gone, _) = missing(names, |name| index.lh_backup(name));
        if gone.is_empty() {
            return;
        }
        let message = format!(
            "imported from the backup target, where {} no longer exists",
            gone.join(", ")
        );
        let mut evidence = vec![self.own("status.sourceUID", "absent")];
        evidence.extend(
            gone.iter()
                .map(|name| Evidence::absent(format!("Backup/longhorn-system/{name}"))),
        );
        self.say("ghost-backup", message, evidence);
    }

    fn secrets(&mut self) {
        let names: Vec<&str> = self
            .backup
            .status
            .secret_backups
            .iter()
            .map(|secret| secret.name.as_str())
            .collect();
        if names.is_empty() {
            return;
        }
        let message = format!(
            "holds {}: {}",
            hv_cli::plural::count(names.len(), "secret"),
            names.join(", ")
        );
        let evidence = self.own("status.secretBackups", names.join(", "));
        self.say("secret-in-cfg", message, vec![evidence]);
    }

    /// Volumes of the VM that the backup does not hold.
    fn coverage(&mut self) {
        let Some(source) = &self.backup.status.source else {
            return;
        };
        if self.backup.status.volume_backups.is_none() {
            return;
        }
        let held = |name: &str| {
            self.backup
                .disks()
                .iter()
                .any(|record| record.volume_name == name)
        };
        let volumes = source.spec.template.spec.volumes.iter();
        let left: Vec<String> = volumes
            .filter_map(|volume| {
                let kind = match volume {
                    v if v.persistent_volume_claim.is_some() => "persistentVolumeClaim",
                    v if v.data_volume.is_some() => "dataVolume",
                    v if v.host_disk.is_some() => "hostDisk",
                    v if v.ephemeral.is_some() => "ephemeral",
                    _ => return None,
                };
                (!held(&volume.name)).then(|| format!("{} ({kind})", volume.name))
            })
            .collect();
        if !left.is_empty() {
            let message = format!("does not hold {}", left.join(", "));
            let evidence = self.own("status.source.spec.template.spec.volumes", left.join(", "));
            self.say("uncovered-disks", message, vec![evidence]);
        }
    }
}
