//! What Longhorn has on the target: there, not there, or not to be told.

use std::fs;

use hv_backupstore::Presence;
use hv_backupstore::folder::{Gap, StoredBackup};
use hv_backupstore::layout::{backup_cfg, volume_cfg, volume_folder};

use crate::target::Target;

const VOLUME: &str = "pvc-1";
const BACKUP: &str = "backup-1";

fn unknown(path: &str, why: &str) -> Presence {
    Presence::Unknown(format!("{path}: {why}"))
}

#[test]
fn descriptions_that_are_there_are_present() {
    let (volume, backup) = (
        volume_cfg(VOLUME).unwrap(),
        backup_cfg(VOLUME, BACKUP).unwrap(),
    );
    let target = Target::with(&[&volume, &backup], "{}");
    let folder = target.open();
    assert_eq!(folder.has_volume(VOLUME), Presence::Present);
    assert_eq!(folder.has_backup(VOLUME, BACKUP), Presence::Present);
    assert_eq!(folder.has_volume("pvc-2"), Presence::Absent);
    assert_eq!(folder.has_backup(VOLUME, "backup-2"), Presence::Absent);
    assert_eq!(folder.has_backup("pvc-2", BACKUP), Presence::Absent);
}

#[test]
fn a_backup_is_told_apart_from_its_volume() {
    let target = Target::with(&[&backup_cfg(VOLUME, BACKUP).unwrap()], "{}");
    assert_eq!(target.open().has_volume(VOLUME), Presence::Absent);
    assert_eq!(target.open().has_backup(VOLUME, BACKUP), Presence::Present);
}

#[test]
fn damaged_descriptions_are_unknown() {
    let (volume, backup) = (
        volume_cfg(VOLUME).unwrap(),
        backup_cfg(VOLUME, BACKUP).unwrap(),
    );
    for (content, why) in [
        ("", "the file is empty"),
        ("{\"Name\":", "the content ends too early, after 8 bytes"),
        ("[]", "the content is not an object"),
        ("<html>", "the content is not JSON from line 1, column 1 on"),
    ] {
        let target = Target::with(&[&volume], content);
        assert_eq!(target.open().has_volume(VOLUME), unknown(&volume, why));
    }
    let target = Target::with(&[&backup], "");
    assert_eq!(
        target.open().has_backup(VOLUME, BACKUP),
        unknown(&backup, "the file is empty")
    );
}

#[test]
fn what_stands_in_the_way_is_unknown() {
    let (volume, backup) = (
        volume_cfg(VOLUME).unwrap(),
        backup_cfg(VOLUME, BACKUP).unwrap(),
    );
    let target = Target::with_folders(&[&volume, &backup]);
    let why = "a folder is where a file is expected";
    assert_eq!(target.open().has_volume(VOLUME), unknown(&volume, why));
    assert_eq!(
        target.open().has_backup(VOLUME, BACKUP),
        unknown(&backup, why)
    );

    // A file where a folder on the way is expected.
    let target = Target::with(&[&volume_folder(VOLUME).unwrap()], "x");
    assert!(matches!(
        target.open().has_volume(VOLUME),
        Presence::Unknown(_)
    ));
    assert!(matches!(
        target.open().has_backup(VOLUME, BACKUP),
        Presence::Unknown(_)
    ));
    let stored = target.open().backups();
    assert!(stored.backups.is_empty());
}

#[test]
fn without_the_part_of_longhorn_everything_is_unknown() {
    let target = Target::with_folders(&["harvester/vmbackups"]);
    let folder = target.open();
    let expected = unknown("backupstore", "there is no such folder");
    assert_eq!(folder.has_volume(VOLUME), expected);
    assert_eq!(folder.has_backup(VOLUME, BACKUP), expected);
    let gap = Gap {
        path: "backupstore".into(),
        reason: "there is no such folder".to_owned(),
    };
    assert_eq!(folder.backups().gaps, [gap]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_target_are_unknown() {
    use std::os::unix::fs::symlink;
    let volume = volume_cfg(VOLUME).unwrap();
    let target = Target::with(&["outside.cfg"], "{}");
    let root = target.path("root");
    fs::create_dir_all(root.join(volume_folder(VOLUME).unwrap())).unwrap();
    symlink(target.path("outside.cfg"), root.join(&volume)).unwrap();
    let folder = hv_backupstore::Folder::open(&root).unwrap();
    let why = "a link leads out of the backup target";
    assert_eq!(folder.has_volume(VOLUME), unknown(&volume, why));
    fs::remove_file(target.path("outside.cfg")).unwrap();
    assert_eq!(
        folder.has_volume(VOLUME),
        unknown(&volume, "a link leads nowhere")
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_never_absent() {
    use std::os::unix::fs::PermissionsExt;
    let target = Target::with(&[&volume_cfg(VOLUME).unwrap()], "{}");
    let volumes = target.path("backupstore/volumes");
    fs::set_permissions(&volumes, fs::Permissions::from_mode(0o000)).unwrap();
    let (folder, privileged) = (target.open(), fs::read_dir(&volumes).is_ok());
    let (seen, stored) = (folder.has_volume(VOLUME), folder.backups());
    fs::set_permissions(&volumes, fs::Permissions::from_mode(0o700)).unwrap();
    // The superuser may read everything.
    if privileged {
        assert_eq!(seen, Presence::Present);
    } else {
        assert!(matches!(seen, Presence::Unknown(_)), "{seen:?}");
        assert_eq!(stored.gaps.len(), 1);
    }
}

#[test]
fn backups_are_listed_by_volume_and_name() {
    let pairs = [
        ("pvc-2", "backup-1"),
        ("pvc-1", "backup-2"),
        ("pvc-1", "backup-1"),
    ];
    let mut files: Vec<_> = pairs
        .iter()
        .map(|(volume, backup)| backup_cfg(volume, backup).unwrap())
        .collect();
    let folder = volume_folder("pvc-1").unwrap();
    files.push(format!("{folder}/backups/backup_backup-3.cfg.tmp.17"));
    files.push(format!("{folder}/blocks/00/00/0.blk"));
    files.push("backupstore/volumes/22/fc/BACKINGIMAGE/locks/lock-1.lck".to_owned());
    files.push("backupstore/volumes/.snapshot/aa/pvc-9/backups/backup_x1.cfg".to_owned());
    files.push("backupstore/volumes/00/00/pvc-1/backups/backup_x1.cfg".to_owned());
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let stored = Target::with(&files, "{}").open().backups();
    let mut expected: Vec<_> = pairs
        .map(|(volume, backup)| StoredBackup {
            volume: volume.into(),
            backup: backup.into(),
        })
        .into();
    expected.sort();
    assert_eq!(stored.backups, expected);
    let gap = Gap {
        path: "backupstore/volumes/00/00/pvc-1".into(),
        reason: "a volume of this name lies elsewhere".to_owned(),
    };
    assert_eq!(stored.gaps, [gap]);
}
