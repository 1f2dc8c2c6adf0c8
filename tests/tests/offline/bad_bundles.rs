//! Files and folders that are no support bundle, or mean harm.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use hv_testbed::bundle::{BundleOptions, write_dir};
use insta::assert_snapshot;
use zip::write::SimpleFileOptions;

use crate::desk::{Desk, Run, storage};

const CLASSES: &str = "b/yamls/cluster/storage.k8s.io/v1/storageclasses.yaml";

/// A zip that says what it is, with these files besides.
fn write_zip_of(path: &Path, files: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    let options = SimpleFileOptions::default();
    let metadata: (&str, &[u8]) = (
        "b/metadata.yaml",
        b"bundlecreatedat: \"2026-11-21T10:00:00Z\"\n",
    );
    for (name, content) in [metadata].iter().chain(files) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn nothing_there() {
    let desk = Desk::empty();
    fs::create_dir(desk.path("folder")).unwrap();
    fs::write(desk.path("text.zip"), "hello\n").unwrap();
    fs::write(desk.path("empty.zip"), "").unwrap();
    assert_snapshot!(desk.run("--check-driver --from nowhere.zip"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: "nowhere.zip" does not exist

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    "#);
    assert_snapshot!(desk.run("--check-driver --from folder"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: "folder" holds no support bundle: nowhere is a metadata.yaml beside a folder yamls

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    "#);
    assert_snapshot!(desk.run("--check-driver --from text.zip"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: "text.zip" is not a zip file; a support bundle is a zip file or the folder unpacked from it

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    "#);
    assert_snapshot!(desk.run("--check-driver --from empty.zip"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: "empty.zip" is empty

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    "#);
}

#[test]
fn a_folder_or_one_above_it() {
    let desk = Desk::empty();
    let world = storage("v1.8.2");
    write_dir(
        &world,
        &BundleOptions::default(),
        &desk.path("above/bundle"),
    )
    .unwrap();
    let unpacked = desk.run("--check-driver --from above/bundle");
    let zipped = Desk::with(&world).ask("--check-driver");
    assert_eq!(unpacked.to_string(), zipped.to_string());
    assert_eq!(
        desk.run("--check-driver --from above").to_string(),
        zipped.to_string()
    );
    write_dir(
        &world,
        &BundleOptions::default(),
        &desk.path("above/second"),
    )
    .unwrap();
    assert_snapshot!(desk.run("--check-driver --from above"), @r#"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: "above" holds several support bundles: "bundle", "second"; name one of them

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    "#);
}

#[test]
fn a_zip_that_was_cut_anywhere() {
    let desk = Desk::with(&storage("v1.8.2"));
    let whole = fs::read(desk.path("bundle.zip")).unwrap();
    let mut said = Vec::new();
    for part in 0..24 {
        let length = whole.len() * part / 24;
        fs::write(desk.path("cut.zip"), &whole[..length]).unwrap();
        let run = desk.run("--check-driver --from cut.zip");
        assert_eq!(run.code, Some(1), "{length}: {run}");
        assert_eq!(run.stdout, "", "{length}");
        said.push(run.stderr.lines().next().unwrap().to_owned());
    }
    for tail in [1, 4, 22] {
        fs::write(desk.path("cut.zip"), &whole[..whole.len() - tail]).unwrap();
        let run = desk.run("--check-driver --from cut.zip");
        assert_eq!(run.code, Some(1), "{tail}: {run}");
    }
    said.dedup();
    assert_snapshot!(said.join("\n"), @r#"
    error: "cut.zip" is empty
    error: "cut.zip" is a truncated or damaged zip file: its table of contents is missing
    error: "cut.zip" holds no support bundle: nowhere is a metadata.yaml beside a folder yamls
    "#);
}

#[test]
fn bytes_that_were_turned_never_panic() {
    let desk = Desk::with(&storage("v1.8.2"));
    let whole = fs::read(desk.path("bundle.zip")).unwrap();
    for part in 1..24 {
        let mut damaged = whole.clone();
        let at = whole.len() * part / 24;
        damaged[at..at + 8].fill(0xff);
        fs::write(desk.path("damaged.zip"), &damaged).unwrap();
        let run = desk.run("--check-driver --from damaged.zip");
        // What is not damaged is answered; 101 would be a panic.
        assert!(matches!(run.code, Some(0 | 1 | 7)), "{at}: {run}");
        assert!(!run.stderr.contains("panicked"), "{at}: {run}");
    }
}

#[test]
fn a_damaged_list_is_named() {
    let desk = Desk::empty();
    write_zip_of(
        &desk.path("bundle.zip"),
        &[(CLASSES, b"items: [ {{{ \x00\xff")],
    );
    let run = desk.ask("--check-driver");
    assert_eq!((run.code, run.stdout.as_str()), (Some(7), ""), "{run}");
    assert!(run.stderr.contains("storageclasses.yaml"), "{run}");
    // There is no server, and the file stays as it is.
    assert!(!run.stderr.contains("try again later"), "{run}");
    assert!(!run.stderr.contains("from server"), "{run}");
}

#[test]
fn names_that_lead_out_of_the_bundle() {
    let desk = Desk::empty();
    let class =
        b"apiVersion: v1\nitems:\n- metadata:\n    name: hostile\n  provisioner: x\nkind: List\n";
    let files: &[(&str, &[u8])] = &[
        ("b/yamls/cluster/v1/nodes.yaml", b""),
        (
            "../../b/yamls/cluster/storage.k8s.io/v1/storageclasses.yaml",
            class,
        ),
        (
            "/b/yamls/cluster/storage.k8s.io/v1/storageclasses.yaml",
            class,
        ),
        (
            "b/yamls/cluster/storage.k8s.io/../storage.k8s.io/v1/storageclasses.yaml",
            class,
        ),
    ];
    write_zip_of(&desk.path("bundle.zip"), files);
    assert_snapshot!(desk.ask("--check-driver"), @r#"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    3 of the zip's entries have names that lead out of it and are ignored
    No resources found
    Warning: could not read kubevirts.kubevirt.io: namespace "harvester-system" is not in this bundle; it covers default, kube-system
    Warning: could not read settings.longhorn.io: namespace "longhorn-system" is not in this bundle; it covers default, kube-system
    "#);
    assert!(!desk.path("../b").exists());
}

/// A list with one endless line in it.
fn bomb(mebibytes: usize) -> Desk {
    let desk = Desk::empty();
    let mut text =
        b"apiVersion: v1\nitems:\n- metadata:\n    name: a\n    annotations:\n      a: ".to_vec();
    text.resize(mebibytes << 20, b'a');
    write_zip_of(&desk.path("bundle.zip"), &[(CLASSES, &text)]);
    assert!(fs::metadata(desk.path("bundle.zip")).unwrap().len() < 1 << 20);
    desk
}

/// Runs with an address space so small that the list would not fit into it.
fn run_in_little_memory(desk: &Desk) -> Run {
    let kibibytes = 220_000;
    let command = format!(
        "ulimit -v {kibibytes}; exec ./kubectl-hv_snapshot --check-driver --from bundle.zip"
    );
    let output = Command::new("/bin/sh")
        .args(["-c", &command])
        .current_dir(desk.path(""))
        .env_clear()
        .output()
        .unwrap();
    Run::of(&output, &desk.path(""))
}

#[test]
fn a_zip_bomb_is_refused_in_little_memory() {
    assert_snapshot!(run_in_little_memory(&bomb(300)), @"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: yamls/cluster/storage.k8s.io/v1/storageclasses.yaml is larger than 256 MiB

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    ");
    assert_snapshot!(run_in_little_memory(&bomb(120)), @"
    exit code: 1
    ----- stdout -----
    ----- stderr -----
    error: yamls/cluster/storage.k8s.io/v1/storageclasses.yaml grows to more than 250 times its packed size, as a zip bomb does

    hint: a support bundle is a zip with metadata.yaml and yamls/ inside, or its folder
    ");
}
