//! What a VM can do: its disks, its state, what a snapshot holds, what a restore would meet.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judgement::{Capability, Evidence, Judgement, Layer, Verdict};
use super::situation::{Situation, describe};
use super::subject::Subject;
use super::workload::Use;
use super::{Capabilities, judge};
use crate::machines::MachineIndex;
use crate::source::Gap;
use crate::views::{Claim, VirtualMachine, VmVolume, condition};

/// One disk of a VM.
#[derive(Clone, Debug)]
pub struct DiskAnswer {
    /// Name of the volume in the VM.
    pub volume: String,
    /// Name of the claim.
    pub claim: String,
    /// Driver, empty where nothing tells it.
    pub driver: String,
    /// Longhorn's data engine.
    pub engine: Option<&'static str>,
    /// Storage class, empty where there is none.
    pub class: String,
    /// Whether a VM snapshot holds it.
    pub captured: bool,
    /// The verdicts.
    pub capabilities: Capabilities,
}

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

/// The answer for one VM.
#[derive(Clone, Debug)]
pub struct VmAnswer {
    /// The verdicts of the whole VM: the weakest disk decides.
    pub capabilities: Capabilities,
    /// Its disks.
    pub disks: Vec<DiskAnswer>,
    /// Snapshot and restore.
    pub forecast: Forecast,
}

/// What the cluster's admission said to a dry run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It took the object.
    Accepted {
        /// Whether a webhook was asked at all.
        guarded: bool,
    },
    /// It refused; its words.
    Refused(String),
    /// It could not be asked; why.
    Unavailable(String),
}

/// Judges VMs; remembers what equal disks have in common.
#[derive(Debug)]
pub struct VmJudge<'s, 'a> {
    situation: &'s Situation<'a>,
    index: &'s MachineIndex<'s>,
    remembered: RefCell<BTreeMap<DiskKey, Capabilities>>,
    shared: RefCell<BTreeMap<Vec<SharedDisk>, Capabilities>>,
}

/// A disk as VMs share it: its name, whether it is captured, and the verdicts it shares.
type SharedDisk = (String, bool, usize);

type DiskKey = (String, Option<&'static str>, Option<String>, Use);

/// What a claim is judged as, by what the index knows of it.
pub fn claim_subject<'a>(
    situation: &Situation<'a>,
    index: &MachineIndex<'_>,
    claim: &Claim,
) -> Option<Subject<'a>> {
    Subject::claim(situation, claim, index.volume(claim), index.engine(claim))
}

/// How a claim is used.
pub fn claim_usage(claim: &Claim, in_use: Option<bool>, captured: bool, shareable: bool) -> Use {
    Use::Claim {
        bound: claim.status.phase == "Bound",
        classed: !claim.spec.storage_class_name.is_empty(),
        shared: claim
            .spec
            .access_modes
            .iter()
            .any(|mode| mode == "ReadWriteMany"),
        in_use,
        captured,
        shareable,
    }
}

impl<'s, 'a> VmJudge<'s, 'a> {
    /// Begins with nothing remembered.
    pub fn new(situation: &'s Situation<'a>, index: &'s MachineIndex<'s>) -> Self {
        Self {
            situation,
            index,
            remembered: RefCell::default(),
            shared: RefCell::default(),
        }
    }

    /// Judges a VM; `admission` holds what dry runs gave, if they were made.
    pub fn judge(&self, vm: &VirtualMachine, admission: &[(Capability, Admission)]) -> VmAnswer {
        let meta = &vm.metadata;
        let running = self.index.is_running(&meta.namespace, &meta.name);
        let volumes = &vm.spec.template.spec.volumes;
        let disks: Vec<DiskAnswer> = volumes
            .iter()
            .filter_map(|volume| self.disk(vm, volume, running))
            .collect();
        let capabilities = self.whole(vm, &disks, admission);
        let forecast = self.forecast(vm, &disks, running);
        VmAnswer {
            capabilities,
            disks,
            forecast,
        }
    }

    /// The verdicts of the whole VM; VMs whose own state adds nothing share those of equal disks.
    fn whole(
        &self,
        vm: &VirtualMachine,
        disks: &[DiskAnswer],
        admission: &[(Capability, Admission)],
    ) -> Capabilities {
        let missing = self.missing_claims(vm);
        let mut states: Vec<Vec<Evidence>> = Capability::ALL
            .iter()
            .map(|&capability| self.state(vm, capability))
            .collect();
        let plain = missing.is_empty() && admission.is_empty() && !disks.is_empty();
        let shared = plain && states.iter().all(Vec::is_empty);
        // What is remembered keeps its verdicts alive, so that an address stands for them.
        let key: Vec<SharedDisk> = disks
            .iter()
            .map(|disk| {
                (
                    disk.volume.clone(),
                    disk.captured,
                    Arc::as_ptr(&disk.capabilities).addr(),
                )
            })
            .collect();
        if let Some(known) = shared
            .then(|| self.shared.borrow().get(&key).cloned())
            .flatten()
        {
            return known;
        }
        let judge_whole = |(at, &capability): (usize, &Capability)| {
            let mut evidence = std::mem::take(&mut states[at]);
            evidence.extend(missing.iter().cloned());
            evidence.extend(disk_evidence(disks, capability));
            if holds_nothing(vm, capability) {
                evidence.extend(self.diskless(capability));
            }
            // Last, so that a reason with a remedy stands before the webhook's words for the same.
            evidence.extend(admission_evidence(self.situation, capability, admission));
            let mut whole = Judgement::from_evidence(evidence);
            whole.fix = shared_fix(disks, capability, &whole);
            (capability, whole)
        };
        let judged: Capabilities = Arc::new(
            Capability::ALL
                .iter()
                .enumerate()
                .map(judge_whole)
                .collect(),
        );
        if shared {
            self.shared.borrow_mut().insert(key, Arc::clone(&judged));
        }
        judged
    }

    fn disk(
        &self,
        vm: &VirtualMachine,
        volume: &VmVolume,
        running: Option<bool>,
    ) -> Option<DiskAnswer> {
        let name = volume.claim()?;
        let claim = self.index.claim(&vm.metadata.namespace, name)?;
        let subject =
            claim_subject(self.situation, self.index, claim).unwrap_or_else(Subject::unknown);
        let class = subject.class.map(|class| class.metadata.name.clone());
        let captured = volume.persistent_volume_claim.is_some();
        let usage = claim_usage(claim, running, captured, vm.shares(&volume.name));
        let key = (subject.driver.clone(), subject.engine, class, usage);
        let known = self.remembered.borrow().get(&key).cloned();
        let capabilities = known.unwrap_or_else(|| {
            let judged = judge(self.situation, &subject, usage);
            self.remembered
                .borrow_mut()
                .insert(key, Arc::clone(&judged));
            judged
        });
        Some(DiskAnswer {
            volume: volume.name.clone(),
            claim: name.to_owned(),
            driver: subject.driver,
            engine: subject.engine,
            class: claim.spec.storage_class_name.clone(),
            captured,
            capabilities,
        })
    }

    fn workload(&self, source: impl Into<String>, code: &'static str, more: &str) -> Evidence {
        self.workload_as(source, Verdict::No, code, more)
    }

    fn workload_as(
        &self,
        source: impl Into<String>,
        verdict: Verdict,
        code: &'static str,
        more: &str,
    ) -> Evidence {
        let mut detail = self.situation.message(code);
        if !more.is_empty() {
            detail = format!("{} {more}", with_colon(&detail, more));
        }
        Evidence::new(Layer::Workload, source, verdict, Some(code.into()), detail)
    }

    /// What the VM's own state says.
    fn state(&self, vm: &VirtualMachine, capability: Capability) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        let (namespace, name) = (&vm.metadata.namespace, &vm.metadata.name);
        let instance = self.index.instance(namespace, name);
        let source = format!("virtualmachine/{name}");
        let snapshot = matches!(capability, Capability::VmSnapshot | Capability::VmBackup);
        if snapshot {
            if vm.metadata.is_deleting() {
                evidence.push(self.workload(&source, "vm-deleting", ""));
            }
            if self.index.is_migrating(namespace, name) {
                evidence.push(self.workload(&source, "vm-migrating", ""));
            }
            let phase = instance.map_or("", |instance| instance.status.phase.as_str());
            if !matches!(phase, "" | "Running" | "Succeeded") {
                let more = format!("The phase of its instance is {phase}.");
                let verdict = Verdict::Unlikely;
                evidence.push(self.workload_as(&source, verdict, "vm-in-transition", &more));
            }
            evidence.extend(self.unread_state());
        }
        if capability == Capability::LiveMigration {
            let template = &vm.spec.template.spec;
            let devices = &template.domain.devices;
            let pinned = template
                .node_selector
                .contains_key("kubernetes.io/hostname");
            if pinned || !devices.of_host.is_empty() || !devices.gpus.is_empty() {
                evidence.push(self.workload(&source, "bound-to-host", ""));
            }
            let verdict = instance.and_then(|i| condition(&i.status.conditions, "LiveMigratable"));
            if let Some(verdict) = verdict.filter(|condition| condition.status == "False") {
                evidence.push(self.workload(&source, "not-live-migratable", &verdict.message));
            }
        }
        if capability == Capability::VmRestore {
            evidence.extend(self.unread_networks(vm));
            for network in missing_networks(self.index, vm) {
                let more = format!("Network: \"{network}\".");
                evidence.push(self.workload(&source, "network-missing", &more));
            }
        }
        evidence
    }

    /// Instances and migrations that could not be read leave the VM's state open.
    fn unread_state(&self) -> Vec<Evidence> {
        let machines = self.index.machines();
        let kinds = [
            ("virtualmachineinstances", &machines.instances.gap),
            ("virtualmachineinstancemigrations", &machines.migrations.gap),
        ];
        let unread = |(kind, gap): (&str, &Option<Gap>)| match gap {
            None | Some(Gap::NotServed) => None,
            Some(gap) => {
                let more = format!("({})", describe(kind, gap));
                Some(self.workload_as(kind, Verdict::Unknown, "could-not-read", &more))
            }
        };
        kinds.into_iter().filter_map(unread).collect()
    }

    /// Networks that could not be read leave open whether a restore would miss one.
    fn unread_networks(&self, vm: &VirtualMachine) -> Option<Evidence> {
        let open = networks(vm)
            .any(|(namespace, name, _)| self.index.has_network(namespace, name).is_none());
        let gap = self
            .index
            .machines()
            .networks
            .gap
            .as_ref()
            .filter(|_| open)?;
        let kind = "network-attachment-definitions";
        let more = format!("({})", describe(kind, gap));
        Some(self.workload_as(kind, Verdict::Unknown, "could-not-read", &more))
    }

    fn missing_claims(&self, vm: &VirtualMachine) -> Vec<Evidence> {
        let claims = &self.index.machines().claims;
        let mut evidence = Vec::new();
        for volume in &vm.spec.template.spec.volumes {
            let Some(name) = volume.claim() else { continue };
            if self.index.claim(&vm.metadata.namespace, name).is_some() {
                continue;
            }
            let source = format!("persistentvolumeclaim/{name}");
            evidence.push(match &claims.gap {
                None => {
                    let more = format!("Claim: \"{name}\", volume: \"{}\".", volume.name);
                    self.workload(source, "claim-missing", &more)
                }
                Some(gap) => {
                    let more = format!("({})", describe("persistentvolumeclaims", gap));
                    self.workload_as(source, Verdict::Unknown, "could-not-read", &more)
                }
            });
        }
        evidence
    }

    /// A VM of which nothing would be captured or judged.
    fn diskless(&self, capability: Capability) -> Vec<Evidence> {
        let verdict = match capability {
            // Nothing stands in the way of moving a VM without disks.
            Capability::LiveMigration => Verdict::Yes,
            _ => Verdict::No,
        };
        let code = "nothing-to-capture";
        let told = |layer| {
            let detail = self.situation.message(code);
            Evidence::new(layer, "virtualmachine", verdict, Some(code.into()), detail)
        };
        vec![
            told(Layer::Workload),
            told(Layer::Driver),
            told(Layer::Policy),
        ]
    }

    fn forecast(
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

    fn consistency(
        &self,
        vm: &VirtualMachine,
        disks: &[DiskAnswer],
        running: Option<bool>,
    ) -> (Consistency, String) {
        let (namespace, name) = (&vm.metadata.namespace, &vm.metadata.name);
        let Some(running) = running else {
            let gap = self.index.machines().instances.gap.as_ref();
            let why = gap.map(|gap| describe("virtualmachineinstances", gap));
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

    fn restore(&self, vm: &VirtualMachine, disks: &[DiskAnswer]) -> Vec<String> {
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

/// A sentence that goes on with somebody else's words, which may begin in lower case.
fn with_colon<'d>(detail: &'d str, more: &str) -> std::borrow::Cow<'d, str> {
    match detail.strip_suffix('.') {
        Some(open) if more.starts_with(char::is_lowercase) => format!("{open}:").into(),
        _ => detail.into(),
    }
}

/// The networks of a VM besides the pods': namespace, name, and the name as written.
fn networks(vm: &VirtualMachine) -> impl Iterator<Item = (&str, &str, &str)> {
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
fn missing_networks<'v>(index: &MachineIndex<'_>, vm: &'v VirtualMachine) -> Vec<&'v str> {
    let gone = |(namespace, name, _): &(&str, &str, &str)| {
        index.has_network(namespace, name) == Some(false)
    };
    networks(vm)
        .filter(gone)
        .map(|(_, _, written)| written)
        .collect()
}

/// Whether no volume of the VM has a say in a capability.
fn holds_nothing(vm: &VirtualMachine, capability: Capability) -> bool {
    let captured_only = captured_only(capability);
    let counts = |volume: &VmVolume| {
        volume.persistent_volume_claim.is_some() || (volume.claim().is_some() && !captured_only)
    };
    !vm.spec.template.spec.volumes.iter().any(counts)
}

fn captured_only(capability: Capability) -> bool {
    matches!(
        capability,
        Capability::VmSnapshot | Capability::VmBackup | Capability::VmRestore
    )
}

/// Why a volume is in no VM snapshot; `None` if it is in one.
fn omitted(volume: &VmVolume) -> Option<Omitted> {
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

/// The disks that decide a capability: those that a snapshot skips have no say in it.
fn counted(disks: &[DiskAnswer], capability: Capability) -> impl Iterator<Item = &DiskAnswer> {
    let captured_only = captured_only(capability);
    disks
        .iter()
        .filter(move |disk| disk.captured || !captured_only)
}

/// A remedy for the whole VM: the one that every disk in the way has in common.
fn shared_fix(disks: &[DiskAnswer], capability: Capability, whole: &Judgement) -> Option<String> {
    let in_the_way = |disk: &&DiskAnswer| disk.capabilities[&capability].verdict < Verdict::Likely;
    let mut fixes = counted(disks, capability)
        .filter(in_the_way)
        .map(|disk| &disk.capabilities[&capability])
        .map(|own| own.fix.as_ref().filter(|_| own.reason == whole.reason));
    let first = fixes.next()??;
    // What the VM's own state refuses no setting heals.
    let state = whole
        .evidence
        .iter()
        .any(|e| e.layer == Layer::Workload && e.counts && e.verdict < Verdict::Likely);
    (!state && fixes.all(|fix| fix == Some(first))).then(|| first.clone())
}

/// What the disks say: each that is not a plain yes for itself, the others together.
fn disk_evidence(disks: &[DiskAnswer], capability: Capability) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let mut fine = 0_usize;
    for disk in counted(disks, capability) {
        let own = &disk.capabilities[&capability];
        if own.verdict == Verdict::Yes {
            fine += 1;
            continue;
        }
        let source = format!("disk \"{}\"", disk.volume);
        let mut push = |layer, verdict: Verdict| {
            let decides = verdict == own.verdict;
            let reason = decides.then(|| own.reason.clone().into());
            let said = if decides { own.message.as_str() } else { "" };
            let detail = match said {
                "" => format!("Disk \"{}\": this layer says {verdict}.", disk.volume),
                said => format!("Disk \"{}\": {said}", disk.volume),
            };
            evidence.push(Evidence::new(
                layer,
                source.clone(),
                verdict,
                reason,
                detail,
            ));
        };
        push(Layer::Policy, own.policy_verdict);
        push(Layer::Driver, own.driver_verdict);
        if own.verdict < own.policy_verdict.min(own.driver_verdict) {
            push(Layer::Workload, own.verdict);
        }
    }
    if fine > 0 {
        let detail = if evidence.is_empty() {
            "Nothing stands against it on any disk."
        } else {
            "Nothing stands against it on the other disks."
        };
        for layer in [Layer::Policy, Layer::Driver] {
            evidence.push(Evidence::new(layer, "disks", Verdict::Yes, None, detail));
        }
    }
    evidence
}

fn admission_evidence(
    situation: &Situation<'_>,
    capability: Capability,
    admission: &[(Capability, Admission)],
) -> Option<Evidence> {
    let (_, outcome) = admission.iter().find(|(of, _)| *of == capability)?;
    let source = "dry run of a VirtualMachineBackup";
    let told = |verdict, code: Option<&'static str>, detail: String| {
        Evidence::new(Layer::Policy, source, verdict, code.map(Into::into), detail)
    };
    Some(match outcome {
        Admission::Refused(words) => {
            let said = situation.message("admission-refused");
            let detail = format!("{} {words}", with_colon(&said, words));
            told(Verdict::No, Some("admission-refused"), detail)
        }
        Admission::Accepted { guarded: true } => told(
            Verdict::Yes,
            None,
            "The cluster's admission accepts it.".to_owned(),
        ),
        Admission::Accepted { guarded: false } => told(
            Verdict::Unknown,
            None,
            "Accepted, but no webhook was asked: this proves nothing.".to_owned(),
        )
        .told_only(),
        Admission::Unavailable(why) => {
            told(Verdict::Unknown, None, format!("Could not be asked: {why}")).told_only()
        }
    })
}
