//! What the target has, as far as it could be read: every kind once, as plain data.

mod bindings;
mod cluster;
mod kinds;
mod machine;
mod meta;
mod read;
mod shelf;
mod storage;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::BTreeSet;

use hv_cluster::harvester::HarvesterRelease;

pub(crate) use cluster::{Image, KeyPair, Namespace, Network, Node, Quota};
pub(crate) use machine::{Address, Machine};
pub(crate) use meta::{Bare, Meta, Named};
pub(crate) use shelf::{Found, Known};
pub(crate) use storage::{Claim, Class, Snapshot, Volume};
pub(crate) use wanted::Wanted;

/// What the target has.
#[derive(Clone, Debug)]
pub(crate) struct Inventory {
    /// Its release.
    pub(crate) release: HarvesterRelease,
    /// Whether `KubeVirt` is there at all.
    pub(crate) serves_vms: bool,
    /// Storage classes.
    pub(crate) classes: Known<Class>,
    /// Images.
    pub(crate) images: Known<Image>,
    /// Networks.
    pub(crate) networks: Known<Network>,
    /// Claims.
    pub(crate) claims: Known<Claim>,
    /// Volumes.
    pub(crate) volumes: Known<Volume>,
    /// VMs.
    pub(crate) machines: Known<Machine>,
    /// Names of Secrets; never what they hold.
    pub(crate) secrets: Known<()>,
    /// Names of config maps.
    pub(crate) config_maps: Known<()>,
    /// Key pairs.
    pub(crate) key_pairs: Known<KeyPair>,
    /// Namespaces.
    pub(crate) namespaces: Known<Namespace>,
    /// Quotas.
    pub(crate) quotas: Known<Quota>,
    /// Nodes.
    pub(crate) nodes: Known<Node>,
    /// Priority classes.
    pub(crate) priority_classes: Known<Bare>,
    /// Service accounts.
    pub(crate) service_accounts: Known<Bare>,
    /// Snapshots of volumes.
    pub(crate) snapshots: Known<Snapshot>,
    /// Names of the network bindings that `KubeVirt` knows; why not.
    pub(crate) bindings: Result<BTreeSet<String>, String>,
}
