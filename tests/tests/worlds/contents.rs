//! What every world holds.

use std::collections::BTreeSet;

use hv_testbed::world::{self, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

const CLASSES: [&str; 8] = [
    "harvester-longhorn",
    "longhorn-v2",
    "lvm-thin",
    "nfs",
    "ceph-rbd",
    "trident-san",
    "hostpath",
    "mystery",
];

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn each_world(mut check: impl FnMut(&World)) {
    for name in world::names() {
        check(&world::load(name, now()).unwrap());
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[test]
fn there_are_six_worlds() {
    assert_eq!(
        world::names(),
        [
            "v1.4.3",
            "v1.5.2",
            "v1.6.1",
            "v1.7.3",
            "v1.8.2",
            "v1.9.0-rc6"
        ]
    );
    let error = world::load("v1.0.0", now()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no world \"v1.0.0\"; known are v1.4.3, v1.5.2, v1.6.1, v1.7.3, v1.8.2, v1.9.0-rc6"
    );
}

#[test]
fn every_world_names_the_versions_it_ships() {
    let expected = [
        ("v1.4.3", "v1.7.3", "v1.3.1", None),
        ("v1.5.2", "v1.8.2", "v1.4.1", Some("v1.61.0")),
        ("v1.6.1", "v1.9.2", "v1.5.2", Some("v1.62.0")),
        ("v1.7.3", "v1.10.2", "v1.6.6", Some("v1.64.0")),
        ("v1.8.2", "v1.11.2", "v1.7.4", Some("v1.64.0")),
        ("v1.9.0-rc6", "v1.12.1", "v1.8.4", Some("v1.65.0")),
    ];
    for (name, longhorn, kubevirt, cdi) in expected {
        let world = world::load(name, now()).unwrap();
        let version = |kind, namespace, object, pointer| {
            world
                .get(kind, namespace, object)
                .map(|found| text(found, pointer))
        };
        assert_eq!(
            version("Setting", "", "server-version", "/value"),
            Some(name)
        );
        let setting = version(
            "Setting",
            "longhorn-system",
            "current-longhorn-version",
            "/value",
        );
        assert_eq!(setting, Some(longhorn));
        let observed = "/status/observedKubeVirtVersion";
        assert_eq!(
            version("KubeVirt", "harvester-system", "kubevirt", observed),
            Some(kubevirt)
        );
        assert_eq!(version("CDI", "", "cdi", "/status/observedVersion"), cdi);
    }
}

#[test]
fn every_world_has_sixty_vms_and_all_classes() {
    each_world(|world| {
        assert!(
            world.of_kind("VirtualMachine").count() >= 60,
            "{}",
            world.name
        );
        for class in CLASSES {
            assert!(
                world.get("StorageClass", "", class).is_some(),
                "{} {class}",
                world.name
            );
            let vm = world.get("VirtualMachine", "prod", &format!("vm-{class}"));
            assert_eq!(
                text(vm.unwrap(), "/status/printableStatus"),
                "Running",
                "{class}"
            );
        }
    });
}

#[test]
fn every_object_is_complete_and_every_uid_unique() {
    each_world(|world| {
        let mut uids = BTreeSet::new();
        let mut names = BTreeSet::new();
        for object in &world.objects {
            for field in [
                "/apiVersion",
                "/kind",
                "/metadata/name",
                "/metadata/creationTimestamp",
            ] {
                assert_ne!(text(object, field), "", "{field} of {object}");
            }
            assert!(uids.insert(text(object, "/metadata/uid")), "{object}");
            let name = [
                "/apiVersion",
                "/kind",
                "/metadata/namespace",
                "/metadata/name",
            ]
            .map(|field| text(object, field));
            assert!(names.insert(name), "{name:?} twice in {}", world.name);
        }
    });
}

#[test]
fn every_uid_is_the_same_in_every_run() {
    let [first, second] = [0, 3_600].map(|secs| {
        let world = world::load("v1.8.2", now() + SignedDuration::from_secs(secs)).unwrap();
        let uids = world
            .objects
            .iter()
            .map(|object| text(object, "/metadata/uid").to_owned());
        uids.collect::<Vec<_>>()
    });
    assert_eq!(first, second);
}

#[test]
fn every_namespace_is_declared_before_it_is_used() {
    each_world(|world| {
        let mut known = BTreeSet::new();
        for object in &world.objects {
            if object["kind"] == "Namespace" {
                known.insert(text(object, "/metadata/name"));
            }
            let namespace = text(object, "/metadata/namespace");
            assert!(
                namespace.is_empty() || known.contains(namespace),
                "{namespace}"
            );
        }
    });
}

#[test]
fn every_class_of_a_claim_exists_and_every_owner_is_known_by_its_uid() {
    each_world(|world| {
        for claim in world.of_kind("PersistentVolumeClaim") {
            let class = text(claim, "/spec/storageClassName");
            assert!(
                world.get("StorageClass", "", class).is_some(),
                "{} {class}",
                world.name
            );
        }
        let uids: BTreeSet<&str> = world
            .objects
            .iter()
            .map(|object| text(object, "/metadata/uid"))
            .collect();
        for object in &world.objects {
            let owners = object
                .pointer("/metadata/ownerReferences")
                .and_then(Value::as_array);
            for owner in owners.into_iter().flatten() {
                assert!(
                    uids.contains(text(owner, "/uid")),
                    "{} {object}",
                    world.name
                );
            }
            if let Some(claim) = object.pointer("/spec/claimRef") {
                assert!(
                    uids.contains(text(claim, "/uid")),
                    "{} {object}",
                    world.name
                );
            }
        }
    });
}

#[test]
fn times_are_relative_to_loading() {
    let later = now() + SignedDuration::from_hours(10);
    let world = world::load("v1.8.2", later).unwrap();
    let lease = "external-snapshotter-leader-driver-longhorn-io";
    let lease = world.get("Lease", "longhorn-system", lease).unwrap();
    assert_eq!(
        text(lease, "/spec/renewTime"),
        "2026-11-21T19:59:55.000000Z"
    );
    assert_eq!(
        lease["metadata"]["annotations"][world::RENEW_ANNOTATION],
        "true"
    );
    let stale = world.get(
        "Lease",
        "old-csi",
        "external-snapshotter-leader-old-csi-example-org",
    );
    assert_eq!(
        text(stale.unwrap(), "/spec/renewTime"),
        "2026-10-12T20:00:00.000000Z"
    );
    let all = serde_json::to_string(&world.objects).unwrap();
    assert!(!all.contains("\"@"), "a relative time was left");
}

#[test]
fn leases_tell_which_sidecars_elect_a_leader() {
    each_world(|world| {
        let leases: Vec<&str> = world
            .of_kind("Lease")
            .map(|lease| text(lease, "/metadata/name"))
            .collect();
        assert!(leases.contains(&"snapshot-controller-leader"));
        for driver in [
            "driver-longhorn-io",
            "rook-ceph-rbd-csi-ceph-com",
            "csi-trident-netapp-io",
        ] {
            assert!(leases.contains(&format!("external-snapshotter-leader-{driver}").as_str()));
        }
        for driver in ["lvm", "nfs", "hostpath", "csi-example-net"] {
            assert!(
                !leases.iter().any(|lease| lease.contains(driver)),
                "{driver}"
            );
        }
    });
}

#[test]
fn drivers_are_configured_as_the_worlds_say() {
    let configured = |name: &str, driver: &str| {
        let world = world::load(name, now()).unwrap();
        let setting = world.get("Setting", "", "csi-driver-config").unwrap();
        let value: Value = serde_json::from_str(text(setting, "/value")).unwrap();
        value.get(driver).is_some()
    };
    for name in world::names() {
        assert!(configured(name, "driver.longhorn.io"));
        assert!(configured(name, "lvm.driver.harvesterhci.io"));
        assert!(configured(name, "csi.trident.netapp.io"));
        assert!(configured(name, "hostpath.csi.k8s.io"));
        assert!(!configured(name, "csi.example.net"));
        let ceph = !["v1.6.1", "v1.8.2"].contains(&name);
        assert_eq!(
            configured(name, "rook-ceph.rbd.csi.ceph.com"),
            ceph,
            "{name}"
        );
        assert_eq!(
            configured(name, "nfs.csi.k8s.io"),
            name != "v1.7.3",
            "{name}"
        );
    }
}
