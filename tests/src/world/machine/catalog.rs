//! What a world offers to VMs: storage classes and nodes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Table;

/// How volumes of a class are usually claimed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Modes {
    pub(super) access: String,
    pub(super) mode: String,
    /// Node label that ties a volume to its node.
    #[serde(default)]
    pub(super) node_key: Option<String>,
}

/// A storage class with all that claims of it need.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) driver: String,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) binds_late: bool,
    pub(super) snapshots: bool,
    pub(super) modes: Modes,
}

/// The storage classes of a world by name.
pub(crate) struct Catalog {
    classes: BTreeMap<String, Class>,
}

impl Catalog {
    pub(crate) fn of(objects: &[Value], table: &Table) -> Self {
        let of_kind = |kind: &'static str| objects.iter().filter(move |o| o["kind"] == kind);
        let snapshot_drivers: Vec<&Value> = of_kind("VolumeSnapshotClass")
            .map(|class| &class["driver"])
            .collect();
        let classes = of_kind("StorageClass").map(|object| {
            let name = object["metadata"]["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let parameters = object["parameters"].as_object().into_iter().flatten();
            let class = Class {
                driver: object["provisioner"].as_str().unwrap_or_default().into(),
                parameters: parameters
                    .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().into()))
                    .collect(),
                binds_late: object["volumeBindingMode"] == "WaitForFirstConsumer",
                snapshots: snapshot_drivers.contains(&&object["provisioner"]),
                modes: table.classes.get(&name).cloned().unwrap_or_else(|| Modes {
                    access: "ReadWriteMany".into(),
                    mode: "Block".into(),
                    node_key: None,
                }),
                name: name.clone(),
            };
            (name, class)
        });
        Self {
            classes: classes.collect(),
        }
    }

    pub(super) fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(name)
    }
}

impl Class {
    /// Longhorn's engine, when the class is Longhorn's.
    pub(super) fn engine(&self) -> Option<&str> {
        (self.driver == "driver.longhorn.io").then(|| {
            self.parameters
                .get("dataEngine")
                .map_or("v1", String::as_str)
        })
    }
}
