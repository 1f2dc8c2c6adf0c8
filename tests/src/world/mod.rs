//! Worlds: named starting states of a Harvester cluster, kept as data and expanded when loaded.
//!
//! [`names`] lists them, [`load`] reads one. A [`World`] is a list of complete objects (`apiVersion`, `kind`,
//! `metadata.uid`, `status`, …) in a stable order: namespaces first, an object after what it refers to.
//! Times are relative to the moment passed to [`load`].
//!
//! What a loader into a real API server needs: [`World::for_api_server`] gives the objects without the fields
//! a server sets itself (`uid`, `resourceVersion`, `creationTimestamp`); the `status` is still there and has
//! to be written to the status subresource where a kind has one. Leases that a running sidecar
//! would renew carry the annotation [`RENEW_ANNOTATION`]. API groups in [`World::absent_groups`] do not exist in
//! that release.
//!
//! After a `+` a world has backups as well: `v1.8.2+backups` a sound set, `v1.8.2+missing-vs` the same with the one
//! thing wrong that a finding of this code speaks of; [`findings`] lists the codes. Their backup target as
//! files is written by [`World::write_target`].
//!
//! `source` and `dr` are two clusters that differ in every name, for moving VMs between them; `dr@v1.7.3` is the
//! second one of another release.
//!
//! The data lie in `tests/worlds`: `base/*.yaml` for all releases, `releases/<name>.yaml` for what differs,
//! `machines.yaml` for the table of VMs, `backups.yaml` and `findings/*.yaml` for backups. `tests/worlds/README.md` says how to write them.

mod backups;
mod edit;
pub(crate) mod identity;
mod machine;
mod pair;
mod release;
pub mod resources;
mod sources;
mod times;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use edit::merge_patch;
use machine::{Catalog, Table};
pub use pair::pair;
use release::Release;

/// Annotation on Leases that somebody renews while the control plane is up.
pub const RENEW_ANNOTATION: &str = "kubectl-hv.io/testbed-renew";

/// A cluster as a list of objects.
#[derive(Clone, Debug)]
pub struct World {
    /// Name, such as `v1.8.2` or `v1.8.2+backups`.
    pub name: String,
    release: String,
    /// Complete objects in an order in which they can be created.
    pub objects: Vec<Value>,
    /// Namespaces a support bundle of this world covers besides those every bundle does.
    pub namespaces_in_bundle: Vec<String>,
    /// API groups that this release does not have.
    pub absent_groups: Vec<String>,
    /// Version of Kubernetes, such as `v1.34.3+rke2r1`.
    pub kubernetes: String,
    /// Whether a support bundle of this world holds definitions of custom resources.
    pub serves_definitions: bool,
    /// The moment all times of the world are relative to.
    pub now: Timestamp,
    /// Files of the backup target by path.
    pub(crate) target: BTreeMap<String, String>,
}

/// Why a world could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// No such world.
    #[error("there is no world \"{name}\"; known are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What exists.
        known: String,
    },
    /// A data file is not what it should be.
    #[error("world data \"{file}\": {reason}")]
    Data {
        /// Path below `tests/worlds`.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Names of all worlds, oldest release first.
pub fn names() -> Vec<&'static str> {
    sources::RELEASES.iter().map(|(name, _)| *name).collect()
}

/// Codes of findings that a world can be broken by, as in `v1.8.2+missing-vs`.
pub fn findings() -> Vec<&'static str> {
    backups::codes()
}

/// Further codes that are found with one, on some release at least, because they have the same cause.
pub fn found_with(code: &str) -> Result<Vec<String>, WorldError> {
    backups::also(code)
}

/// Reads a world and makes its times relative to `now`.
pub fn load(name: &str, now: Timestamp) -> Result<World, WorldError> {
    let (release, backups) = match name.split_once('+') {
        Some((release, backups)) => (release, Some(backups)),
        None => (name, None),
    };
    let mut world = match pair::begin(release, now) {
        Some(world) => world?,
        None => begin(release, now)?,
    };
    if let Some(code) = backups {
        backups::add(&mut world, code)?;
    }
    world.complete();
    Ok(world)
}

/// A release as the data say it, with relative times and without what a server adds.
fn begin(name: &str, now: Timestamp) -> Result<World, WorldError> {
    let release = Release::read(name)?;
    let mut world = World {
        name: name.into(),
        release: name.into(),
        objects: Vec::new(),
        namespaces_in_bundle: release.namespaces_in_bundle.clone(),
        absent_groups: release.absent_groups.clone(),
        kubernetes: release.kubernetes.clone(),
        serves_definitions: true,
        now,
        target: BTreeMap::new(),
    };
    for (file, text) in sources::BASE {
        world.objects.extend(release.documents(file, text)?);
    }
    world.objects.extend(release.objects.iter().cloned());
    release.apply(&mut world)?;
    let table = Table::read(&release)?;
    let machines = table.expand(&Catalog::of(&world.objects, &table));
    world.objects.extend(machines);
    release.drop_absent_groups(&mut world);
    Ok(world)
}

impl World {
    fn complete(&mut self) {
        for object in &mut self.objects {
            times::resolve(object, self.now);
            identity::complete(object, self.now);
        }
        identity::connect(&mut self.objects);
    }
}

/// A world with nothing in it, for tests that bring their own objects.
pub fn empty(now: Timestamp) -> World {
    World {
        name: "empty".into(),
        release: "empty".into(),
        objects: Vec::new(),
        namespaces_in_bundle: Vec::new(),
        absent_groups: Vec::new(),
        kubernetes: "v1.34.3+rke2r1".into(),
        serves_definitions: false,
        now,
        target: BTreeMap::new(),
    }
}
