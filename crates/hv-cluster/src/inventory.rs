//! What was read of a cluster for judging its storage; plain data.

use jiff::Timestamp;

use crate::kinds;
use crate::source::{Gap, Listing, Query, Source, SourceError};
use crate::views::{
    Cdi, Claim, CsiDriver, CsiNode, Deployment, KubeVirt, Lease, Pod, Setting, SnapshotClass,
    SnapshotContent, StorageClass, StorageProfile,
};

/// Configuration kinds and Leases of a cluster; nothing of its workload unless asked for.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// The moment the data speaks of.
    pub now: Timestamp,
    /// Harvester's settings.
    pub settings: Listing<Setting>,
    /// Storage classes.
    pub storage_classes: Listing<StorageClass>,
    /// Snapshot classes.
    pub snapshot_classes: Listing<SnapshotClass>,
    /// Installed drivers.
    pub csi_drivers: Listing<CsiDriver>,
    /// Drivers registered on nodes.
    pub csi_nodes: Listing<CsiNode>,
    /// Signs of life of sidecars.
    pub leases: Listing<Lease>,
    /// CDI's view of the classes.
    pub storage_profiles: Listing<StorageProfile>,
    /// CDI's configuration.
    pub cdis: Listing<Cdi>,
    /// KubeVirt's configuration.
    pub kubevirts: Listing<KubeVirt>,
    /// Longhorn's version setting.
    pub longhorn_version: Result<Option<Setting>, Gap>,
    /// Whether the `VolumeGroupSnapshot` kinds are installed.
    pub group_snapshots: Result<bool, Gap>,
    /// Harvester's own deployments, read only where the settings do not tell the release.
    pub deployments: Option<Listing<Deployment>>,
    /// Objects that show what has worked, read only when asked for.
    pub observed: Option<Observed>,
}

/// Objects that show what has worked, or what has not.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Claims, for those made from a snapshot or another claim.
    pub claims: Listing<Claim>,
    /// Contents of snapshots.
    pub contents: Listing<SnapshotContent>,
    /// Pods, for their CSI sidecars.
    pub pods: Listing<Pod>,
}

/// How much to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Configuration kinds and Leases only.
    Configuration,
    /// Also claims, snapshot contents and pods.
    Evidence,
}

const GROUP_SNAPSHOT_CLASSES: &str = "volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io";

impl Inventory {
    /// Reads a cluster, every kind once and all of them side by side.
    pub async fn read(source: &Source, depth: Depth) -> Result<Self, SourceError> {
        let all = Query::default();
        let kubevirt = in_namespace("harvester-system");
        let (
            settings,
            storage_classes,
            snapshot_classes,
            csi_drivers,
            csi_nodes,
            leases,
            storage_profiles,
            cdis,
            kubevirts,
            longhorn_version,
            group_snapshots,
            observed,
        ) = futures::try_join!(
            source.list(&kinds::SETTING, &all),
            source.list(&kinds::STORAGE_CLASS, &all),
            source.list(&kinds::VOLUME_SNAPSHOT_CLASS, &all),
            source.list(&kinds::CSI_DRIVER, &all),
            source.list(&kinds::CSI_NODE, &all),
            source.list(&kinds::LEASE, &all),
            source.list(&kinds::STORAGE_PROFILE, &all),
            source.list(&kinds::CDI, &all),
            source.list(&kinds::KUBEVIRT, &kubevirt),
            source.get(
                &kinds::LONGHORN_SETTING,
                Some("longhorn-system"),
                "current-longhorn-version"
            ),
            source.get::<serde::de::IgnoredAny>(
                &kinds::CUSTOM_RESOURCE_DEFINITION,
                None,
                GROUP_SNAPSHOT_CLASSES
            ),
            observe(source, depth),
        )?;
        let mut inventory = Self {
            now: source.now(),
            settings,
            storage_classes,
            snapshot_classes,
            csi_drivers,
            csi_nodes,
            leases,
            storage_profiles,
            cdis,
            kubevirts,
            longhorn_version,
            group_snapshots: group_snapshots.map(|found| found.is_some()),
            deployments: None,
            observed,
        };
        if inventory
            .setting("server-version")
            .is_none_or(|s| s.value.is_empty())
        {
            let namespace = in_namespace("harvester-system");
            inventory.deployments = Some(source.list(&kinds::DEPLOYMENT, &namespace).await?);
        }
        Ok(inventory)
    }

    /// A Harvester setting by name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings
            .items
            .iter()
            .find(|setting| setting.metadata.name == name)
    }
}

fn in_namespace(namespace: &str) -> Query {
    Query {
        namespace: Some(namespace.to_owned()),
        ..Query::default()
    }
}

async fn observe(source: &Source, depth: Depth) -> Result<Option<Observed>, SourceError> {
    if depth == Depth::Configuration {
        return Ok(None);
    }
    let all = Query::default();
    let (claims, contents, pods) = futures::try_join!(
        source.list(&kinds::PERSISTENT_VOLUME_CLAIM, &all),
        source.list(&kinds::VOLUME_SNAPSHOT_CONTENT, &all),
        source.list(&kinds::POD, &all),
    )?;
    Ok(Some(Observed {
        claims,
        contents,
        pods,
    }))
}
