//! VMs that changed while everything was read, read again.

use std::collections::{HashMap, HashSet};

use futures::future::try_join_all;
use hv_cluster::live::LiveCluster;
use hv_cluster::{Query, SourceError, kinds};
use hv_vm::header::VmName;
use hv_vm::{Key, Kind};
use serde_json::Value;

use super::reach::Reader;
use super::record::{Record, stamp_of};
use super::table::Held;
use super::{Asked, Gathered, vm_key};

/// Compares where the VMs stand now with what was read, and reads those that moved.
///
/// `others` are those without a receipt: what was found unchanged was one state before, and is.
pub(super) async fn again(
    reader: &mut Reader<'_>,
    cluster: &LiveCluster,
    asked: Asked<'_>,
    others: &[VmName],
    gathered: &mut Gathered,
) -> Result<(), SourceError> {
    let moved = match asked.names {
        // One VM is read again; a list would need a right that its owner may lack.
        [_, ..] => others.to_vec(),
        [] if others.is_empty() => return Ok(()),
        [] => listed(reader, cluster, asked, gathered).await?,
    };
    let gets = moved.iter().map(async |name| {
        let kind = &kinds::VIRTUAL_MACHINE;
        let got = cluster.get::<Value>(kind, Some(&name.namespace), &name.name);
        Ok::<_, SourceError>((name, got.await?))
    });
    let mut changed = Vec::new();
    let mut deleted = HashSet::new();
    for (name, got) in try_join_all(gets).await? {
        match got {
            Ok(Some(vm)) => {
                let vm = Record::of(vm, Kind::VirtualMachine);
                if reader.stands(name, &vm.stamp) {
                    continue;
                }
                reader.take(vm_key(name), Held::Found(vm));
                let instance = Kind::VirtualMachineInstance;
                reader.forget(&Key::new(instance, &name.namespace, &name.name));
                changed.push(name.clone());
            }
            Ok(None) => {
                deleted.insert(name.clone());
            }
            // What was read first stands: it was whole a moment ago.
            Err(_) => {}
        }
    }
    if !deleted.is_empty() {
        gathered.vms.retain(|name| !deleted.contains(name));
        let deleted = moved.iter().filter(|name| deleted.contains(name));
        gathered.deleted = deleted.cloned().collect();
    }
    if !changed.is_empty() {
        reader.reach(&changed).await?;
    }
    Ok(())
}

/// VMs whose place in the list is another now.
async fn listed(
    reader: &Reader<'_>,
    cluster: &LiveCluster,
    asked: Asked<'_>,
    gathered: &Gathered,
) -> Result<Vec<VmName>, SourceError> {
    if gathered.vms.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query {
        namespace: asked.namespace.map(str::to_owned),
        labels: asked.labels.map(str::to_owned),
        fields: None,
    };
    let versions = cluster.versions(&kinds::VIRTUAL_MACHINE, &query).await?;
    let Ok(versions) = versions else {
        return Ok(Vec::new());
    };
    let now: HashMap<(&str, &str), Box<str>> = versions
        .iter()
        .map(|v| {
            (
                (v.namespace.as_str(), v.name.as_str()),
                stamp_of(&v.uid, &v.resource_version),
            )
        })
        .collect();
    let moved = |name: &&VmName| {
        let now = now.get(&(name.namespace.as_str(), name.name.as_str()));
        now.is_none_or(|now| !reader.stands(name, now))
    };
    Ok(gathered.vms.iter().filter(moved).cloned().collect())
}
