//! Bundles that are damaged or mean harm.

use std::fs;
use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipWriter;

use super::making::{METADATA, Made, document, open_bytes, packed};
use crate::bundle::SupportBundle;
use crate::bundle::items::{self, Shape};
use crate::kinds::{PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS};
use crate::source::{Gap, Query, SourceError};

const CLASSES: &str = "yamls/cluster/storage.k8s.io/v1/storageclasses.yaml";

fn list(bundle: &SupportBundle) -> Result<(usize, Option<Gap>), SourceError> {
    let listing = bundle.list::<Value>(&STORAGE_CLASS, &Query::default())?;
    Ok((listing.items.len(), listing.gap))
}

#[test]
fn an_object_that_is_not_understood_does_not_hide_the_others() {
    let odd = [
        "metadata:\n  name: a",
        "metadata:\n  name: b\nx: [",
        "metadata:\n  name: c",
    ];
    Made::new().list(CLASSES, &odd).both(|bundle| {
        let gap = Gap::Failed("1 of 3 objects could not be understood: b".to_owned());
        assert_eq!(list(bundle), Ok((2, Some(gap))));
    });
    Made::new().with(CLASSES, "just: text\n").both(|bundle| {
        let gap = Gap::Failed(format!("1 of 1 objects could not be understood: {CLASSES}"));
        assert_eq!(list(bundle), Ok((0, Some(gap))));
    });
}

#[test]
fn names_that_lead_out_of_the_bundle_are_ignored() {
    let made = Made::default()
        .with("r/metadata.yaml", METADATA)
        .with("r/yamls/cluster/v1/nodes.yaml", "")
        .with(
            "r/yamls/cluster/storage.k8s.io/v1/../v1/storageclasses.yaml",
            document(&["a: 1"]),
        )
        .with(
            "/r/yamls/cluster/storage.k8s.io/v1/storageclasses.yaml",
            document(&["a: 1"]),
        )
        .with(
            "r\\yamls\\cluster\\storage.k8s.io\\v1\\storageclasses.yaml",
            document(&["a: 1"]),
        )
        .with("r/../../etc/passwd", "root");
    let bundle = open_bytes(&made.zip_bytes("")).unwrap();
    assert_eq!(list(&bundle), Ok((0, None)));
    assert!(
        bundle.notes()[0].starts_with("4 of the zip's entries have names"),
        "{:?}",
        bundle.notes()
    );
}

#[test]
fn links_are_not_followed() {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = ZipWriter::new(&mut bytes);
    writer.start_file("r/metadata.yaml", packed()).unwrap();
    writer.write_all(METADATA.as_bytes()).unwrap();
    writer
        .add_symlink(format!("r/{CLASSES}"), "/etc/passwd", packed())
        .unwrap();
    writer.finish().unwrap();
    let error = list(&open_bytes(&bytes.into_inner()).unwrap())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        format!("{CLASSES} is a symbolic link, which a support bundle never holds")
    );

    let folder = TempDir::new().unwrap();
    let outside = folder.path().join("outside.yaml");
    fs::write(&outside, document(&["metadata:\n  name: a"])).unwrap();
    let root = Made::new()
        .list("yamls/cluster/v1/nodes.yaml", &[])
        .unpacked(folder.path());
    let target = root.join(CLASSES);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&outside, &target).unwrap();
    assert_eq!(list(&SupportBundle::open(&root).unwrap()), Ok((0, None)));
}

#[test]
fn a_zip_bomb_is_refused_by_name() {
    let mut text = document(&["metadata:\n  name: a"]).into_bytes();
    text.resize(40 << 20, b'\n');
    let bundle = open_bytes(&Made::new().with(CLASSES, &text).zip_bytes("r/")).unwrap();
    let error = list(&bundle).unwrap_err().to_string();
    let sentence = "grows to more than 250 times its packed size, as a zip bomb does";
    assert_eq!(error, format!("{CLASSES} {sentence}"));
    let other = bundle
        .list::<Value>(&PERSISTENT_VOLUME_CLAIM, &Query::default())
        .unwrap();
    assert_eq!(other.gap, None);

    let mut bytes = Made::new().with(CLASSES, "").zip_bytes("r/");
    claim_size(&mut bytes, 300 << 20);
    let error = list(&open_bytes(&bytes).unwrap()).unwrap_err().to_string();
    assert_eq!(error, format!("{CLASSES} is larger than 256 MiB"));
}

#[test]
fn one_endless_object_is_refused() {
    let mut line = b"  x: ".to_vec();
    line.extend(
        (0..(33 << 20))
            .map(|at: u32| b'a' + u8::try_from(at.wrapping_mul(2_654_435_761) >> 28).unwrap()),
    );
    let text = [b"items:\n- a: 1\n".to_vec(), line].concat();
    let folder = TempDir::new().unwrap();
    let root = Made::new().with(CLASSES, &text).unpacked(folder.path());
    let error = list(&SupportBundle::open(&root).unwrap())
        .unwrap_err()
        .to_string();
    assert_eq!(error, format!("{CLASSES} holds a line longer than 32 MiB"));
}

#[test]
fn a_damaged_entry_costs_its_kind_only() {
    let bytes = Made::new()
        .list(CLASSES, &["metadata:\n  name: a"])
        .zip_bytes("r/");
    let at = bytes
        .windows(CLASSES.len())
        .position(|part| part == CLASSES.as_bytes())
        .unwrap();
    let mut damaged = bytes;
    for byte in &mut damaged[at + CLASSES.len() + 2..at + CLASSES.len() + 20] {
        *byte = !*byte;
    }
    let (items, gap) = list(&open_bytes(&damaged).unwrap()).unwrap();
    assert_eq!(items, 0);
    assert!(
        matches!(&gap, Some(Gap::Failed(why)) if why.starts_with(CLASSES)),
        "{gap:?}"
    );
}

/// Writes a lie about the last entry's size into the central directory.
fn claim_size(bytes: &mut [u8], size: u32) {
    let at = bytes
        .windows(4)
        .rposition(|part| part == b"PK\x01\x02")
        .unwrap();
    bytes[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = open_bytes(&bytes);
    }

    #[test]
    fn no_change_of_a_bundle_panics(at in 0_usize..1_000, byte in any::<u8>()) {
        let log = "Failed to get /apis/a/b/c: d\n";
        let mut bytes = Made::new()
            .with("bundleGenerationError.log", log)
            .list(CLASSES, &["metadata:\n  name: a"])
            .zip_bytes("r/");
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(bundle) = open_bytes(&bytes) {
            let _ = list(&bundle);
        }
    }

    #[test]
    fn no_text_panics(text in "[-a-z:# \n{}\\[\\]|'\"\\PC]{0,120}") {
        let mut items = 0;
        let text = format!("items:\n{text}");
        let shape = items::split(&mut text.as_bytes(), &mut |item| {
            items::name_in(item);
            items += 1;
        });
        prop_assert!(shape.is_ok());
        Made::new().with(CLASSES, &text).both(|bundle| drop(list(bundle)));
    }

    #[test]
    fn any_objects_come_back_in_order(names in proptest::collection::vec("[a-z]{1,8}", 0..8)) {
        let texts: Vec<String> =
            names.iter().map(|name| format!("a: |\n  - x\nmetadata:\n  name: {name}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut seen = Vec::new();
        let shape = items::split(&mut document(&texts).as_bytes(), &mut |item| {
            seen.push(items::name_in(item).unwrap_or_default().to_owned());
        });
        prop_assert_eq!(shape.unwrap(), Shape::Split);
        prop_assert_eq!(seen, names);
    }
}
