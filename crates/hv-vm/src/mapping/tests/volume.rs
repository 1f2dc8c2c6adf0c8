//! Volumes that are bound: made for storage that is there, kept when the claim goes.

use super::*;
use crate::header::CsiVolume;

fn csi(driver: &str, handle: &str, attributes: &[(&str, &str)], node: Option<&str>) -> CsiVolume {
    CsiVolume {
        driver: driver.to_owned(),
        handle: handle.to_owned(),
        attributes: pairs(attributes),
        node_affinity: node.map(|node| {
            json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [
                {"key": "topology.lvm.csi/node", "operator": "In", "values": [node]},
            ]}]}})
        }),
    }
}

fn bind(volume: &str, create: Option<Value>, mode: &str) -> DiskChoice {
    DiskChoice::Bind {
        claim: "root".to_owned(),
        volume: volume.to_owned(),
        create,
        class: "harvester-longhorn".to_owned(),
        size: "40Gi".to_owned(),
        volume_mode: "Block".to_owned(),
        access_modes: vec![mode.to_owned()],
    }
}

fn with(choice: DiskChoice) -> Result<Rendered, RenderError> {
    let stored = web01();
    let mut assignment = identity(&stored.header);
    assignment.vm.namespace = "dr".to_owned();
    assignment.disks.insert("rootdisk".to_owned(), choice);
    render(&stored, &assignment)
}

#[test]
fn a_volume_of_longhorn_is_retained_and_names_its_claim_and_the_claim_names_it() {
    let attributes = [
        ("numberOfReplicas", "3"),
        ("storage.kubernetes.io/csiProvisionerIdentity", "1-2-x"),
    ];
    let (name, body) = static_volume(&csi("driver.longhorn.io", "pvc-1", &attributes, None), None);
    assert_eq!(name, "pvc-1");
    let rendered = with(bind(&name, Some(body), "ReadWriteMany")).unwrap();
    let kinds: Vec<Kind> = rendered.objects.iter().map(|one| one.key.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::PersistentVolume,
            Kind::PersistentVolumeClaim,
            Kind::VirtualMachine
        ]
    );
    assert_eq!(
        object(&rendered, Kind::PersistentVolume, "pvc-1"),
        json!({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pvc-1"},
            "spec": {
                "accessModes": ["ReadWriteMany"], "capacity": {"storage": "40Gi"}, "volumeMode": "Block",
                "storageClassName": "harvester-longhorn", "persistentVolumeReclaimPolicy": "Retain",
                "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": "dr", "name": "root"},
                "csi": {
                    "driver": "driver.longhorn.io", "volumeHandle": "pvc-1",
                    "volumeAttributes": {"numberOfReplicas": "3", "migratable": "true"},
                },
            },
        })
    );
    let claim = object(&rendered, Kind::PersistentVolumeClaim, "root");
    assert_eq!(claim["spec"]["volumeName"], "pvc-1");
    assert_eq!(claim["spec"]["storageClassName"], "harvester-longhorn");
    assert_eq!(
        claim["metadata"],
        json!({"name": "root", "namespace": "dr"})
    );
}

#[test]
fn a_volume_that_is_there_is_not_made() {
    let rendered = with(bind("there", None, "ReadWriteOnce")).unwrap();
    assert_eq!(rendered.objects.len(), 2);
    assert_eq!(
        object(&rendered, Kind::PersistentVolumeClaim, "root")["spec"]["volumeName"],
        "there"
    );
}

#[test]
fn what_another_cluster_wrote_is_taken_away() {
    let body = json!({
        "metadata": {
            "name": "old", "uid": "u", "resourceVersion": "7", "finalizers": ["kubernetes.io/pv-protection"],
            "annotations": {
                "pv.kubernetes.io/provisioned-by": "driver.longhorn.io",
                "volume.kubernetes.io/provisioner-deletion-secret-name": "x",
            },
        },
        "spec": {
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {"name": "root", "namespace": "prod", "uid": "u", "resourceVersion": "7"},
            "csi": {"driver": "other.example.com", "volumeHandle": "v/1"},
        },
        "status": {"phase": "Released"},
    });
    let rendered = with(bind("fresh", Some(body), "ReadWriteMany")).unwrap();
    let volume = object(&rendered, Kind::PersistentVolume, "fresh");
    assert_eq!(volume["metadata"], json!({"name": "fresh"}));
    assert_eq!(volume["status"], Value::Null);
    assert_eq!(volume["spec"]["persistentVolumeReclaimPolicy"], "Retain");
    assert_eq!(
        volume["spec"]["claimRef"],
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": "dr", "name": "root"})
    );
    assert_eq!(
        volume["spec"]["csi"],
        json!({"driver": "other.example.com", "volumeHandle": "v/1"})
    );
}

#[test]
fn a_local_volume_has_the_name_of_its_handle_and_all_that_its_driver_reads() {
    let whole = csi(
        "lvm.driver.harvesterhci.io",
        "lv-1",
        &[("type", "striped"), ("vgName", "vg0")],
        Some("node7"),
    );
    let (name, body) = static_volume(&whole, None);
    let rendered = with(bind(&name, Some(body), "ReadWriteOnce")).unwrap();
    let volume = object(&rendered, Kind::PersistentVolume, "lv-1");
    assert_eq!(
        volume["spec"]["csi"]["volumeAttributes"],
        json!({"type": "striped", "vgName": "vg0", "RequiredBytes": "42949672960"})
    );
    assert_eq!(
        volume["spec"]["nodeAffinity"],
        whole.node_affinity.clone().unwrap()
    );

    let refused = |volume: &CsiVolume, name: Option<&str>| {
        let (own, body) = static_volume(volume, None);
        let choice = bind(name.unwrap_or(&own), Some(body), "ReadWriteOnce");
        with(choice).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&whole, Some("other")),
        "volume \"other\" cannot be bound: the driver of local volumes finds it by the name of its handle only"
    );
    let mut without = whole.clone();
    without.node_affinity = None;
    assert_eq!(
        refused(&without, None),
        "volume \"lv-1\" cannot be bound: the driver of local volumes needs a node affinity that names its node"
    );
    let mut without = whole.clone();
    without.attributes.remove("vgName");
    assert_eq!(
        refused(&without, None),
        "volume \"lv-1\" cannot be bound: the driver of local volumes needs its attribute \"vgName\""
    );
}

#[test]
fn a_handle_that_is_no_name_gets_one_that_stays_the_same() {
    let volume = csi("other.example.com", "rbd/Pool#1", &[], None);
    let (name, body) = static_volume(&volume, Some("ext4"));
    assert_eq!(name, static_volume(&volume, None).0);
    assert_eq!(check_name(NameKind::Object, &name), Ok(()));
    assert!(name.starts_with("hv-") && name.len() == 27, "{name}");
    assert_eq!(
        body["spec"]["csi"],
        json!({"driver": "other.example.com", "volumeHandle": "rbd/Pool#1", "fsType": "ext4"})
    );
}
