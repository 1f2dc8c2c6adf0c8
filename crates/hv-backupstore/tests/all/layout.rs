//! Paths and names, by example.

use hv_backupstore::layout::{
    backup_cfg, backup_name, is_longhorn_name, is_namespace_name, is_object_name, volume_cfg,
    volume_folder,
};
use hv_backupstore::{ImagePath, PathError, RecordPath};

#[test]
fn volumes_lie_where_the_hash_of_their_name_says() {
    let cases = [
        ("pvc-example-lz4", "89/d4"),
        ("test-vol", "d0/2f"),
        ("pvc-00000000-0000-4000-8000-000000000001", "2c/46"),
        ("BACKINGIMAGE", "22/fc"),
    ];
    for (volume, hash) in cases {
        let expected = format!("backupstore/volumes/{hash}/{volume}");
        assert_eq!(volume_folder(volume), Ok(expected.clone()));
        assert_eq!(volume_cfg(volume), Ok(expected.clone() + "/volume.cfg"));
        let backup = backup_cfg(volume, "backup-0123456789abcdef");
        assert_eq!(
            backup,
            Ok(expected + "/backups/backup_backup-0123456789abcdef.cfg")
        );
    }
}

#[test]
fn volumes_and_backups_with_other_names_have_no_place() {
    for name in [
        "",
        "a",
        "..",
        ".a",
        "a/b",
        "a/../../b",
        "-a",
        "a b",
        "ä1",
        "a\n",
    ] {
        assert!(!is_longhorn_name(name), "{name:?}");
        assert_eq!(volume_cfg(name), Err(PathError::Longhorn), "{name:?}");
        assert_eq!(
            backup_cfg(name, "backup-1"),
            Err(PathError::Longhorn),
            "{name:?}"
        );
        assert_eq!(
            backup_cfg("pvc-1", name),
            Err(PathError::Longhorn),
            "{name:?}"
        );
    }
}

#[test]
fn names_of_backups_come_from_finished_files_only() {
    assert_eq!(backup_name("backup_backup-01.cfg"), Some("backup-01"));
    for file in [
        "backup_backup-01.cfg.tmp.17",
        "backup-01.cfg",
        "volume.cfg",
        "backup_.cfg",
    ] {
        assert_eq!(backup_name(file), None, "{file}");
    }
}

#[test]
fn records_have_a_folder_form_and_a_flat_form() {
    let path = RecordPath::parse("harvester/vmbackups/prod/nightly.2.cfg").unwrap();
    assert_eq!(path, RecordPath::new("prod", "nightly.2").unwrap());
    let RecordPath::Folder {
        namespace, name, ..
    } = path
    else {
        panic!("{path:?}")
    };
    assert_eq!((namespace.as_str(), name.as_str()), ("prod", "nightly.2"));

    let path = RecordPath::parse("harvester/vmbackups/a-b-c.cfg").unwrap();
    let RecordPath::Flat { stem, .. } = &path else {
        panic!("{path:?}")
    };
    assert_eq!(stem, "a-b-c");
    assert_eq!(path.to_string(), "harvester/vmbackups/a-b-c.cfg");
}

#[test]
fn paths_that_are_none_of_a_record_say_why() {
    let long = format!("harvester/vmbackups/{}/a.cfg", "n".repeat(64));
    let cases = [
        ("", PathError::NotPlain),
        ("/harvester/vmbackups/a/b.cfg", PathError::NotPlain),
        ("../harvester/vmbackups/a/b.cfg", PathError::NotPlain),
        ("harvester/vmbackups/../a/b.cfg", PathError::NotPlain),
        ("harvester/vmbackups/a/../b.cfg", PathError::NotPlain),
        ("harvester/vmbackups/a/..", PathError::NotPlain),
        ("harvester/vmbackups/./b.cfg", PathError::NotPlain),
        ("harvester/vmbackups//b.cfg", PathError::NotPlain),
        ("harvester/vmbackups/a/b.cfg/", PathError::NotPlain),
        ("harvester\\vmbackups\\a\\b.cfg", PathError::NotPlain),
        ("harvester/vmbackups/a\0/b.cfg", PathError::NotPlain),
        ("harvester/vmbackups", PathError::Elsewhere),
        ("harvester/vmbackups2/a/b.cfg", PathError::Elsewhere),
        ("harvester/vmimages/a/b.cfg", PathError::Elsewhere),
        ("vmbackups/a/b.cfg", PathError::Elsewhere),
        ("harvester/vmbackups/a/b/c.cfg", PathError::Elsewhere),
        ("harvester/vmbackups/a/b", PathError::Suffix),
        ("harvester/vmbackups/a/b.cfg.tmp.17", PathError::Suffix),
        ("harvester/vmbackups/a/b.CFG", PathError::Suffix),
        ("harvester/vmbackups/A/b.cfg", PathError::Namespace),
        ("harvester/vmbackups/a.b/c.cfg", PathError::Namespace),
        (&long, PathError::Namespace),
        ("harvester/vmbackups/a/.cfg", PathError::Name),
        ("harvester/vmbackups/a/B.cfg", PathError::Name),
        ("harvester/vmbackups/a/b..c.cfg", PathError::Name),
        ("harvester/vmbackups/a/b-.cfg", PathError::Name),
        ("harvester/vmbackups/nodash.cfg", PathError::Name),
        ("harvester/vmbackups/-a.cfg", PathError::Name),
        ("harvester/vmbackups/a_b-c.cfg", PathError::Name),
    ];
    for (path, error) in cases {
        assert_eq!(RecordPath::parse(path), Err(error), "{path:?}");
    }
}

#[test]
fn images_have_a_folder_form_only() {
    let path = ImagePath::parse("harvester/vmimages/prod/image-x7k2p.cfg").unwrap();
    assert_eq!(
        (path.namespace.as_str(), path.name.as_str()),
        ("prod", "image-x7k2p")
    );
    assert_eq!(path.to_string(), "harvester/vmimages/prod/image-x7k2p.cfg");
    let flat = ImagePath::parse("harvester/vmimages/prod-image.cfg");
    assert_eq!(flat, Err(PathError::Elsewhere));
    let outside = ImagePath::parse("harvester/vmimages/../x.cfg");
    assert_eq!(outside, Err(PathError::NotPlain));
}

#[test]
fn names_follow_the_rules_of_kubernetes() {
    assert!(is_namespace_name(&"n".repeat(63)));
    assert!(!is_namespace_name(&"n".repeat(64)));
    assert!(is_object_name(&"n".repeat(253)));
    assert!(!is_object_name(&"n".repeat(254)));
    for name in ["", "-", "a-", "-a", "A", "a_b", "a b", "ä"] {
        assert!(!is_namespace_name(name), "{name:?}");
        assert!(!is_object_name(name), "{name:?}");
    }
}

#[test]
fn records_are_ordered_by_form_namespace_and_name() {
    let flat = RecordPath::parse("harvester/vmbackups/a-a.cfg").unwrap();
    let folder = |namespace, name| RecordPath::new(namespace, name).unwrap();
    let expected = [folder("a", "b"), folder("a", "b-c"), folder("b", "a"), flat];
    let mut paths = expected.clone();
    paths.reverse();
    paths.sort();
    assert_eq!(paths, expected);
}
