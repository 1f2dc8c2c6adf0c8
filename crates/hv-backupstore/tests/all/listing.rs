//! Listing records, and what lies between them.

use std::fs;

use hv_backupstore::record::NotAFile;
use hv_backupstore::{Entry, PathError, RecordError, RecordPath, Stops, Stray};

use crate::target::Target;

/// Each entry in one line.
fn lines<P>(entries: &[Entry<P>], stops: impl Fn(&Entry<P>) -> Stops) -> Vec<String> {
    let line = |entry: &Entry<P>| {
        let path = entry.path.display();
        match &entry.found {
            Ok(_) => path.to_string(),
            Err(stray) => format!("{path}: {stray} ({:?})", stops(entry)),
        }
    };
    entries.iter().map(line).collect()
}

#[test]
fn records_come_by_form_namespace_and_name() {
    let files = [
        "b-a.cfg",
        "a/b-c.cfg",
        "a/b.cfg",
        "a-b/a.cfg",
        "b/a.cfg",
        "a-b-c.cfg",
    ];
    let target = Target::with(
        &files
            .map(|file| format!("harvester/vmbackups/{file}"))
            .each_ref()
            .map(String::as_str),
        "{}",
    );
    let entries = target.open().records();
    let names: Vec<_> = entries
        .iter()
        .map(|entry| entry.path.to_str().unwrap())
        .collect();
    let expected = [
        "a/b.cfg",
        "a/b-c.cfg",
        "a-b/a.cfg",
        "b/a.cfg",
        "a-b-c.cfg",
        "b-a.cfg",
    ];
    assert_eq!(
        names,
        expected.map(|file| format!("harvester/vmbackups/{file}"))
    );
    let paths: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.found.unwrap())
        .collect();
    assert!(paths.is_sorted());
}

#[test]
fn strays_say_why_they_are_none() {
    let target = Target::with(
        &[
            "harvester/vmbackups/README",
            "harvester/vmbackups/.hidden/a.cfg",
            "harvester/vmbackups/Upper/a.cfg",
            "harvester/vmbackups/ns/a.cfg.tmp.17",
            "harvester/vmbackups/ns/.nfs0001",
            "harvester/vmbackups/ns/deep/a.cfg",
            "harvester/vmbackups/ns/ok.cfg",
        ],
        "{}",
    );
    fs::create_dir(target.path("harvester/vmbackups/ns/folder.cfg")).unwrap();
    let folder = target.open();
    let expected = [
        "harvester/vmbackups/Upper/a.cfg: the folder is not named like a namespace (Unknown)",
        "harvester/vmbackups/ns/.nfs0001: the name begins with a dot (No)",
        "harvester/vmbackups/ns/a.cfg.tmp.17: the file name does not end in .cfg (Unknown)",
        "harvester/vmbackups/ns/deep: a folder is where a file is expected (No)",
        "harvester/vmbackups/ns/folder.cfg: a folder is where a file is expected (No)",
        "harvester/vmbackups/ns/ok.cfg",
        "harvester/vmbackups/.hidden: the name begins with a dot (No)",
        "harvester/vmbackups/README: the file name does not end in .cfg (Unknown)",
    ];
    assert_eq!(
        lines(&folder.records(), Entry::<RecordPath>::stops_harvester),
        expected
    );
}

#[test]
fn strays_are_read_as_harvester_reads_them() {
    let target = Target::with(&["harvester/vmbackups/ns/a.cfg.tmp.17"], "{\"name\":");
    let folder = target.open();
    let error = folder.read_entry(&folder.records()[0]).unwrap_err();
    assert!(
        matches!(error, RecordError::CutShort { bytes: 8 }),
        "{error:?}"
    );
    assert_eq!(error.stops_harvester(), Stops::Yes);
}

#[test]
fn images_stop_harvester_where_records_do_not() {
    let target = Target::with(
        &[
            "harvester/vmimages/ns/deep/a.cfg",
            "harvester/vmimages/ns/a.cfg",
            "harvester/vmimages/x-y.cfg",
        ],
        "{}",
    );
    let entries = target.open().images();
    let expected = [
        "harvester/vmimages/ns/a.cfg",
        "harvester/vmimages/ns/deep: a folder is where a file is expected (Yes)",
        "harvester/vmimages/x-y.cfg: the path is not where records lie (Unknown)",
    ];
    assert_eq!(
        lines(
            &entries,
            Entry::<hv_backupstore::ImagePath>::stops_harvester
        ),
        expected
    );
    let folder = target.open();
    assert_eq!(
        folder.read_image_entry(&entries[0]).unwrap().namespace,
        "default"
    );
}

#[test]
fn a_file_in_place_of_a_folder_is_told() {
    let target = Target::with(&["harvester/vmbackups"], "x");
    let entries = target.open().records();
    assert_eq!(entries.len(), 1);
    assert!(
        matches!(entries[0].found, Err(Stray::Unlistable(_))),
        "{entries:?}"
    );
}

#[test]
fn a_folder_in_place_of_a_record_is_refused() {
    let target = Target::with_folders(&["harvester/vmbackups/ns/a.cfg"]);
    let error = target
        .open()
        .read(&RecordPath::new("ns", "a").unwrap())
        .unwrap_err();
    assert!(
        matches!(error, RecordError::NotAFile(NotAFile::Folder)),
        "{error:?}"
    );
    let error = target
        .open()
        .read(&RecordPath::new("ns", "b").unwrap())
        .unwrap_err();
    assert!(matches!(error, RecordError::Unreadable(_)), "{error:?}");
}

#[test]
fn an_entry_cannot_lead_out_of_the_target() {
    let target = Target::with(&["root/harvester/vmbackups/ns/a.cfg", "secret.cfg"], "{}");
    let folder = hv_backupstore::Folder::open(&target.path("root")).unwrap();
    for path in [
        "../secret.cfg".into(),
        target.path("secret.cfg"),
        "harvester/../../secret.cfg".into(),
    ] {
        let entry = Entry {
            path,
            found: Err(Stray::Name(PathError::NotPlain)),
        };
        let error = folder.read_entry(&entry).unwrap_err();
        assert!(
            matches!(error, RecordError::NotAFile(NotAFile::Outside)),
            "{error:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_of_the_target_only() {
    use std::os::unix::fs::symlink;
    let target = Target::with(
        &["root/harvester/vmbackups/ns/a.cfg", "outside/secret.cfg"],
        "{}",
    );
    let folder = hv_backupstore::Folder::open(&target.path("root")).unwrap();
    let records = target.path("root/harvester/vmbackups");
    symlink("a.cfg", records.join("ns/inside.cfg")).unwrap();
    symlink(
        target.path("outside/secret.cfg"),
        records.join("ns/outside.cfg"),
    )
    .unwrap();
    symlink("nowhere", records.join("ns/dead.cfg")).unwrap();
    symlink("loop.cfg", records.join("ns/loop.cfg")).unwrap();
    symlink(target.path("outside"), records.join("out")).unwrap();
    symlink("ns", records.join("same")).unwrap();
    let lines = lines(&folder.records(), Entry::<RecordPath>::stops_harvester);
    let expected = [
        "ns/a.cfg",
        "ns/dead.cfg: a link leads nowhere (No)",
        "ns/inside.cfg",
        "ns/loop.cfg: a link leads nowhere (No)",
        "ns/outside.cfg: a link leads out of the backup target (Unknown)",
        "same/a.cfg",
        "same/dead.cfg: a link leads nowhere (No)",
        "same/inside.cfg",
        "same/loop.cfg: a link leads nowhere (No)",
        "same/outside.cfg: a link leads out of the backup target (Unknown)",
        "out: a link leads out of the backup target (Unknown)",
    ];
    assert_eq!(
        lines,
        expected.map(|line| format!("harvester/vmbackups/{line}"))
    );

    let read = |name| folder.read(&RecordPath::new("ns", name).unwrap());
    assert!(read("inside").is_ok());
    assert!(matches!(
        read("outside"),
        Err(RecordError::NotAFile(NotAFile::Outside))
    ));
    assert!(matches!(
        read("dead"),
        Err(RecordError::NotAFile(NotAFile::DeadLink))
    ));
    assert!(matches!(
        read("loop"),
        Err(RecordError::NotAFile(NotAFile::DeadLink))
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_never_opened() {
    use std::os::unix::net::UnixListener;
    let target = Target::with_folders(&["harvester/vmbackups/ns"]);
    let path = target.path("harvester/vmbackups/ns/a.cfg");
    let _socket = UnixListener::bind(&path).unwrap();
    let folder = target.open();
    assert!(matches!(
        folder.records()[0].found,
        Err(Stray::NotAFile(NotAFile::Special))
    ));
    let error = folder
        .read(&RecordPath::new("ns", "a").unwrap())
        .unwrap_err();
    assert!(
        matches!(error, RecordError::NotAFile(NotAFile::Special)),
        "{error:?}"
    );
    // Endless, and opened without a wait: only its kind tells.
    let error = hv_backupstore::VmRecord::from_file("/dev/zero".as_ref()).unwrap_err();
    assert!(
        matches!(error, RecordError::NotAFile(NotAFile::Special)),
        "{error:?}"
    );
    assert_eq!(error.stops_harvester(), Stops::Unknown);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8_are_told() {
    use std::os::unix::ffi::OsStrExt;
    let target = Target::with_folders(&["harvester/vmbackups/ns"]);
    let name = std::ffi::OsStr::from_bytes(b"a\xff.cfg");
    fs::write(target.path("harvester/vmbackups/ns").join(name), "{}").unwrap();
    let folder = target.open();
    let entries = folder.records();
    assert_eq!(entries[0].found, Err(Stray::Name(PathError::NotText)));
    assert!(folder.read_entry(&entries[0]).is_ok());
}
