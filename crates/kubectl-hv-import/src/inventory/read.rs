//! Reads the target: lists only, side by side, as many for a thousand VMs as for one.

use futures::future::try_join_all;
use hv_cluster::facts::Facts;
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::kinds::{self, Kind};
use hv_cluster::live::LiveCluster;
use hv_cluster::views::{Deployment, Setting};
use hv_cluster::{Gap, Listing, Query, SourceError};
use serde::de::DeserializeOwned;

use super::bindings;
use super::kinds::{NODE, PRIORITY_CLASS, RESOURCE_QUOTA};
use super::{Inventory, Known, Named, Namespace, Wanted};

/// Up to this many namespaces are listed one by one; for more the whole cluster is.
const FEW: usize = 4;

/// Where Harvester and `KubeVirt` live.
pub(super) const SYSTEM: &str = "harvester-system";

/// How far a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// All of the cluster, and if that is forbidden the namespaces that matter.
    Cluster,
    /// The namespaces that matter, unless they are many.
    Namespaces,
}

impl Inventory {
    /// Reads what the bundles and the map need.
    pub(crate) async fn read(cluster: &LiveCluster, wanted: &Wanted) -> Result<Self, SourceError> {
        let door = Door { cluster, wanted };
        let storage = async {
            futures::try_join!(
                door.list(&kinds::STORAGE_CLASS, Reach::Cluster, wanted.classes),
                door.list(&kinds::VIRTUAL_MACHINE_IMAGE, Reach::Cluster, wanted.images),
                door.list(&kinds::PERSISTENT_VOLUME_CLAIM, Reach::Namespaces, true),
                door.list(&kinds::PERSISTENT_VOLUME, Reach::Cluster, wanted.volumes),
                door.list(&kinds::VOLUME_SNAPSHOT, Reach::Namespaces, wanted.snapshots),
            )
        };
        let beside = async {
            futures::try_join!(
                door.names(&kinds::SECRET, wanted.secrets),
                door.names(&kinds::CONFIG_MAP, wanted.config_maps),
                door.list(&kinds::KEY_PAIR, Reach::Namespaces, wanted.key_pairs),
                door.list(&RESOURCE_QUOTA, Reach::Namespaces, true),
                door.list(
                    &kinds::SERVICE_ACCOUNT,
                    Reach::Namespaces,
                    wanted.service_accounts
                ),
            )
        };
        let (release, machines, namespaces, networks, nodes, ranks, bindings, storage, beside) = futures::try_join!(
            door.release(),
            door.list(&kinds::VIRTUAL_MACHINE, Reach::Cluster, true),
            door.namespaces(),
            door.list(
                &kinds::NETWORK_ATTACHMENT_DEFINITION,
                Reach::Cluster,
                wanted.networks
            ),
            door.list(&NODE, Reach::Cluster, wanted.nodes),
            door.list(&PRIORITY_CLASS, Reach::Cluster, wanted.priority_classes),
            bindings::read(cluster, wanted.bindings),
            storage,
            beside,
        )?;
        let (classes, images, claims, volumes, snapshots) = storage;
        let (secrets, config_maps, key_pairs, quotas, service_accounts) = beside;
        Ok(Self {
            release,
            serves_vms: machines.1,
            classes: classes.0,
            images: images.0,
            networks: networks.0,
            claims: claims.0,
            volumes: volumes.0,
            machines: machines.0,
            secrets,
            config_maps,
            key_pairs: key_pairs.0,
            namespaces,
            quotas: quotas.0,
            nodes: nodes.0,
            priority_classes: ranks.0,
            service_accounts: service_accounts.0,
            snapshots: snapshots.0,
            bindings,
        })
    }
}

/// A cluster and what is wanted of it.
struct Door<'a> {
    cluster: &'a LiveCluster,
    wanted: &'a Wanted,
}

impl Door<'_> {
    /// Lists a kind; also whether the server knows it.
    async fn list<T>(
        &self,
        kind: &Kind,
        reach: Reach,
        wanted: bool,
    ) -> Result<(Known<T>, bool), SourceError>
    where
        T: Named + DeserializeOwned + Send + 'static,
    {
        let mut known = Known::default();
        if !wanted {
            return Ok((known, true));
        }
        let places = &self.wanted.namespaces;
        if reach == Reach::Cluster || places.len() > FEW {
            let listing = self.cluster.list::<T>(kind, &Query::default()).await?;
            let is_denied = matches!(listing.gap, Some(Gap::Denied(_)));
            let served = listing.gap != Some(Gap::NotServed);
            let told = take(&mut known, listing, kind);
            known.close(told);
            if !is_denied || kind.scope == kinds::Scope::Cluster {
                return Ok((known, served));
            }
        }
        let mut served = true;
        let lists = places.iter().map(|place| async move {
            let listing = self.cluster.list::<T>(kind, &within(place)).await?;
            Ok::<_, SourceError>((place, listing))
        });
        for (place, listing) in try_join_all(lists).await? {
            served &= listing.gap != Some(Gap::NotServed);
            let told = take(&mut known, listing, kind);
            known.close_namespace(place, told);
        }
        Ok((known, served))
    }

    /// Lists names without the objects.
    async fn names(&self, kind: &Kind, wanted: bool) -> Result<Known<()>, SourceError> {
        let mut known = Known::default();
        if !wanted {
            return Ok(known);
        }
        let places = &self.wanted.namespaces;
        if places.len() > FEW {
            match self.cluster.versions(kind, &Query::default()).await? {
                Ok(versions) => {
                    for one in versions {
                        known.put(&one.namespace, &one.name, ());
                    }
                    known.close(Ok(()));
                    return Ok(known);
                }
                Err(gap) => known.close(Err(describe(&gap, kind))),
            }
        }
        let lists = places.iter().map(|place| async move {
            let versions = self.cluster.versions(kind, &within(place)).await?;
            Ok::<_, SourceError>((place, versions))
        });
        for (place, versions) in try_join_all(lists).await? {
            let told = match versions {
                Ok(versions) => {
                    for one in versions {
                        known.put(&one.namespace, &one.name, ());
                    }
                    Ok(())
                }
                Err(gap) => Err(describe(&gap, kind)),
            };
            known.close_namespace(place, told);
        }
        Ok(known)
    }

    /// Namespaces: listed, or read by name where only that is allowed.
    async fn namespaces(&self) -> Result<Known<Namespace>, SourceError> {
        let kind = &kinds::NAMESPACE;
        let (mut known, _) = self.list::<Namespace>(kind, Reach::Cluster, true).await?;
        if known.all().is_ok() {
            return Ok(known);
        }
        let gets = self.wanted.namespaces.iter().map(|name| async move {
            let got = self.cluster.get::<Namespace>(kind, None, name).await?;
            Ok::<_, SourceError>((name, got))
        });
        for (name, got) in try_join_all(gets).await? {
            match got {
                Ok(Some(namespace)) => known.add(namespace),
                Ok(None) => known.close_name(name),
                Err(_) => {}
            }
        }
        Ok(known)
    }

    async fn release(&self) -> Result<HarvesterRelease, SourceError> {
        let all = Query::default();
        let settings: Listing<Setting> = self.cluster.list(&kinds::SETTING, &all).await?;
        let is_told = settings
            .items
            .iter()
            .any(|one| one.metadata.name == "server-version" && !one.in_force().is_empty());
        let deployments: Option<Listing<Deployment>> = match is_told {
            true => None,
            false => Some(
                self.cluster
                    .list(&kinds::DEPLOYMENT, &within(SYSTEM))
                    .await?,
            ),
        };
        Ok(match Facts::builtin() {
            Ok(facts) => HarvesterRelease::read(&settings, deployments.as_ref(), &facts.releases),
            Err(error) => HarvesterRelease::Unknown(error.to_string()),
        })
    }
}

pub(super) fn within(namespace: &str) -> Query {
    Query {
        namespace: Some(namespace.to_owned()),
        ..Query::default()
    }
}

/// Takes what was listed; whether it is all there is. A kind that is not installed has no objects.
fn take<T: Named>(known: &mut Known<T>, listing: Listing<T>, kind: &Kind) -> Result<(), String> {
    listing.items.into_iter().for_each(|item| known.add(item));
    match listing.gap {
        None | Some(Gap::NotServed) => Ok(()),
        Some(gap) => Err(describe(&gap, kind)),
    }
}

/// Why a kind could not be read, and which right is missing if it is that.
pub(super) fn describe(gap: &Gap, kind: &Kind) -> String {
    let resource = match kind.group {
        "" => kind.plural.to_owned(),
        group => format!("{}.{group}", kind.plural),
    };
    match gap {
        Gap::Denied(_) => format!("you may not list {resource}"),
        other => other.describe(&resource),
    }
}
