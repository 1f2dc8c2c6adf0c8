//! How the answers of disks, and of the cluster's admission, become evidence for a VM.

use super::judgement::{Capability, Evidence, Judgement, Layer, Verdict};
use super::situation::Situation;
use super::vm::{Admission, DiskAnswer};
use super::vm_state::with_colon;
use crate::views::{VirtualMachine, VmVolume};

/// Whether no volume of the VM has a say in a capability.
pub(super) fn holds_nothing(vm: &VirtualMachine, capability: Capability) -> bool {
    let captured_only = captured_only(capability);
    let counts = |volume: &VmVolume| {
        volume.persistent_volume_claim.is_some() || (volume.claim().is_some() && !captured_only)
    };
    !vm.spec.template.spec.volumes.iter().any(counts)
}

pub(super) fn captured_only(capability: Capability) -> bool {
    matches!(
        capability,
        Capability::VmSnapshot | Capability::VmBackup | Capability::VmRestore
    )
}

/// The disks that decide a capability: those that a snapshot skips have no say in it.
pub(super) fn counted(
    disks: &[DiskAnswer],
    capability: Capability,
) -> impl Iterator<Item = &DiskAnswer> {
    let captured_only = captured_only(capability);
    disks
        .iter()
        .filter(move |disk| disk.captured || !captured_only)
}

/// A remedy for the whole VM: the one that every disk in the way has in common.
pub(super) fn shared_fix(
    disks: &[DiskAnswer],
    capability: Capability,
    whole: &Judgement,
) -> Option<String> {
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
pub(super) fn disk_evidence(disks: &[DiskAnswer], capability: Capability) -> Vec<Evidence> {
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

pub(super) fn admission_evidence(
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
