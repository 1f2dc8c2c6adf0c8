use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::{Store, StoreError};
use super::sample::{bundle, codes, fill, memory, name, put, snapshot, try_put};

fn edit(path: &Path, change: impl Fn(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

/// What is done to a bundle, and what is said of it.
type Damage = (&'static str, fn(&Path), &'static str);

#[test]
fn a_damaged_bundle_is_told_and_left_as_it_is_and_others_go_on() {
    let damages: [Damage; 8] = [
        (
            "half a header",
            |at| fs::write(at.join("bundle.json"), "{\"api").unwrap(),
            "it is no header",
        ),
        (
            "no header",
            |at| fs::remove_file(at.join("bundle.json")).unwrap(),
            "it has no \"bundle.json\"",
        ),
        (
            "no VM",
            |at| fs::remove_file(at.join("objects/virtualmachine.db01.json")).unwrap(),
            "is missing",
        ),
        (
            "no objects",
            |at| fs::remove_dir_all(at.join("objects")).unwrap(),
            "is missing",
        ),
        (
            "unknown field",
            |at| edit(&at.join("bundle.json"), |header| header["x"] = 1.into()),
            "unknown field",
        ),
        (
            "other kind",
            |at| {
                edit(&at.join("bundle.json"), |header| {
                    header["kind"] = "List".into();
                });
            },
            "it is \"List\"",
        ),
        (
            "other VM",
            |at| {
                edit(&at.join("bundle.json"), |header| {
                    header["vm"]["name"] = "web".into();
                });
            },
            "\"prod/web\"",
        ),
        (
            "folder as header",
            |at| {
                fs::remove_file(at.join("bundle.json")).unwrap();
                fs::create_dir(at.join("bundle.json")).unwrap();
            },
            "it is not a regular file",
        ),
    ];
    for (what, damage, said) in damages {
        let root = tempfile::tempdir().unwrap();
        fill(root.path(), &[("prod/db01", "8Gi"), ("prod/web", "1Gi")]);
        damage(&root.path().join("prod/db01"));
        let before = snapshot(&root.path().join("prod/db01"));
        assert!(!codes(root.path()).0.is_empty(), "{what}");
        let store = Store::create_or_open(root.path()).unwrap();
        let error = store.stored(&name("prod/db01")).unwrap_err();
        assert!(
            matches!(error, StoreError::Broken { .. }),
            "{what}: {error:?}"
        );
        assert!(error.to_string().contains(said), "{what}: {error}");
        assert!(
            store
                .put(&name("prod/db01"), bundle("prod/db01", "16Gi", None))
                .is_err(),
            "{what}"
        );
        assert!(store.remove(&name("prod/db01")).is_err(), "{what}");
        put(&store, &[("prod/web", "2Gi")]);
        assert!(store.flush().failed.is_empty());
        assert_eq!(snapshot(&root.path().join("prod/db01")), before, "{what}");
        assert_eq!(
            memory(root.path(), "prod/web"),
            Some(("2Gi".into(), 2)),
            "{what}"
        );
    }
}

#[test]
fn a_later_format_is_refused_by_store_and_by_bundle() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi"), ("prod/web", "1Gi")]);
    edit(&root.path().join("prod/db01/bundle.json"), |header| {
        header["format"] = 2.into();
        header["novelty"] = true.into();
    });
    let before = snapshot(root.path());
    let store = Store::create_or_open(root.path()).unwrap();
    let error = store.stored(&name("prod/db01")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has format 2, and this release knows formats up to 1"),
        "{error}"
    );
    assert!(try_put(&store, "prod/db01", "16Gi").is_err());
    drop(store);
    assert_eq!(codes(root.path()).0, ["newer-format"]);
    edit(&root.path().join("kubectl-hv-store.json"), |marker| {
        marker["format"] = 2.into();
        marker["novelty"] = true.into();
    });
    for error in [
        Store::open(root.path()).unwrap_err(),
        Store::create_or_open(root.path()).unwrap_err(),
        super::super::verify(root.path()).unwrap_err(),
        super::super::bundles(&root.path().join("prod/web")).unwrap_err(),
    ] {
        assert!(
            matches!(error, StoreError::NewerFormat { found: 2, .. }),
            "{error:?}"
        );
    }
    let after = snapshot(root.path());
    assert_eq!(before.len(), after.len());
    assert_eq!(
        before["prod/db01/bundle.json"],
        after["prod/db01/bundle.json"]
    );
}

#[test]
fn a_marker_that_is_damaged_or_another_tools_is_told() {
    for (text, said) in [
        ("", "does not mark a store"),
        ("[]", "does not mark a store"),
        (
            "{\"apiVersion\":\"v1\",\"kind\":\"BundleStore\",\"format\":1}",
            "is no bundle store",
        ),
        (
            "{\"apiVersion\":\"kubectl-hv.io/v1alpha1\",\"kind\":\"Other\",\"format\":1}",
            "is no bundle store",
        ),
        (
            "{\"apiVersion\":\"kubectl-hv.io/v1alpha1\",\"kind\":\"BundleStore\",\"format\":0}",
            "no format 0",
        ),
        (
            "{\"apiVersion\":\"kubectl-hv.io/v1alpha1\",\"kind\":\"BundleStore\",\"format\":-1}",
            "does not mark",
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("kubectl-hv-store.json"), text).unwrap();
        for error in [
            Store::open(root.path()).err(),
            Store::create_or_open(root.path()).err(),
        ] {
            let error = error.unwrap().to_string();
            assert!(error.contains(said), "{text:?}: {error}");
        }
    }
}

#[test]
fn a_file_that_is_changed_by_hand_is_written_anew() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let before = snapshot(root.path());
    let vm = root
        .path()
        .join("prod/db01/objects/virtualmachine.db01.json");
    edit(&vm, |vm| vm["spec"]["runStrategy"] = "Always".into());
    assert_eq!(codes(root.path()).0, ["digest-mismatch", "would-start"]);
    fill(root.path(), &[("prod/db01", "8Gi")]);
    assert_eq!(snapshot(root.path()), before);
}

#[test]
fn files_that_are_too_large_are_not_read() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    for (file, code) in [
        ("bundle.json", "too-large"),
        ("objects/virtualmachine.db01.json", "too-large"),
    ] {
        let path = root.path().join("prod/db01").join(file);
        let bytes = fs::read(&path).unwrap();
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = Store::open(root.path())
            .unwrap()
            .stored(&name("prod/db01"))
            .unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { .. }), "{error:?}");
        assert!(codes(root.path()).0.contains(&code.to_owned()));
        fs::write(&path, bytes).unwrap();
    }
    fs::File::create(root.path().join("kubectl-hv-store.json"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    assert!(matches!(
        Store::open(root.path()),
        Err(StoreError::TooLarge { .. })
    ));
}
