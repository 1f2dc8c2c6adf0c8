//! What the state of a VM says, whatever its disks can do.

use super::forecast::{missing_networks, networks};
use super::judgement::{Capability, Evidence, Layer, Verdict};
use super::vm::VmJudge;
use crate::source::Gap;
use crate::views::{VirtualMachine, condition};

impl VmJudge<'_, '_> {
    pub(super) fn workload(
        &self,
        source: impl Into<String>,
        code: &'static str,
        more: &str,
    ) -> Evidence {
        self.workload_as(source, Verdict::No, code, more)
    }

    pub(super) fn workload_as(
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
    pub(super) fn state(&self, vm: &VirtualMachine, capability: Capability) -> Vec<Evidence> {
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
    pub(super) fn unread_state(&self) -> Vec<Evidence> {
        let machines = self.index.machines();
        let kinds = [
            ("virtualmachineinstances", &machines.instances.gap),
            ("virtualmachineinstancemigrations", &machines.migrations.gap),
        ];
        let unread = |(kind, gap): (&str, &Option<Gap>)| match gap {
            None | Some(Gap::NotServed) => None,
            Some(gap) => {
                let more = format!("({})", gap.describe(kind));
                Some(self.workload_as(kind, Verdict::Unknown, "could-not-read", &more))
            }
        };
        kinds.into_iter().filter_map(unread).collect()
    }

    /// Networks that could not be read leave open whether a restore would miss one.
    pub(super) fn unread_networks(&self, vm: &VirtualMachine) -> Option<Evidence> {
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
        let more = format!("({})", gap.describe(kind));
        Some(self.workload_as(kind, Verdict::Unknown, "could-not-read", &more))
    }

    pub(super) fn missing_claims(&self, vm: &VirtualMachine) -> Vec<Evidence> {
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
                    let more = format!("({})", gap.describe("persistentvolumeclaims"));
                    self.workload_as(source, Verdict::Unknown, "could-not-read", &more)
                }
            });
        }
        evidence
    }

    /// A VM of which nothing would be captured or judged.
    pub(super) fn diskless(&self, capability: Capability) -> Vec<Evidence> {
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
}

/// A sentence that goes on with somebody else's words, which may begin in lower case.
pub(super) fn with_colon<'d>(detail: &'d str, more: &str) -> std::borrow::Cow<'d, str> {
    match detail.strip_suffix('.') {
        Some(open) if more.starts_with(char::is_lowercase) => format!("{open}:").into(),
        _ => detail.into(),
    }
}
