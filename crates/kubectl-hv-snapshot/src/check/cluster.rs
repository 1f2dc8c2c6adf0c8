//! What is told of the cluster above the answers.

use hv_cluster::capability::HarvesterRelease;
use hv_cluster::{Gap, Source};

use super::Scene;
use crate::report::ClusterFacts;

pub(super) fn facts(scene: &Scene<'_>) -> ClusterFacts {
    let situation = scene.situation;
    let inventory = situation.inventory;
    let (harvester_version, harvester_release) = match &situation.harvester {
        HarvesterRelease::Known(_, written) => (written.clone(), "known"),
        HarvesterRelease::Assumed(_, written) => (written.clone(), "assumed"),
        HarvesterRelease::Unknown(_) => ("unknown".to_owned(), "unknown"),
        HarvesterRelease::NotHarvester => ("none".to_owned(), "not-harvester"),
    };
    let kubevirt = inventory.kubevirts.items.first();
    let kubevirt = kubevirt.map(|kubevirt| kubevirt.status.observed_kube_virt_version.clone());
    let unknown = || "unknown".to_owned();
    ClusterFacts {
        harvester_version,
        harvester_release,
        longhorn_version: situation
            .longhorn
            .map_or_else(unknown, |version| version.to_string()),
        kubevirt_version: kubevirt
            .filter(|version| !version.is_empty())
            .unwrap_or_else(unknown),
        csi_driver_config: situation.config.summary().to_owned(),
        source: match scene.source {
            Source::Live(_) => "api-server",
            Source::Bundle(_) => "support-bundle",
        },
        time: inventory.now.to_string(),
        covered_namespaces: match scene.source {
            Source::Live(_) => None,
            Source::Bundle(bundle) => Some(bundle.covered_namespaces().to_vec()),
        },
        unread: unread(scene),
    }
}

/// The kinds that could not be read, each with its reason.
fn unread(scene: &Scene<'_>) -> Vec<String> {
    let inventory = scene.situation.inventory;
    let gaps = [
        ("settings.harvesterhci.io", &inventory.settings.gap),
        (
            "storageclasses.storage.k8s.io",
            &inventory.storage_classes.gap,
        ),
        (
            "volumesnapshotclasses.snapshot.storage.k8s.io",
            &inventory.snapshot_classes.gap,
        ),
        ("csidrivers.storage.k8s.io", &inventory.csi_drivers.gap),
        ("csinodes.storage.k8s.io", &inventory.csi_nodes.gap),
        ("leases.coordination.k8s.io", &inventory.leases.gap),
        (
            "storageprofiles.cdi.kubevirt.io",
            &inventory.storage_profiles.gap,
        ),
        ("cdis.cdi.kubevirt.io", &inventory.cdis.gap),
        ("kubevirts.kubevirt.io", &inventory.kubevirts.gap),
    ];
    let described = |(what, gap): (&str, &Option<Gap>)| match gap.as_ref()? {
        Gap::NotServed => None,
        Gap::Denied(why) | Gap::Failed(why) | Gap::NotCollected(why) => {
            Some(format!("{what}: {why}"))
        }
    };
    gaps.into_iter().filter_map(described).collect()
}
