//! Reads the cluster for each of the topics.

use std::path::Path;

use hv_cli::nearest::nearest;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::kinds::{self, Kind};
use hv_cluster::release::Release;
use hv_cluster::views::{Backup, Restore, RunState, Schedule};
use hv_cluster::{Gap, Source};
use serde::de::DeserializeOwned;

use super::admission::SCHEDULE;
use crate::index::Found;
use crate::inventory::{Inventory, Reach};
use crate::scan::Desk;

/// Where things are read from.
pub(crate) struct Reader<'a> {
    pub(crate) from: Option<&'a Path>,
    pub(crate) scope: &'a ScopeArgs,
    pub(crate) connection: &'a ConnectionArgs,
    pub(crate) desk: &'a Desk,
    pub(crate) ui: &'a Ui,
}

impl Reader<'_> {
    /// Opens the cluster or the bundle.
    pub(crate) async fn open(&self) -> Result<Source, Failure> {
        door::open(
            crate::VISITOR,
            self.from,
            self.scope,
            self.connection,
            self.ui,
        )
        .await
    }

    /// Reads everything about backups.
    pub(crate) async fn inventory(
        &self,
        source: &Source,
        reach: Reach<'_>,
    ) -> Result<Inventory, Failure> {
        let inventory = Box::pin(Inventory::read(source, reach, &self.desk.facts)).await;
        inventory.map_err(|error| door::failure(&error))
    }

    /// The newest release whose rules are known.
    pub(crate) fn newest(&self) -> Result<Release, Failure> {
        let newest = self
            .desk
            .facts
            .releases
            .newest()
            .map(|known| known.harvester);
        newest.ok_or_else(|| Failure::failed("no release is known"))
    }
}

/// The schedule that made a backup.
pub(crate) async fn schedule(source: &Source, backup: &Backup) -> Result<Found<Schedule>, Failure> {
    let Some((namespace, name)) = backup.metadata.annotation(SCHEDULE).split_once('/') else {
        return Ok(Found::No);
    };
    get(
        source,
        &kinds::SCHEDULE_VM_BACKUP,
        "schedulevmbackups.harvesterhci.io",
        namespace,
        name,
    )
    .await
}

/// The VM that is asked about.
pub(crate) async fn machine(
    source: &Source,
    namespace: &str,
    name: &str,
) -> Result<RunState, Failure> {
    let what = "virtualmachines.kubevirt.io";
    match get(source, &kinds::VIRTUAL_MACHINE, what, namespace, name).await? {
        Found::Yes(machine) => Ok(machine),
        Found::No => Err(not_found(what, name, namespace)),
        Found::Unknown(why) => Err(Failure::no_verdict(format!(
            "VM \"{name}\" cannot be read: {why}"
        ))),
    }
}

async fn get<T: DeserializeOwned>(
    source: &Source,
    kind: &Kind,
    what: &str,
    namespace: &str,
    name: &str,
) -> Result<Found<T>, Failure> {
    let found = source.get(kind, Some(namespace), name).await;
    Ok(match found.map_err(|error| door::failure(&error))? {
        Ok(Some(object)) => Found::Yes(object),
        Ok(None) | Err(Gap::NotServed) => Found::No,
        Err(gap) => Found::Unknown(gap.describe(what)),
    })
}

/// The restore that is asked about.
pub(crate) fn restore<'a>(
    inventory: &'a Inventory,
    namespace: &str,
    name: &str,
) -> Result<&'a Restore, Failure> {
    const WHAT: &str = "virtualmachinerestores.harvesterhci.io";
    let restores = &inventory.restores.items;
    let found = restores
        .iter()
        .find(|restore| restore.metadata.namespace == namespace && restore.metadata.name == name);
    if let Some(found) = found {
        return Ok(found);
    }
    if let Some(gap) = inventory
        .restores
        .gap
        .as_ref()
        .filter(|gap| **gap != Gap::NotServed)
    {
        let failure = format!("restore \"{name}\" may exist: {}", gap.describe(WHAT));
        return Err(Failure::no_verdict(failure));
    }
    let failure = not_found(WHAT, name, namespace);
    let here = restores
        .iter()
        .filter(|restore| restore.metadata.namespace == namespace);
    let near = nearest(name, here.map(|restore| restore.metadata.name.as_str()));
    let elsewhere = restores
        .iter()
        .find(|restore| restore.metadata.name == name);
    Err(match (elsewhere, near) {
        (Some(other), _) => {
            let other = &other.metadata.namespace;
            failure.hint(format!(
                "there is one in namespace \"{other}\"; name it with -n"
            ))
        }
        (None, Some(near)) => failure.hint(format!("did you mean \"{near}\"?")),
        (None, None) => failure,
    })
}

fn not_found(what: &str, name: &str, namespace: &str) -> Failure {
    let message = format!("{what} \"{name}\" not found");
    let failure = Failure::from_server(Some("NotFound"), &message).with_kind(ExitKind::Failed);
    failure.hint(format!(
        "looked in namespace \"{namespace}\"; name another with -n"
    ))
}
