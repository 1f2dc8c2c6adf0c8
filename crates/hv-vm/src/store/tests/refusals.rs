use std::fs;
use std::path::Path;

use super::super::{Place, Store, StoreError, Writer};
use super::disk::{Habits, OddDisk};
use super::sample::{Bodies, bundle, codes, fill, made_of, memory, name, snapshot, try_put, vm};
use crate::header::VmName;
use crate::stored::FileBody;

#[test]
fn a_folder_that_holds_other_things_is_not_taken() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("thesis.txt"), "x").unwrap();
    let error = Store::create_or_open(root.path()).unwrap_err();
    assert!(matches!(error, StoreError::NotOurs { .. }), "{error:?}");
    assert!(
        error.to_string().contains("holds \"thesis.txt\""),
        "{error}"
    );
    assert_eq!(snapshot(root.path()).len(), 1);
    let error = Store::create_or_open(&root.path().join("thesis.txt")).unwrap_err();
    assert!(error.to_string().contains("it is not a folder"), "{error}");
    let error = Store::create_or_open(&root.path().join("thesis.txt/x")).unwrap_err();
    assert!(!error.to_string().is_empty());
    let error = Store::open(&root.path().join("none")).unwrap_err();
    assert!(matches!(error, StoreError::Missing(_)), "{error:?}");
    assert!(matches!(
        Store::open(root.path()),
        Err(StoreError::NotOurs { .. })
    ));
}

#[test]
fn a_new_disk_and_a_new_git_repository_are_empty_enough() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("lost+found")).unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    fs::write(root.path().join("README.md"), "x").unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn other_files_in_a_store_stay_where_they_are() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    for path in [
        "notes.txt",
        "docs/a/b.md",
        "prod/notes.txt",
        "prod/drafts/a.txt",
    ] {
        fs::create_dir_all(root.path().join(path).parent().unwrap()).unwrap();
        fs::write(root.path().join(path), "x").unwrap();
    }
    fill(root.path(), &[("prod/db01", "16Gi")]);
    assert_eq!(codes(root.path()), (vec![], vec![]));
    assert!(root.path().join("prod/drafts/a.txt").exists());
    assert!(root.path().join("docs/a/b.md").exists());
    // A VM whose folder somebody else has is told, and the folder stays.
    let store = Store::create_or_open(root.path()).unwrap();
    let error = try_put(&store, "prod/drafts", "1Gi").unwrap_err();
    assert!(matches!(error, StoreError::Broken { .. }), "{error:?}");
    let error = try_put(&store, "prod/notes.txt", "1Gi").unwrap_err();
    assert!(matches!(error, StoreError::InTheWay(_)), "{error:?}");
    let error = try_put(&store, "notes.txt/db01", "1Gi").unwrap_err();
    assert!(error.to_string().contains("it is not a folder"), "{error}");
}

#[test]
fn a_file_that_somebody_put_into_a_bundle_is_not_lost() {
    for path in [
        "notes.txt",
        "objects/service.json",
        "attic/old.json",
        "secrets/x.age",
    ] {
        let root = tempfile::tempdir().unwrap();
        fill(root.path(), &[("prod/db01", "8Gi")]);
        let at = root.path().join("prod/db01").join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(&at, "x").unwrap();
        assert_eq!(codes(root.path()).0, ["unlisted-file"], "{path}");
        let store = Store::create_or_open(root.path()).unwrap();
        let error = try_put(&store, "prod/db01", "16Gi").unwrap_err();
        assert!(
            matches!(error, StoreError::InTheWay(_)),
            "{path}: {error:?}"
        );
        assert!(store.remove(&name("prod/db01")).is_err(), "{path}");
        assert!(at.exists(), "{path}");
        assert_eq!(memory(root.path(), "prod/db01"), Some(("8Gi".into(), 1)));
    }
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    fs::write(root.path().join("prod/db01/objects/.DS_Store"), "x").unwrap();
    fill(root.path(), &[("prod/db01", "16Gi")]);
    assert_eq!(codes(root.path()), (vec![], vec![]));
}

#[test]
fn paths_that_are_one_where_case_is_ignored_are_refused() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let store = Store::create_or_open(root.path()).unwrap();
    for id in ["prod/DB01", "Prod/other"] {
        let error = try_put(&store, id, "1Gi").unwrap_err();
        assert!(
            matches!(error, StoreError::Collision { .. }),
            "{id}: {error:?}"
        );
    }
    try_put(&store, "prod/web", "1Gi").unwrap();
    let error = try_put(&store, "prod/Web", "1Gi").unwrap_err();
    assert!(
        error.to_string().contains("\"prod/web\" and \"prod/Web\""),
        "{error}"
    );
    assert_eq!(store.flush().written, [Place::vm(&name("prod/web"))]);
    drop(store);
    assert_eq!(codes(root.path()), (vec![], vec![]));
    // A store that was packed elsewhere may hold both.
    let copy = root.path().join("prod/DB01");
    if fs::rename(root.path().join("prod/web"), &copy).is_ok() {
        assert!(codes(root.path()).0.contains(&"name-collision".to_owned()));
    }
}

#[test]
fn files_of_a_bundle_that_are_one_where_case_is_ignored_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    let files = twice("objects/VirtualMachine.db01.json");
    let error = store.put(&name("prod/db01"), files).unwrap_err();
    assert!(matches!(error, StoreError::Collision { .. }), "{error:?}");
    let files = twice("objects/virtualmachine.db01.json");
    let error = store.put(&name("prod/db01"), files).unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
    let files = twice("objects/../../../escape.json");
    assert!(matches!(
        store.put(&name("prod/db01"), files),
        Err(StoreError::BadName { .. })
    ));
    assert!(!root.path().join("prod").exists());
}

/// A bundle that lists its VM under a second path.
fn twice(path: &str) -> Bodies {
    let mut files = made_of("prod/db01", &vm("prod/db01", "1Gi"), None, |header| {
        let mut item = header["items"][0].clone();
        item["path"] = path.into();
        header["items"].as_array_mut().unwrap().push(item);
    });
    let body = files["objects/virtualmachine.db01.json"].clone();
    files.insert(path.to_owned(), body);
    files
}

#[test]
fn a_bundle_must_list_its_files() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(root.path()).unwrap();
    let put = |change: &dyn Fn(&mut Bodies)| {
        let mut files = bundle("prod/db01", "1Gi", None);
        change(&mut files);
        store
            .put(&name("prod/db01"), files)
            .unwrap_err()
            .to_string()
    };
    let one = || FileBody::Bytes(b"{}".to_vec());
    let unlisted = put(&|files| drop(files.insert("objects/x.json".into(), one())));
    assert!(unlisted.contains("does not list"), "{unlisted}");
    let missing = put(&|files| drop(files.remove("objects/virtualmachine.db01.json")));
    assert!(missing.contains("does not list"), "{missing}");
    let headless = put(&|files| drop(files.remove("bundle.json")));
    assert!(headless.contains("it is no header"), "{headless}");
    let elsewhere = store
        .put(&name("prod/web"), bundle("prod/db01", "1Gi", None))
        .unwrap_err();
    assert!(
        elsewhere
            .to_string()
            .contains("the header of \"prod/db01\""),
        "{elsewhere}"
    );
    assert_eq!(store.staged(), 0);
}

#[test]
fn names_that_are_no_path_are_refused_before_anything_is_read_or_written() {
    let (parent, root) = (tempfile::tempdir().unwrap(), "store");
    let store = Store::create_or_open(&parent.path().join(root)).unwrap();
    let before = snapshot(parent.path());
    for (namespace, vm) in [
        ("..", "x"),
        ("prod", ".."),
        ("", "x"),
        ("a/b", "x"),
        ("prod", "a\0b"),
        (".git", "x"),
    ] {
        let name = VmName {
            namespace: namespace.into(),
            name: vm.into(),
        };
        let error = store.put(&name, Bodies::new()).unwrap_err();
        assert!(
            matches!(error, StoreError::BadName { .. }),
            "{name:?}: {error:?}"
        );
        assert!(store.stored(&name).is_err() && store.remove(&name).is_err());
    }
    assert_eq!(snapshot(parent.path()), before);
}

#[test]
fn what_the_system_refuses_is_told_in_one_sentence_and_nothing_is_left() {
    for (kind, said) in [
        (std::io::ErrorKind::StorageFull, "cannot be written: "),
        (std::io::ErrorKind::QuotaExceeded, "cannot be written: "),
        (
            std::io::ErrorKind::PermissionDenied,
            "may not be read or written: ",
        ),
        (
            std::io::ErrorKind::ReadOnlyFilesystem,
            "may not be read or written: ",
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        fill(root.path(), &[("prod/db01", "8Gi")]);
        let before = snapshot(root.path());
        let disk = OddDisk::new(Habits {
            fail_at: Some((3, kind)),
            ..Habits::default()
        });
        let store = Writer::open(root.path(), Box::new(disk)).unwrap();
        let error = try_put(&store, "prod/db01", "16Gi").unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().contains("prod/.db01.new"), "{error}");
        assert_eq!(snapshot(root.path()), before, "{kind:?}");
    }
}

#[test]
fn a_sync_that_fails_fails_every_bundle_of_the_batch() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let before = snapshot(root.path());
    let disk = OddDisk::new(Habits {
        fail_at: Some((16, std::io::ErrorKind::StorageFull)),
        ..Habits::default()
    });
    let store = Writer::open(root.path(), Box::new(disk.clone())).unwrap();
    try_put(&store, "prod/db01", "16Gi").unwrap();
    try_put(&store, "prod/web", "1Gi").unwrap();
    let done = store.flush();
    assert!(disk.log()[16].starts_with("sync"), "{:?}", disk.log());
    assert_eq!(done.failed.len(), 2);
    assert!(
        done.failed
            .iter()
            .all(|(_, error)| matches!(error, StoreError::Full { .. }))
    );
    assert_eq!(snapshot(root.path()), before);
}

#[test]
fn a_swap_that_fails_half_way_is_taken_back() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let before = snapshot(root.path());
    // Eight steps write the new bundle, one syncs it, one moves the old one away.
    let disk = OddDisk::new(Habits {
        no_exchange: true,
        fail_at: Some((10, std::io::ErrorKind::PermissionDenied)),
        ..Habits::default()
    });
    let store = Writer::open(root.path(), Box::new(disk.clone())).unwrap();
    try_put(&store, "prod/db01", "16Gi").unwrap();
    assert_eq!(store.flush().failed.len(), 1);
    assert!(
        disk.log()[9].ends_with("prod/.db01.old"),
        "{:?}",
        disk.log()
    );
    assert!(disk.log()[10].ends_with("prod/db01"), "{:?}", disk.log());
    assert_eq!(snapshot(root.path()), before);
}

#[cfg(unix)]
#[test]
fn a_store_that_may_not_be_written_is_told_before_anything_else() {
    use std::os::unix::fs::PermissionsExt as _;

    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let lock =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let marker = root.path().join("kubectl-hv-store.json");
    lock(&marker, 0o444);
    lock(root.path(), 0o555);
    // The administrator may write anyway.
    if fs::write(root.path().join("probe"), "").is_err() {
        let error = Store::create_or_open(root.path()).unwrap_err();
        assert!(
            matches!(error, StoreError::NoPermission { .. }),
            "{error:?}"
        );
        let error = Store::create_or_open(&root.path().join("below")).unwrap_err();
        assert!(
            matches!(error, StoreError::NoPermission { .. }),
            "{error:?}"
        );
        assert!(
            Store::open(root.path())
                .unwrap()
                .stored(&name("prod/db01"))
                .unwrap()
                .is_some()
        );
    }
    lock(root.path(), 0o755);
}
