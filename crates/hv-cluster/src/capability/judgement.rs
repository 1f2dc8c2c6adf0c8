//! Verdicts, the evidence they rest on, and how evidence becomes a judgement.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something an operator wants from storage.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// A `VirtualMachineBackup` of type snapshot.
    VmSnapshot,
    /// Harvester's snapshot action on one volume.
    VolumeSnapshot,
    /// A claim from a `VolumeSnapshot`.
    VolumeRestore,
    /// A new VM from a VM snapshot.
    VmRestore,
    /// A `VirtualMachineBackup` of type backup, off the cluster.
    VmBackup,
    /// A claim from a claim.
    Clone,
    /// A `VirtualMachineImage` from a volume, into at least one class.
    ExportImage,
    /// Growing a volume of a stopped VM.
    ExpandOffline,
    /// Growing a volume of a running VM.
    ExpandOnline,
    /// Moving a running VM to another node.
    LiveMigration,
    /// Snapshots of several volumes at one moment.
    GroupSnapshot,
}

impl Capability {
    /// Every capability, in the order of the wide table.
    pub const ALL: &'static [Self] = &[
        Self::VmSnapshot,
        Self::VolumeSnapshot,
        Self::VolumeRestore,
        Self::VmRestore,
        Self::VmBackup,
        Self::Clone,
        Self::ExportImage,
        Self::ExpandOffline,
        Self::ExpandOnline,
        Self::LiveMigration,
        Self::GroupSnapshot,
    ];

    /// The ones in the default table.
    pub const DEFAULT: &'static [Self] = &[
        Self::VmSnapshot,
        Self::VolumeSnapshot,
        Self::VmBackup,
        Self::Clone,
        Self::LiveMigration,
    ];

    /// Name in documents and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::VmSnapshot => "vm-snapshot",
            Self::VolumeSnapshot => "volume-snapshot",
            Self::VolumeRestore => "volume-restore",
            Self::VmRestore => "vm-restore",
            Self::VmBackup => "vm-backup",
            Self::Clone => "clone",
            Self::ExportImage => "export-image",
            Self::ExpandOffline => "expand-offline",
            Self::ExpandOnline => "expand-online",
            Self::LiveMigration => "live-migration",
            Self::GroupSnapshot => "group-snapshot",
        }
    }

    /// The capability of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|capability| capability.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An answer; ordered from the worst to the best, so that the weakest layer decides.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It cannot be done.
    No,
    /// It may be possible and is not advised, or is suspected not to work.
    Unlikely,
    /// Something it depends on could not be read or is not known.
    Unknown,
    /// It should work; something was not proven.
    Likely,
    /// It works.
    Yes,
}

impl Verdict {
    /// The word in tables and documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Unlikely => "unlikely",
            Self::Unknown => "unknown",
            Self::Likely => "likely",
            Self::Yes => "yes",
        }
    }

    /// What is left of a rule's verdict when it is only assumed that the rule holds.
    pub(crate) fn assumed(self) -> Self {
        match self {
            Self::Yes => Self::Likely,
            Self::No => Self::Unlikely,
            other => other,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Where a piece of evidence comes from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// What the CSI driver can do.
    Driver,
    /// Which sidecars, controllers and kinds are there.
    Sidecar,
    /// Classes and settings.
    Configuration,
    /// What this release of Harvester allows.
    Policy,
    /// The state of the VM and its claims.
    Workload,
}

/// One thing that speaks for or against a capability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Where it comes from.
    pub layer: Layer,
    /// The object, table or probe it was read from.
    pub source: String,
    /// What it says.
    pub detail: String,
    /// What follows for the capability.
    pub verdict: Verdict,
    /// The code behind a verdict other than yes.
    #[serde(skip)]
    pub(crate) reason: Option<Cow<'static, str>>,
    /// Whether it takes part in the verdict, or is only told.
    #[serde(skip, default = "yes")]
    pub(crate) counts: bool,
}

fn yes() -> bool {
    true
}

impl Evidence {
    pub(crate) fn new(
        layer: Layer,
        source: impl Into<String>,
        verdict: Verdict,
        reason: Option<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        let (source, detail) = (source.into(), detail.into());
        Self {
            layer,
            source,
            detail,
            verdict,
            reason,
            counts: true,
        }
    }

    /// Keeps it in the answer without a say in the verdict.
    pub(crate) fn told_only(mut self) -> Self {
        self.counts = false;
        self
    }
}

/// The answer for one capability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// All layers together.
    pub verdict: Verdict,
    /// What the driver and its sidecars can do.
    pub driver_verdict: Verdict,
    /// What the configuration and this release of Harvester allow.
    pub policy_verdict: Verdict,
    /// A stable code; `kubectl hv-snapshot explain CODE` tells more.
    pub reason: String,
    /// A sentence for people; may change in any release.
    pub message: String,
    /// A command or setting after which the verdict is yes or likely.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fix: Option<String>,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
}

impl Judgement {
    /// The code of a yes.
    pub const SUPPORTED: &'static str = "supported";

    /// Concludes: the weakest evidence decides, the first of the weakest is the reason.
    pub(crate) fn from_evidence(evidence: Vec<Evidence>) -> Self {
        let counting = || evidence.iter().filter(|e| e.counts);
        let weakest_of = |layers: &[Layer]| {
            let of_layers = counting().filter(|e| layers.contains(&e.layer));
            of_layers.map(|e| e.verdict).min()
        };
        let driver = weakest_of(&[Layer::Driver, Layer::Sidecar]).unwrap_or(Verdict::Unknown);
        let policy = weakest_of(&[Layer::Configuration, Layer::Policy]).unwrap_or(Verdict::Unknown);
        let workload = weakest_of(&[Layer::Workload]).unwrap_or(Verdict::Yes);
        let verdict = driver.min(policy).min(workload);
        let decisive = counting().find(|e| e.verdict == verdict && e.reason.is_some());
        let (reason, message) = match decisive {
            Some(e) if verdict != Verdict::Yes => (
                e.reason.as_deref().unwrap_or(Self::SUPPORTED).to_owned(),
                e.detail.clone(),
            ),
            _ => (Self::SUPPORTED.to_owned(), String::new()),
        };
        Self {
            verdict,
            driver_verdict: driver,
            policy_verdict: policy,
            reason,
            message,
            fix: None,
            evidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Capability, Evidence, Judgement, Layer, Verdict};

    fn evidence(layer: Layer, verdict: Verdict, reason: &'static str) -> Evidence {
        Evidence::new(layer, "test", verdict, Some(reason.into()), reason)
    }

    #[test]
    fn the_first_of_the_weakest_is_the_reason() {
        let judgement = Judgement::from_evidence(vec![
            evidence(Layer::Policy, Verdict::Yes, "fine"),
            evidence(Layer::Configuration, Verdict::No, "first"),
            evidence(Layer::Driver, Verdict::Likely, "weak"),
            evidence(Layer::Sidecar, Verdict::No, "second"),
        ]);
        assert_eq!(judgement.reason, "first");
        assert_eq!(judgement.verdict, Verdict::No);
        assert_eq!(judgement.driver_verdict, Verdict::No);
        assert_eq!(judgement.policy_verdict, Verdict::No);
    }

    #[test]
    fn a_layer_without_evidence_is_unknown_and_not_yes() {
        let judgement =
            Judgement::from_evidence(vec![evidence(Layer::Policy, Verdict::Yes, "fine")]);
        assert_eq!(judgement.driver_verdict, Verdict::Unknown);
        assert_eq!(judgement.verdict, Verdict::Unknown);
    }

    #[test]
    fn told_evidence_has_no_say() {
        let judgement = Judgement::from_evidence(vec![
            evidence(Layer::Policy, Verdict::Yes, "fine"),
            evidence(Layer::Driver, Verdict::Yes, "fine"),
            evidence(Layer::Workload, Verdict::No, "told").told_only(),
        ]);
        assert_eq!(
            (judgement.verdict, judgement.reason.as_str()),
            (Verdict::Yes, "supported")
        );
    }

    #[test]
    fn capability_names_are_those_of_the_documents() {
        for capability in Capability::ALL {
            let json = serde_json::to_string(capability).unwrap();
            assert_eq!(json, format!("\"{}\"", capability.name()));
            assert_eq!(Capability::parse(capability.name()), Some(*capability));
        }
        assert_eq!(Capability::ALL.len(), 11);
    }
}
