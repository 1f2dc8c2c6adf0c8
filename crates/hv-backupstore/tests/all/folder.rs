//! Finding the root of a target.

use std::fs;
use std::path::Path;

use hv_backupstore::{Folder, PathError, Presence, RecordPath, StoreError};

use crate::target::Target;

#[test]
fn a_target_opens_by_its_root_and_by_folders_in_it() {
    let target = Target::with_folders(&["harvester/vmbackups/prod", "backupstore/volumes"]);
    let root = target.root().canonicalize().unwrap();
    for path in [
        "",
        "harvester",
        "harvester/vmbackups",
        "backupstore",
        "harvester/../backupstore",
    ] {
        let folder = Folder::open(&target.path(path)).unwrap();
        assert_eq!(folder.root(), root, "{path}");
    }
}

#[test]
fn a_target_may_be_called_like_a_folder_in_it() {
    let target = Target::with_folders(&["backupstore/backupstore/volumes", "harvester/harvester"]);
    for name in ["backupstore", "harvester"] {
        let folder = Folder::open(&target.path(name)).unwrap();
        assert_eq!(folder.root(), target.path(name).canonicalize().unwrap());
    }
}

#[test]
fn part_of_a_target_is_enough() {
    let target = Target::with_folders(&["harvester/vmbackups"]);
    assert_eq!(target.open().has_records(), Presence::Present);
    assert!(target.open().records().is_empty());
    let target = Target::with_folders(&["backupstore"]);
    assert_eq!(target.open().has_records(), Presence::Absent);
    assert!(target.open().records().is_empty());
    assert!(target.open().images().is_empty());
}

#[test]
fn other_folders_are_refused() {
    let target = Target::with(&["a/file", "b/harvester", "source/harvester/README"], "x");
    let message = |path: &str| {
        let path = target.path(path);
        let error = Folder::open(&path).unwrap_err().to_string();
        error.replace(path.to_str().unwrap(), "PATH")
    };
    assert_eq!(message("missing"), "there is no folder \"PATH\"");
    assert_eq!(message("a/file"), "\"PATH\" is not a folder");
    assert_eq!(message("a/file/below"), "\"PATH\" is not a folder");
    let none =
        "\"PATH\" is not a backup target: it holds neither \"harvester\" nor \"backupstore\"";
    // A file, or a folder that only has the name, does not make a target.
    for path in ["a", "b", "source/harvester"] {
        assert_eq!(message(path), none, "{path}");
    }
}

#[test]
fn the_target_around_a_record_is_found() {
    let files = [
        "harvester/vmbackups/prod/a.cfg",
        "harvester/vmbackups/prod-b.cfg",
    ];
    let target = Target::with(&files, "{}");
    for file in files {
        let folder = Folder::containing(&target.path(file)).unwrap();
        assert_eq!(folder.root(), target.root().canonicalize().unwrap());
        let path = folder.record_path(&target.path(file)).unwrap();
        assert_eq!(path, RecordPath::parse(file).unwrap());
    }
}

#[test]
fn files_elsewhere_are_in_no_target() {
    let files = [
        "a.cfg",
        "vmbackups/prod/a.cfg",
        "harvester/vmbackups/prod/deep/a.cfg",
    ];
    let target = Target::with(&files, "{}");
    for file in files {
        assert!(Folder::containing(&target.path(file)).is_none(), "{file}");
    }
    assert!(Folder::containing(&target.path("harvester/vmbackups/prod/missing.cfg")).is_none());
    let folder = target.open();
    assert_eq!(
        folder.record_path(&target.path("a.cfg")),
        Err(PathError::Elsewhere)
    );
    assert_eq!(
        folder.record_path(Path::new("/")),
        Err(PathError::Elsewhere)
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_target_opens_it() {
    let target = Target::with_folders(&["real/harvester", "outside/backupstore", "linked"]);
    std::os::unix::fs::symlink(target.path("real"), target.path("link")).unwrap();
    let folder = Folder::open(&target.path("link")).unwrap();
    assert_eq!(folder.root(), target.path("real").canonicalize().unwrap());

    // A link in place of the folder that makes a target leads out of it.
    std::os::unix::fs::symlink("../outside/backupstore", target.path("linked/backupstore"))
        .unwrap();
    let error = Folder::open(&target.path("linked")).unwrap_err();
    assert!(matches!(error, StoreError::NoTarget(_)), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_not_called_empty() {
    use std::os::unix::fs::PermissionsExt;
    let target = Target::with_folders(&["closed/harvester"]);
    let closed = target.path("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let opened = Folder::open(&closed);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    // The superuser may read everything.
    match opened {
        Ok(folder) => assert_eq!(folder.root(), closed.canonicalize().unwrap()),
        Err(error) => assert!(matches!(error, StoreError::Unreadable { .. }), "{error:?}"),
    }
}
