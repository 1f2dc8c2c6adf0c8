//! What holds for any input.

use hv_backupstore::layout::{is_longhorn_name, volume_folder};
use hv_backupstore::{Folder, ImagePath, ImageRecord, Presence, RecordPath, VmRecord};
use proptest::prelude::*;

use crate::target::{Target, example_path};

/// Fragments of records, so that more than the first byte is reached.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        4 => prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "null", "\"name\"", "\"volumeBackups\"", "\"metadata\"",
            "\"vmSourceSpec\"", "\"spec\"", "\"template\"", "\"volumes\"", "\"secretBackups\"",
            "\"data\"", "\"persistentVolumeClaim\"", "\"annotations\"", "\"volumeSize\"", "1", "-0",
            "1e999", "\"\\ud800\"", "\"\\", "\u{feff}", "true",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(fragment, 0..40).prop_map(|parts| parts.concat())
}

/// A real record with some bytes changed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let path = example_path().join("harvester/vmbackups/prod/nightly.cfg");
    let content = std::fs::read(path).unwrap();
    let end = content.len();
    (prop::collection::vec((0..end, any::<u8>()), 0..4), 0..=end).prop_map(move |(changes, cut)| {
        let mut bytes = content.clone();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(cut);
        bytes
    })
}

fn namespace() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?"
}

fn name() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?){0,2}"
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(content in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = VmRecord::from_slice(&content);
        let _ = ImageRecord::from_slice(&content);
    }

    #[test]
    fn any_fragments_are_read_or_refused(content in fragments()) {
        let _ = VmRecord::from_slice(&content);
        let _ = ImageRecord::from_slice(&content);
    }

    #[test]
    fn damaged_records_are_read_or_refused_without_a_quote(content in damaged()) {
        let printed = match VmRecord::from_slice(&content) {
            Ok(record) => format!("{record:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!printed.contains("Y2FuYXJ5LXNl"), "{}", printed);
    }

    #[test]
    fn paths_in_folders_survive_a_round_trip(namespace in namespace(), name in name()) {
        let path = RecordPath::new(&namespace, &name).unwrap();
        prop_assert_eq!(RecordPath::parse(&path.to_string()), Ok(path));
        let image = ImagePath::new(&namespace, &name).unwrap();
        prop_assert_eq!(ImagePath::parse(&image.to_string()), Ok(image));
    }

    #[test]
    fn flat_paths_survive_a_round_trip(namespace in namespace(), name in name()) {
        let text = format!("harvester/vmbackups/{namespace}-{name}.cfg");
        prop_assert_eq!(RecordPath::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn what_parses_prints_the_same(path in "(harvester/vmbackups/)?[a-b./A\\\\-]{0,9}(\\.cfg)?") {
        if let Ok(parsed) = RecordPath::parse(&path) {
            prop_assert_eq!(parsed.to_string(), path);
        }
    }

    #[test]
    fn places_of_volumes_never_climb(volume in ".{0,12}") {
        if let Ok(folder) = volume_folder(&volume) {
            prop_assert!(is_longhorn_name(&volume));
            prop_assert!(folder.split('/').all(|step| !step.is_empty() && step != "." && step != ".."));
        }
    }
}

#[test]
fn any_name_of_a_volume_may_be_asked_for() {
    let target = Target::with_folders(&["backupstore/volumes"]);
    let folder: Folder = target.open();
    for name in [
        "",
        "..",
        "../../../etc/passwd",
        "/etc/passwd",
        "a\0b",
        "pvc-1",
    ] {
        assert_eq!(folder.has_volume(name), Presence::Absent, "{name:?}");
        assert_eq!(
            folder.has_backup("pvc-1", name),
            Presence::Absent,
            "{name:?}"
        );
        assert_eq!(
            folder.has_backup(name, "backup-1"),
            Presence::Absent,
            "{name:?}"
        );
    }
}
