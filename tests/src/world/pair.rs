//! Two clusters that differ in every name: `source`, which VMs are moved from, and `dr`, which they are moved to.

use jiff::Timestamp;
use serde_json::Value;

use super::release::Release;
use super::{World, WorldError, identity, sources};

/// Name, release unless another is chosen, and files.
type Cluster = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const CLUSTERS: [Cluster; 2] = [
    ("source", "v1.6.1", sources::SOURCE),
    ("dr", "v1.8.2", sources::DR),
];

/// Kinds of what belongs to VMs, not to the cluster they run on.
const WORKLOADS: [&str; 14] = [
    "VirtualMachine",
    "VirtualMachineInstance",
    "VirtualMachineInstanceMigration",
    "Pod",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "DataVolume",
    "Secret",
    "ConfigMap",
    "ControllerRevision",
    "Volume",
    "Engine",
    "VolumeSnapshot",
    "VolumeSnapshotContent",
];

/// Names of the two clusters.
pub fn pair() -> [&'static str; 2] {
    CLUSTERS.map(|(name, _, _)| name)
}

/// One of the two, such as `source` or `source@v1.8.2`; nothing if it is neither.
pub(super) fn begin(name: &str, now: Timestamp) -> Option<Result<World, WorldError>> {
    let (cluster, release) = match name.split_once('@') {
        Some((cluster, release)) => (cluster, Some(release)),
        None => (name, None),
    };
    let (_, usual, files) = CLUSTERS.iter().find(|(known, _, _)| *known == cluster)?;
    Some(read(name, release.unwrap_or(usual), files, now))
}

fn read(
    name: &str,
    release: &str,
    files: &[(&str, &str)],
    now: Timestamp,
) -> Result<World, WorldError> {
    let data = Release::read(release)?;
    let mut world = World {
        name: name.into(),
        release: release.into(),
        objects: Vec::new(),
        namespaces_in_bundle: Vec::new(),
        absent_groups: data.absent_groups.clone(),
        kubernetes: data.kubernetes.clone(),
        serves_definitions: true,
        now,
        target: std::collections::BTreeMap::new(),
    };
    for (file, text) in sources::PAIR.iter().chain(files) {
        world.objects.extend(data.documents(file, text)?);
    }
    // The files of the two clusters hold their own namespaces, which come first.
    world
        .objects
        .sort_by_key(|object| object["kind"] != "Namespace");
    world.namespaces_in_bundle = world
        .of_kind("Namespace")
        .filter_map(|namespace| namespace["metadata"]["name"].as_str())
        .map(str::to_owned)
        .collect();
    data.drop_absent_groups(&mut world);
    Ok(world)
}

impl World {
    /// What tells this cluster from others: the uid of the namespace `kube-system`.
    pub fn cluster_id(&self) -> &str {
        self.get("Namespace", "", "kube-system")
            .and_then(|namespace| namespace["metadata"]["uid"].as_str())
            .unwrap_or_default()
    }

    /// Another cluster with the same classes, images, networks, keys, nodes and namespaces, and no VMs yet.
    #[must_use]
    pub fn twin(&self, name: &str) -> Self {
        let golden = self.claims_of_images();
        let mut twin = self.clone();
        twin.name = name.into();
        twin.objects.retain(|object| {
            let kind = object["kind"].as_str().unwrap_or_default();
            !WORKLOADS.contains(&kind) || belongs_to_image(object, &golden)
        });
        if let Some(namespace) = twin.get_mut("Namespace", "", "kube-system") {
            namespace["metadata"]["uid"] = identity::uid("Cluster", "", name).into();
        }
        twin
    }

    /// Namespaces and names of images that are claims.
    fn claims_of_images(&self) -> Vec<(Value, Value)> {
        self.of_kind("VirtualMachineImage")
            .filter(|image| image["spec"]["backend"] == "cdi")
            .map(|image| {
                let metadata = &image["metadata"];
                (metadata["namespace"].clone(), metadata["name"].clone())
            })
            .collect()
    }
}

fn belongs_to_image(object: &Value, golden: &[(Value, Value)]) -> bool {
    let named = match object["kind"].as_str() {
        Some("PersistentVolume") => &object["spec"]["claimRef"],
        Some("PersistentVolumeClaim" | "DataVolume") => &object["metadata"],
        _ => return false,
    };
    golden
        .iter()
        .any(|(namespace, name)| named["namespace"] == *namespace && named["name"] == *name)
}
