//! Records that cannot be read: what is said, what is not, and whether Harvester stops.

use hv_backupstore::{RecordError, Stops, VmRecord};

/// The message about a content.
fn message(content: &[u8]) -> String {
    let error = VmRecord::from_slice(content).unwrap_err();
    assert_eq!(error.stops_harvester(), Stops::Yes, "{error}");
    error.to_string()
}

#[test]
fn nothing_is_no_record() {
    for content in ["", " ", "\n\t\r\n"] {
        assert_eq!(message(content.as_bytes()), "the file is empty");
    }
}

#[test]
fn what_is_cut_short_says_where_it_ends() {
    assert_eq!(
        message(b"{\"name\":\"night"),
        "the content ends too early, after 14 bytes"
    );
    assert_eq!(
        message(b"{\"name\":"),
        "the content ends too early, after 8 bytes"
    );
    // Within a character of two bytes.
    assert_eq!(
        message(b"{\"name\":\"\xc3"),
        "the content ends too early, after 10 bytes"
    );
    let deep = "[".repeat(1 << 20);
    assert!(message(deep.as_bytes()).starts_with("the content ends too early"));
}

#[test]
fn what_is_no_json_says_where_it_begins() {
    let at = |line, column| format!("the content is not JSON from line {line}, column {column} on");
    assert_eq!(message(b"hello"), at(1, 1));
    assert_eq!(message(b"{\"name\":\"a\",}"), at(1, 13));
    assert_eq!(message(b"{\n\"name\": 'a'}"), at(2, 9));
    assert_eq!(message(b"{\"name\":\"a\nb\"}"), at(1, 10));
    // A byte order mark.
    assert_eq!(message(b"\xef\xbb\xbf{}"), at(1, 1));
}

#[test]
fn what_is_no_text_says_so() {
    let utf_16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("{}".bytes().flat_map(|b| [b, 0]))
        .collect();
    for content in [&utf_16[..], &[0x1f, 0x8b, 8, 0], b"{\"a\xff\":1,}"] {
        assert_eq!(
            message(content),
            "the content is not JSON, and not UTF-8 either"
        );
    }
}

#[test]
fn wrong_types_name_the_field_and_never_the_value() {
    let cases = [
        (r"[]", "the content is not an object"),
        (r#""canary""#, "the content is not an object"),
        (r"[[[[]]]]", "the content is not an object"),
        (r#"{"name":77001}"#, "name is not a text"),
        (r#"{"name":{"canary":1}}"#, "name is not a text"),
        (r#"{"name":["canary"]}"#, "name is not a text"),
        (
            r#"{"backupSpec":{"source":"canary"}}"#,
            "backupSpec.source is not an object",
        ),
        (
            r#"{"volumeBackups":{"canary":1}}"#,
            "volumeBackups is not a list",
        ),
        (
            r#"{"volumeBackups":[{},"canary"]}"#,
            "volumeBackups[1] is not an object",
        ),
        (
            r#"{"volumeBackups":[{"volumeSize":"77001"}]}"#,
            "volumeBackups[0].volumeSize is not a whole number of 64 bits",
        ),
        (
            r#"{"volumeBackups":[{"volumeSize":77001.5}]}"#,
            "volumeBackups[0].volumeSize is not a whole number of 64 bits",
        ),
        (
            r#"{"volumeBackups":[{"volumeSize":9223372036854775808}]}"#,
            "volumeBackups[0].volumeSize is not a whole number of 64 bits",
        ),
        (
            r#"{"volumeBackups":[{"persistentVolumeClaim":{"metadata":{"annotations":{"canary":77001}}}}]}"#,
            "volumeBackups[0].persistentVolumeClaim.metadata.annotations.* is not a text",
        ),
        (
            r#"{"volumeBackups":[{"persistentVolumeClaim":{"spec":{"storageClassName":77001}}}]}"#,
            "volumeBackups[0].persistentVolumeClaim.spec.storageClassName is not a text",
        ),
        (
            r#"{"vmSourceSpec":{"spec":{"template":{"spec":{"networks":[{"multus":"canary"}]}}}}}"#,
            "vmSourceSpec.spec.template.spec.networks[0].multus is not an object",
        ),
        (
            r#"{"vmSourceSpec":{"spec":{"template":{"spec":{"volumes":[{"persistentVolumeClaim":{"claimName":1}}]}}}}}"#,
            "vmSourceSpec.spec.template.spec.volumes[0].persistentVolumeClaim.claimName is not a text",
        ),
        (
            r#"{"secretBackups":[{"data":"canary"}]}"#,
            "secretBackups[0].data is not a map",
        ),
        (
            r#"{"secretBackups":[{"data":["canary"]}]}"#,
            "secretBackups[0].data is not a map",
        ),
    ];
    for (content, expected) in cases {
        assert_eq!(message(content.as_bytes()), expected, "{content}");
        let error = VmRecord::from_slice(content.as_bytes()).unwrap_err();
        let printed = format!("{error} {error:?}");
        assert!(
            !printed.contains("canary") && !printed.contains("77001"),
            "{printed}"
        );
    }
}

#[test]
fn types_of_fields_that_are_not_read_are_not_checked() {
    let record =
        br#"{"vmSourceSpec":{"spec":{"running":"perhaps"}},"secretBackups":[{"data":{"k":1}}]}"#;
    assert_eq!(VmRecord::from_slice(record).unwrap().secrets[0].keys, ["k"]);
}

#[test]
fn a_file_beyond_the_limit_is_refused_unread() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("large.cfg");
    let file = std::fs::File::create(&path).unwrap();
    // Sparse, so it costs nothing unless it is read.
    file.set_len((100 << 20) + 1).unwrap();
    let error = VmRecord::from_file(&path).unwrap_err();
    assert!(matches!(error, RecordError::TooLarge), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the file is larger than 100 MiB, no record is"
    );
    assert_eq!(error.stops_harvester(), Stops::Unknown);
}

#[test]
fn a_missing_file_is_unreadable() {
    let error = VmRecord::from_file("/nonexistent/record.cfg".as_ref()).unwrap_err();
    assert!(
        matches!(&error, RecordError::Unreadable(why) if why.kind() == std::io::ErrorKind::NotFound)
    );
    assert_eq!(error.stops_harvester(), Stops::Unknown);
}
