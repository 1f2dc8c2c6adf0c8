//! What a VM can do: the weakest of its disks decides, and its own state.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::forecast::Forecast;
use super::judgement::{Capability, Evidence, Judgement};
use super::situation::Situation;
use super::subject::Subject;
use super::vm_evidence::{admission_evidence, disk_evidence, holds_nothing, shared_fix};
use super::workload::Use;
use super::{Capabilities, judge};
use crate::machines::MachineIndex;
use crate::views::{Claim, VirtualMachine, VmVolume};

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
    pub(super) situation: &'s Situation<'a>,
    pub(super) index: &'s MachineIndex<'s>,
    remembered: RefCell<HashMap<DiskKey, Capabilities>>,
    shared: RefCell<HashMap<Vec<SharedDisk>, Capabilities>>,
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
}
