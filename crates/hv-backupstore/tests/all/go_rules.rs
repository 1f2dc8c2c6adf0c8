//! The rules of Go's decoder, as they differ from those of serde.
//!
//! Each expectation was compared with what `json.NewDecoder(…).Decode(…)` of Go 1.26 makes of it.

use hv_backupstore::{RecordError, VmRecord};

fn read(content: &str) -> VmRecord {
    VmRecord::from_slice(content.as_bytes()).unwrap()
}

#[test]
fn keys_match_whatever_their_case() {
    let record = read(
        "{\"NAME\":\"a\",\"name\u{17f}pace\":\"b\",\"volumebac\u{212a}ups\":[{\"VolumeSize\":7}]}",
    );
    assert_eq!(
        (record.name.as_str(), record.namespace.as_str()),
        ("a", "b")
    );
    assert_eq!(record.volume_backups.unwrap()[0].volume_size_bytes, 7);
}

#[test]
fn keys_of_annotations_match_exactly() {
    let record = read(
        r#"{"volumeBackups":[{"persistentVolumeClaim":{"metadata":{"annotations":
            {"harvesterhci.io/imageid":"a/b"}}}}]}"#,
    );
    assert_eq!(record.volume_backups.unwrap()[0].claim.image_id, None);
}

#[test]
fn of_equal_keys_the_last_one_wins() {
    assert_eq!(read(r#"{"name":"a","name":"b"}"#).name, "b");
    assert_eq!(read(r#"{"name":"a","Name":null}"#).name, "a");
}

#[test]
fn equal_keys_of_objects_and_lists_are_merged() {
    let record = read(
        r#"{"backupSpec":{"type":"snapshot"},"backupSpec":{"source":{"name":"x"}},
            "volumeBackups":[{"name":"a","volumeName":"b"},{"name":"c"}],
            "volumeBackups":[{"name":"d"}]}"#,
    );
    assert_eq!(
        (&*record.spec.backup_type, &*record.spec.source_name),
        ("snapshot", "x")
    );
    let disks = record.volume_backups.unwrap();
    assert_eq!(disks.len(), 1);
    assert_eq!((&*disks[0].name, &*disks[0].volume_name), ("d", "b"));
}

#[test]
fn null_counts_as_missing() {
    let record = read(
        r#"{"name":null,"backupSpec":null,"vmSourceSpec":null,"volumeBackups":null,
            "secretBackups":[null,{"data":null}]}"#,
    );
    assert_eq!((record.source, record.volume_backups), (None, None));
    assert_eq!(record.secrets.len(), 2);
    assert_eq!(read("null").name, "");
}

#[test]
fn a_missing_backup_is_not_an_empty_name() {
    let record = read(
        r#"{"volumeBackups":[{"longhornBackupName":null},{"longhornBackupName":""},{},null]}"#,
    );
    let names = record
        .volume_backups
        .unwrap()
        .into_iter()
        .map(|disk| disk.longhorn_backup_name);
    assert_eq!(
        names.collect::<Vec<_>>(),
        [None, Some(String::new()), None, None]
    );
}

#[test]
fn what_follows_the_record_is_ignored() {
    for (content, has_more) in [
        ("{\"name\":\"a\"}", false),
        (" {\"name\":\"a\"}\r\n\t ", false),
        ("{\"name\":\"a\"}{\"name\":\"b\"}", true),
        ("{\"name\":\"a\"}\0", true),
        ("{\"name\":\"a\"}ups\":[]}", true),
    ] {
        let record = read(content);
        assert_eq!(
            (&*record.name, record.has_trailing_data),
            ("a", has_more),
            "{content:?}"
        );
    }
}

#[test]
fn texts_that_are_not_utf_8_are_mended() {
    let record = VmRecord::from_slice(b"{\"name\":\"a\xff\",\"namespace\":\"\\ud800\"}").unwrap();
    assert_eq!(record.name, "a\u{fffd}");
    assert!(
        record
            .namespace
            .chars()
            .all(|character| character == '\u{fffd}')
    );
    assert_eq!(read(r#"{"name":"\ud83d\ude00"}"#).name, "😀");
}

#[test]
fn unknown_fields_may_hold_anything() {
    let nested = format!(
        "{{\"x\":{}{},\"name\":\"a\"}}",
        "[".repeat(9_999),
        "]".repeat(9_999)
    );
    assert_eq!(read(&nested).name, "a");
    assert_eq!(
        read(r#"{"x":1e999,"y":"\ud800","name":"a","z":[{}]}"#).name,
        "a"
    );
}

#[test]
fn deeper_nesting_than_go_allows_is_refused() {
    let nested = format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let error = VmRecord::from_slice(nested.as_bytes());
    assert!(matches!(error, Err(RecordError::TooDeep)), "{error:?}");
    // Brackets in texts do not nest.
    let text = format!("{{\"x\":\"\\\"{}\",\"name\":\"a\"}}", "[".repeat(20_000));
    assert_eq!(read(&text).name, "a");
}
