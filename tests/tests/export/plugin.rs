//! The plugin `hv-export`, a cluster for it, and the bundles it wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hv_testbed::controlplane::{Assets, ControlPlane, Etcd, Options, User};
use hv_testbed::plugin::{Plugin, Run};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) const NAME: &str = "kubectl-hv_export";

/// A world, and Secrets that nobody may find again.
pub(crate) fn world(release: &str) -> World {
    world::load(release, Timestamp::now()).unwrap()
}

/// An API server with a world in it.
pub(crate) fn serve(world: &World) -> ControlPlane {
    serve_to(world, Vec::new())
}

pub(crate) fn serve_to(world: &World, users: Vec<User>) -> ControlPlane {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    let plane = ControlPlane::start(&Options {
        users,
        release: world.release().to_owned(),
        absent_groups: world.absent_groups.clone(),
        etcd: Some(etcd),
    })
    .unwrap();
    plane.load(&world.objects).unwrap();
    plane
}

/// The plugin as a user of a cluster.
pub(crate) fn plugin_of(plane: &ControlPlane, user: &str) -> Plugin {
    Plugin::at(NAME, &plane.kubeconfig(user).unwrap())
}

/// A run that must succeed.
pub(crate) fn ok(run: Run) -> Run {
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

/// The row of a VM in a report.
pub(crate) fn item<'a>(report: &'a Value, vm: &str) -> &'a Value {
    let items = report["items"].as_array().unwrap();
    let found = items.iter().find(|item| {
        let name = item["vm"]["name"].as_str().unwrap();
        let namespace = item["vm"]["namespace"].as_str().unwrap();
        format!("{namespace}/{name}") == vm
    });
    found.unwrap_or_else(|| panic!("no {vm} in {report}"))
}

/// Every file below a folder, by its path there; what is of this machine only is left out.
pub(crate) fn files(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".kubectl-hv-cache") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_owned(), bytes));
            }
        }
    }
    found.sort();
    found
}

/// The objects that a store holds.
pub(crate) fn objects(root: &Path) -> Vec<(PathBuf, Value)> {
    files(root)
        .into_iter()
        .filter(|(path, _)| {
            path.parent()
                .is_some_and(|parent| parent.ends_with("objects"))
        })
        .map(|(path, bytes)| (path, serde_json::from_slice(&bytes).unwrap()))
        .collect()
}

/// A Secret with a text in it.
pub(crate) fn secret(namespace: &str, name: &str, key: &str, text: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"namespace": namespace, "name": name, "labels": {"app": "test"}},
        "type": "Opaque", "stringData": {key: text},
    })
}

/// Copies a store.
pub(crate) fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    for (path, bytes) in files(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
