//! What was read of a cluster for judging its backups; plain data, every kind listed once.

use std::collections::BTreeSet;

use hv_cluster::facts::{Facts, ReleaseFacts};
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::kinds::{self, Kind};
use hv_cluster::views::{
    Backup, BoundSnapshotContent, Claim, LonghornBackup, LonghornBackupTarget,
    LonghornBackupVolume, Network, Restore, Setting, Snapshot, SnapshotClass, StorageClass,
    VirtualMachine, VolumeRemoteBackup,
};
use hv_cluster::{Gap, Listing, Query, Source, SourceError};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

/// An image, of which only its existence matters.
pub(crate) type Image = Network;

/// Backups and everything that their judgement needs.
#[derive(Debug)]
pub(crate) struct Inventory {
    /// The moment the data speaks of.
    pub(crate) now: Timestamp,
    /// Harvester's release.
    pub(crate) release: HarvesterRelease,
    /// Namespaces whose objects a support bundle holds; absent for a cluster, which has all.
    pub(crate) covered: Option<Vec<String>>,
    /// The namespace that was read alone where reading all of them is forbidden.
    pub(crate) near: Option<String>,
    /// Harvester's settings.
    pub(crate) settings: Listing<Setting>,
    /// Backups and snapshots of VMs.
    pub(crate) backups: Listing<Backup>,
    /// Restores.
    pub(crate) restores: Listing<Restore>,
    /// `VolumeSnapshot`s.
    pub(crate) snapshots: Listing<Snapshot>,
    /// `VolumeSnapshotContent`s.
    pub(crate) contents: Listing<BoundSnapshotContent>,
    /// Longhorn's backups.
    pub(crate) lh_backups: Listing<LonghornBackup>,
    /// Longhorn's volumes on backup targets.
    pub(crate) lh_volumes: Listing<LonghornBackupVolume>,
    /// Longhorn's backup targets.
    pub(crate) lh_targets: Listing<LonghornBackupTarget>,
    /// Storage classes.
    pub(crate) classes: Listing<StorageClass>,
    /// Snapshot classes.
    pub(crate) snapshot_classes: Listing<SnapshotClass>,
    /// Images.
    pub(crate) images: Listing<Image>,
    /// Networks of VMs.
    pub(crate) networks: Listing<Network>,
    /// Backups of single claims.
    pub(crate) remote_backups: Listing<VolumeRemoteBackup>,
    /// Claims; read only where a snapshot of a VM or the command needs them.
    pub(crate) claims: Option<Listing<Claim>>,
    /// The only namespaces whose claims were read; absent if all were.
    pub(crate) claims_of: Option<BTreeSet<String>>,
    /// VMs; read only where an unfinished restore needs them.
    pub(crate) machines: Option<Listing<VirtualMachine>>,
}

/// How much to read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reach<'a> {
    /// The only namespace that matters, if there is one: read alone where no more is allowed.
    pub(crate) namespace: Option<&'a str>,
    /// Whether VMs are needed in any case.
    pub(crate) machines: bool,
    /// Whether claims are needed in any case.
    pub(crate) claims: bool,
}

impl Inventory {
    /// Reads a cluster or a support bundle.
    pub(crate) async fn read(
        source: &Source,
        reach: Reach<'_>,
        facts: &Facts,
    ) -> Result<Self, SourceError> {
        let all = Query::default();
        let longhorn = Query {
            namespace: Some("longhorn-system".to_owned()),
            ..Query::default()
        };
        let near = reach.namespace;
        // Claims are the longest list: they begin as soon as it is known that they are needed.
        let backups_and_claims = async {
            let backups = list::<Backup>(source, &kinds::VIRTUAL_MACHINE_BACKUP, near).await?;
            let snapshots = backups.items.iter().filter(|backup| backup.is_snapshot());
            let places = snapshots.flat_map(Backup::disks).map(|record| {
                let claim = &record.persistent_volume_claim.metadata;
                claim.namespace.clone()
            });
            let places = places.collect::<BTreeSet<String>>();
            let few = few(source, &places).filter(|_| !reach.claims);
            let claims = match few {
                Some(places) => Some(claims_in(source, places).await?),
                None if reach.claims || !places.is_empty() => {
                    Some(list(source, &kinds::PERSISTENT_VOLUME_CLAIM, near).await?)
                }
                None => None,
            };
            let claims_of = few.cloned();
            Ok((backups, claims, claims_of))
        };
        let (
            settings,
            (backups, claims, claims_of),
            restores,
            snapshots,
            contents,
            lh_backups,
            lh_volumes,
            lh_targets,
            classes,
            snapshot_classes,
            images,
            networks,
            remote_backups,
        ) = futures::try_join!(
            source.list::<Setting>(&kinds::SETTING, &all),
            backups_and_claims,
            list::<Restore>(source, &kinds::VIRTUAL_MACHINE_RESTORE, near),
            list(source, &kinds::VOLUME_SNAPSHOT, near),
            source.list(&kinds::VOLUME_SNAPSHOT_CONTENT, &all),
            source.list(&kinds::LONGHORN_BACKUP, &longhorn),
            source.list(&kinds::LONGHORN_BACKUP_VOLUME, &longhorn),
            source.list(&kinds::LONGHORN_BACKUP_TARGET, &longhorn),
            source.list(&kinds::STORAGE_CLASS, &all),
            source.list(&kinds::VOLUME_SNAPSHOT_CLASS, &all),
            list(source, &kinds::VIRTUAL_MACHINE_IMAGE, near),
            list(source, &kinds::NETWORK_ATTACHMENT_DEFINITION, near),
            list(source, &kinds::VOLUME_REMOTE_BACKUP, near),
        )?;
        let release = release(source, &settings, &facts.releases).await?;
        let unfinished = |restore: &Restore| restore.status.complete != Some(true);
        let restoring = restores.items.iter().any(unfinished);
        let machines = match reach.machines || restoring {
            true => Some(list(source, &kinds::VIRTUAL_MACHINE, near).await?),
            false => None,
        };
        Ok(Self {
            now: source.now(),
            release,
            covered: match source {
                Source::Live(_) => None,
                Source::Bundle(bundle) => Some(bundle.covered_namespaces().to_vec()),
            },
            near: reach.namespace.map(str::to_owned),
            settings,
            backups,
            restores,
            snapshots,
            contents,
            lh_backups,
            lh_volumes,
            lh_targets,
            classes,
            snapshot_classes,
            images,
            networks,
            remote_backups,
            claims,
            claims_of,
            machines,
        })
    }

    /// A Harvester setting by name.
    pub(crate) fn setting(&self, name: &str) -> Option<&Setting> {
        let mut settings = self.settings.items.iter();
        settings.find(|setting| setting.metadata.name == name)
    }

    /// Every kind that could not be read, or not to its end, in words.
    pub(crate) fn unread(&self) -> Vec<String> {
        let gaps = [
            ("settings.harvesterhci.io", &self.settings.gap),
            ("virtualmachinebackups.harvesterhci.io", &self.backups.gap),
            ("virtualmachinerestores.harvesterhci.io", &self.restores.gap),
            (
                "volumesnapshots.snapshot.storage.k8s.io",
                &self.snapshots.gap,
            ),
            (
                "volumesnapshotcontents.snapshot.storage.k8s.io",
                &self.contents.gap,
            ),
            ("backups.longhorn.io", &self.lh_backups.gap),
            ("backupvolumes.longhorn.io", &self.lh_volumes.gap),
            ("backuptargets.longhorn.io", &self.lh_targets.gap),
            ("storageclasses.storage.k8s.io", &self.classes.gap),
            (
                "volumesnapshotclasses.snapshot.storage.k8s.io",
                &self.snapshot_classes.gap,
            ),
            ("virtualmachineimages.harvesterhci.io", &self.images.gap),
            (
                "network-attachment-definitions.k8s.cni.cncf.io",
                &self.networks.gap,
            ),
            (
                "volumeremotebackups.harvesterhci.io",
                &self.remote_backups.gap,
            ),
        ];
        let later = [
            (
                "persistentvolumeclaims",
                self.claims.as_ref().and_then(|list| list.gap.as_ref()),
            ),
            (
                "virtualmachines.kubevirt.io",
                self.machines.as_ref().and_then(|list| list.gap.as_ref()),
            ),
        ];
        gaps.into_iter()
            .map(|(what, gap)| (what, gap.as_ref()))
            .chain(later)
            .filter_map(|(what, gap)| Some((what, gap?)))
            // A kind that is not installed has no objects: that is known.
            .filter(|(_, gap)| **gap != Gap::NotServed)
            .map(|(what, gap)| gap.describe(what))
            .collect()
    }
}

/// The namespaces to list claims of, where they are few and known: claims are the longest list.
fn few<'a>(source: &Source, places: &'a BTreeSet<String>) -> Option<&'a BTreeSet<String>> {
    const FEW: usize = 4;
    let is_live = matches!(source, Source::Live(_));
    // A record without a namespace means that of its backup, which is not known here.
    let named = !places.is_empty() && places.iter().all(|place| !place.is_empty());
    (is_live && named && places.len() <= FEW).then_some(places)
}

async fn claims_in(
    source: &Source,
    places: &BTreeSet<String>,
) -> Result<Listing<Claim>, SourceError> {
    let queries: Vec<Query> = places
        .iter()
        .map(|place| Query {
            namespace: Some(place.clone()),
            ..Query::default()
        })
        .collect();
    let lists = queries
        .iter()
        .map(|query| source.list(&kinds::PERSISTENT_VOLUME_CLAIM, query));
    let mut all = Listing {
        items: Vec::new(),
        gap: None,
    };
    for mut list in futures::future::try_join_all(lists).await? {
        all.items.append(&mut list.items);
        all.gap = all.gap.or(list.gap);
    }
    Ok(all)
}

/// Lists a kind in all namespaces; where that is forbidden, in the one that matters.
async fn list<T>(
    source: &Source,
    kind: &Kind,
    near: Option<&str>,
) -> Result<Listing<T>, SourceError>
where
    T: DeserializeOwned + Send + 'static,
{
    let everywhere = source.list(kind, &Query::default()).await?;
    let (Some(namespace), Some(Gap::Denied(why))) = (near, &everywhere.gap) else {
        return Ok(everywhere);
    };
    let query = Query {
        namespace: Some(namespace.to_owned()),
        ..Query::default()
    };
    let mut here: Listing<T> = source.list(kind, &query).await?;
    if here.gap.is_none() {
        let why = format!("only those of namespace \"{namespace}\" were read: {why}");
        here.gap = Some(Gap::NotCollected(why));
    }
    Ok(here)
}

async fn release(
    source: &Source,
    settings: &Listing<Setting>,
    facts: &ReleaseFacts,
) -> Result<HarvesterRelease, SourceError> {
    let told = HarvesterRelease::read(settings, None, facts);
    if !matches!(told, HarvesterRelease::Unknown(_)) {
        return Ok(told);
    }
    let query = Query {
        namespace: Some("harvester-system".to_owned()),
        ..Query::default()
    };
    let deployments = source.list(&kinds::DEPLOYMENT, &query).await?;
    Ok(HarvesterRelease::read(settings, Some(&deployments), facts))
}
