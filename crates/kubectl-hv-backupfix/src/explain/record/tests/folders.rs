//! Backup targets as folders, good and bad.

use std::fs;
use std::path::{Path, PathBuf};

use hv_cli::ExitKind;

use super::sound;
use crate::explain::record::files::{open, read};

/// A folder that goes away with the test.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hv-explain-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const RECORD: &str = "harvester/vmbackups/prod/weekly.cfg";

fn target(name: &str) -> Place {
    let place = Place::new(name);
    place.write(RECORD, &sound().to_string());
    fs::create_dir_all(place.0.join("backupstore/volumes")).unwrap();
    place
}

#[test]
fn a_record_is_found_from_everywhere() {
    let place = target("found");
    let full = place.0.join(RECORD);
    for (record, dir) in [
        (full.as_path(), None),
        (full.as_path(), Some(place.0.as_path())),
        (Path::new(RECORD), Some(place.0.as_path())),
        (Path::new("prod/weekly.cfg"), Some(place.0.as_path())),
    ] {
        let (folder, found) = open(Some(record), dir).unwrap();
        assert_eq!(found.as_deref(), Some(RECORD), "{record:?}");
        assert_eq!(folder.root(), place.0);
    }
    let (_, none) = open(None, Some(&place.0)).unwrap();
    assert_eq!(none, None);
}

#[test]
fn what_is_no_record_is_refused_with_a_reason() {
    let place = target("refused");
    place.write("harvester/vmimages/prod/i.cfg", "{}");
    place.write("backupstore/volumes/aa/bb/v/volume.cfg", "{}");
    let stray = Place::new("stray");
    let copy = stray.write("weekly.cfg", "{}");
    let inside = |path: &str| place.0.join(path);
    for (record, dir, kind, words) in [
        (
            inside("harvester/vmbackups/prod/none.cfg"),
            None,
            ExitKind::NoVerdict,
            "there is no file",
        ),
        (
            inside("harvester/vmbackups/prod"),
            None,
            ExitKind::Usage,
            "is a folder, not a record",
        ),
        (
            PathBuf::from("harvester/vmbackups/prod"),
            Some(&place.0),
            ExitKind::Usage,
            "is a folder",
        ),
        (
            copy.clone(),
            None,
            ExitKind::Usage,
            "is in no backup target",
        ),
        (
            copy,
            Some(&place.0),
            ExitKind::Usage,
            "is not in the backup target",
        ),
        (
            inside("harvester/vmimages/prod/i.cfg"),
            Some(&place.0),
            ExitKind::Usage,
            "is the record of an image",
        ),
        (
            inside("backupstore/volumes/aa/bb/v/volume.cfg"),
            Some(&place.0),
            ExitKind::Usage,
            "is no record of a backup",
        ),
        (
            inside(RECORD),
            Some(&stray.0),
            ExitKind::Usage,
            "is not a backup target",
        ),
        (
            inside(RECORD),
            Some(&place.0.join("nowhere")),
            ExitKind::NoVerdict,
            "there is no folder",
        ),
    ] {
        let failure = open(Some(&record), dir.map(PathBuf::as_path)).unwrap_err();
        assert_eq!(failure.kind(), kind, "{}", failure.message());
        assert!(failure.message().contains(words), "{}", failure.message());
    }
}

#[test]
fn a_target_without_records_is_no_verdict() {
    let place = Place::new("bare");
    fs::create_dir_all(place.0.join("backupstore")).unwrap();
    let failure = open(None, Some(&place.0)).unwrap_err();
    assert_eq!(failure.kind(), ExitKind::NoVerdict);
    assert!(
        failure
            .message()
            .contains("there is no folder harvester/vmbackups")
    );
}

#[test]
fn what_harvester_reads_is_read_whatever_its_name() {
    let place = target("names");
    place.write("harvester/vmbackups/prod/weekly.cfg.tmp.17", "{");
    place.write("harvester/vmbackups/prod/.hidden", "{");
    place.write("harvester/vmbackups/prod/deeper/x.cfg", "{}");
    place.write("harvester/vmbackups/prod-old.cfg", &sound().to_string());
    place.write("harvester/vmimages/prod/i.cfg", "");
    place.write("harvester/vmimages/prod/deeper/x", "{}");
    let (folder, _) = open(None, Some(&place.0)).unwrap();
    let files = read(&folder);
    let paths: Vec<&str> = files
        .filed
        .iter()
        .map(|filed| filed.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "harvester/vmbackups/prod-old.cfg",
            "harvester/vmbackups/prod/weekly.cfg",
            "harvester/vmbackups/prod/weekly.cfg.tmp.17",
        ]
    );
    assert!(files.filed[0].is_flat() && files.filed[2].record().is_none());
    let images: Vec<(&str, bool)> = files
        .bad_images
        .iter()
        .map(|image| (image.path.as_str(), image.is_sure))
        .collect();
    assert_eq!(
        images,
        [
            ("harvester/vmimages/prod/deeper", true),
            ("harvester/vmimages/prod/i.cfg", true)
        ]
    );
}
