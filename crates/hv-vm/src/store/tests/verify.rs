use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::super::{Store, verify};
use super::sample::{Bodies, codes, made_of, name, pretty, vm};
use crate::digest;
use crate::stored::FileBody;

/// Adds a file to a bundle and lists it.
fn add(files: &mut Bodies, path: &str, key: &Value, bytes: Vec<u8>) {
    let mut header: Value = serde_json::from_slice(files["bundle.json"].bytes().unwrap()).unwrap();
    let item = json!({"path": path, "sha256": digest::bytes(&bytes), "object": key});
    header["items"].as_array_mut().unwrap().push(item);
    files.insert("bundle.json".into(), FileBody::Bytes(pretty(&header)));
    files.insert(path.to_owned(), FileBody::Bytes(bytes));
}

/// A bundle with a secret in the clear, and what its header says of it.
pub(super) fn with_secret(state: &str) -> Bodies {
    let mut files = made_of("prod/db01", &vm("prod/db01", "8Gi"), None, |header| {
        header["requirements"]["secrets"][0]["state"] = state.into();
    });
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db01-init", "namespace": "prod"},
        "data": {"userdata": "aHVudGVyMg=="},
    });
    let key = json!({"kind": "Secret", "namespace": "prod", "name": "db01-init"});
    add(
        &mut files,
        "objects/secret.db01-init.json",
        &key,
        pretty(&secret),
    );
    files
}

/// What verifying says of a bundle, by code and path.
fn found(files: Bodies) -> Vec<(String, String)> {
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    store.put(&name("prod/db01"), files).unwrap();
    assert!(store.flush().failed.is_empty());
    let problems = verify(root.path()).unwrap().problems;
    let said = format!("{problems:?}");
    assert!(
        !said.contains("hunter2") && !said.contains("aHVudGVyMg"),
        "{said}"
    );
    problems
        .into_iter()
        .map(|one| (one.code, one.path))
        .collect()
}

fn changed(vm_change: impl Fn(&mut Value), header_change: impl Fn(&mut Value)) -> Bodies {
    let mut vm = vm("prod/db01", "8Gi");
    vm_change(&mut vm);
    made_of("prod/db01", &vm, None, header_change)
}

fn one(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), format!("prod/db01/{path}"))]
}

const VM: &str = "objects/virtualmachine.db01.json";

#[test]
fn a_bundle_as_it_should_be_has_no_problem() {
    assert_eq!(found(changed(|_| {}, |_| {})), []);
    assert_eq!(found(with_secret("plaintext")), []);
}

#[test]
fn a_secret_in_the_clear_is_found_unless_the_header_says_so() {
    for state in ["omitted", "encrypted", "missing"] {
        let secret = one("secret-in-clear", "objects/secret.db01-init.json");
        assert_eq!(found(with_secret(state)), secret, "{state}");
    }
    let mut files = changed(|_| {}, |_| {});
    let key = json!({"kind": "Secret", "namespace": "prod", "name": "db01-init"});
    add(
        &mut files,
        "secrets/db01-init.age",
        &key,
        b"hunter2".to_vec(),
    );
    assert_eq!(
        found(files),
        one("secret-in-clear", "secrets/db01-init.age")
    );
    let mut files = changed(|_| {}, |_| {});
    let armoured = b"age-encryption.org/v1\n-> X25519 x".to_vec();
    add(&mut files, "secrets/db01-init.age", &key, armoured);
    assert_eq!(found(files), []);
}

#[test]
fn cloud_init_text_in_the_vm_is_found_unless_the_header_says_so() {
    for field in [
        "userData",
        "userDataBase64",
        "networkData",
        "networkDataBase64",
    ] {
        let inline = |vm: &mut Value| {
            vm["spec"]["template"]["spec"]["volumes"][1] =
                json!({"name": "init", "cloudInitConfigDrive": {field: "hunter2"}});
        };
        assert_eq!(
            found(changed(inline, |_| {})),
            one("secret-in-clear", VM),
            "{field}"
        );
        let kept = |header: &mut Value| {
            header["notes"] =
                json!([{"code": crate::externalise::KEPT, "path": "x", "message": "x"}]);
        };
        assert_eq!(found(changed(inline, kept)), [], "{field}");
    }
}

#[test]
fn a_vm_that_would_start_is_found() {
    let always = changed(|vm| vm["spec"]["runStrategy"] = "Always".into(), |_| {});
    assert_eq!(found(always), one("would-start", VM));
    let running = changed(|vm| vm["spec"]["running"] = true.into(), |_| {});
    assert!(found(running).contains(&one("would-start", VM)[0]));
}

#[test]
fn a_reference_that_nobody_describes_is_found() {
    let nothing: [fn(&mut Value); 3] = [
        |header| header["requirements"]["storageClasses"] = json!([]),
        |header| header["requirements"]["networks"] = json!([]),
        |header| header["requirements"]["secrets"] = json!([]),
    ];
    for forget in nothing {
        let found = found(changed(|_| {}, forget));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "reference-missing");
    }
    let key = json!({"kind": "NetworkAttachmentDefinition", "namespace": "default", "name": "lan"});
    let unread = changed(
        |_| {},
        |header| {
            header["requirements"]["networks"] = json!([]);
            header["unread"] = json!([{"object": key, "reason": "NotFound", "usedBy": []}]);
        },
    );
    assert_eq!(found(unread), []);
}

#[test]
fn a_digest_of_another_vm_is_found() {
    let other = changed(|_| {}, |header| header["digest"] = "sha256:0".into());
    assert_eq!(found(other), one("normal-form-mismatch", VM));
    let file = changed(
        |_| {},
        |header| header["items"][1]["sha256"] = "sha256:0".into(),
    );
    assert_eq!(
        found(file),
        one(
            "digest-mismatch",
            "objects/persistentvolumeclaim.db01-root.json"
        )
    );
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    let later = changed(|_| {}, |header| header["normalForm"] = 99.into());
    store.put(&name("prod/db01"), later).unwrap();
    assert!(store.flush().failed.is_empty());
    drop(store);
    assert_eq!(
        codes(root.path()),
        (vec![], vec!["other-normal-form".to_owned()])
    );
}

#[test]
fn an_object_that_is_not_what_it_is_listed_as_is_found() {
    let name = changed(
        |_| {},
        |header| header["items"][1]["object"]["name"] = "x".into(),
    );
    assert!(found(name).contains(
        &one(
            "object-mismatch",
            "objects/persistentvolumeclaim.db01-root.json"
        )[0]
    ));
    let mut files = changed(|_| {}, |_| {});
    let key = json!({"kind": "ConfigMap", "namespace": "prod", "name": "x"});
    add(
        &mut files,
        "objects/configmap.x.json",
        &key,
        b"{hunter2".to_vec(),
    );
    assert_eq!(
        found(files),
        one("object-broken", "objects/configmap.x.json")
    );
    let headless = changed(
        |_| {},
        |header| {
            header["items"][0]["object"]["name"] = "x".into();
        },
    );
    assert!(found(headless).contains(&("missing-file".to_owned(), "prod/db01".to_owned())));
}

#[test]
fn revisions_without_a_parent_and_parents_without_a_revision_are_found() {
    let orphan = changed(|_| {}, |header| header["revision"] = 2.into());
    assert_eq!(found(orphan), one("header-broken", "bundle.json"));
    let parent = changed(|_| {}, |header| header["parentDigest"] = "sha256:0".into());
    assert_eq!(found(parent), one("header-broken", "bundle.json"));
}

#[test]
fn verifying_changes_nothing_and_needs_no_right_to() {
    let root = tempfile::tempdir().unwrap();
    super::sample::fill(root.path(), &[("prod/db01", "8Gi")]);
    fs::create_dir_all(root.path().join("prod/.web.new/objects")).unwrap();
    fs::rename(
        root.path().join("prod/db01"),
        root.path().join("prod/.db01.old"),
    )
    .unwrap();
    let before = super::sample::snapshot(root.path());
    let (problems, remarks) = codes(root.path());
    assert_eq!((problems.len(), remarks.len()), (0, 2));
    assert_eq!(verify(root.path()).unwrap().bundles, 1);
    assert_eq!(super::sample::snapshot(root.path()), before);
    assert!(verify(Path::new("/nonexistent")).is_err());
}
