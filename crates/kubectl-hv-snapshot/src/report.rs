//! The document of `check-driver`; the tables are views of it.

use std::collections::BTreeMap;

use hv_cluster::capability::{Capabilities, Capability, Forecast, ImageFacts, Judgement, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

/// What storage can do, target by target.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriverReport {
    /// `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// `DriverReport`.
    pub(crate) kind: &'static str,
    /// Where it was read.
    pub(crate) cluster: ClusterFacts,
    /// One answer a target.
    pub(crate) items: Vec<Item>,
    /// Counts.
    pub(crate) summary: Summary,
}

/// The cluster that was judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterFacts {
    /// As the cluster writes it; `unknown` if it could not be read, `none` without Harvester.
    pub(crate) harvester_version: String,
    /// `known`, `assumed` (judged as the newest known release), `unknown` or `not-harvester`.
    pub(crate) harvester_release: &'static str,
    /// As read, or as this release of Harvester ships it; `unknown` otherwise.
    pub(crate) longhorn_version: String,
    /// As read; `unknown` otherwise.
    pub(crate) kubevirt_version: String,
    /// How the halves of the setting stand to each other.
    pub(crate) csi_driver_config: String,
    /// `api-server` or `support-bundle`.
    pub(crate) source: &'static str,
    /// The moment the data speaks of, RFC 3339 UTC.
    pub(crate) time: String,
    /// Namespaces that a support bundle covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) covered_namespaces: Option<Vec<String>>,
    /// What is odd about the configuration, whatever the target.
    pub(crate) notes: Vec<String>,
    /// Kinds that could not be read, with the reason.
    pub(crate) unread: Vec<String>,
}

/// The answer for one target.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    /// What was judged.
    pub(crate) target: TargetRef,
    /// CSI driver; several joined by commas for a VM with disks of several drivers.
    pub(crate) driver: String,
    /// Longhorn's data engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) engine: Option<String>,
    /// The class behind the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<ClassFacts>,
    /// The verdicts.
    #[schemars(with = "BTreeMap<Capability, Judgement>")]
    pub(crate) capabilities: Capabilities,
    /// Disks, for VMs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disks: Option<Vec<Disk>>,
    /// What a snapshot would be and what a restore would meet, for VMs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forecast: Option<Forecast>,
    /// What the image is stored in, for images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<ImageFacts>,
}

/// A reference to what was judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetRef {
    /// Kind, such as `StorageClass`.
    pub(crate) kind: &'static str,
    /// Name.
    pub(crate) name: String,
    /// Namespace, for kinds that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
}

impl TargetRef {
    /// `TYPE.GROUP/NAME`, as `-o name` prints it.
    pub(crate) fn full_name(&self) -> String {
        let resource = match self.kind {
            "StorageClass" => "storageclass.storage.k8s.io",
            "CSIDriver" => "csidriver.storage.k8s.io",
            "VirtualMachine" => "virtualmachine.kubevirt.io",
            "VirtualMachineImage" => "virtualmachineimage.harvesterhci.io",
            _ => "persistentvolumeclaim",
        };
        format!("{resource}/{}", self.name)
    }
}

/// Facts of a storage class.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClassFacts {
    /// Name.
    pub(crate) name: String,
    /// `Immediate` or `WaitForFirstConsumer`.
    pub(crate) volume_binding_mode: String,
    /// Snapshot class that VM snapshots use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot_class: Option<String>,
    /// Clone strategy in the StorageProfile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clone_strategy: Option<String>,
    /// Sidecars of the driver that hold a Lease, stale ones marked.
    pub(crate) sidecars: Vec<String>,
}

/// One disk of a VM.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disk {
    /// Name of the volume in the VM.
    pub(crate) volume: String,
    /// Name of the claim.
    pub(crate) pvc: String,
    /// CSI driver, empty if nothing tells it.
    pub(crate) driver: String,
    /// Longhorn's data engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) engine: Option<String>,
    /// Storage class.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) storage_class: String,
    /// Whether a VM snapshot holds it.
    pub(crate) captured: bool,
    /// The verdicts.
    #[schemars(with = "BTreeMap<Capability, Judgement>")]
    pub(crate) capabilities: Capabilities,
}

/// Counts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Targets judged.
    pub(crate) targets: usize,
    /// How often each verdict was given, by capability.
    pub(crate) verdicts: BTreeMap<Capability, BTreeMap<Verdict, usize>>,
    /// Claims left out because they are golden images.
    pub(crate) golden_images_left_out: usize,
    /// Claims left out because they are CDI's own scratch space.
    pub(crate) scratch_volumes_left_out: usize,
    /// Requests made to the API server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<usize>,
    /// What `--require` asked for, and whether it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) required: Option<Requirement>,
}

/// The outcome of `--require`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Requirement {
    /// What was asked for.
    pub(crate) capabilities: Vec<Capability>,
    /// `met`, `not-met` or `unknown`.
    pub(crate) outcome: &'static str,
}

impl Summary {
    /// Counts the verdicts of some items.
    pub(crate) fn of(items: &[Item]) -> Self {
        let mut verdicts: BTreeMap<Capability, BTreeMap<Verdict, usize>> = BTreeMap::new();
        for (capability, judgement) in items.iter().flat_map(|item| item.capabilities.iter()) {
            *verdicts
                .entry(*capability)
                .or_default()
                .entry(judgement.verdict)
                .or_default() += 1;
        }
        Self {
            targets: items.len(),
            verdicts,
            golden_images_left_out: 0,
            scratch_volumes_left_out: 0,
            requests: None,
            required: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DriverReport;
    use hv_testbed::generated;

    #[test]
    fn the_committed_schema_is_that_of_the_document() {
        generated::schema::<DriverReport>("schemas/driver-report.schema.json");
    }

    #[test]
    fn the_committed_page_of_reasons_is_that_of_the_table() {
        use std::fmt::Write as _;
        let facts = hv_cluster::facts::Facts::builtin().unwrap();
        let mut page = String::from(
            "# Reason codes\n\nGenerated from the table that `kubectl hv-snapshot explain` prints; \
             codes keep their meaning, texts may change.\n",
        );
        for reason in facts.reasons.all() {
            let hv_cluster::facts::Reason {
                code,
                message,
                meaning,
                since,
                remedy,
            } = reason;
            write!(
                page,
                "\n## {code}\n\n{message}\n\n{meaning}\n\n*Met on:* {since}. *What to do:* {remedy}\n"
            )
            .unwrap();
        }
        generated::page("docs/reasons.md", &page);
    }
}
