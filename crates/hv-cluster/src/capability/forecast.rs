//! What a VM snapshot taken now would be, and what a restore of it would meet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judgement::Capability;
use super::vm::{DiskAnswer, VmJudge};
use crate::machines::MachineIndex;
use crate::views::{VirtualMachine, VmVolume, condition};

/// A volume that a VM snapshot does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Omitted {
    /// Name of the volume.
    pub volume: String,
    /// Why.
    pub why: String,
}

/// How well the parts of a snapshot would fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Consistency {
    /// The VM is stopped: everything fits.
    Offline,
    /// As after a power cut, each volume for itself.
    CrashConsistent,
    /// A volume is copied while it changes.
    NotPointInTime,
    /// The state of the VM could not be read.
    Unknown,
}

/// What a snapshot taken now would be, and what a restore of it would meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// Volumes a VM snapshot would hold.
    pub captured: Vec<String>,
    /// Volumes it would not hold.
    pub omitted: Vec<Omitted>,
    /// How well they would fit together.
    pub consistency: Consistency,
    /// Why, and what would make it better.
    pub consistency_detail: String,
    /// What a restore would meet.
    pub restore: Vec<String>,
}

impl VmJudge<'_, '_> {
    pub(super) fn forecast(
        &self,
        vm: &VirtualMachine,
        disks: &[DiskAnswer],
        running: Option<bool>,
    ) -> Forecast {
        let captured = disks
            .iter()
            .filter(|disk| disk.captured)
            .map(|d| d.volume.clone())
            .collect();
        let volumes = &vm.spec.template.spec.volumes;
        let gone = |volume: &&VmVolume| {
            let claim = volume.persistent_volume_claim.as_ref();
            claim.is_some() && !disks.iter().any(|disk| disk.volume == volume.name)
        };
        let gone = volumes.iter().filter(gone).map(|volume| Omitted {
            volume: volume.name.clone(),
            why: format!(
                "its claim \"{}\" was not found",
                volume.claim().unwrap_or_default()
            ),
        });
        let omitted = volumes.iter().filter_map(omitted).chain(gone).collect();
        let (consistency, consistency_detail) = self.consistency(vm, disks, running);
        let restore = self.restore(vm, disks);
        Forecast {
            captured,
            omitted,
            consistency,
            consistency_detail,
            restore,
        }
    }

    pub(super) fn consistency(
        &self,
        vm: &VirtualMachine,
        disks: &[DiskAnswer],
        running: Option<bool>,
    ) -> (Consistency, String) {
        let (namespace, name) = (&vm.metadata.namespace, &vm.metadata.name);
        let Some(running) = running else {
            let gap = self.index.machines().instances.gap.as_ref();
            let why = gap.map(|gap| gap.describe("virtualmachineinstances"));
            return (Consistency::Unknown, why.unwrap_or_default());
        };
        if !running {
            let status = vm.status.printable_status.as_str();
            let detail = match status {
                "" | "Stopped" | "Halted" => "The VM is stopped.".to_owned(),
                status => format!("No instance of the VM runs; its status is {status}."),
            };
            return (Consistency::Offline, detail);
        }
        let torn = disks.iter().filter(|disk| disk.captured).find(|disk| {
            matches!(
                self.situation
                    .facts
                    .drivers
                    .key(&disk.driver, disk.engine)
                    .map(|k| k.key.as_str()),
                Some("nfs" | "hostpath")
            )
        });
        if let Some(disk) = torn {
            let detail = format!(
                "{} copies disk \"{}\" while it changes; stop the VM first.",
                disk.driver, disk.volume
            );
            return (Consistency::NotPointInTime, detail);
        }
        let conditions = self
            .index
            .instance(namespace, name)
            .map(|i| &i.status.conditions);
        let agent = conditions
            .and_then(|conditions| condition(conditions, "AgentConnected"))
            .is_some_and(|condition| condition.status == "True");
        let paused = conditions
            .and_then(|conditions| condition(conditions, "Paused"))
            .is_some_and(|condition| condition.status == "True");
        let mut detail = if paused {
            "A paused guest cannot be frozen.".to_owned()
        } else if !agent {
            "No guest agent answers; run sync in the guest first.".to_owned()
        } else if self.situation.is_at_least(1, 9) {
            "The guest is frozen for fsFreezeDeadline before each volume, 1 s unless set; 10 s to 30 s are safer.".to_owned()
        } else {
            "The guest is frozen for 1 s before each volume; a storage that takes longer cuts after the thaw.".to_owned()
        };
        if disks.iter().filter(|disk| disk.captured).count() > 1 {
            detail.push_str(" The disks are cut one after another.");
        }
        (Consistency::CrashConsistent, detail)
    }

    pub(super) fn restore(&self, vm: &VirtualMachine, disks: &[DiskAnswer]) -> Vec<String> {
        let mut notes = Vec::new();
        for disk in disks.iter().filter(|disk| disk.captured) {
            let class = self.situation.class(&disk.class);
            let waits = class.is_some_and(|c| c.volume_binding_mode == "WaitForFirstConsumer");
            if class.is_none() && !disk.class.is_empty() {
                notes.push(match &self.situation.inventory.storage_classes.gap {
                    None => format!(
                        "The storage class \"{}\" of disk \"{}\" is gone.",
                        disk.class, disk.volume
                    ),
                    Some(_) => format!(
                        "Whether the storage class \"{}\" exists could not be read.",
                        disk.class
                    ),
                });
            }
            if waits && self.situation.is_at_least(1, 9) {
                notes.push(format!("Disk \"{}\" waits for a first consumer: a restore never completes on this release.", disk.volume));
            } else if waits {
                notes.push(format!("Disk \"{}\" waits for a first consumer: restore to a new VM; replacing this one hangs.", disk.volume));
            }
            let local = &disk.capabilities[&Capability::LiveMigration];
            if local
                .evidence
                .iter()
                .any(|e| e.reason.as_deref() == Some("node-local"))
            {
                notes.push(format!(
                    "Disk \"{}\" can be restored on its own node only.",
                    disk.volume
                ));
            }
        }
        for network in missing_networks(self.index, vm) {
            notes.push(format!(
                "The network \"{network}\" does not exist: a restore is refused."
            ));
        }
        notes
    }
}

/// The networks of a VM besides the pods': namespace, name, and the name as written.
pub(super) fn networks(vm: &VirtualMachine) -> impl Iterator<Item = (&str, &str, &str)> {
    let networks = vm.spec.template.spec.networks.iter();
    networks
        .filter_map(|network| network.multus.as_ref())
        .map(|multus| {
            let written = multus.network_name.as_str();
            let own = vm.metadata.namespace.as_str();
            let (namespace, name) = written.split_once('/').unwrap_or((own, written));
            (namespace, name, written)
        })
}

/// The networks of a VM that are known not to exist.
pub(super) fn missing_networks<'v>(
    index: &MachineIndex<'_>,
    vm: &'v VirtualMachine,
) -> Vec<&'v str> {
    let gone = |(namespace, name, _): &(&str, &str, &str)| {
        index.has_network(namespace, name) == Some(false)
    };
    networks(vm)
        .filter(gone)
        .map(|(_, _, written)| written)
        .collect()
}

/// Why a volume is in no VM snapshot; `None` if it is in one.
pub(super) fn omitted(volume: &VmVolume) -> Option<Omitted> {
    let why = if volume.persistent_volume_claim.is_some() {
        return None;
    } else if let Some(data) = &volume.data_volume {
        format!(
            "refers to the DataVolume \"{}\" instead of its claim; skipped silently",
            data.name
        )
    } else if volume.container_disk.is_some() {
        "a container image, pulled again at each start".to_owned()
    } else if volume.cloud_init_no_cloud.is_some() || volume.cloud_init_config_drive.is_some() {
        "cloud-init: its Secrets are copied, nothing else".to_owned()
    } else {
        "not a claim".to_owned()
    };
    Some(Omitted {
        volume: volume.name.clone(),
        why,
    })
}
