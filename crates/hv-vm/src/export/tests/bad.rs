//! What cannot be read, and what should not be there.

use serde_json::json;

use super::*;
use crate::key::Kind;
use crate::objects::State;
use crate::samples::claim;

fn unread(header: &Header) -> Vec<(String, &str)> {
    let shown = |one: &crate::header::Unread| {
        (
            one.object.to_string(),
            match one.reason.as_str() {
                "NotFound" => "NotFound",
                "Unreadable" => "Unreadable",
                _ => "NotRead",
            },
        )
    };
    header.unread.iter().map(shown).collect()
}

/// The volume of the firmware state is not among the samples.
const STATE_VOLUME: &str = "PersistentVolume/pvc-61c0a8d5-3a0b-4c0f-9b6d-0c7a1a2b3c44";

#[test]
fn whatever_is_missing_is_described_and_never_an_error() {
    for key in [
        claim("web01-rootdisk-k4x9p"),
        Key::new(Kind::NetworkAttachmentDefinition, "prod", "vlan100"),
        Key::new(Kind::VirtualMachineImage, "default", "image-7x2kd"),
        Key::new(Kind::StorageClass, "", "lvm-node1"),
        Key::new(Kind::KeyPair, "prod", "ops-key"),
        Key::new(
            Kind::PersistentVolume,
            "",
            "pvc-c2a91b0c-6f7e-4f06-9f57-d6a7a5d2e033",
        ),
    ] {
        for (state, reason) in [
            (State::Missing, "NotFound"),
            (State::Unreadable("forbidden".into()), "Unreadable"),
            (State::NotRead, "NotRead"),
        ] {
            let mut case = Case::new();
            case.world.set(&key, state);
            let header = case.header();
            assert!(
                unread(&header).contains(&(key.to_string(), reason)),
                "{key} {reason}"
            );
            let named = header.unread.iter().find(|one| one.object == key).unwrap();
            assert!(!named.used_by.is_empty());
        }
    }
}

#[test]
fn whatever_may_be_missing_is_no_news() {
    for key in [
        Key::new(Kind::VirtualMachineInstance, "prod", "web01"),
        Key::new(Kind::DataVolume, "prod", "web01-data-m2v7c"),
    ] {
        let mut case = Case::new();
        case.world.set(&key, State::Missing);
        assert_eq!(
            unread(&case.header()),
            [(STATE_VOLUME.to_owned(), "NotRead")],
            "{key}"
        );
    }
}

#[test]
fn a_tenant_gets_a_bundle_with_reasons() {
    let mut case = Case::new();
    let denied: Vec<Key> = case
        .world
        .objects
        .keys()
        .filter(|key| !key.kind.is_namespaced() || key.namespace == "longhorn-system")
        .cloned()
        .collect();
    for key in &denied {
        case.world.set(key, State::Unreadable("forbidden".into()));
    }
    let header = case.header();
    assert_eq!(header.disks.len(), 3);
    assert_eq!(header.disks[0].size.as_deref(), Some("40Gi"));
    assert_eq!(header.disks[0].csi, None);
    let classes = &header.requirements.storage_classes;
    assert_eq!(classes.len(), 3);
    assert!(classes.iter().all(|class| class.driver.is_none()));
    assert!(
        header
            .unread
            .iter()
            .all(|one| !one.message.is_empty() || one.reason == "NotRead")
    );
    // What nobody may read is no part of the digest.
    assert_eq!(header.digest, Case::new().header().digest);
}

#[test]
fn a_disk_without_a_claim_is_what_the_vm_says_of_it() {
    let mut case = Case::new();
    let digest = case.header().digest;
    case.world
        .set(&claim("web01-rootdisk-k4x9p"), State::Missing);
    let header = case.header();
    let disk = &header.disks[0];
    assert_eq!(
        (disk.size.as_deref(), disk.volume_mode.as_deref()),
        (Some("40Gi"), Some("Block"))
    );
    assert_eq!(disk.image.as_deref(), Some("default/image-7x2kd"));
    assert_eq!(header.digest, digest);
    case.world.vm["metadata"]["annotations"] = json!({});
    let disk = &case.header().disks[0];
    assert_eq!(
        (&disk.size, &disk.class, disk.claim.as_str()),
        (&None, &None, "web01-rootdisk-k4x9p")
    );
}

#[test]
fn the_size_is_that_of_the_claim_and_not_of_the_annotation() {
    let mut case = Case::new();
    case.world.edit(&claim("web01-rootdisk-k4x9p"), |claim| {
        claim["spec"]["resources"]["requests"]["storage"] = "65536Mi".into();
    });
    assert_eq!(case.header().disks[0].size.as_deref(), Some("64Gi"));
}

#[test]
fn an_annotation_that_is_no_json_or_stale_or_absent_is_a_hint_at_most() {
    let complete = Case::new().header();
    for text in ["", "{", "[1]", "null"] {
        let mut case = Case::new();
        case.world.vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] =
            text.into();
        assert_eq!(case.header().disks, complete.disks, "{text}");
    }
    let mut case = Case::new();
    let stale = json!([{"metadata": {"name": "gone"}, "spec": {"storageClassName": "x"}}]);
    case.world.vm["metadata"]["annotations"]["harvesterhci.io/volumeClaimTemplates"] =
        stale.to_string().into();
    case.world.set(&claim("gone"), State::Missing);
    let exported = case.export();
    assert_eq!(exported.header.disks, complete.disks);
    assert!(codes(&exported.header).contains(&"claim-template-stale"));
    assert!(!exported.files.keys().any(|path| path.contains("gone")));
}

#[test]
fn a_template_of_a_data_volume_becomes_a_claim_where_there_is_none() {
    let mut case = Case::new();
    case.world.spec()["volumes"][2] = json!({"name": "data", "dataVolume": {"name": "fresh"}});
    case.world.vm["spec"]["dataVolumeTemplates"] = json!([{
        "metadata": {"name": "fresh"},
        "spec": {
            "source": {"pvc": {"namespace": "prod", "name": "image-q9m4t"}},
            "storage": {
                "accessModes": ["ReadWriteOnce"], "volumeMode": "Block", "storageClassName": "lvm-node1",
                "resources": {"requests": {"storage": "5Gi"}}, "dataSource": {"name": "x"},
            },
        },
    }]);
    case.world.set(&claim("fresh"), State::Missing);
    let exported = case.export();
    assert_eq!(
        stored_vm(&exported)["spec"]["dataVolumeTemplates"],
        Value::Null
    );
    let path = "objects/persistentvolumeclaim.fresh.json";
    let made = json(&exported, path);
    assert_eq!(
        made["spec"],
        json!({
            "accessModes": ["ReadWriteOnce"], "volumeMode": "Block", "storageClassName": "lvm-node1",
            "resources": {"requests": {"storage": "5Gi"}},
        })
    );
    let disk = &exported.header.disks[1];
    assert_eq!(disk.size.as_deref(), Some("5Gi"));
    assert_eq!(disk.image.as_deref(), Some("prod/image-q9m4t"));
    assert_eq!(disk.class.as_deref(), Some("lvm-node1"));
    // Without access modes only the class knows, and a guess would be wrong somewhere.
    case.world.vm["spec"]["dataVolumeTemplates"][0]["spec"]["storage"]["accessModes"] = json!([]);
    let exported = case.export();
    assert!(!exported.files.contains_key(path));
    assert!(codes(&exported.header).contains(&"claim-unknown"));
}

#[test]
fn a_name_that_is_a_path_is_never_a_file() {
    let mut case = Case::new();
    let hostile = claim("../../etc/passwd");
    case.world.spec()["volumes"][0]["persistentVolumeClaim"]["claimName"] =
        hostile.name.clone().into();
    case.world.set(
        &hostile,
        State::Found(std::sync::Arc::new(json!({"spec": {}}))),
    );
    let exported = case.export();
    assert!(exported.files.keys().all(|path| !path.contains("..")));
    assert!(unread(&exported.header).contains(&(hostile.to_string(), "Unreadable")));
    for (namespace, name) in [
        ("prod", ".."),
        ("a/b", "x"),
        ("", "x"),
        ("prod", ""),
        ("a.b", "x"),
    ] {
        let mut case = Case::new();
        case.world.vm["metadata"]["namespace"] = namespace.into();
        case.world.vm["metadata"]["name"] = name.into();
        assert!(
            matches!(case.try_export(), Err(ExportError::Name(_))),
            "{namespace}/{name}"
        );
    }
}

#[test]
fn an_image_address_in_the_vm_has_no_password() {
    let mut case = Case::new();
    let address = "docker://me:hunter2@r.example/x:1?token=hunter2";
    case.world
        .add_volume(json!({"name": "cd", "containerDisk": {"image": address}}));
    case.world.spec()["domain"]["firmware"]["kernelBoot"] =
        json!({"container": {"image": "me:hunter2@r.example/k:1"}});
    let exported = case.export();
    assert!(!all_text(&exported).contains("hunter2"));
    let path = "spec.template.spec.volumes[3].containerDisk.image";
    let fates: Vec<_> = exported
        .fates
        .iter()
        .filter(|fate| fate.path == path)
        .collect();
    assert_eq!(fates.len(), 1);
    assert_eq!(fates[0].action, crate::policy::Action::Convert);
    let vm = stored_vm(&exported);
    let image = &vm["spec"]["template"]["spec"]["volumes"][3]["containerDisk"]["image"];
    assert_eq!(image, "docker://r.example/x:1");
    let paths: Vec<&str> = exported
        .header
        .notes
        .iter()
        .filter(|note| note.code == "credentials-removed")
        .map(|note| note.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "spec.template.spec.domain.firmware.kernelBoot.container.image",
            "spec.template.spec.volumes[3].containerDisk.image",
        ]
    );
}

#[test]
fn a_vm_that_cannot_move_and_must_is_noted() {
    let mut case = Case::new();
    assert!(!codes(&case.header()).contains(&"eviction-blocks-drain"));
    case.world.spec()["evictionStrategy"] = "LiveMigrate".into();
    assert!(codes(&case.header()).contains(&"eviction-blocks-drain"));
}

#[test]
fn a_vm_with_next_to_nothing_in_it_is_exported() {
    let mut case = Case::new();
    case.state_claim = None;
    for spec in [
        json!({}),
        json!(null),
        json!({"template": null}),
        json!({"template": {"spec": 7}}),
    ] {
        case.world.vm = json!({
            "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
            "metadata": {"name": "web01", "namespace": "prod", "uid": "u"}, "spec": spec,
        });
        let header = case.header();
        assert_eq!((header.disks.len(), header.items.len()), (0, 1), "{spec}");
    }
}

proptest::proptest! {
    /// Any field can be anything.
    #[test]
    fn no_vm_makes_it_fail(pick in 0_usize..400, which in 0_usize..9) {
        let mut case = Case::new();
        let odd = [
            json!(null), json!(7), json!(""), json!("🦀\n"), json!([]), json!({}), json!([null]),
            json!({"name": []}), json!(true),
        ];
        let mut left = pick;
        corrupt(&mut case.world.vm, &mut left, &odd[which]);
        if case.world.vm["metadata"]["name"] == "web01" && case.world.vm["metadata"]["namespace"] == "prod" {
            let exported = case.export();
            proptest::prop_assert!(exported.files.contains_key("bundle.json"));
            proptest::prop_assert_eq!(case.export().files, exported.files);
        }
    }
}

/// Puts a value in the place of one field, counted from the root.
fn corrupt(value: &mut Value, left: &mut usize, odd: &Value) {
    let children: Vec<&mut Value> = match value {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(elements) => elements.iter_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        if *left == 0 {
            *child = odd.clone();
            *left = usize::MAX;
            return;
        }
        *left -= 1;
        corrupt(child, left, odd);
        if *left == usize::MAX {
            return;
        }
    }
}
