//! Bundles typed by hand, compared byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hv_testbed::bundle::{BundleOptions, write_dir};
use hv_testbed::world;
use serde_json::Value;

const REFUSED: &str = "csidrivers.storage.k8s.io is forbidden: User \"sb\" cannot list resource \
                       \"csidrivers\" in API group \"storage.k8s.io\" at the cluster scope";

#[test]
fn writer_makes_every_example_of_the_sheet() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/sheet");
    let objects = fs::read_to_string(golden.join("objects.yaml")).unwrap();
    let mut world = world::empty("2026-11-21T10:00:00Z".parse().unwrap());
    // Taken as they are: no uid, so no managed fields are made up.
    world.objects = serde_saphyr::from_multiple::<Value>(&objects).unwrap();
    world.namespaces_in_bundle = vec!["fleet-local".into()];
    let options = BundleOptions {
        failures: vec![("/apis/storage.k8s.io/v1/csidrivers".into(), REFUSED.into())],
        ..BundleOptions::default()
    };
    let written = tempfile::tempdir().unwrap();
    write_dir(&world, &options, written.path()).unwrap();

    let expected = texts(&golden.join("bundle"));
    let mut actual = texts(written.path());
    actual.retain(|path, _| !path.starts_with("nodes"));
    for (path, text) in &expected {
        assert_eq!(actual.get(path), Some(text), "{}", path.display());
    }
    let paths = |files: &BTreeMap<PathBuf, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&actual), paths(&expected));
}

fn texts(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                files.insert(path.strip_prefix(root).unwrap().to_path_buf(), text);
            }
        }
    }
    files
}
