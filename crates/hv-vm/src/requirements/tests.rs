//! What requirements say of a VM.

use serde_json::json;

use super::url::without_credentials;
use crate::export::tests::{Case, all_text};
use crate::header::{DeviceNeed, NamedNeed, NodeLabelNeed};
use crate::key::{Key, Kind};
use crate::objects::State;

#[test]
fn addresses_lose_what_may_be_secret_and_nothing_else() {
    for (address, clean) in [
        ("https://u:p@h.example/a?token=x#y", "https://h.example/a"),
        ("https://h.example/a@b/c", "https://h.example/a@b/c"),
        ("https://u@h.example", "https://h.example"),
        ("https://u:p@x@h.example/a", "https://h.example/a"),
        ("h.example/a?x", "h.example/a"),
        (
            "registry:5000/fedora@sha256:ab",
            "registry:5000/fedora@sha256:ab",
        ),
        ("fedora@sha256:ab", "fedora@sha256:ab"),
        ("u:p@registry:5000/fedora:41", "registry:5000/fedora:41"),
        (
            "docker://u:p@r.example/x@sha256:ab",
            "docker://r.example/x@sha256:ab",
        ),
        ("", ""),
        ("ü?é", "ü"),
    ] {
        assert_eq!(without_credentials(address), clean);
    }
}

#[test]
fn classes_have_their_driver_and_parameters() {
    let requirements = Case::new().header().requirements;
    let names: Vec<&str> = requirements
        .storage_classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    let image_class = "lh-b1a9c2f4-0d1e-4a7b-8c55-2e4f6a7b8c90";
    assert_eq!(names, [image_class, "lvm-node1", "vmstate-persistence"]);
    let lvm = &requirements.storage_classes[1];
    assert_eq!(lvm.driver.as_deref(), Some("lvm.driver.harvesterhci.io"));
    assert_eq!(lvm.parameters["vgName"], "vg01");
    assert_eq!(
        lvm.volume_binding_mode.as_deref(),
        Some("WaitForFirstConsumer")
    );
    assert_eq!(lvm.allow_volume_expansion, Some(true));
    assert_eq!(lvm.used_by, ["web01-data-m2v7c"]);
}

#[test]
fn images_are_known_by_checksum_and_size() {
    let images = Case::new().header().requirements.images;
    let [cloud, data] = &images[..] else {
        panic!("{images:?}")
    };
    assert_eq!(cloud.id, "default/image-7x2kd");
    assert_eq!(
        cloud.display_name.as_deref(),
        Some("noble-server-cloudimg-amd64.img")
    );
    assert!(cloud.checksum.as_ref().unwrap().starts_with("4b8f0b5f"));
    assert_eq!(cloud.virtual_size_bytes, Some(3_758_096_384));
    assert_eq!(cloud.backend.as_deref(), Some("backingimage"));
    assert_eq!(cloud.used_by, ["web01-rootdisk-k4x9p"]);
    assert_eq!(data.id, "prod/image-q9m4t");
    assert_eq!(data.backend.as_deref(), Some("cdi"));
    assert_eq!(data.storage_class.as_deref(), Some("lvm-node1"));
    assert_eq!((&data.checksum, &data.url), (&None, &None));
}

#[test]
fn the_address_of_an_image_has_no_token() {
    let mut case = Case::new();
    let key = Key::new(Kind::VirtualMachineImage, "default", "image-7x2kd");
    case.world.edit(&key, |image| {
        image["spec"]["url"] = "https://me:hunter2@h.example/i.img?sig=hunter2".into();
    });
    let exported = case.export();
    let url = exported.header.requirements.images[0].url.as_deref();
    assert_eq!(url, Some("https://h.example/i.img"));
    assert!(!all_text(&exported).contains("hunter2"));
}

#[test]
fn the_image_is_found_through_any_of_four_ways() {
    let root = "web01-rootdisk-k4x9p";
    let image_of = |case: &Case| case.header().disks[0].image.clone();
    let mut case = Case::new();
    let expected = Some("default/image-7x2kd".to_owned());
    assert_eq!(image_of(&case), expected);
    // Without the claim's annotation, the VM's.
    case.world.edit(&crate::samples::claim(root), |claim| {
        claim["metadata"]["annotations"] = json!({});
    });
    assert_eq!(image_of(&case), expected);
    // Without both, the class.
    case.world.vm["metadata"]["annotations"] = json!({});
    assert_eq!(image_of(&case), expected);
    // What CDI cloned, for the other disk.
    let data = case.header().disks[1].image.clone();
    assert_eq!(data.as_deref(), Some("prod/image-q9m4t"));
    // A claim that shares its name with no image is only a claim.
    let image = Key::new(Kind::VirtualMachineImage, "prod", "image-q9m4t");
    case.world.set(&image, State::Missing);
    let header = case.header();
    assert_eq!(header.disks[1].image, None);
    assert!(!header.unread.iter().any(|one| one.object == image));
}

#[test]
fn networks_have_their_vlan() {
    let networks = Case::new().header().requirements.networks;
    assert_eq!(networks.len(), 2);
    let network = &networks[1];
    assert_eq!(network.id, "prod/vlan200");
    assert_eq!(network.r#type.as_deref(), Some("L2VlanNetwork"));
    assert_eq!((network.vlan, network.mtu), (Some(200), Some(9000)));
    assert_eq!(network.cluster_network.as_deref(), Some("vmnet"));
    assert_eq!(network.used_by, ["nic-2"]);
}

#[test]
fn a_network_without_labels_is_read_from_its_configuration() {
    let mut case = Case::new();
    let key = Key::new(Kind::NetworkAttachmentDefinition, "prod", "vlan100");
    case.world
        .edit(&key, |network| network["metadata"]["labels"] = json!({}));
    let network = &case.header().requirements.networks[0];
    assert_eq!(
        (network.vlan, network.cluster_network.as_deref()),
        (Some(100), Some("vmnet"))
    );
    case.world
        .edit(&key, |network| network["spec"]["config"] = "{".into());
    let network = &case.header().requirements.networks[0];
    assert_eq!((network.vlan, &network.r#type), (None, &None));
}

#[test]
fn devices_labels_and_names_are_listed() {
    let mut case = Case::new();
    let spec = case.world.spec();
    spec["domain"]["devices"]["hostDevices"] = json!([{"name": "h", "deviceName": "x.com/nic"}]);
    spec["domain"]["devices"]["gpus"] = json!([{"name": "g", "deviceName": "x.com/gpu"}]);
    spec["domain"]["devices"]["interfaces"][0]["binding"] = json!({"name": "managedTap"});
    spec["domain"]["cpu"]["model"] = "Skylake".into();
    spec["domain"]["cpu"]["dedicatedCpuPlacement"] = true.into();
    spec["domain"]["cpu"]["features"] = json!([
        {"name": "vmx", "policy": "require"}, {"name": "mpx", "policy": "disable"}, {"name": "aes"},
    ]);
    spec["nodeSelector"] = json!({"rack": "r1"});
    spec["priorityClassName"] = "high".into();
    spec["volumes"][1] = json!({"name": "cd", "containerDisk": {"image": "r.example/x:1"}});
    let requirements = case.header().requirements;
    let device = |name: &str, device: &str, kind: &str| DeviceNeed {
        name: name.into(),
        device: device.into(),
        r#type: kind.into(),
    };
    let devices = [
        device("h", "x.com/nic", "hostDevice"),
        device("g", "x.com/gpu", "gpu"),
    ];
    assert_eq!(requirements.devices, devices);
    let label = |key: &str, values: &str| NodeLabelNeed {
        key: key.into(),
        operator: "In".into(),
        values: vec![values.into()],
    };
    let labels = [
        label("rack", "r1"),
        label("topology.kubernetes.io/zone", "dc1-a"),
    ];
    assert_eq!(requirements.node_labels, labels);
    let machine = requirements.machine;
    assert_eq!(machine.architecture.as_deref(), Some("amd64"));
    assert_eq!(machine.machine_type.as_deref(), Some("q35"));
    assert_eq!(machine.cpu_model.as_deref(), Some("Skylake"));
    assert_eq!(machine.cpu_features, ["vmx", "aes"]);
    assert_eq!(machine.host_features, ["cpu.dedicatedCpuPlacement"]);
    let named = |kind: &str, id: &str, by: &str| NamedNeed {
        kind: kind.into(),
        id: id.into(),
        used_by: vec![by.into()],
    };
    assert_eq!(
        requirements.named,
        [
            named(
                "ContainerImage",
                "r.example/x:1",
                "volumes[cd].containerDisk"
            ),
            named(
                "KeyPair",
                "prod/ops-key",
                "annotations[harvesterhci.io/sshNames]"
            ),
            named("NetworkBinding", "managedTap", "interfaces[nic-1].binding"),
            named("PriorityClass", "high", "priorityClassName"),
        ]
    );
}
