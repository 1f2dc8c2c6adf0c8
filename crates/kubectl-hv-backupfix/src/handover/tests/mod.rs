//! No secret, address or host that was planted is in any file of a report.

mod planted;

use std::fs;
use std::path::{Path, PathBuf};

use hv_cli::{Manner, Ui};
use hv_cluster::Source;
use hv_cluster::bundle::SupportBundle;
use hv_cluster::facts::Facts;
use serde_json::{Value, json};

use planted::{PLANTED, objects};

use super::{Folder, Judged, write};
use crate::catalog::Catalog;
use crate::index::Index;
use crate::inventory::{Inventory, Reach};
use crate::judge::{Wanted, judge};
use crate::report::{FindingList, Summary};

fn bundle(folder: &Path) -> Source {
    let root = folder.join("bundle");
    let put = |path: String, text: String| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let metadata = "bundlename: b\nbundleversion: 0.1.0\nkubernetesversion: v1.34.3\nbundlecreatedat: \"2026-08-01T10:05:00Z\"\n";
    put("metadata.yaml".to_owned(), metadata.to_owned());
    for (path, items) in objects() {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        put(format!("yamls/{path}.yaml"), list.to_string());
    }
    Source::Bundle(SupportBundle::open(&root).unwrap())
}

/// Writes a report of the planted objects and returns its folder and its files.
fn report(name: &str) -> (PathBuf, Vec<(String, String)>, String) {
    let bench = std::env::temp_dir().join(format!("hv-report-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&bench);
    fs::create_dir_all(&bench).unwrap();
    let source = bundle(&bench);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (ui, captured) = Ui::capture(Manner::default());
    let wanted = bench.join("report");
    runtime.block_on(async {
        let facts = Facts::builtin().unwrap();
        let inventory = Box::pin(Inventory::read(&source, Reach::default(), &facts)).await;
        let inventory = inventory.unwrap();
        let verdicts = judge(
            &Index::new(&inventory),
            &Catalog::builtin().unwrap(),
            Wanted::default(),
            None,
        );
        let report = FindingList {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "FindingList",
            cluster: crate::scan::cluster(&inventory, &source),
            items: verdicts.findings,
            sound: None,
            summary: Summary::default(),
        };
        assert!(report.items.len() > 8, "{:?}", report.items);
        let judged = Judged {
            source: &source,
            inventory: &inventory,
            namespace: None,
            report: &report,
        };
        write(Folder::prepare(&wanted).unwrap(), judged, &ui)
            .await
            .unwrap();
    });
    let mut files = Vec::new();
    for folder in [wanted.clone(), wanted.join("inputs")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(&wanted).unwrap().display().to_string();
                files.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    files.sort();
    (bench, files, captured.stderr())
}

#[test]
fn nothing_that_was_planted_comes_out() {
    let raw = format!("{:?}", objects()).to_ascii_lowercase();
    for planted in PLANTED {
        assert!(
            raw.contains(&planted.to_ascii_lowercase()),
            "{planted} is not planted"
        );
    }
    let (bench, files, told) = report("planted");
    assert!(
        files.len() >= 11,
        "{:?}",
        files.iter().map(|(name, _)| name).collect::<Vec<_>>()
    );
    for (name, text) in &files {
        for planted in PLANTED {
            let at = text
                .to_ascii_lowercase()
                .find(&planted.to_ascii_lowercase());
            let around = at.map(|at| {
                &text[text.floor_char_boundary(at.saturating_sub(60))
                    ..text.floor_char_boundary(at + 60)]
            });
            assert_eq!(around, None, "{planted} in {name}");
        }
    }
    assert!(
        PLANTED.iter().all(|planted| !told.contains(planted)),
        "{told}"
    );
    fs::remove_dir_all(bench).unwrap();
}

#[test]
fn a_report_is_whole_and_can_be_read_back() {
    let (bench, files, told) = report("whole");
    let text = |name: &str| &files.iter().find(|(file, _)| file == name).unwrap().1;
    let read = |name: &str| -> Value { serde_saphyr::from_str(text(name)).unwrap() };
    assert_eq!(read("findings.yaml")["kind"], "FindingList");
    let backups = read("inputs/virtualmachinebackups.harvesterhci.io.yaml");
    let backup = &backups["items"][0];
    assert_eq!(backup["kind"], "VirtualMachineBackup");
    assert_eq!(
        backup["status"]["volumeBackups"][0]["longhornBackupName"],
        "backup-1"
    );
    assert_eq!(backup["metadata"]["managedFields"], Value::Null);
    // The same address has the same mask in every file and spelling.
    let instance = &backup["status"]["source"]["spec"]["template"]["spec"];
    let mac = instance["domain"]["devices"]["interfaces"][0]["macAddress"]
        .as_str()
        .unwrap();
    assert!(mac.starts_with("mac-"), "{mac}");
    let restores = text("inputs/virtualmachinerestores.harvesterhci.io.yaml");
    assert!(
        restores.contains(&format!("duplicate mac address {mac} for")),
        "{restores}"
    );
    assert!(text("index.html").contains(&format!("duplicate mac address {mac} for")));
    // What a judgement goes by is still there.
    let settings = text("inputs/settings.harvesterhci.io.yaml");
    assert!(
        settings.contains("v1.8.2") && settings.contains("https://host-"),
        "{settings}"
    );
    for file in ["index.html", "README.txt"] {
        assert!(text(file).contains("v1.8.2"), "{file}");
    }
    assert!(text("index.html").contains("default-src 'none'"));
    assert!(!text("index.html").contains("<script") && !text("index.html").contains("<link"));
    assert!(
        told.contains("look through it") && told.contains("tar czf"),
        "{told}"
    );
    fs::remove_dir_all(bench).unwrap();
}
