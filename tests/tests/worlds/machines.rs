//! What VMs become when the table is expanded.

use hv_testbed::world::{self, World};
use serde_json::{Value, json};

fn world(name: &str) -> World {
    world::load(name, "2026-11-21T10:00:00Z".parse().unwrap()).unwrap()
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == kind)
}

#[test]
fn a_longhorn_disk_has_claim_volume_and_longhorn_objects() {
    let world = world("v1.8.2");
    let claim = world
        .get("PersistentVolumeClaim", "prod", "vm-longhorn-v2-disk-0")
        .unwrap();
    let name = claim["spec"]["volumeName"].as_str().unwrap();
    let volume = world.get("PersistentVolume", "", name).unwrap();
    assert_eq!(volume["spec"]["claimRef"]["uid"], claim["metadata"]["uid"]);
    assert_eq!(
        volume["spec"]["csi"]["volumeAttributes"]["dataEngine"],
        "v2"
    );
    let longhorn = world.get("Volume", "longhorn-system", name).unwrap();
    assert_eq!(longhorn["spec"]["dataEngine"], "v2");
    assert_eq!(longhorn["spec"]["size"], "21474836480");
    let engine = world
        .get("Engine", "longhorn-system", &format!("{name}-e-0"))
        .unwrap();
    assert_eq!(
        engine["metadata"]["labels"],
        json!({"longhornvolume": name})
    );
}

#[test]
fn a_node_local_volume_names_its_node() {
    let world = world("v1.8.2");
    let claim = world
        .get("PersistentVolumeClaim", "prod", "vm-lvm-thin-disk-0")
        .unwrap();
    let name = claim["spec"]["volumeName"].as_str().unwrap();
    let affinity = &world.get("PersistentVolume", "", name).unwrap()["spec"]["nodeAffinity"];
    let expression = &affinity["required"]["nodeSelectorTerms"][0]["matchExpressions"][0];
    assert_eq!(expression["key"], "topology.lvm.csi/node");
    assert_eq!(expression["values"], json!(["node1"]));
    let instance = world
        .get("VirtualMachineInstance", "prod", "vm-lvm-thin")
        .unwrap();
    assert_eq!(
        condition(instance, "LiveMigratable").unwrap()["reason"],
        "DisksNotLiveMigratable"
    );
}

#[test]
fn states_of_vms_show_in_their_objects() {
    let world = world("v1.8.2");
    let vm = |namespace, name| world.get("VirtualMachine", namespace, name).unwrap();
    let instance = |namespace, name| world.get("VirtualMachineInstance", namespace, name);
    assert!(condition(instance("prod", "web01").unwrap(), "AgentConnected").is_some());
    assert!(condition(instance("prod", "web02").unwrap(), "AgentConnected").is_none());
    assert!(instance("prod", "db-standby").is_none());
    assert_eq!(vm("prod", "db-standby")["spec"]["runStrategy"], "Halted");
    assert_eq!(vm("prod", "mail01")["status"]["printableStatus"], "Paused");
    let moves = world
        .get(
            "VirtualMachineInstanceMigration",
            "prod",
            "cache01-evacuation",
        )
        .unwrap();
    assert_eq!(moves["status"]["phase"], "Running");
    assert_eq!(
        vm("test", "missing-claim")["status"]["printableStatus"],
        "ErrorPvcNotFound"
    );
    assert!(
        world
            .get("PersistentVolumeClaim", "test", "missing-claim-disk-0")
            .is_none()
    );
    let pending = world
        .get("PersistentVolumeClaim", "test", "pending-claim-disk-0")
        .unwrap();
    assert_eq!(pending["status"], json!({"phase": "Pending"}));
    assert_eq!(
        vm("test", "diskless")["spec"]["template"]["spec"]["volumes"],
        json!([])
    );
    let state = world
        .get(
            "PersistentVolumeClaim",
            "prod",
            "persistent-state-for-win01",
        )
        .unwrap();
    assert_eq!(state["spec"]["storageClassName"], "vmstate-persistence");
}

#[test]
fn disks_keep_how_they_were_made() {
    let world = world("v1.9.0-rc6");
    let claim = world
        .get("PersistentVolumeClaim", "prod", "debian01-disk-0")
        .unwrap();
    let annotations = &claim["metadata"]["annotations"];
    let data_volume = world.get("DataVolume", "prod", "debian01-disk-0").unwrap();
    assert_eq!(
        annotations["cdi.kubevirt.io/createdForDataVolume"],
        data_volume["metadata"]["uid"]
    );
    assert_eq!(annotations["harvesterhci.io/imageId"], "prod/image-debian");
    let blank = world.get("VirtualMachine", "test", "blank01").unwrap();
    let volumes = &blank["spec"]["template"]["spec"]["volumes"];
    assert_eq!(volumes[0]["dataVolume"], json!({"name": "blank01-disk-0"}));
    let shared = world.get("VirtualMachine", "prod", "quorum-b").unwrap();
    let disks = &shared["spec"]["template"]["spec"]["domain"]["devices"]["disks"];
    assert_eq!(disks[1]["shareable"], true);
}

#[test]
fn a_release_without_cdi_has_nothing_of_it() {
    let world = world("v1.4.3");
    let of_cdi = |object: &Value| {
        object["apiVersion"]
            .as_str()
            .unwrap()
            .starts_with("cdi.kubevirt.io/")
            || object["spec"]["backend"] == "cdi"
    };
    assert_eq!(
        world.objects.iter().filter(|object| of_cdi(object)).count(),
        0
    );
    assert_eq!(world.absent_groups, ["cdi.kubevirt.io"]);
}

#[test]
fn a_world_grows_by_exactly_what_is_asked() {
    let mut world = world("v1.8.2");
    let count = |world: &World, kind: &str| world.of_kind(kind).count();
    let (vms, claims) = (
        count(&world, "VirtualMachine"),
        count(&world, "PersistentVolumeClaim"),
    );
    world.grow(30, 155, 0);
    assert_eq!(count(&world, "VirtualMachine"), vms + 30);
    assert_eq!(count(&world, "PersistentVolumeClaim"), claims + 155);
}

#[test]
fn a_world_can_be_edited() {
    let mut world = world("v1.8.2");
    world.set_setting("csi-driver-config", "{not JSON");
    world.set_setting("brand-new", "x");
    assert_eq!(
        world.get("Setting", "", "csi-driver-config").unwrap()["value"],
        "{not JSON"
    );
    assert_eq!(
        world.get("Setting", "", "brand-new").unwrap()["default"],
        ""
    );
    assert_eq!(world.remove("VolumeSnapshotClass", "lvm-snapshot"), 1);
    assert!(world.remove_kind("Lease") > 10);
    assert!(world.merge(
        "StorageClass",
        "",
        "nfs",
        &json!({"allowVolumeExpansion": false})
    ));
    assert!(!world.merge("StorageClass", "", "nowhere", &json!({})));
    assert_eq!(
        world.get("StorageClass", "", "nfs").unwrap()["allowVolumeExpansion"],
        false
    );
    world.push(json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "new", "creationTimestamp": "@now-1h"},
    }));
    let pushed = world.get("Namespace", "", "new").unwrap();
    assert_eq!(
        pushed["metadata"]["creationTimestamp"],
        "2026-11-21T09:00:00Z"
    );
    assert!(pushed["metadata"]["uid"].is_string());
    let sent = world.for_api_server();
    assert!(
        sent.iter()
            .all(|object| object["metadata"]["uid"].is_null())
    );
}

#[test]
fn every_claim_of_a_vm_exists_but_the_missing_one() {
    for name in world::names() {
        let world = world(name);
        let mut missing = Vec::new();
        for vm in world.of_kind("VirtualMachine") {
            let namespace = vm["metadata"]["namespace"].as_str().unwrap();
            let volumes = vm["spec"]["template"]["spec"]["volumes"]
                .as_array()
                .unwrap();
            for volume in volumes {
                let by_claim = volume["persistentVolumeClaim"]["claimName"].as_str();
                let claim = by_claim.or_else(|| volume["dataVolume"]["name"].as_str());
                let Some(claim) = claim else { continue };
                if world
                    .get("PersistentVolumeClaim", namespace, claim)
                    .is_none()
                {
                    missing.push(claim.to_owned());
                }
            }
        }
        assert_eq!(missing, ["missing-claim-disk-0"], "{name}");
    }
}
