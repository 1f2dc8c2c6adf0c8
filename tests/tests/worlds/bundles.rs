//! Bundles of worlds: layout, coverage, exclusions, size.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use hv_testbed::bundle::{BundleOptions, Kit, write_dir, write_zip};
use hv_testbed::world::{self, World};

fn world(name: &str) -> World {
    world::load(name, "2026-11-21T10:00:00Z".parse().unwrap()).unwrap()
}

fn unpacked(world: &World, options: &BundleOptions) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_dir(world, options, folder.path()).unwrap();
    folder
}

fn read(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn a_zip_has_one_folder_named_after_namespace_and_time() {
    let world = world("v1.8.2");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.zip");
    write_zip(&world, &BundleOptions::default(), &path).unwrap();
    let mut zip = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
    let project = world.get("Namespace", "", "harvester-system").unwrap();
    let uid = project["metadata"]["uid"].as_str().unwrap();
    let root = format!("supportbundle_{uid}_2026-11-21T10-00-00Z/");
    assert!(
        zip.file_names()
            .all(|name| name.unwrap().starts_with(&root))
    );
    let mut metadata = String::new();
    let name = format!("{root}metadata.yaml");
    zip.by_name(&name)
        .unwrap()
        .read_to_string(&mut metadata)
        .unwrap();
    assert!(
        metadata.contains("\nbundlecreatedat: \"2026-11-21T10:00:00Z\"\n"),
        "{metadata}"
    );
    assert!(zip.by_name(&format!("{root}nodes/node1.zip")).is_ok());
}

#[test]
fn only_covered_namespaces_are_in_the_bundle() {
    let bundle = unpacked(&world("v1.5.2"), &BundleOptions::default());
    let vms = |namespace: &str| {
        let file = format!("yamls/namespaced/{namespace}/kubevirt.io/v1/virtualmachines.yaml");
        bundle.path().join(file).exists()
    };
    assert!(vms("default"));
    assert!(!vms("prod"));
    let bundle = unpacked(&world("v1.8.2"), &BundleOptions::default());
    let covered = "yamls/namespaced/prod/kubevirt.io/v1/virtualmachines.yaml";
    assert!(bundle.path().join(covered).exists());
}

#[test]
fn secrets_and_hidden_settings_stay_out() {
    let bundle = unpacked(&world("v1.8.2"), &BundleOptions::default());
    let root = bundle.path().join("yamls");
    assert!(!root.join("namespaced/default/v1/secrets.yaml").exists());
    let secrets = read(&root, "namespaced/fleet-local/v1/secrets.yaml");
    assert!(secrets.contains("applied-checksum") && !secrets.contains("  plan:"));
    let settings = read(&root, "cluster/harvesterhci.io/v1beta1/settings.yaml");
    assert!(settings.contains("name: server-version"));
    assert!(
        !settings.contains("ssl-certificates") && !settings.contains("cluster-registration-url")
    );
}

#[test]
fn every_item_has_managed_fields_and_floats() {
    let bundle = unpacked(&world("v1.8.2"), &BundleOptions::default());
    let root = bundle.path().join("yamls/cluster");
    let classes = read(&root, "storage.k8s.io/v1/storageclasses.yaml");
    let managed = classes.matches("\n    managedFields:\n").count();
    assert_eq!(managed, classes.matches("\n  provisioner: ").count());
    let contents = read(
        &root,
        "snapshot.storage.k8s.io/v1/volumesnapshotcontents.yaml",
    );
    assert!(
        contents.contains("restoreSize: 2.147483648e+10"),
        "{contents}"
    );
    let definitions = read(
        &root,
        "apiextensions.k8s.io/v1/customresourcedefinitions.yaml",
    );
    assert!(definitions.contains("name: storageprofiles.cdi.kubevirt.io"));
}

#[test]
fn definitions_of_absent_groups_are_absent() {
    let bundle = unpacked(&world("v1.4.3"), &BundleOptions::default());
    let path = "yamls/cluster/apiextensions.k8s.io/v1/customresourcedefinitions.yaml";
    let definitions = read(bundle.path(), path);
    assert!(!definitions.contains("cdi.kubevirt.io") && definitions.contains("longhorn.io"));
}

#[test]
fn an_old_kit_has_no_settings_and_writes_empty_lists() {
    let options = BundleOptions {
        kit: Kit::Before202308,
        ..BundleOptions::default()
    };
    let bundle = unpacked(&world("v1.4.3"), &options);
    let root = bundle.path().join("yamls");
    assert!(
        !root
            .join("cluster/harvesterhci.io/v1beta1/settings.yaml")
            .exists()
    );
    let empty = read(&root, "namespaced/default/v1/services.yaml");
    assert_eq!(
        empty,
        "apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: \"1017\"\n"
    );
}

#[test]
fn failures_are_logged_and_leave_no_file() {
    let url = "/apis/storage.k8s.io/v1/csinodes";
    let options = BundleOptions {
        failures: vec![(
            url.into(),
            "the server is currently unable to handle the request".into(),
        )],
        ..BundleOptions::default()
    };
    let bundle = unpacked(&world("v1.8.2"), &options);
    let log = read(bundle.path(), "bundleGenerationError.log");
    let line =
        format!("Failed to get {url}: the server is currently unable to handle the request\n");
    assert!(log.contains(&line), "{log}");
    assert!(
        !bundle
            .path()
            .join("yamls/cluster/storage.k8s.io/v1/csinodes.yaml")
            .exists()
    );
}

#[test]
fn logs_do_not_compress() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.zip");
    let options = BundleOptions {
        logs_mib: 4,
        ..BundleOptions::default()
    };
    write_zip(&world("v1.8.2"), &options, &path).unwrap();
    assert!(path.metadata().unwrap().len() > 4 * 1024 * 1024);
}
