use std::fs;
use std::io::Write as _;
use std::path::Path;

use tar::{EntryType, Header};

use super::super::archive::{self, ArchiveFile, ArchiveWriter};
use super::super::{Outcome, StoreError, bundles, verify, verify_archive};
use super::sample::{bundle, fill, name, snapshot};

const AT: &str = "x.tar.zst";

fn packed(vms: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Vec::new(), Path::new(AT)).unwrap();
    for (id, memory) in vms {
        let files = bundle(id, memory, None);
        assert_eq!(
            archive.put(&name(id), None, files).unwrap(),
            Outcome::Written
        );
    }
    archive.finish().unwrap()
}

/// An archive of entries that nobody of ours would write.
fn hostile(entries: impl FnOnce(&mut tar::Builder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut tar = tar::Builder::new(&mut plain);
    let marker = super::super::marker::bytes();
    raw_entry(
        &mut tar,
        EntryType::Regular,
        b"kubectl-hv-store.json",
        &marker,
    );
    entries(&mut tar);
    tar.finish().unwrap();
    drop(tar);
    zstd::encode_all(plain.as_slice(), 1).unwrap()
}

/// Adds an entry whose path nobody looks at.
fn raw_entry(tar: &mut tar::Builder<&mut Vec<u8>>, kind: EntryType, path: &[u8], bytes: &[u8]) {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    tar.append(&header, bytes).unwrap();
}

fn refusal(bytes: &[u8]) -> StoreError {
    archive::bundles(bytes, Path::new(AT)).unwrap_err()
}

#[test]
fn an_archive_is_the_same_bytes_each_time_and_is_read_back() {
    let vms = [("dev/x", "1Gi"), ("prod/db01", "8Gi")];
    let bytes = packed(&vms);
    assert_eq!(bytes, packed(&vms));
    let found = archive::bundles(bytes.as_slice(), Path::new(AT)).unwrap();
    assert_eq!(found.len(), 2);
    for (bundle_found, (id, memory)) in found.iter().zip(vms) {
        assert_eq!(bundle_found.place.path(), id);
        let stored = bundle_found.stored.as_ref().unwrap();
        let wanted = bundle(id, memory, None);
        assert_eq!(stored.files.len(), wanted.len());
        for (path, body) in wanted {
            assert_eq!(Some(stored.files[&path].as_slice()), body.bytes());
        }
    }
    let verification = verify_archive(bytes.as_slice(), Path::new(AT)).unwrap();
    assert_eq!(
        (verification.bundles, verification.problems.len()),
        (2, 0),
        "{verification:?}"
    );
}

#[test]
fn an_unpacked_archive_is_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let plain = zstd::decode_all(packed(&[("prod/db01", "8Gi")]).as_slice()).unwrap();
    tar::Archive::new(plain.as_slice())
        .unpack(folder.path())
        .unwrap();
    let verification = verify(folder.path()).unwrap();
    assert_eq!(verification.bundles, 1);
    assert!(verification.problems.is_empty() && verification.remarks.is_empty());
    // And a store that somebody packed is an archive, whatever else lies in it.
    let store = tempfile::tempdir().unwrap();
    fill(store.path(), &[("prod/db01", "8Gi"), ("dev/x", "1Gi")]);
    fs::write(store.path().join("README.md"), "x").unwrap();
    fs::create_dir_all(store.path().join(".git/refs")).unwrap();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append_dir_all(".", store.path()).unwrap();
    let packed = zstd::encode_all(tar.into_inner().unwrap().as_slice(), 1).unwrap();
    let path = folder.path().join("packed.tar.zst");
    fs::write(&path, packed).unwrap();
    assert_eq!(bundles(&path).unwrap().len(), 2);
    assert!(verify(&path).unwrap().problems.is_empty());
}

#[test]
fn long_names_survive() {
    let long = format!("prod/{}", "long-".repeat(30) + "x");
    let bytes = packed(&[(&long, "1Gi")]);
    let found = archive::bundles(bytes.as_slice(), Path::new(AT)).unwrap();
    assert_eq!(found[0].place.path(), long);
    assert!(found[0].stored.is_ok());
}

#[test]
fn links_devices_and_paths_that_lead_out_are_refused() {
    for kind in [EntryType::Symlink, EntryType::Link] {
        let bytes = hostile(|tar| raw_entry(tar, kind, b"prod/db01/bundle.json", b""));
        assert!(
            matches!(refusal(&bytes), StoreError::HostileLink(_)),
            "{kind:?}"
        );
    }
    for kind in [EntryType::Char, EntryType::Fifo, EntryType::GNUSparse] {
        let bytes = hostile(|tar| raw_entry(tar, kind, b"prod/db01/bundle.json", b""));
        assert!(
            matches!(refusal(&bytes), StoreError::Broken { .. }),
            "{kind:?}"
        );
    }
    let paths: [&[u8]; 8] = [
        b"../x",
        b"/etc/passwd",
        b"prod/../../x",
        b"prod/db01/objects/../../../x",
        b"prod\\..\\x",
        b"C:/x",
        b"prod//x",
        b"prod/\xff",
    ];
    for path in paths {
        let bytes = hostile(|tar| raw_entry(tar, EntryType::Regular, path, b"x"));
        let error = refusal(&bytes).to_string();
        assert!(error.contains("leads out of it"), "{error}");
    }
    // The same by way of an entry that only names the next one.
    let bytes = hostile(|tar| {
        raw_entry(tar, EntryType::GNULongName, b"././@LongLink", b"../x\0");
        raw_entry(tar, EntryType::Regular, b"prod/db01/bundle.json", b"x");
    });
    assert!(refusal(&bytes).to_string().contains("leads out of it"));
    let bytes = hostile(|tar| {
        raw_entry(tar, EntryType::XHeader, b"pax", b"13 path=../x\n");
        raw_entry(tar, EntryType::Regular, b"prod/db01/bundle.json", b"x");
    });
    assert!(refusal(&bytes).to_string().contains("leads out of it"));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let large = vec![0; (16 << 20) + 1];
    let file = hostile(|tar| raw_entry(tar, EntryType::Regular, b"prod/db01/bundle.json", &large));
    let long = hostile(|tar| raw_entry(tar, EntryType::GNULongName, b"x", &large));
    let pax = hostile(|tar| raw_entry(tar, EntryType::XHeader, b"x", &large));
    let many = hostile(|tar| {
        for at in 0..5 {
            let path = format!("prod/db01/objects/{at}.json");
            raw_entry(tar, EntryType::Regular, path.as_bytes(), &large[1..]);
        }
    });
    for bytes in [file, long, pax, many] {
        assert!(
            bytes.len() < 100 << 10,
            "it is small as long as nobody unpacks it"
        );
        assert!(matches!(refusal(&bytes), StoreError::TooLarge { .. }));
    }
}

#[test]
fn what_is_cut_off_damaged_twice_there_or_none_of_ours_is_refused() {
    let whole = packed(&[("prod/db01", "8Gi")]);
    for end in [0, 3, 10, whole.len() / 2, whole.len() - 1] {
        let error = archive::bundles(&whole[..end], Path::new(AT)).unwrap_err();
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    assert!(archive::bundles(flipped.as_slice(), Path::new(AT)).is_err());
    let twice = hostile(|tar| {
        for path in [
            "prod/a/bundle.json",
            "prod/b/bundle.json",
            "prod/a/objects/x.json",
        ] {
            raw_entry(tar, EntryType::Regular, path.as_bytes(), b"{}");
        }
    });
    assert!(refusal(&twice).to_string().contains("\"prod/a\" twice"));
    let twice = hostile(|tar| {
        for _ in 0..2 {
            raw_entry(tar, EntryType::Regular, b"prod/a/bundle.json", b"{}");
        }
    });
    assert!(
        refusal(&twice)
            .to_string()
            .contains("\"prod/a/bundle.json\" twice")
    );
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(0);
    tar.append_data(&mut header, "thesis.txt", std::io::empty())
        .unwrap();
    let other = zstd::encode_all(tar.into_inner().unwrap().as_slice(), 1).unwrap();
    assert!(matches!(refusal(&other), StoreError::NotOurs { .. }));
    let error = archive::bundles(&b"PK\x03\x04 and so on"[..], Path::new(AT)).unwrap_err();
    assert!(matches!(error, StoreError::Broken { .. }), "{error:?}");
}

#[test]
fn two_bundles_of_one_path_do_not_go_into_one_archive() {
    let mut archive = ArchiveWriter::new(Vec::new(), Path::new(AT)).unwrap();
    archive
        .put(&name("prod/a"), None, bundle("prod/a", "1Gi", None))
        .unwrap();
    for id in ["prod/a", "prod/A"] {
        let error = archive
            .put(&name(id), None, bundle(id, "1Gi", None))
            .unwrap_err();
        assert!(matches!(error, StoreError::Collision { .. }), "{error:?}");
    }
}

fn write(path: &Path, memory: &str) -> Result<bool, StoreError> {
    let mut file = ArchiveFile::create(path, false)?;
    let archive = file.writer().unwrap();
    archive.put(&name("prod/a"), None, bundle("prod/a", memory, None))?;
    file.finish()
}

#[test]
fn an_archive_file_is_old_or_new_and_unchanged_if_nothing_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tar.zst");
    assert!(write(&path, "1Gi").unwrap());
    let first = snapshot(folder.path());
    assert_eq!(first.len(), 1);
    assert!(!write(&path, "1Gi").unwrap());
    assert_eq!(snapshot(folder.path()), first);
    // A run that gives up leaves the old one, and one that was killed is no obstacle.
    drop(ArchiveFile::create(&path, false).unwrap());
    assert_eq!(snapshot(folder.path()), first);
    fs::write(folder.path().join(".x.tar.zst.new"), "half").unwrap();
    assert!(write(&path, "2Gi").unwrap());
    assert_eq!(snapshot(folder.path()).len(), 1);
    assert_ne!(snapshot(folder.path()), first);
    if cfg!(unix) {
        let running = ArchiveFile::create(&path, false).unwrap();
        assert!(matches!(
            ArchiveFile::create(&path, false),
            Err(StoreError::Busy(_))
        ));
        drop(running);
    }
}

#[test]
fn a_file_that_is_no_archive_of_ours_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tar.zst");
    let other = zstd::encode_all(&b"thesis"[..], 1).unwrap();
    for content in [&b"thesis"[..], b"", &other] {
        fs::write(&path, content).unwrap();
        let error = write(&path, "1Gi").unwrap_err();
        assert!(!error.to_string().is_empty());
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let error = write(folder.path(), "1Gi").unwrap_err();
    assert!(matches!(error, StoreError::NotOurs { .. }), "{error:?}");
    assert!(matches!(
        bundles(&folder.path().join("none")),
        Err(StoreError::Missing(_))
    ));
}

#[cfg(unix)]
#[test]
fn a_private_archive_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tar.zst");
    let mut file = ArchiveFile::create(&path, true).unwrap();
    file.writer()
        .unwrap()
        .put(
            &name("prod/db01"),
            None,
            super::verify::with_secret("plaintext"),
        )
        .unwrap();
    assert!(file.finish().unwrap());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let plain = zstd::decode_all(fs::File::open(&path).unwrap()).unwrap();
    let mut archive = tar::Archive::new(plain.as_slice());
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let secret = entry.path().unwrap().to_string_lossy().contains("secret.");
        assert_eq!(
            entry.header().mode().unwrap(),
            if secret { 0o600 } else { 0o644 }
        );
        assert_eq!(entry.header().mtime().unwrap(), 0);
    }
}

#[test]
fn a_reader_that_goes_away_is_told_apart() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(Gone.flush().is_ok());
    let archive = ArchiveWriter::new(Gone, Path::new("-")).unwrap();
    match archive.finish() {
        Err(StoreError::Io { error, .. }) => {
            assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
        }
        other => panic!("{:?}", other.err()),
    }
}
