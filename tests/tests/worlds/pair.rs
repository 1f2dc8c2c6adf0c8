//! The two clusters VMs are moved between.

use std::collections::BTreeSet;

use hv_testbed::world::{self, World};
use serde_json::Value;

fn load(name: &str) -> World {
    world::load(name, "2026-11-21T10:00:00Z".parse().unwrap()).unwrap()
}

fn names<'a>(world: &'a World, kind: &'a str) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    world
        .of_kind(kind)
        .map(|object| {
            let metadata = &object["metadata"];
            format!(
                "{}/{}",
                text(&metadata["namespace"]),
                text(&metadata["name"])
            )
        })
        .collect()
}

#[test]
fn the_two_clusters_differ_in_every_name_but_harvesters_own() {
    let [source, dr] = world::pair().map(load);
    assert_ne!(source.cluster_id(), dr.cluster_id());
    assert_eq!((source.release(), dr.release()), ("v1.6.1", "v1.8.2"));
    for (kind, common) in [
        (
            "StorageClass",
            vec!["/longhorn-static", "/vmstate-persistence"],
        ),
        ("VirtualMachineImage", vec![]),
        ("NetworkAttachmentDefinition", vec![]),
        ("ClusterNetwork", vec!["/mgmt"]),
        ("KeyPair", vec![]),
        ("Node", vec![]),
        ("VirtualMachine", vec![]),
        ("PersistentVolumeClaim", vec![]),
        ("PersistentVolume", vec![]),
        (
            "Namespace",
            vec![
                "/default",
                "/harvester-public",
                "/harvester-system",
                "/kube-system",
                "/longhorn-system",
            ],
        ),
    ] {
        let (ours, theirs) = (names(&source, kind), names(&dr, kind));
        assert!(!ours.is_empty() && !theirs.is_empty(), "{kind}");
        let both: Vec<&str> = ours.intersection(&theirs).map(String::as_str).collect();
        assert_eq!(both, common, "{kind}");
    }
}

#[test]
fn the_target_has_what_a_map_needs_and_what_stands_in_the_way() {
    let [source, dr] = world::pair().map(load);
    let image = |world: &World, namespace: &str, name: &str| {
        let image = world.get("VirtualMachineImage", namespace, name).unwrap();
        (
            image["spec"]["displayName"].clone(),
            image["spec"]["checksum"].clone(),
        )
    };
    assert_eq!(
        image(&source, "default", "image-8x2kd"),
        image(&dr, "golden", "image-q4m7z")
    );
    assert_eq!(
        image(&source, "tools", "image-deb13"),
        image(&dr, "golden", "image-w2n5c")
    );
    let texts = |world: &World, namespace: &str, name: &str| {
        world
            .get("VirtualMachine", namespace, name)
            .unwrap()
            .to_string()
    };
    assert!(texts(&source, "shop", "db01").contains("52:54:00:aa:00:01"));
    assert!(texts(&dr, "dr-shop", "relic").contains("52:54:00:aa:00:01"));
    assert!(dr.get("VirtualMachine", "dr-shop", "web01").is_some());
}

#[test]
fn a_twin_has_the_cluster_and_no_vms() {
    let source = load("source@v1.8.2");
    let twin = source.twin("twin");
    assert_eq!(twin.release(), "v1.8.2");
    assert_ne!(twin.cluster_id(), source.cluster_id());
    for kind in [
        "StorageClass",
        "VirtualMachineImage",
        "NetworkAttachmentDefinition",
        "Node",
    ] {
        assert_eq!(names(&twin, kind), names(&source, kind), "{kind}");
    }
    for kind in ["VirtualMachine", "VirtualMachineInstance", "Secret", "Pod"] {
        assert!(names(&twin, kind).is_empty(), "{kind}");
    }
    let claims = names(&twin, "PersistentVolumeClaim");
    assert_eq!(claims, BTreeSet::from(["tools/image-deb13".to_owned()]));
}
