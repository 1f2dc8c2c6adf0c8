//! A whole target, from its records to Longhorn's backups.

use hv_backupstore::{Folder, Mismatch, Presence, RecordError, Stops};

use crate::target::example_path;

#[test]
fn every_record_of_the_example_leads_to_its_backups() {
    let folder = Folder::open(&example_path()).unwrap();
    let mut seen = Vec::new();
    for entry in folder.records() {
        let record = match folder.read_entry(&entry) {
            Ok(record) => record,
            Err(error) => {
                assert!(matches!(error, RecordError::CutShort { .. }), "{error:?}");
                assert_eq!(error.stops_harvester(), Stops::Yes);
                seen.push(format!("{}: {error}", entry.path.display()));
                continue;
            }
        };
        let path = entry.found.unwrap();
        assert_eq!(folder.read(&path).unwrap(), record);
        assert_eq!(Mismatch::between(&record, &path), None);
        for disk in record.volume_backups.unwrap() {
            let backup = disk.longhorn_backup_name.unwrap();
            let volume = folder.has_volume(&disk.claim.volume_name);
            let backup = folder.has_backup(&disk.claim.volume_name, &backup);
            seen.push(format!(
                "{} {}: {volume:?} {backup:?}",
                record.name, disk.volume_name
            ));
        }
    }
    let leftover = "harvester/vmbackups/prod/nightly.cfg.tmp.1735689600000000000";
    let expected = [
        "old disk-0: Present Present",
        "gone disk-0: Absent Absent",
        "nightly disk-1: Present Present",
        "nightly disk-0: Present Present",
        &format!("{leftover}: the content ends too early, after 25 bytes"),
        "weekly disk-0: Absent Present",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn every_backup_of_the_example_is_listed() {
    let stored = Folder::open(&example_path()).unwrap().backups();
    let seen: Vec<_> = stored
        .backups
        .iter()
        .map(|backup| format!("{} {}", &backup.volume[..12], backup.backup))
        .collect();
    let expected = [
        "pvc-11111111 backup-0e8feef8a7a93609",
        "pvc-11111111 backup-c9c510d96f554d7d",
        "pvc-22222222 backup-e893c03d7a9d7586",
        "pvc-22222222 backup-ffffffffffffff01",
        "pvc-33333333 backup-9b5b7eb1fcfdf5c8",
        "pvc-44444444 backup-f3f31ffc52abc1bf",
        "pvc-44444444 backup-ffffffffffffff02",
    ];
    assert_eq!(
        (seen, stored.gaps),
        (expected.map(str::to_owned).to_vec(), Vec::new())
    );
}

#[test]
fn the_image_of_the_example_is_read() {
    let folder = Folder::open(&example_path()).unwrap();
    let images = folder.images();
    assert_eq!(images.len(), 1);
    let path = images[0].found.as_ref().unwrap();
    let image = folder.read_image(path).unwrap();
    assert_eq!(
        (&image.namespace, &image.name),
        (&path.namespace, &path.name)
    );
    assert_eq!(
        folder.has_volume("pvc-99999999-9999-4999-8999-999999999999"),
        Presence::Absent
    );
}
