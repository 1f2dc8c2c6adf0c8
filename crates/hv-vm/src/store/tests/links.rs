#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::super::{Store, StoreError, verify};
use super::sample::{codes, fill, name, snapshot, try_put};

/// Moves a file or folder out of the store and puts a link in its place.
fn lead_out(root: &Path, outside: &Path, path: &str) {
    let away = outside.join(path.replace('/', "-"));
    fs::rename(root.join(path), &away).unwrap();
    symlink(&away, root.join(path)).unwrap();
}

#[test]
fn a_link_anywhere_in_a_bundle_is_refused_and_neither_read_nor_written_through() {
    for path in [
        "prod",
        "prod/db01",
        "prod/db01/bundle.json",
        "prod/db01/objects",
        "prod/db01/objects/virtualmachine.db01.json",
    ] {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fill(root.path(), &[("prod/db01", "8Gi"), ("dev/x", "1Gi")]);
        lead_out(root.path(), outside.path(), path);
        let before = snapshot(outside.path());
        assert!(codes(root.path()).0.contains(&"link".to_owned()), "{path}");
        let store = Store::create_or_open(root.path()).unwrap();
        let error = store.stored(&name("prod/db01")).unwrap_err();
        assert!(
            matches!(error, StoreError::HostileLink(_)),
            "{path}: {error:?}"
        );
        assert!(try_put(&store, "prod/db01", "16Gi").is_err(), "{path}");
        assert!(store.remove(&name("prod/db01")).is_err(), "{path}");
        try_put(&store, "dev/x", "2Gi").unwrap();
        assert!(store.flush().failed.is_empty(), "{path}");
        assert_eq!(snapshot(outside.path()), before, "{path}");
        assert!(root.path().join(path).is_symlink(), "{path}");
    }
}

#[test]
fn a_link_to_a_folder_is_no_way_to_write_a_new_bundle_elsewhere() {
    for (link, id) in [
        ("prod", "prod/new"),
        ("dev/new", "dev/new"),
        ("dev/.new.new", "dev/new"),
    ] {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fill(root.path(), &[("dev/x", "1Gi")]);
        symlink(outside.path(), root.path().join(link)).unwrap();
        let store = Store::create_or_open(root.path()).unwrap();
        let error = try_put(&store, id, "1Gi").unwrap_err();
        assert!(
            matches!(error, StoreError::HostileLink(_)),
            "{link}: {error:?}"
        );
        assert!(store.flush().failed.is_empty());
        assert_eq!(snapshot(outside.path()).len(), 0, "{link}");
        assert!(
            verify(root.path())
                .unwrap()
                .problems
                .iter()
                .all(|one| one.code == "link")
        );
    }
}

#[test]
fn a_link_in_what_a_run_left_behind_is_removed_and_not_followed() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(root.path(), &[("prod/db01", "8Gi")]);
    fs::write(outside.path().join("precious"), "x").unwrap();
    fs::create_dir(root.path().join("prod/.db01.new")).unwrap();
    symlink(outside.path(), root.path().join("prod/.db01.new/objects")).unwrap();
    drop(Store::create_or_open(root.path()).unwrap());
    assert!(outside.path().join("precious").exists());
    assert!(!root.path().join("prod/.db01.new").exists());
}

#[test]
fn marker_and_index_are_not_read_or_written_through_links() {
    for (file, unfinished) in [
        ("kubectl-hv-store.json", ".kubectl-hv-store.json.new"),
        ("index.json", ".index.json.new"),
    ] {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fill(root.path(), &[("prod/db01", "8Gi")]);
        lead_out(root.path(), outside.path(), file);
        let error = Store::create_or_open(root.path()).unwrap_err();
        assert!(
            matches!(error, StoreError::HostileLink(_)),
            "{file}: {error:?}"
        );
        // One in the place of the file while it is written is removed.
        fs::remove_file(root.path().join(file)).unwrap();
        let target = outside.path().join(file);
        symlink(&target, root.path().join(unfinished)).unwrap();
        let before = snapshot(outside.path());
        if file == "index.json" {
            fill(root.path(), &[("prod/db01", "8Gi")]);
            assert!(!root.path().join(unfinished).exists());
        }
        assert_eq!(snapshot(outside.path()), before, "{file}");
    }
}

#[test]
fn pipes_are_not_waited_for() {
    let root = tempfile::tempdir().unwrap();
    fill(root.path(), &[("prod/db01", "8Gi")]);
    let path = root
        .path()
        .join("prod/db01/objects/virtualmachine.db01.json");
    fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let error = Store::open(root.path())
        .unwrap()
        .stored(&name("prod/db01"))
        .unwrap_err();
    assert!(
        error.to_string().contains("it is not a regular file"),
        "{error}"
    );
}

#[test]
fn the_way_to_the_root_may_lead_over_links() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    symlink(folder.path().join("real"), folder.path().join("link")).unwrap();
    fill(&folder.path().join("link"), &[("prod/db01", "8Gi")]);
    assert_eq!(codes(&folder.path().join("link")), (vec![], vec![]));
    assert!(folder.path().join("real/prod/db01/bundle.json").exists());
}
