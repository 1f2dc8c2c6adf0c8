//! Revisions, lineage, and what a run leaves as it was.

use serde_json::json;

use super::*;
use crate::digest;
use crate::key::Kind;
use crate::objects::State;

fn instance() -> Key {
    Key::new(Kind::VirtualMachineInstance, "prod", "web01")
}

#[test]
fn the_first_bundle_is_revision_one() {
    let header = Case::new().header();
    assert_eq!((header.revision, header.epoch), (1, 1));
    assert_eq!(header.parent_digest, None);
    let expected = crate::lineage::lineage_id(
        "5d0c8a34-1f2e-4b6a-9c3d-7e8f90a1b2c3",
        "7c0d4f0a-52b1-4c58-9f0e-6a8a1b2f9e01",
    );
    assert_eq!(header.lineage_id, expected);
    assert_eq!(header.source.uid, "7c0d4f0a-52b1-4c58-9f0e-6a8a1b2f9e01");
}

#[test]
fn a_second_run_changes_no_byte() {
    let mut case = Case::new();
    let first = case.store();
    assert_eq!(case.store().files, first.files);
}

#[test]
fn a_change_of_the_digest_counts_and_names_its_parent() {
    let mut case = Case::new();
    let first = case.store().header;
    case.world.spec()["domain"]["resources"]["limits"]["memory"] = "8Gi".into();
    let second = case.store().header;
    assert_eq!(second.revision, 2);
    assert_eq!(second.parent_digest.as_ref(), Some(&first.digest));
    assert_ne!(second.digest, first.digest);
    assert_eq!(second.lineage_id, first.lineage_id);
    assert_eq!(case.store().header, second);
    // Going back is a change like any other.
    case.world.spec()["domain"]["resources"]["limits"]["memory"] = "4Gi".into();
    let third = case.store().header;
    assert_eq!((third.revision, &third.digest), (3, &first.digest));
}

#[test]
fn a_larger_disk_counts_and_another_class_does_not() {
    let mut case = Case::new();
    let first = case.store().header;
    let root = samples::claim("web01-rootdisk-k4x9p");
    case.world.edit(&root, |claim| {
        claim["spec"]["storageClassName"] = "lvm-node1".into();
        claim["metadata"]["annotations"] = json!({});
    });
    let moved = case.store().header;
    assert_eq!((moved.revision, &moved.digest), (1, &first.digest));
    assert_ne!(moved.disks, first.disks);
    case.world.edit(&root, |claim| {
        claim["spec"]["resources"]["requests"]["storage"] = "41Gi".into();
    });
    assert_eq!(case.store().header.revision, 2);
}

#[test]
fn whether_the_vm_runs_is_no_part_of_the_bundle() {
    let mut case = Case::new();
    // What the guest sees is written nowhere but in the running VM.
    for field in ["uuid", "serial"] {
        let firmware = case.world.spec()["domain"]["firmware"]
            .as_object_mut()
            .unwrap();
        firmware.remove(field);
    }
    for at in 0..2 {
        let interfaces = &mut case.world.spec()["domain"]["devices"]["interfaces"];
        interfaces[at].as_object_mut().unwrap().remove("macAddress");
    }
    case.world.vm["metadata"]["annotations"]
        .as_object_mut()
        .unwrap()
        .remove("harvesterhci.io/mac-address");
    let running = case.store();
    let domain = &stored_vm(&running)["spec"]["template"]["spec"]["domain"];
    assert_eq!(
        domain["firmware"]["uuid"],
        "d1f0a7c4-2b9e-4e63-9c55-7a0e3f1b8d24"
    );
    case.world.set(&instance(), State::Missing);
    case.world.vm["spec"]["runStrategy"] = "Halted".into();
    case.world.vm["status"] = json!({"printableStatus": "Stopped"});
    case.world.vm["metadata"]["generation"] = 9.into();
    case.world.vm["metadata"]["resourceVersion"] = "9999999".into();
    let stopped = case.store();
    for (path, body) in &running.files {
        let text = |body: &FileBody| String::from_utf8(body.bytes().unwrap().to_vec()).unwrap();
        assert_eq!(text(&stopped.files[path]), text(body), "{path}");
    }
}

#[test]
fn a_vm_that_was_made_anew_begins_anew() {
    let mut case = Case::new();
    let first = case.store().header;
    case.world.vm["metadata"]["uid"] = "11111111-52b1-4c58-9f0e-6a8a1b2f9e01".into();
    case.world.spec()["domain"]["cpu"]["cores"] = 8.into();
    let second = case.store().header;
    assert_ne!(second.lineage_id, first.lineage_id);
    assert_eq!((second.revision, second.parent_digest), (1, None));
}

#[test]
fn fewer_rights_do_not_make_another_vm_of_it() {
    let mut case = Case::new();
    let first = case.store().header;
    case.world.origin.cluster_id = "0f0f".to_owned();
    case.world.origin.cluster_id_from = "server-address".to_owned();
    let second = case.store().header;
    assert_eq!(second, first);
}

#[test]
fn digests_of_another_version_are_not_compared() {
    let mut case = Case::new();
    let digest = case.store().header.digest;
    let before = case.before.as_mut().unwrap();
    before.header.normal_form = 0;
    before.header.digest = "sha256:00".to_owned();
    let header = case.export().header;
    assert_eq!((header.revision, &header.digest), (1, &digest));
    case.world.spec()["domain"]["cpu"]["cores"] = 8.into();
    assert_eq!(case.export().header.revision, 2);
}

#[test]
fn a_vm_of_a_file_is_known_by_its_name() {
    let mut case = Case::new();
    case.world.vm["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("uid");
    let header = case.store().header;
    let expected = crate::lineage::lineage_id(&header.source.cluster_id, "prod/web01");
    assert_eq!(header.lineage_id, expected);
    assert_eq!(case.store().header, header);
}

#[test]
fn the_digest_is_of_the_normal_form() {
    let exported = Case::new().export();
    assert_eq!(exported.header.digest, digest::digest(&exported.normal));
    assert_eq!(exported.header.normal_form, crate::normal::VERSION);
}

#[test]
fn an_imported_vm_goes_on_as_what_it_was() {
    const LINEAGE: &str = "35da96ae-a4bd-5438-bdcc-78c49d6d06ba";
    let plain = Case::new().header();
    let stamped = |stamps: &[(&str, &str)]| {
        let mut case = Case::new();
        for (key, value) in stamps {
            case.world.vm["metadata"]["annotations"][format!("kubectl-hv.io/{key}")] =
                (*value).into();
        }
        case.world.vm["metadata"]["annotations"]["backup.origin.cluster"] = "elsewhere".into();
        case.header()
    };
    let own = plain.digest.as_str();
    let basis = [("lineage", LINEAGE), ("epoch", "2"), ("revision", "44")];
    let with = |more: &[(&'static str, &'static str)], digest: &str, applied: &str| {
        let mut all: Vec<(&str, &str)> = basis.to_vec();
        all.extend_from_slice(more);
        all.extend([("digest", digest), ("applied-digest", applied)]);
        stamped(&all)
    };
    for (digest, applied, revision, parent) in [
        (own, "sha256:other", 44, None),
        ("sha256:other", own, 44, None),
        ("sha256:a", "sha256:b", 45, Some("sha256:a")),
    ] {
        let header = with(&[], digest, applied);
        assert_eq!(header.lineage_id, LINEAGE);
        assert_eq!((header.epoch, header.revision), (2, revision));
        assert_eq!(header.parent_digest.as_deref(), parent);
        // What an import says of itself is no configuration.
        assert_eq!(header.digest, own);
    }
    // Half a stamp, or one that is no number, says nothing.
    for broken in [("revision", "0"), ("revision", "x"), ("lineage", "../..")] {
        let header = with(&[broken], own, own);
        assert_eq!(header.lineage_id, plain.lineage_id, "{broken:?}");
        assert_eq!(header.revision, 1);
    }
}
