//! What was read of VMs and their volumes for judging them; plain data.

use std::collections::HashMap;

use futures::future::try_join_all;

use crate::capability::Situation;
use crate::kinds;
use crate::source::{Gap, Listing, Query, Source, SourceError};
use crate::views::{Claim, Instance, LonghornVolume, Migration, Network, VirtualMachine, Volume};

/// VMs, and everything that judging their disks needs.
#[derive(Clone, Debug)]
pub struct Machines {
    /// VMs.
    pub vms: Listing<VirtualMachine>,
    /// Running instances.
    pub instances: Listing<Instance>,
    /// Migrations.
    pub migrations: Listing<Migration>,
    /// Claims.
    pub claims: Listing<Claim>,
    /// Volumes.
    pub volumes: Listing<Volume>,
    /// Longhorn volumes, read only where nothing else tells the data engine.
    pub longhorn_volumes: Option<Listing<LonghornVolume>>,
    /// Networks, for what a restore would miss.
    pub networks: Listing<Network>,
}

/// More bound claims than this, and volumes are listed instead of asked for one by one.
const FEW: usize = 16;

impl Machines {
    /// Reads the VMs that `query` names, and what belongs to them.
    pub async fn read(source: &Source, query: &Query) -> Result<Self, SourceError> {
        let beside = Query {
            namespace: query.namespace.clone(),
            ..Query::default()
        };
        // A VM may use a network of any namespace.
        let anywhere = Query::default();
        let one = query.fields.is_some();
        let everything = Query::default();
        let volumes = async {
            if one {
                Ok(None)
            } else {
                source
                    .list(&kinds::PERSISTENT_VOLUME, &everything)
                    .await
                    .map(Some)
            }
        };
        let (vms, instances, migrations, claims, networks, volumes) = futures::try_join!(
            source.list::<VirtualMachine>(&kinds::VIRTUAL_MACHINE, query),
            source.list(&kinds::VIRTUAL_MACHINE_INSTANCE, &beside),
            source.list(&kinds::VIRTUAL_MACHINE_INSTANCE_MIGRATION, &beside),
            source.list::<Claim>(&kinds::PERSISTENT_VOLUME_CLAIM, &beside),
            source.list(&kinds::NETWORK_ATTACHMENT_DEFINITION, &anywhere),
            volumes,
        )?;
        let volumes = match volumes {
            Some(volumes) => volumes,
            None => Self::volumes_of(source, &vms.items, &claims.items).await?,
        };
        Ok(Self {
            vms,
            instances,
            migrations,
            claims,
            volumes,
            longhorn_volumes: None,
            networks,
        })
    }

    /// Asks Longhorn for the data engine where neither a volume nor its class tells.
    pub async fn complete(
        &mut self,
        source: &Source,
        situation: &Situation<'_>,
    ) -> Result<(), SourceError> {
        let untold = self.volumes.items.iter().any(|volume| {
            volume.spec.csi.as_ref().is_some_and(|csi| {
                csi.driver == "driver.longhorn.io"
                    && !csi.volume_attributes.contains_key("dataEngine")
                    && situation.class(&volume.spec.storage_class_name).is_none()
            })
        });
        if untold {
            let namespace = Some("longhorn-system".to_owned());
            let query = Query {
                namespace,
                ..Query::default()
            };
            self.longhorn_volumes = Some(source.list(&kinds::LONGHORN_VOLUME, &query).await?);
        }
        Ok(())
    }

    /// The volumes of a single VM's claims.
    async fn volumes_of(
        source: &Source,
        vms: &[VirtualMachine],
        claims: &[Claim],
    ) -> Result<Listing<Volume>, SourceError> {
        let used = |claim: &&Claim| {
            vms.iter()
                .any(|vm| vm.uses(&claim.metadata.namespace, &claim.metadata.name))
        };
        let names: Vec<&str> = claims
            .iter()
            .filter(used)
            .map(|claim| claim.spec.volume_name.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        if names.len() > FEW {
            return source
                .list(&kinds::PERSISTENT_VOLUME, &Query::default())
                .await;
        }
        let gets = names
            .iter()
            .map(|name| source.get(&kinds::PERSISTENT_VOLUME, None, name));
        let mut listing = Listing {
            items: Vec::new(),
            gap: None,
        };
        for answer in try_join_all(gets).await? {
            match answer {
                Ok(found) => listing.items.extend(found),
                Err(gap) => listing.gap = Some(gap),
            }
        }
        Ok(listing)
    }
}

impl VirtualMachine {
    /// Whether it uses a claim, as a claim or through a `DataVolume`.
    pub fn uses(&self, namespace: &str, claim: &str) -> bool {
        self.metadata.namespace == namespace
            && self
                .spec
                .template
                .spec
                .volumes
                .iter()
                .any(|volume| volume.claim() == Some(claim))
    }
}

impl VirtualMachine {
    /// Whether a volume is a shareable disk.
    pub fn shares(&self, volume: &str) -> bool {
        let disks = &self.spec.template.spec.domain.devices.disks;
        disks
            .iter()
            .any(|disk| disk.name == volume && disk.shareable == Some(true))
    }
}

impl crate::views::VmVolume {
    /// The claim behind the volume; a `DataVolume` makes one of its own name.
    pub fn claim(&self) -> Option<&str> {
        let claim = self
            .persistent_volume_claim
            .as_ref()
            .map(|claim| claim.claim_name.as_str());
        claim.or_else(|| self.data_volume.as_ref().map(|volume| volume.name.as_str()))
    }
}

/// The indexes of [`Machines`].
#[derive(Debug)]
pub struct MachineIndex<'a> {
    machines: &'a Machines,
    claims: HashMap<(&'a str, &'a str), &'a Claim>,
    instances: HashMap<(&'a str, &'a str), &'a Instance>,
    volumes: HashMap<&'a str, &'a Volume>,
    engines: HashMap<&'a str, &'a str>,
}

impl<'a> MachineIndex<'a> {
    /// Indexes what was read.
    pub fn new(machines: &'a Machines) -> Self {
        let key = |meta: &'a crate::views::Meta| (meta.namespace.as_str(), meta.name.as_str());
        let engine = |volume: &'a LonghornVolume| {
            (
                volume.metadata.name.as_str(),
                volume.spec.data_engine.as_str(),
            )
        };
        Self {
            machines,
            claims: machines
                .claims
                .items
                .iter()
                .map(|c| (key(&c.metadata), c))
                .collect(),
            instances: machines
                .instances
                .items
                .iter()
                .map(|i| (key(&i.metadata), i))
                .collect(),
            volumes: machines
                .volumes
                .items
                .iter()
                .map(|v| (v.metadata.name.as_str(), v))
                .collect(),
            engines: machines
                .longhorn_volumes
                .iter()
                .flat_map(|listing| listing.items.iter().map(engine))
                .collect(),
        }
    }

    /// What was read.
    pub fn machines(&self) -> &'a Machines {
        self.machines
    }

    /// A claim.
    pub fn claim(&self, namespace: &str, name: &str) -> Option<&'a Claim> {
        self.claims.get(&(namespace, name)).copied()
    }

    /// The running instance of a VM.
    pub fn instance(&self, namespace: &str, name: &str) -> Option<&'a Instance> {
        self.instances.get(&(namespace, name)).copied()
    }

    /// The volume of a claim.
    pub fn volume(&self, claim: &Claim) -> Option<&'a Volume> {
        self.volumes.get(claim.spec.volume_name.as_str()).copied()
    }

    /// Longhorn's word on a volume's data engine.
    pub fn engine(&self, claim: &Claim) -> Option<&'a str> {
        self.engines.get(claim.spec.volume_name.as_str()).copied()
    }

    /// Whether an instance of the VM runs; `None` if that could not be read.
    pub fn is_running(&self, namespace: &str, name: &str) -> Option<bool> {
        let instances = &self.machines.instances;
        match (self.instance(namespace, name), &instances.gap) {
            (Some(instance), _) => Some(!matches!(
                instance.status.phase.as_str(),
                "Succeeded" | "Failed"
            )),
            (None, None | Some(Gap::NotServed)) => Some(false),
            (None, Some(_)) => None,
        }
    }

    /// Whether a migration of the VM runs.
    pub fn is_migrating(&self, namespace: &str, name: &str) -> bool {
        self.machines.migrations.items.iter().any(|migration| {
            migration.metadata.namespace == namespace
                && migration.spec.vmi_name == name
                && migration.is_running()
        })
    }

    /// Whether a network exists; `None` if that could not be read.
    pub fn has_network(&self, namespace: &str, name: &str) -> Option<bool> {
        let networks = &self.machines.networks;
        let found = networks.items.iter().any(|network| {
            network.metadata.namespace == namespace && network.metadata.name == name
        });
        match (&networks.gap, found) {
            (_, true) => Some(true),
            (None | Some(Gap::NotServed), false) => Some(false),
            (Some(_), false) => None,
        }
    }
}
