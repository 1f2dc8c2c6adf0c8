//! Reads the table of VMs, for a release or for a load, and expands it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Catalog, Disk, Machine, Modes, instance, longhorn, pod, vm, volume};
use crate::world::release::{Release, data_error};
use crate::world::{WorldError, sources};

const FILE: &str = "machines.yaml";

/// The table of VMs and the usual modes of each class.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Table {
    pub(super) classes: BTreeMap<String, Modes>,
    machines: Vec<Machine>,
}

impl Table {
    pub(crate) fn read(release: &Release) -> Result<Self, WorldError> {
        let mut table = Self::shared()?;
        table.classes.extend(release.classes.clone());
        for name in &release.without_machines {
            let before = table.machines.len();
            table.machines.retain(|machine| machine.name != *name);
            if table.machines.len() == before {
                return Err(data_error(
                    FILE,
                    &format!("no machine \"{name}\" to leave out"),
                ));
            }
        }
        table.machines.extend(release.machines.iter().cloned());
        Ok(table)
    }

    fn shared() -> Result<Self, WorldError> {
        serde_saphyr::from_str(sources::MACHINES)
            .map_err(|error| data_error(FILE, &error.to_string()))
    }

    /// A table of running VMs with `pvcs` disks in all, over classes that can take many, and with
    /// `nics` interfaces each; without any they have one on the network of the pods.
    pub(crate) fn of_load(vms: usize, pvcs: usize, nics: usize) -> Self {
        const NETWORKS: [&str; 2] = ["prod/vlan100", "default/mgmt-untagged"];
        const CLASSES: [&str; 4] = ["harvester-longhorn", "ceph-rbd", "lvm-thin", "longhorn-v2"];
        let classes = Self::shared()
            .map(|table| table.classes)
            .unwrap_or_default();
        let machines = (0..vms).map(|number| Machine {
            name: format!("load-{number:05}"),
            namespace: format!("load-{:02}", number % 20),
            count: 1,
            labels: [("tier".to_owned(), ["web", "db"][number % 2].to_owned())].into(),
            annotations: BTreeMap::new(),
            state: super::State::Running,
            agent: number % 3 == 0,
            cores: 2,
            memory: "4Gi".into(),
            os: None,
            node: None,
            networks: NETWORKS
                .iter()
                .cycle()
                .take(nics)
                .map(|&name| name.into())
                .collect(),
            // The first VMs take what does not divide evenly.
            disks: (0..pvcs / vms + usize::from(number < pvcs % vms))
                .map(|disk| Disk {
                    class: Some(CLASSES[(number + disk) % CLASSES.len()].into()),
                    size: Some("10Gi".into()),
                    ..Disk::default()
                })
                .collect(),
            cloud_init: false,
            persistent_state: false,
        });
        Self {
            classes,
            machines: machines.collect(),
        }
    }

    /// Namespace objects for all namespaces of the table.
    pub(crate) fn namespaces(&self) -> Vec<Value> {
        let mut names: Vec<&str> = self.machines.iter().map(|m| m.namespace.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let namespace = |name: &&str| {
            json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
                "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
            })
        };
        names.iter().map(namespace).collect()
    }

    /// All objects of all VMs: volumes first, then VMs, then what runs.
    pub(crate) fn expand(&self, catalog: &Catalog) -> Vec<Value> {
        let mut objects = Vec::new();
        for row in &self.machines {
            for number in 1..=row.count {
                let mut machine = row.clone();
                if row.count > 1 {
                    machine.name = format!("{}-{number}", row.name);
                }
                expand_one(&machine, catalog, &mut objects);
            }
        }
        objects
    }
}

fn expand_one(machine: &Machine, catalog: &Catalog, objects: &mut Vec<Value>) {
    let disks = volume::plan(machine, catalog);
    let state = Disk::of_state();
    let state = machine
        .persistent_state
        .then(|| volume::plan_state(machine, catalog, &state));
    for disk in disks.iter().chain(&state) {
        objects.extend(disk.data_volume(machine));
        objects.extend(disk.claim(machine));
        objects.extend(disk.volume(machine));
        objects.extend(longhorn::objects(machine, disk));
    }
    objects.push(vm::object(machine, &disks));
    if instance::exists(machine) {
        objects.push(instance::object(machine, &disks));
        objects.extend(instance::migration(machine));
        objects.push(pod::launcher(machine, &disks));
    }
}
