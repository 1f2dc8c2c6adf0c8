//! What lies in the folder of a bundle.

use super::*;
use crate::digest;
use crate::export::folder::{is_name, object_path, sealed_path};
use crate::key::Kind;

#[test]
fn the_folder_holds_the_objects_of_the_vm() {
    let exported = Case::new().export();
    let paths: Vec<&str> = exported.files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "bundle.json",
            "objects/keypair.prod.ops-key.json",
            "objects/networkattachmentdefinition.prod.vlan100.json",
            "objects/networkattachmentdefinition.prod.vlan200.json",
            "objects/persistentvolumeclaim.web01-data-m2v7c.json",
            "objects/persistentvolumeclaim.web01-rootdisk-k4x9p.json",
            "objects/virtualmachine.web01.json",
        ]
    );
    let vm = stored_vm(&exported);
    assert_eq!(vm["spec"]["runStrategy"], "Halted");
    assert_eq!(vm["metadata"]["resourceVersion"], Value::Null);
}

#[test]
fn a_claim_can_be_made_anywhere() {
    let exported = Case::new().export();
    let claim = json(
        &exported,
        "objects/persistentvolumeclaim.web01-data-m2v7c.json",
    );
    for field in ["volumeName", "dataSource", "dataSourceRef"] {
        assert_eq!(claim["spec"][field], Value::Null, "{field}");
    }
    assert_eq!(claim["metadata"]["ownerReferences"], Value::Null);
    assert_eq!(claim["status"], Value::Null);
    assert_eq!(claim["spec"]["resources"]["requests"]["storage"], "100Gi");
}

#[test]
fn the_header_says_what_each_file_holds() {
    let exported = Case::new().export();
    let header = &exported.header;
    let mut listed: Vec<&str> = header.items.iter().map(|item| item.path.as_str()).collect();
    listed.push("bundle.json");
    listed.sort_unstable();
    let written: Vec<&str> = exported.files.keys().map(String::as_str).collect();
    assert_eq!(listed, written);
    for item in &header.items {
        let bytes = exported.files[&item.path].bytes().unwrap();
        assert_eq!(item.sha256, digest::bytes(bytes), "{}", item.path);
        let object = json(&exported, &item.path);
        assert_eq!(samples::key_of(&object), item.object);
    }
    let read: Header = serde_json::from_value(json(&exported, "bundle.json")).unwrap();
    assert_eq!(read, *header);
    assert_eq!(header.digest, digest::digest(&exported.normal));
}

#[test]
fn every_file_is_sorted_json_with_one_final_newline() {
    for (path, body) in &Case::new().export().files {
        let text = std::str::from_utf8(body.bytes().unwrap()).unwrap();
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"), "{path}");
        let value: Value = serde_json::from_str(text).unwrap();
        assert_sorted(&value, text, path);
    }
}

fn assert_sorted(value: &Value, text: &str, path: &str) {
    // The reader sorts keys, so that only text that was sorted is written as it was.
    let again = serde_json::to_string_pretty(value).unwrap() + "\n";
    assert_eq!(again, text, "{path}");
    let mut keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    let order = keys.clone();
    keys.sort();
    assert_eq!(keys, order, "{path}");
}

#[test]
fn the_same_vm_has_the_same_bytes() {
    let case = Case::new();
    let (first, second) = (case.export(), case.export());
    assert_eq!(first.files, second.files);
    assert_eq!(first.fates, second.fates);
}

#[test]
fn the_disks_are_those_of_the_volumes() {
    let disks = Case::new().header().disks;
    let shown: Vec<String> = disks
        .iter()
        .map(|disk| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (size, mode) = (text(&disk.size), text(&disk.volume_mode));
            let modes = disk.access_modes.join(",");
            format!(
                "{} {} {size} {mode} {modes} {}",
                disk.volume, disk.claim, disk.role
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "rootdisk web01-rootdisk-k4x9p 40Gi Block ReadWriteMany data",
            "data web01-data-m2v7c 100Gi Block ReadWriteOnce data",
            " persistent-state-for-web01-x7d2q 10Mi Filesystem ReadWriteMany firmware-state",
        ]
    );
    let csi = disks[1].csi.as_ref().unwrap();
    assert_eq!(csi.handle, "pvc-c2a91b0c-6f7e-4f06-9f57-d6a7a5d2e033");
    let attributes: Vec<&str> = csi.attributes.keys().map(String::as_str).collect();
    assert_eq!(attributes, ["RequiredBytes", "type", "vgName"]);
    assert!(csi.node_affinity.is_some());
    assert_eq!(disks[2].csi, None);
}

#[test]
fn names_become_files_that_every_system_takes() {
    let key = |kind, namespace: &str, name: &str| Key::new(kind, namespace, name);
    let long = "a".repeat(253);
    for (path, expected_end) in [
        (
            object_path(&key(Kind::PersistentVolumeClaim, "n", &long)),
            ".json",
        ),
        (
            object_path(&key(Kind::KeyPair, &"n".repeat(63), &long)),
            ".json",
        ),
        (sealed_path(&key(Kind::Secret, "n", &long)), ".age"),
    ] {
        let (_, file) = path.split_once('/').unwrap();
        assert!(file.len() <= 255 && file.ends_with(expected_end), "{file}");
    }
    let other = "a".repeat(252) + "b";
    let paths =
        [&long, &other].map(|name| object_path(&key(Kind::PersistentVolumeClaim, "n", name)));
    assert_ne!(paths[0], paths[1]);
    // A Secret and a config map of the same name, or of names made to look alike, never meet.
    let names = [
        sealed_path(&key(Kind::Secret, "n", "x")),
        sealed_path(&key(Kind::ConfigMap, "n", "x")),
        sealed_path(&key(Kind::Secret, "n", "configmap-x")),
        sealed_path(&key(Kind::Secret, "n", "configmap.x")),
    ];
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    for name in [
        "",
        ".",
        "..",
        "a/b",
        "../x",
        "A",
        "a_b",
        "-a",
        "a.",
        "é",
        "a\0",
        &"a".repeat(254),
    ] {
        assert!(!is_name(name), "{name:?}");
    }
    assert!(is_name("db-01.example"));
}
