//! The control plane itself: real definitions, objects with status, uid and age, admission, users.

use std::sync::Arc;

use hv_testbed::admission;
use hv_testbed::controlplane::{Assets, ControlPlane, Etcd, Options, Rule};
use hv_testbed::world;
use jiff::Timestamp;
use serde_json::{Value, json};

const UID: &str = "2b1c6c4e-0000-4000-8000-000000000001";
const CREATED: &str = "2025-03-04T05:06:07Z";

fn plane(release: &str) -> ControlPlane {
    ControlPlane::start(&Options {
        release: release.into(),
        ..Options::default()
    })
    .unwrap()
}

fn get(plane: &ControlPlane, path: &str) -> Value {
    plane.wait(async || plane.api().get(path).await).unwrap()
}

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

fn claim(name: &str, class: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "prod", "uid": UID, "creationTimestamp": CREATED},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": class,
            "volumeName": format!("pvc-of-{name}"),
        },
        "status": {"phase": "Bound"},
    })
}

#[test]
fn objects_keep_status_uid_and_age() {
    let plane = plane("v1.8.2");
    let objects = [
        claim("disk", "x"),
        json!({
            "apiVersion": "snapshot.storage.k8s.io/v1",
            "kind": "VolumeSnapshot",
            "metadata": {"name": "snap", "namespace": "prod", "uid": UID, "creationTimestamp": CREATED},
            "spec": {"source": {"persistentVolumeClaimName": "disk"}},
            "status": {"readyToUse": true},
        }),
        namespace("prod"),
    ];
    assert_eq!(plane.load(&objects).unwrap().loaded, 3);
    let disk = get(
        &plane,
        "/api/v1/namespaces/prod/persistentvolumeclaims/disk",
    );
    let snapshots = "/apis/snapshot.storage.k8s.io/v1/namespaces/prod/volumesnapshots";
    let snapshot = get(&plane, &format!("{snapshots}/snap"));
    assert_eq!(disk["status"]["phase"], "Bound");
    assert_eq!(snapshot["status"]["readyToUse"], true);
    for object in [disk, snapshot] {
        assert_eq!(object["metadata"]["uid"], UID);
        assert_eq!(object["metadata"]["creationTimestamp"], CREATED);
    }

    plane.wipe().unwrap();
    assert_eq!(
        get(&plane, "/api/v1/persistentvolumeclaims")["items"],
        json!([])
    );
    assert_eq!(plane.load(&objects).unwrap().loaded, 3);
    plane.fill(&[claim("more", "x")]).unwrap();
    let more = get(
        &plane,
        "/api/v1/namespaces/prod/persistentvolumeclaims/more",
    );
    assert_eq!(more["status"]["phase"], "Bound");
}

#[test]
fn unknown_fields_are_refused_with_the_servers_words() {
    let plane = plane("v1.8.2");
    let mut backup = backup("b1", "snapshot", "web");
    backup["metadata"]["namespace"] = "default".into();
    backup["spec"]["fsFreezeDeadline"] = "10s".into();
    let refusal = plane.load(&[backup]).unwrap_err().to_string();
    assert!(
        refusal.contains(r#"unknown field "spec.fsFreezeDeadline""#),
        "{refusal}"
    );
}

fn backup(name: &str, kind: &str, vm: &str) -> Value {
    json!({
        "apiVersion": "harvesterhci.io/v1beta1",
        "kind": "VirtualMachineBackup",
        "metadata": {"name": name, "namespace": "prod"},
        "spec": {
            "type": kind,
            "source": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": vm},
        },
    })
}

fn setting(name: &str, value: &str) -> Value {
    json!({
        "apiVersion": "harvesterhci.io/v1beta1",
        "kind": "Setting",
        "metadata": {"name": name},
        "value": value,
    })
}

fn vm(name: &str, claim: &str) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": name, "namespace": "prod"},
        "spec": {"template": {"spec": {
            "domain": {"devices": {}},
            "volumes": [{"name": "disk-0", "persistentVolumeClaim": {"claimName": claim}}],
        }}},
    })
}

#[test]
fn admission_answers_as_harvester_does_and_users_have_their_rights() {
    let plane = plane("v1.9.0-rc6");
    let class = json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "nfs"},
        "provisioner": "nfs.csi.k8s.io",
    });
    let world = [
        namespace("prod"),
        class,
        claim("nfs-disk", "nfs"),
        vm("web", "nfs-disk"),
        setting("server-version", "v1.8.2"),
        backup("taken", "snapshot", "web"),
    ];
    plane.load(&world).unwrap();
    admission::start(&plane).unwrap();

    let admin = plane.api_as("admin").unwrap();
    let path = "/apis/harvesterhci.io/v1beta1/namespaces/prod/virtualmachinebackups";
    let create = |backup: &Value| plane.wait(async || admin.post(path, backup).await).unwrap();

    let answer = create(&backup("b1", "snapshot", "web"));
    let words = "provisioner nfs.csi.k8s.io is not configured in the csi-driver-config setting";
    let prefix = r#"admission webhook "validator.harvesterhci.io" denied the request: "#;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.message(), format!("{prefix}{words}"));
    assert_eq!(
        answer.body["details"]["causes"][0],
        json!({"field": "spec.source.name", "message": words})
    );

    let answer = create(&backup("taken", "snapshot", "web"));
    assert_eq!(answer.status, 400);
    let words = "The taken snapshot is already existent. Please use another name for it.";
    assert!(answer.message().ends_with(words), "{}", answer.message());

    let configured = r#"{"nfs.csi.k8s.io": {"volumeSnapshotClassName": "nfs"}}"#;
    plane
        .load(&[setting("csi-driver-config", configured)])
        .unwrap();
    assert_eq!(create(&backup("b1", "snapshot", "web")).status, 201);

    let read = |user: &str, path: &str| {
        let api = plane.api_as(user).unwrap();
        plane
            .wait(async || api.send(http::Method::GET, path, None).await)
            .unwrap()
            .status
            .as_u16()
    };
    assert_eq!(read("viewer", "/api/v1/pods"), 200);
    assert_eq!(read("nobody", path), 403);
    assert_eq!(read("tenant", path), 403);
    plane
        .allow("tenant", Some("prod"), &[Rule::read_all()])
        .unwrap();
    while read("tenant", path) == 403 {
        std::thread::yield_now();
    }
    assert_eq!(read("tenant", "/api/v1/pods"), 403);
}

#[test]
fn every_world_is_accepted() {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    let mut refusals = String::new();
    let mut last: Option<(Options, ControlPlane)> = None;
    for name in world::names() {
        let world = world::load(name, Timestamp::now()).unwrap();
        let options = Options {
            release: world.name.clone(),
            absent_groups: world.absent_groups.clone(),
            etcd: Some(Arc::clone(&etcd)),
            ..Options::default()
        };
        let (_, plane) = match last.take() {
            Some((served, plane)) if serves_the_same(&served, &options) => {
                plane.wipe().unwrap();
                last.insert((served, plane))
            }
            _ => last.insert((options.clone(), ControlPlane::start(&options).unwrap())),
        };
        if let Err(error) = plane.load(&world.objects) {
            refusals.extend(["\n", name, ": ", &error.to_string()]);
        }
    }
    assert!(refusals.is_empty(), "{refusals}");
}

/// Definitions differ by absent groups and since 1.9.
fn serves_the_same(one: &Options, other: &Options) -> bool {
    let is_9 = |options: &Options| options.release.starts_with("v1.9");
    one.absent_groups == other.absent_groups && is_9(one) == is_9(other)
}
