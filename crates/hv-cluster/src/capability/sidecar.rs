//! The sidecar layer: whether the driver is registered and its sidecars, and the kinds, are there.

use super::judgement::{Capability, Evidence, Layer, Verdict};
use super::situation::Situation;
use super::subject::Subject;
use crate::source::Gap;

/// What a Lease tells of the sidecar that held it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignOfLife {
    /// Renewed of late.
    Fresh,
    /// Not renewed for longer than it holds.
    Stale,
}

fn push(
    situation: &Situation<'_>,
    evidence: &mut Vec<Evidence>,
    source: String,
    verdict: Verdict,
    code: &'static str,
) {
    let detail = situation.message(code);
    evidence.push(Evidence::new(
        Layer::Sidecar,
        source,
        verdict,
        Some(code.into()),
        detail,
    ));
}

/// A driver that no object and no node knows is not there, whatever a class says.
pub(super) fn registration(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    evidence: &mut Vec<Evidence>,
) {
    let inventory = situation.inventory;
    let (drivers, nodes) = (&inventory.csi_drivers, &inventory.csi_nodes);
    let anything =
        !drivers.items.is_empty() && nodes.items.iter().any(|node| !node.spec.drivers.is_empty());
    // Both lists must be whole, and in use at all, before their silence means anything.
    if drivers.gap.is_some() || nodes.gap.is_some() || !anything {
        return;
    }
    let installed = drivers
        .items
        .iter()
        .any(|d| d.metadata.name == subject.driver);
    let registered = nodes.items.iter().flat_map(|node| &node.spec.drivers);
    let registered = registered
        .filter(|driver| driver.name == subject.driver)
        .count();
    if !installed && registered == 0 && !subject.driver.starts_with("kubernetes.io/") {
        push(
            situation,
            evidence,
            format!("csidriver/{}", subject.driver),
            Verdict::No,
            "driver-gone",
        );
    }
}

/// How the Leases of the sidecar behind a capability begin.
fn prefix(capability: Capability) -> Option<&'static str> {
    match capability {
        // csi-snapshotter checks the driver's capability before it asks for its Lease, and the
        // same capability is all that the provisioner asks for when it restores.
        Capability::VmSnapshot
        | Capability::VolumeSnapshot
        | Capability::VmBackup
        | Capability::VolumeRestore
        | Capability::VmRestore => Some("external-snapshotter-leader-"),
        Capability::ExpandOffline | Capability::ExpandOnline => Some("external-resizer-"),
        Capability::Clone
        | Capability::ExportImage
        | Capability::LiveMigration
        | Capability::GroupSnapshot => None,
    }
}

/// Without the kinds of snapshots nothing that needs them can be, whatever is configured.
pub(super) fn kinds(
    situation: &Situation<'_>,
    capability: Capability,
    evidence: &mut Vec<Evidence>,
) {
    let missing = situation.inventory.snapshot_classes.gap == Some(Gap::NotServed);
    if missing && needs_snapshots(capability) {
        let source = "volumesnapshotclasses.snapshot.storage.k8s.io".to_owned();
        push(
            situation,
            evidence,
            source,
            Verdict::No,
            "snapshot-kinds-missing",
        );
    }
}

/// The Lease that proves a capability, and what it tells; fresh ones win over stale ones.
pub(super) fn proof(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
) -> Option<(String, SignOfLife)> {
    let prefix = prefix(capability)?;
    let mut found = None;
    for lease in situation.leases(prefix, &subject.driver) {
        let name = format!("lease/{}/{}", lease.metadata.namespace, lease.metadata.name);
        if situation.is_fresh(lease) {
            return Some((name, SignOfLife::Fresh));
        }
        found = Some((name, SignOfLife::Stale));
    }
    found
}

pub(super) fn signs_of_life(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
    evidence: &mut Vec<Evidence>,
) {
    if needs_snapshots(capability) {
        snapshot_controller(situation, evidence);
        crashing_snapshotter(situation, subject, evidence);
    }
    match proof(situation, subject, capability) {
        Some((source, SignOfLife::Fresh)) => evidence.push(Evidence::new(
            Layer::Sidecar,
            source,
            Verdict::Yes,
            None,
            "The sidecar renews its Lease.",
        )),
        Some((source, SignOfLife::Stale)) => {
            push(
                situation,
                evidence,
                source,
                Verdict::Unlikely,
                "sidecar-stale",
            );
        }
        // Many drivers run without leader election: no Lease means nothing. One that must not be
        // read might be stale, though, and that is not known.
        None => {
            let gap = situation.inventory.leases.gap.as_ref();
            if let Some(gap) = gap.filter(|_| prefix(capability).is_some()) {
                let why = format!(
                    "Not readable: {}.",
                    gap.describe("leases.coordination.k8s.io")
                );
                let code = Some("could-not-read".into());
                evidence.push(Evidence::new(
                    Layer::Sidecar,
                    "leases",
                    Verdict::Unknown,
                    code,
                    why,
                ));
            }
        }
    }
}

fn needs_snapshots(capability: Capability) -> bool {
    matches!(
        capability,
        Capability::VmSnapshot
            | Capability::VolumeSnapshot
            | Capability::VolumeRestore
            | Capability::VmRestore
            | Capability::VmBackup
    )
}

fn snapshot_controller(situation: &Situation<'_>, evidence: &mut Vec<Evidence>) {
    let leases = situation.inventory.leases.items.iter();
    let lease = leases.into_iter().find(|lease| {
        lease.metadata.name == "snapshot-controller-leader"
            && lease.metadata.namespace == "kube-system"
    });
    if let Some(lease) = lease.filter(|lease| !situation.is_fresh(lease)) {
        let source = format!("lease/kube-system/{}", lease.metadata.name);
        push(
            situation,
            evidence,
            source,
            Verdict::Unlikely,
            "snapshot-controller-stale",
        );
    }
}

/// A crash-looping csi-snapshotter next to this driver's socket; only with observed pods.
fn crashing_snapshotter(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    evidence: &mut Vec<Evidence>,
) {
    let Some(observed) = &situation.inventory.observed else {
        return;
    };
    for pod in &observed.pods.items {
        // Which driver a sidecar serves is told by its socket's path alone.
        let serves = pod.spec.containers.iter().flat_map(|c| &c.args);
        if !serves
            .into_iter()
            .any(|word| word.contains(&subject.driver))
        {
            continue;
        }
        let images = pod
            .spec
            .containers
            .iter()
            .filter(|c| c.image.contains("csi-snapshotter"));
        let crashing = images.into_iter().any(|container| {
            pod.status.container_statuses.iter().any(|status| {
                status.name == container.name
                    && !status.ready
                    && status
                        .state
                        .waiting
                        .as_ref()
                        .is_some_and(|w| w.reason == "CrashLoopBackOff")
            })
        });
        if crashing {
            let source = format!("pod/{}/{}", pod.metadata.namespace, pod.metadata.name);
            push(situation, evidence, source, Verdict::No, "sidecar-crashing");
            return;
        }
    }
}
