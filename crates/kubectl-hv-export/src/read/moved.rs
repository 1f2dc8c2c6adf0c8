//! VMs that changed while everything was read, read again.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::try_join_all;
use hv_cluster::live::LiveCluster;
use hv_cluster::{Query, SourceError, kinds};
use hv_vm::{Key, Kind};
use serde_json::Value;

use super::fleet::with_type;
use super::reach::Reader;
use super::{Asked, Gathered, name_of};

/// Compares where the VMs stand now with what was read, and reads those that moved.
pub(super) async fn again(
    reader: &mut Reader<'_>,
    cluster: &LiveCluster,
    asked: Asked<'_>,
    gathered: &mut Gathered,
) -> Result<(), SourceError> {
    let moved = match asked.names {
        // One VM is read again; a list would need a right that its owner may lack.
        [_, ..] => gathered.vms.clone(),
        [] => listed(cluster, asked, gathered).await?,
    };
    let gets = moved.iter().map(async |vm| {
        let name = name_of(vm);
        let kind = &kinds::VIRTUAL_MACHINE;
        let got = cluster.get::<Value>(kind, Some(&name.namespace), &name.name);
        let got = got.await?;
        Ok::<_, SourceError>((name, got))
    });
    let mut changed = Vec::new();
    for (name, got) in try_join_all(gets).await? {
        let at = gathered.vms.iter().position(|vm| name_of(vm) == name);
        let Some(at) = at else { continue };
        match got {
            Ok(Some(vm)) if version(&vm) == version(&gathered.vms[at]) => {}
            Ok(Some(vm)) => {
                let vm = Arc::new(with_type(vm, Kind::VirtualMachine));
                gathered.vms[at] = Arc::clone(&vm);
                let key = Key::new(Kind::VirtualMachineInstance, &name.namespace, &name.name);
                reader.forget(&key);
                changed.push(vm);
            }
            Ok(None) => {
                gathered.vms.remove(at);
                gathered.deleted.push(name);
            }
            // What was read first stands: it was whole a moment ago.
            Err(_) => {}
        }
    }
    if !changed.is_empty() {
        reader.reach(&changed).await?;
    }
    Ok(())
}

/// VMs whose place in the list is another now.
async fn listed(
    cluster: &LiveCluster,
    asked: Asked<'_>,
    gathered: &Gathered,
) -> Result<Vec<Arc<Value>>, SourceError> {
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
    let now: HashMap<(&str, &str), &str> = versions
        .iter()
        .map(|v| {
            (
                (v.namespace.as_str(), v.name.as_str()),
                v.resource_version.as_str(),
            )
        })
        .collect();
    let stands = |vm: &&Arc<Value>| {
        let name = name_of(vm);
        now.get(&(name.namespace.as_str(), name.name.as_str()))
            .copied()
            != Some(version(vm))
    };
    Ok(gathered.vms.iter().filter(stands).cloned().collect())
}

fn version(object: &Value) -> &str {
    object["metadata"]["resourceVersion"]
        .as_str()
        .unwrap_or_default()
}
