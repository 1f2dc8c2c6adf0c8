//! Finding the bundle in what a user hands over.

use std::fs;

use tempfile::TempDir;

use super::making::{METADATA, Made, ROOT, open_bytes, refusal};
use crate::bundle::SupportBundle;

const CLASSES: &str = "yamls/cluster/storage.k8s.io/v1/storageclasses.yaml";

fn small() -> Made {
    Made::new().list(CLASSES, &["metadata:\n  name: a"])
}

#[test]
fn the_root_is_found_at_any_depth() {
    for root in ["", "./", "x/", "a/b/c/"] {
        let bundle = open_bytes(&small().zip_bytes(root)).unwrap();
        assert_eq!(bundle.name(), "made", "{root}");
        assert_eq!(bundle.kubernetes_version(), "v1.33.5");
        assert_eq!(
            bundle.collected_at(),
            "2026-03-04T05:06:07Z".parse().unwrap()
        );
        assert!(bundle.notes().is_empty());
    }
    let folder = TempDir::new().unwrap();
    let above = folder.path().join("a/b");
    fs::create_dir_all(&above).unwrap();
    small().unpacked(&above);
    for path in [folder.path().to_path_buf(), above.clone(), above.join(ROOT)] {
        assert_eq!(
            SupportBundle::open(&path).unwrap().name(),
            "made",
            "{}",
            path.display()
        );
    }
}

#[test]
fn what_is_no_bundle_is_named_in_one_sentence() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x");
    assert_eq!(refusal(&path), "\"PATH\" does not exist");
    fs::write(&path, "").unwrap();
    assert_eq!(refusal(&path), "\"PATH\" is empty");
    fs::write(&path, "hello, this is no zip at all").unwrap();
    assert_eq!(
        refusal(&path),
        "\"PATH\" is not a zip file; a support bundle is a zip file or the folder unpacked from it"
    );
    let whole = small().zip_bytes("r/");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(
        refusal(&path),
        "\"PATH\" is a truncated or damaged zip file: its table of contents is missing"
    );
    fs::write(&path, Made::default().with("readme.txt", "x").zip_bytes("")).unwrap();
    assert_eq!(
        refusal(&path),
        "\"PATH\" holds no support bundle: nowhere is a metadata.yaml beside a folder yamls"
    );
    assert_eq!(
        refusal(folder.path()),
        "\"PATH\" holds no support bundle: nowhere is a metadata.yaml beside a folder yamls"
    );
}

#[test]
fn several_bundles_are_not_mixed() {
    let two = Made::default()
        .with("one/metadata.yaml", METADATA)
        .with("one/yamls/cluster/v1/nodes.yaml", "")
        .with("two/metadata.yaml", METADATA)
        .with("two/yamls/cluster/v1/nodes.yaml", "");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.zip");
    fs::write(&path, two.zip_bytes("")).unwrap();
    let sentence = "\"PATH\" holds several support bundles: \"one\", \"two\"; name one of them";
    assert_eq!(refusal(&path), sentence);
    fs::remove_file(&path).unwrap();
    let root = two.unpacked(folder.path());
    assert_eq!(refusal(&root), sentence);
}

#[test]
fn without_a_time_the_name_and_then_the_files_tell_it() {
    let made = Made::default()
        .with("metadata.yaml", "bundlecreatedat: null\n")
        .list(CLASSES, &[]);
    let bundle = open_bytes(&made.zip_bytes(&format!("{ROOT}/"))).unwrap();
    assert_eq!(
        bundle.collected_at(),
        "2026-03-04T05:06:07Z".parse().unwrap()
    );
    assert!(bundle.notes()[0].contains("the one in the bundle's name is used"));
    let bundle = open_bytes(&made.zip_bytes("r/")).unwrap();
    assert_eq!(
        bundle.collected_at(),
        "1980-01-01T00:00:00Z".parse().unwrap()
    );
    assert!(bundle.notes()[0].contains("the time of its newest file is used"));
    let odd = Made::default()
        .with("metadata.yaml", "\u{0}{[")
        .list(CLASSES, &[]);
    assert_eq!(open_bytes(&odd.zip_bytes("r/")).unwrap().name(), "r");
}
