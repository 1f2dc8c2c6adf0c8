//! The configuration layer: `csi-driver-config`, snapshot classes, class flags, the backup target.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::csi_driver_config::{Entry, EntryUse, Lookup};
use super::judgement::{Capability, Evidence, Layer, Verdict};
use super::situation::Situation;
use super::subject::{LONGHORN, Subject};
use crate::facts::Storage;
use crate::harvester::HarvesterRelease;

pub(super) fn layer(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
    evidence: &mut Vec<Evidence>,
) {
    let judge = Judge { situation, subject };
    let harvester = situation.harvester != HarvesterRelease::NotHarvester;
    match capability {
        Capability::VmSnapshot if harvester => {
            evidence.push(judge.snapshot_class(EntryUse::VmSnapshot));
        }
        Capability::VolumeSnapshot if harvester => {
            evidence.push(judge.snapshot_class(EntryUse::VolumeSnapshot));
        }
        Capability::VmBackup if harvester => {
            evidence.push(judge.backup_target());
            if subject.storage() != Storage::Other {
                evidence.push(judge.snapshot_class(EntryUse::VmBackup));
            }
        }
        Capability::ExportImage if harvester => {
            evidence.extend(judge.export_targets());
        }
        Capability::ExpandOffline => evidence.extend(judge.expansion_flag()),
        Capability::ExpandOnline => {
            evidence.extend(judge.expansion_flag());
            evidence.extend(judge.expand_gate());
        }
        Capability::LiveMigration => evidence.extend(judge.migratable()),
        _ => {}
    }
}

pub(super) struct Judge<'s, 'a> {
    pub(super) situation: &'s Situation<'a>,
    pub(super) subject: &'s Subject<'a>,
}

impl Judge<'_, '_> {
    fn evidence(
        &self,
        source: impl Into<String>,
        verdict: Verdict,
        code: &'static str,
        detail: Option<String>,
    ) -> Evidence {
        let detail = detail.unwrap_or_else(|| self.situation.message(code));
        Evidence::new(
            Layer::Configuration,
            source,
            verdict,
            Some(Cow::Borrowed(code)),
            detail,
        )
    }

    fn fine(source: impl Into<String>, detail: impl Into<String>) -> Evidence {
        Evidence::new(Layer::Configuration, source, Verdict::Yes, None, detail)
    }

    fn unread(&self, source: &str, why: &str) -> Evidence {
        self.evidence(
            source,
            Verdict::Unknown,
            "could-not-read",
            Some(format!("Not readable: {why}.")),
        )
    }

    /// The driver's entry in `csi-driver-config`, for the rules that ask for its presence only.
    pub(super) fn entry(&self) -> Evidence {
        match self.lookup(EntryUse::VolumeSnapshot) {
            Ok(_) => Self::fine(SETTING, "The setting names this driver."),
            Err(evidence) => evidence,
        }
    }

    fn lookup(&self, usage: EntryUse) -> Result<&Entry, Evidence> {
        let no = |code, detail| Err(self.evidence(SETTING, Verdict::No, code, detail));
        match self.situation.config.lookup(&self.subject.driver, usage) {
            Lookup::Entry(entry) => Ok(entry),
            Lookup::NoEntry => no("not-in-csi-driver-config", None),
            Lookup::Hidden => no("hidden-by-value", None),
            Lookup::Invalid(_) => no("config-not-json", None),
            Lookup::Missing => Err(self.evidence(
                SETTING,
                Verdict::Unknown,
                "setting-missing",
                Some("The setting csi-driver-config does not exist.".to_owned()),
            )),
            Lookup::Unread(why) => Err(self.unread(SETTING, why)),
        }
    }

    /// The snapshot class that Harvester would use.
    fn snapshot_class(&self, usage: EntryUse) -> Evidence {
        let entry = match self.lookup(usage) {
            Ok(entry) => entry,
            Err(evidence) => return evidence,
        };
        let name = match usage {
            EntryUse::VmBackup => &entry.backup_volume_snapshot_class_name,
            EntryUse::VolumeSnapshot | EntryUse::VmSnapshot => &entry.volume_snapshot_class_name,
        };
        if name.is_empty() {
            return self.evidence(SETTING, Verdict::No, "snapshot-class-not-set", None);
        }
        let source = format!("volumesnapshotclass/{name}");
        let Some(class) = self.situation.snapshot_class(name) else {
            return match &self.situation.inventory.snapshot_classes.gap {
                Some(gap) => self.unread(&source, &gap.describe("volumesnapshotclasses")),
                None => self.evidence(
                    source,
                    Verdict::No,
                    "snapshot-class-missing",
                    Some(format!("csi-driver-config names the snapshot class \"{name}\", which does not exist.")),
                ),
            };
        };
        if class.driver != self.subject.driver {
            let detail = format!(
                "csi-driver-config names the snapshot class \"{name}\", which belongs to {}.",
                class.driver
            );
            return self.evidence(
                source,
                Verdict::No,
                "snapshot-class-wrong-driver",
                Some(detail),
            );
        }
        let snapshots = class
            .parameters
            .get("type")
            .is_some_and(|kind| kind == "snap");
        if self.subject.driver == LONGHORN && usage != EntryUse::VmBackup && !snapshots {
            let detail =
                format!("The snapshot class \"{name}\" makes Longhorn backups, not snapshots.");
            return self.evidence(
                source,
                Verdict::Unlikely,
                "backup-class-as-snapshot-class",
                Some(detail),
            );
        }
        Self::fine(
            source,
            format!("The snapshot class \"{name}\" belongs to this driver."),
        )
    }

    fn backup_target(&self) -> Evidence {
        let source = "setting/backup-target";
        let Some(setting) = self.situation.inventory.setting("backup-target") else {
            return match &self.situation.inventory.settings.gap {
                Some(gap) => self.unread(source, &gap.describe("settings.harvesterhci.io")),
                None => self.evidence(source, Verdict::No, "no-backup-target", None),
            };
        };
        let text = if setting.value.is_empty() {
            &setting.default_value
        } else {
            &setting.value
        };
        if is_backup_target(text) {
            // The setting holds keys, so nothing of it is ever shown.
            Self::fine(source, "A backup target is set.")
        } else {
            self.evidence(source, Verdict::No, "no-backup-target", None)
        }
    }

    fn expansion_flag(&self) -> Option<Evidence> {
        let Some(class) = self.subject.class else {
            return self.class_unread();
        };
        let source = format!("storageclass/{}", class.metadata.name);
        Some(if class.allow_volume_expansion == Some(true) {
            Self::fine(source, "allowVolumeExpansion is true.")
        } else {
            self.evidence(source, Verdict::No, "expansion-not-allowed", None)
        })
    }

    /// A class that exists and must not be read leaves open what it says.
    pub(super) fn class_unread(&self) -> Option<Evidence> {
        let gap = self.situation.inventory.storage_classes.gap.as_ref();
        let gap = gap.filter(|_| self.subject.class_unread)?;
        Some(self.unread(
            "storageclass",
            &gap.describe("storageclasses.storage.k8s.io"),
        ))
    }

    fn expand_gate(&self) -> Option<Evidence> {
        // Gates are written for a release; where it is not known to need this one, stay silent.
        let HarvesterRelease::Known(release, _) = &self.situation.harvester else {
            return None;
        };
        let since = crate::release::Release {
            major: 1,
            minor: 6,
            patch: None,
            candidate: None,
        };
        if !release.at_least(&since) {
            return None;
        }
        let source = "kubevirt/harvester-system";
        let Some(kubevirt) = self.situation.inventory.kubevirts.items.first() else {
            let gap = self.situation.inventory.kubevirts.gap.as_ref()?;
            return Some(self.unread(source, &gap.describe("kubevirts.kubevirt.io")));
        };
        let gates = &kubevirt
            .spec
            .configuration
            .developer_configuration
            .feature_gates;
        Some(if gates.iter().any(|gate| gate == "ExpandDisks") {
            Self::fine(source, "The feature gate ExpandDisks is on.")
        } else {
            self.evidence(source, Verdict::No, "expand-disks-gate-off", None)
        })
    }

    /// The driver's word in `csi-online-expand-validation`.
    pub(super) fn online_expand(&self) -> Evidence {
        let source = "setting/csi-online-expand-validation";
        let Some(setting) = self
            .situation
            .inventory
            .setting("csi-online-expand-validation")
        else {
            return match &self.situation.inventory.settings.gap {
                Some(gap) => self.unread(source, &gap.describe("settings.harvesterhci.io")),
                None => self.evidence(
                    source,
                    Verdict::Unknown,
                    "setting-missing",
                    Some("The setting csi-online-expand-validation does not exist.".to_owned()),
                ),
            };
        };
        match online_expand_map(&setting.default_value, &setting.value) {
            Ok(map) if map.get(&self.subject.driver) == Some(&true) => {
                Self::fine(source, "The setting says true for this driver.")
            }
            Ok(_) => self.evidence(source, Verdict::No, "online-expand-not-enabled", None),
            Err(_) => self.evidence(source, Verdict::No, "online-expand-not-json", None),
        }
    }

    fn migratable(&self) -> Option<Evidence> {
        if self.subject.driver != LONGHORN {
            return None;
        }
        let Some(class) = self.subject.class else {
            return self.class_unread();
        };
        let source = format!("storageclass/{}", class.metadata.name);
        Some(
            if class
                .parameters
                .get("migratable")
                .is_some_and(|value| value == "true")
            {
                Self::fine(source, "The parameter migratable is \"true\".")
            } else {
                self.evidence(source, Verdict::No, "class-not-migratable", None)
            },
        )
    }

    fn export_targets(&self) -> Option<Evidence> {
        let old = crate::release::Release {
            major: 1,
            minor: 5,
            patch: None,
            candidate: None,
        };
        if let HarvesterRelease::Known(release, _) = &self.situation.harvester
            && !release.at_least(&old)
        {
            return None;
        }
        if let Some(evidence) = self.class_unread() {
            return Some(evidence);
        }
        self.subject.class?;
        let targets = self.situation.targets_of(self.subject.storage());
        let (taken, refused) = (targets.taken, &targets.refused);
        let source = "storageclasses";
        let list = refused.join(", ");
        Some(if taken == 0 {
            let detail = format!(
                "{} Refused: {list}.",
                self.situation.message("export-no-target")
            );
            self.evidence(source, Verdict::No, "export-no-target", Some(detail))
        } else if refused.is_empty() {
            Self::fine(source, "Every class can take the image.")
        } else {
            Self::fine(
                source,
                format!("Classes that cannot take the image: {list}."),
            )
        })
    }
}

const SETTING: &str = "setting/csi-driver-config";

/// Whether the text of `backup-target` names a target: a type and an endpoint or a bucket.
fn is_backup_target(text: &str) -> bool {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Target {
        r#type: String,
        endpoint: String,
        bucket_name: String,
    }
    serde_json::from_str::<Target>(text).is_ok_and(|target| match target.r#type.as_str() {
        "" => false,
        // AWS itself needs no endpoint.
        "s3" => !target.endpoint.is_empty() || !target.bucket_name.is_empty(),
        _ => !target.endpoint.is_empty(),
    })
}

/// The map that `csi-online-expand-validation` stands for: the default, overridden by the value.
pub(super) fn online_expand_map(
    default: &str,
    value: &str,
) -> Result<BTreeMap<String, bool>, serde_json::Error> {
    let mut map = BTreeMap::new();
    for half in [default, value] {
        if !half.trim().is_empty() {
            let half: Option<BTreeMap<String, bool>> = serde_json::from_str(half)?;
            map.extend(half.unwrap_or_default());
        }
    }
    Ok(map)
}
