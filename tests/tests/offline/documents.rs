//! Documents: the same answer as JSON and YAML, as the committed schema says.

use serde_json::Value;

use crate::desk::{Desk, world};

const TARGETS: &[&str] = &[
    "--check-driver",
    "check-driver -o wide",
    "check-driver vm -A",
    "check-driver vm/db01 -n prod",
    "check-driver pvc -A",
    "check-driver image -A",
    "check-driver ceph-rbd --require vm-snapshot",
    "check-driver old.csi.example.org --evidence",
];

fn schema() -> jsonschema::Validator {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../schemas/driver-report.schema.json"
    );
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn every_report_fits_the_committed_schema() {
    let schema = schema();
    for name in ["v1.4.3", "v1.8.2", "v1.9.0-rc6"] {
        let desk = Desk::with(&world(name));
        for words in TARGETS {
            let run = desk.ask(&format!("{words} -o json"));
            let report: Value = serde_json::from_str(&run.stdout).unwrap();
            let errors: Vec<String> = schema
                .iter_errors(&report)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{name}: {words}: {errors:#?}");
            assert!(
                !report["items"].as_array().unwrap().is_empty(),
                "{name}: {words}"
            );
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let desk = Desk::with(&crate::desk::storage("v1.8.2"));
    let mut report = desk.report("check-driver ceph-rbd");
    assert!(schema().is_valid(&report));
    report["items"][0]["capabilities"]["clone"]["verdict"] = "perhaps".into();
    assert!(!schema().is_valid(&report));
    let mut report = desk.report("check-driver ceph-rbd");
    report["items"][0].as_object_mut().unwrap().remove("target");
    assert!(!schema().is_valid(&report));
}

#[test]
fn yaml_and_json_are_the_same_document() {
    let desk = Desk::with(&world("v1.8.2"));
    for words in [
        "check-driver vm/db01 -n prod",
        "check-driver",
        "explain node-local",
    ] {
        let from = if words.starts_with("explain") {
            ""
        } else {
            "--from bundle.zip"
        };
        let json = desk.run(&format!("{words} {from} -o json"));
        let yaml = desk.run(&format!("{words} {from} -o yaml"));
        let json: Value = serde_json::from_str(&json.stdout).unwrap();
        let yaml: Value = serde_saphyr::from_str(&yaml.stdout).unwrap();
        assert_eq!(json, yaml, "{words}");
    }
}

#[test]
fn all_capabilities_are_in_every_item_and_disk() {
    let desk = Desk::with(&world("v1.8.2"));
    let report = desk.report("check-driver vm/everything -n test");
    let item = &report["items"][0];
    assert_eq!(item["disks"].as_array().unwrap().len(), 7);
    let disks = item["disks"].as_array().unwrap().iter();
    for judged in disks.chain([item]) {
        let names: Vec<&String> = judged["capabilities"].as_object().unwrap().keys().collect();
        let mut expected = [
            "vm-snapshot",
            "volume-snapshot",
            "volume-restore",
            "vm-restore",
            "vm-backup",
            "clone",
            "export-image",
            "expand-offline",
            "expand-online",
            "live-migration",
            "group-snapshot",
        ];
        expected.sort_unstable();
        let mut names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, expected);
    }
}

#[test]
fn two_truths_stand_beside_each_other() {
    let desk = Desk::with(&crate::desk::storage("v1.8.2"));
    let report = desk.report("check-driver ceph-rbd");
    let snapshot = &report["items"][0]["capabilities"]["vm-snapshot"];
    assert_eq!(snapshot["driverVerdict"], "yes");
    assert_eq!(snapshot["policyVerdict"], "no");
    assert_eq!(snapshot["reason"], "not-in-csi-driver-config");
    assert_eq!(
        snapshot["fix"],
        "kubectl hv-snapshot check-driver ceph-rbd --suggest-config"
    );
    let weakest: Vec<&Value> = snapshot["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|evidence| evidence["verdict"] == "no")
        .collect();
    assert_eq!(weakest.len(), 1, "{snapshot:#}");
    assert_eq!(weakest[0]["layer"], "configuration");
    assert_eq!(weakest[0]["source"], "setting/csi-driver-config");
    assert_eq!(report["cluster"]["source"], "support-bundle");
    assert_eq!(report["cluster"]["time"], "2026-11-21T10:00:00Z");
    assert_eq!(report["cluster"]["harvesterRelease"], "known");
}

#[test]
fn a_fix_stands_only_where_it_helps() {
    let desk = Desk::with(&crate::desk::storage("v1.8.2"));
    let report = desk.report("check-driver");
    let mut fixes = Vec::new();
    for item in report["items"].as_array().unwrap() {
        for (name, judged) in item["capabilities"].as_object().unwrap() {
            if judged.get("fix").is_some() {
                assert_ne!(judged["verdict"], "yes");
                assert_ne!(judged["driverVerdict"], "no", "{judged:#}");
                fixes.push(format!(
                    "{} {name}",
                    item["target"]["name"].as_str().unwrap()
                ));
            }
        }
    }
    assert_eq!(
        fixes,
        [
            "ceph-rbd vm-snapshot",
            "ceph-rbd volume-snapshot",
            "hostpath expand-offline",
            "lvm-thin expand-online",
            "nfs expand-online",
            "trident-san expand-online",
        ]
    );
}
