//! What a plan builds on: objects of the target that must be as they were when it is run.

use std::collections::{BTreeMap, BTreeSet};

use hv_change::{Base, ObjectRef, normal};
use hv_cli::{Failure, door};
use hv_cluster::Query;
use hv_cluster::kinds::{self, Kind};
use hv_cluster::live::LiveCluster;
use hv_vm::mapping::{Assignment, DiskChoice};
use serde_json::Value;

/// Reads what some assignments build on, by lists.
pub(crate) async fn bases<'a>(
    cluster: &LiveCluster,
    assignments: impl Iterator<Item = &'a Assignment>,
) -> Result<Vec<Base>, Failure> {
    let mut found = Vec::new();
    for ((plural, namespace), names) in needed(assignments) {
        let Some(kind) = kinds::ALL
            .iter()
            .find(|kind| kind.plural == plural && !is_other(kind))
        else {
            continue;
        };
        let query = Query {
            namespace: namespace.clone(),
            ..Query::default()
        };
        let listing = cluster.list::<Value>(kind, &query).await;
        let listing = listing.map_err(|error| door::failure(&error))?;
        // What cannot be listed was judged before; it cannot be watched over either.
        let items = listing.items.into_iter();
        found.extend(items.filter_map(|object| base(kind, object, &names)));
    }
    found.sort_by(|a, b| a.object.cmp(&b.object));
    Ok(found)
}

/// Two groups have kinds of this name.
fn is_other(kind: &Kind) -> bool {
    kind.group == "longhorn.io"
}

fn base(kind: &Kind, mut object: Value, names: &BTreeSet<String>) -> Option<Base> {
    let text = |field: &str| {
        object["metadata"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (name, namespace, uid) = (text("name"), text("namespace"), text("uid"));
    if !names.contains(&name) {
        return None;
    }
    let api_version = match kind.group {
        "" => kind.version.to_owned(),
        group => format!("{group}/{}", kind.version),
    };
    // Lists of the core API carry no type with each item.
    object["apiVersion"] = api_version.clone().into();
    object["kind"] = kind.kind.into();
    Some(Base {
        digest: normal::digest(&object),
        uid,
        object: ObjectRef {
            api_version,
            kind: kind.kind.to_owned(),
            namespace,
            name,
        },
    })
}

/// Names by kind and namespace.
type Needed = BTreeMap<(&'static str, Option<String>), BTreeSet<String>>;

fn needed<'a>(assignments: impl Iterator<Item = &'a Assignment>) -> Needed {
    let mut needed = Needed::new();
    for assignment in assignments {
        let own = assignment.vm.namespace.as_str();
        let mut add = |kind: &Kind, namespace: Option<&str>, name: &str| {
            if !name.is_empty() {
                let key = (kind.plural, namespace.map(str::to_owned));
                needed.entry(key).or_default().insert(name.to_owned());
            }
        };
        for choice in assignment.disks.values() {
            match choice {
                DiskChoice::Existing { claim, .. } => {
                    add(&kinds::PERSISTENT_VOLUME_CLAIM, Some(own), claim);
                }
                DiskChoice::Bind {
                    volume,
                    create,
                    class,
                    ..
                } => {
                    add(&kinds::STORAGE_CLASS, None, class);
                    if create.is_none() {
                        add(&kinds::PERSISTENT_VOLUME, None, volume);
                    }
                }
                DiskChoice::Image { image, class, .. } => {
                    add(&kinds::STORAGE_CLASS, None, class);
                    if let Some((namespace, name)) = image.split_once('/') {
                        add(&kinds::VIRTUAL_MACHINE_IMAGE, Some(namespace), name);
                    }
                }
                DiskChoice::Blank { class, .. } => add(&kinds::STORAGE_CLASS, None, class),
                DiskChoice::Snapshot {
                    class, snapshot, ..
                } => {
                    add(&kinds::STORAGE_CLASS, None, class);
                    add(&kinds::VOLUME_SNAPSHOT, Some(own), snapshot);
                }
                DiskChoice::Skip => {}
            }
        }
        for network in assignment.networks.values() {
            if let Some((namespace, name)) = network.split_once('/') {
                add(&kinds::NETWORK_ATTACHMENT_DEFINITION, Some(namespace), name);
            }
        }
    }
    needed
}
