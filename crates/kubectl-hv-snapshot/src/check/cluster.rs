//! What is told of the cluster above the answers.

use std::collections::{BTreeMap, BTreeSet};

use hv_cluster::capability::Situation;
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::{Gap, Source};

use super::Scene;
use crate::report::ClusterFacts;

pub(super) fn facts(scene: &Scene<'_>, more_unread: Vec<String>) -> ClusterFacts {
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
        notes: oddities(scene.situation),
        unread: unread(scene).into_iter().chain(more_unread).collect(),
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
    let observed = inventory.observed.iter().flat_map(|observed| {
        [
            ("persistentvolumeclaims", &observed.claims.gap),
            (
                "volumesnapshotcontents.snapshot.storage.k8s.io",
                &observed.contents.gap,
            ),
            ("pods", &observed.pods.gap),
        ]
    });
    let lists = gaps.into_iter().chain(observed);
    let lists = lists.filter_map(|(what, gap)| Some((what, gap.as_ref()?)));
    let longhorn = inventory.longhorn_version.as_ref().err();
    let groups = inventory.group_snapshots.as_ref().err();
    lists
        .chain(longhorn.map(|gap| ("settings.longhorn.io", gap)))
        .chain(groups.map(|gap| ("customresourcedefinitions.apiextensions.k8s.io", gap)))
        .filter_map(|(what, gap)| described(what, gap))
        .collect()
}

/// A gap in words; a kind that is not installed is no gap.
pub(super) fn described(what: &str, gap: &Gap) -> Option<String> {
    match gap {
        Gap::NotServed => None,
        Gap::Denied(why) | Gap::Failed(why) | Gap::NotCollected(why) => {
            Some(format!("{what}: {why}"))
        }
    }
}

/// What is odd about the configuration as a whole.
fn oddities(situation: &Situation<'_>) -> Vec<String> {
    let mut notes = default_classes(situation);
    notes.extend(strange_drivers(situation));
    notes.extend(newer_than_the_rules(situation));
    notes
}

/// Kubernetes takes a default snapshot class only if a driver has exactly one.
fn default_classes(situation: &Situation<'_>) -> Vec<String> {
    let mut defaults: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for class in &situation.inventory.snapshot_classes.items {
        let annotation = "snapshot.storage.kubernetes.io/is-default-class";
        if class.metadata.annotation(annotation) == "true" {
            defaults
                .entry(&class.driver)
                .or_default()
                .push(&class.metadata.name);
        }
    }
    let several = defaults.into_iter().filter(|(_, names)| names.len() > 1);
    several
        .map(|(driver, names)| {
            let (count, names) = (names.len(), names.join(", "));
            format!("{driver} has {count} default snapshot classes ({names}): a VolumeSnapshot that names none fails")
        })
        .collect()
}

/// Drivers in `csi-driver-config` that nothing in the cluster knows.
fn strange_drivers(situation: &Situation<'_>) -> Vec<String> {
    let inventory = situation.inventory;
    if inventory.csi_drivers.gap.is_some() || inventory.csi_drivers.items.is_empty() {
        return Vec::new();
    }
    let known = |name: &str| {
        inventory
            .csi_drivers
            .items
            .iter()
            .any(|driver| driver.metadata.name == name)
            || inventory
                .storage_classes
                .items
                .iter()
                .any(|class| class.provisioner == name)
    };
    let halves = [&situation.config.default, &situation.config.value];
    let named: BTreeSet<&String> = halves
        .into_iter()
        .filter_map(|half| half.map())
        .flat_map(BTreeMap::keys)
        .collect();
    let strange = named.into_iter().filter(|name| !known(name));
    strange
        .map(|name| {
            format!("csi-driver-config names the driver \"{name}\", which is not installed")
        })
        .collect()
}

/// A later build of the newest line whose rules are known may have changed them.
fn newer_than_the_rules(situation: &Situation<'_>) -> Option<String> {
    let HarvesterRelease::Known(own, written) = &situation.harvester else {
        return None;
    };
    let newest = situation.facts.releases.newest()?.harvester;
    let newer = own.at_least(&newest) && *own != newest;
    newer
        .then(|| format!("{written} is judged by the rules of {newest}, the newest that were read"))
}
