use std::fs;

use super::super::{Outcome, Place, Store, StoreError, bundles, verify};
use super::sample::{bundle, codes, fill, made_of, memory, name, put, snapshot, vm};
use crate::stored::FileBody;

#[test]
fn a_bundle_is_read_back_as_it_was_put() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi"), ("dev/x", "1Gi")]);
    let store = Store::open(root.path()).unwrap();
    assert_eq!(store.list().unwrap(), [name("dev/x"), name("prod/db01")]);
    let stored = store.stored(&name("prod/db01")).unwrap().unwrap();
    for (path, body) in bundle("prod/db01", "8Gi", None) {
        assert_eq!(body.bytes(), Some(stored.files[&path].as_slice()), "{path}");
    }
    assert_eq!(stored.files.len(), 3);
    assert_eq!(store.stored(&name("prod/none")).unwrap(), None);
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn a_store_is_the_same_bytes_whatever_the_order_and_however_often() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(
        one.path(),
        &[("prod/a", "1Gi"), ("prod-x/a", "1Gi"), ("dev/z", "1Gi")],
    );
    fill(other.path(), &[("dev/z", "1Gi"), ("prod-x/a", "1Gi")]);
    fill(other.path(), &[("prod/a", "1Gi")]);
    assert_eq!(snapshot(one.path()), snapshot(other.path()));
}

#[cfg(unix)]
#[test]
fn an_unchanged_bundle_is_not_written() {
    use std::os::unix::fs::MetadataExt as _;

    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi"), ("prod/web", "1Gi")]);
    let state = || {
        [
            "",
            "prod",
            "prod/db01",
            "prod/db01/bundle.json",
            "index.json",
        ]
        .map(|path| {
            let found = fs::metadata(root.path().join(path)).unwrap();
            (found.ino(), found.mtime(), found.mtime_nsec())
        })
    };
    let before = state();
    let store = Store::create_or_open(root.path()).unwrap();
    let files = bundle("prod/db01", "8Gi", None);
    assert_eq!(
        store.put(&name("prod/db01"), files).unwrap(),
        Outcome::Unchanged
    );
    let done = store.flush();
    assert!(done.written.is_empty() && done.failed.is_empty());
    assert_eq!(state(), before);
}

#[test]
fn nothing_is_seen_before_the_commit_and_what_is_not_committed_leaves_with_the_next_run() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    put(&store, &[("prod/db01", "16Gi"), ("prod/new", "1Gi")]);
    assert_eq!(store.staged(), 2);
    assert_eq!(memory(root.path(), "prod/db01"), Some(("8Gi".into(), 1)));
    assert_eq!(memory(root.path(), "prod/new"), None);
    drop(store);
    let leftovers = vec!["leftover".to_owned(), "leftover".to_owned()];
    assert_eq!(codes(root.path()), (vec![], leftovers));
    drop(Store::create_or_open(root.path()).unwrap());
    assert_eq!(codes(root.path()), (vec![], vec![]));
    assert_eq!(memory(root.path(), "prod/db01"), Some(("8Gi".into(), 1)));
}

#[test]
fn a_bundle_that_is_put_twice_in_a_batch_is_as_it_was_put_last() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi"), ("prod/back", "1Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    put(&store, &[("prod/db01", "16Gi"), ("prod/db01", "32Gi")]);
    put(&store, &[("prod/back", "2Gi"), ("prod/back", "1Gi")]);
    let done = store.flush();
    assert_eq!(done.written, [Place::vm(&name("prod/db01"))]);
    assert_eq!(memory(root.path(), "prod/db01"), Some(("32Gi".into(), 2)));
    assert_eq!(memory(root.path(), "prod/back"), Some(("1Gi".into(), 1)));
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn a_bundle_that_is_removed_is_gone_and_so_are_empty_folders() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi"), ("dev/x", "1Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    assert!(store.remove(&name("dev/x")).unwrap());
    assert!(!store.remove(&name("dev/none")).unwrap());
    let done = store.flush();
    assert_eq!(done.removed, [Place::vm(&name("dev/x"))]);
    assert!(!root.path().join("dev").exists());
    assert_eq!(store.list().unwrap(), [name("prod/db01")]);
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn a_template_lies_apart_from_a_vm_that_is_called_like_its_folder() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/templates", "8Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    let files = made_of("prod/ubuntu", &vm("prod/ubuntu", "1Gi"), None, |header| {
        header["kind"] = "VirtualMachineTemplateBundle".into();
    });
    let place = Place::template(&name("prod/ubuntu"));
    assert_eq!(store.put(&place, files).unwrap(), Outcome::Written);
    assert!(store.flush().failed.is_empty());
    assert_eq!(store.templates().unwrap(), [name("prod/ubuntu")]);
    assert_eq!(store.list().unwrap(), [name("prod/templates")]);
    // It holds no template, but nothing else is wrong with it.
    assert_eq!(
        codes(root.path()),
        (vec!["missing-file".to_owned()], vec![])
    );
    assert!(store.remove(&place).unwrap());
    assert!(store.flush().failed.is_empty());
    assert!(!root.path().join("prod/_templates").exists());
}

#[test]
fn a_large_batch_and_a_small_one_reach_the_disk() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    for count in [1, 40] {
        for at in 0..count {
            put(&store, &[(&format!("prod/vm{at}"), &format!("{count}Gi"))]);
        }
        assert_eq!(store.staged(), count);
        assert_eq!(store.commit().written.len(), count);
    }
    assert!(store.flush().index.is_none());
    drop(store);
    assert_eq!(verify(root.path()).unwrap().bundles, 40);
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn what_is_put_and_removed_in_one_batch_is_as_it_was_asked_last() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/a", "1Gi"), ("prod/b", "1Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    put(&store, &[("prod/a", "2Gi")]);
    assert!(store.remove(&name("prod/a")).unwrap());
    assert!(store.remove(&name("prod/b")).unwrap());
    put(&store, &[("prod/b", "2Gi")]);
    assert!(store.flush().failed.is_empty());
    drop(store);
    assert_eq!(memory(root.path(), "prod/a"), None);
    assert_eq!(memory(root.path(), "prod/b"), Some(("2Gi".into(), 2)));
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn a_file_that_is_kept_keeps_its_bytes() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    let before = store.stored(&name("prod/db01")).unwrap();
    let mut files = bundle("prod/db01", "16Gi", before.as_ref());
    let path = "objects/persistentvolumeclaim.db01-root.json";
    files.insert(path.to_owned(), FileBody::Kept);
    assert_eq!(
        store.put(&name("prod/db01"), files.clone()).unwrap(),
        Outcome::Written
    );
    assert!(store.flush().failed.is_empty());
    let after = store.stored(&name("prod/db01")).unwrap().unwrap();
    assert_eq!(after.files[path], before.unwrap().files[path]);
    let error = store.put(&name("prod/other"), files).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("was to be kept and is not there"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn secrets_in_the_clear_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    store
        .put(&name("prod/db01"), super::verify::with_secret("plaintext"))
        .unwrap();
    assert!(store.flush().failed.is_empty());
    let path = root.path().join("prod/db01/objects/secret.db01-init.json");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(codes(root.path()), (vec![], vec![]));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(codes(root.path()), (vec![], vec!["secret-mode".to_owned()]));
}

#[test]
fn the_index_is_only_a_cache() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi"), ("dev/x", "1Gi")]);
    let path = root.path().join("index.json");
    let index = fs::read(&path).unwrap();
    for (damage, problems, remarks) in [
        (None, 0, 0),
        (Some("{"), 1, 0),
        (Some("<<<<<<< HEAD"), 1, 0),
        (
            Some(
                r#"{"apiVersion":"kubectl-hv.io/v1alpha1","kind":"BundleIndex","format":1,"items":[]}"#,
            ),
            0,
            1,
        ),
    ] {
        match damage {
            None => fs::remove_file(&path).unwrap(),
            Some(text) => fs::write(&path, text).unwrap(),
        }
        let found = codes(root.path());
        assert_eq!(
            (found.0.len(), found.1.len()),
            (problems, remarks),
            "{damage:?}"
        );
        // Bundles are found without it, and a run that changes nothing else writes it anew.
        assert_eq!(Store::open(root.path()).unwrap().list().unwrap().len(), 2);
        fill(root.path(), &[("prod/db01", "8Gi")]);
        assert_eq!(fs::read(&path).unwrap(), index, "{damage:?}");
    }
    // What a bundle was restored to by hand is noticed when it is looked at, or when asked for.
    let stale = String::from_utf8(index.clone())
        .unwrap()
        .replace("\"revision\": 1", "\"revision\": 9");
    fs::write(&path, &stale).unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    assert!(store.rebuild_index().unwrap());
    assert!(!store.rebuild_index().unwrap());
    assert_eq!(fs::read(&path).unwrap(), index);
}

#[test]
fn a_part_of_a_store_or_one_bundle_can_be_named() {
    let root = tempfile::tempdir().unwrap();
    fill(
        root.path(),
        &[("prod/db01", "8Gi"), ("prod/web", "1Gi"), ("dev/x", "1Gi")],
    );
    let at = |path: &str| root.path().join(path);
    let count = |path: &str| bundles(&at(path)).map(|bundles| bundles.len());
    assert_eq!(count("").unwrap(), 3);
    assert_eq!(count("prod").unwrap(), 2);
    assert_eq!(count("prod/db01").unwrap(), 1);
    assert_eq!(count("prod/db01/bundle.json").unwrap(), 1);
    assert_eq!(verify(&at("prod")).unwrap().bundles, 2);
    assert!(matches!(count("prod/none"), Err(StoreError::Missing(_))));
    fs::create_dir(at("empty")).unwrap();
    assert!(matches!(count("empty"), Err(StoreError::NotOurs { .. })));
    // A bundle's folder that was copied elsewhere is still one.
    let copy = tempfile::tempdir().unwrap();
    fs::rename(at("prod/db01"), copy.path().join("x")).unwrap();
    let found = bundles(&copy.path().join("x")).unwrap();
    assert_eq!(found[0].place.path(), "prod/db01");
    assert_eq!(verify(&copy.path().join("x")).unwrap().problems, []);
}

#[test]
fn a_second_run_cannot_write_meanwhile_and_readers_can_read() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    if cfg!(unix) {
        let error = Store::create_or_open(root.path()).unwrap_err();
        assert!(matches!(error, StoreError::Busy(_)), "{error}");
    }
    assert!(Store::open(root.path()).is_ok());
    drop(store);
    // Children that are started meanwhile do not keep it.
    std::thread::scope(|scope| {
        let starts = || drop(std::process::Command::new("git").arg("--version").output());
        scope.spawn(move || (0..40).for_each(|_| starts()));
        for _ in 0..200 {
            drop(Store::create_or_open(root.path()).unwrap());
        }
    });
}
