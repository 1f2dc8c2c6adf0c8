//! Objects in half-made states, hostile texts, and sizes.

use serde_json::{Value, json};

use crate::plugin::{desk, findings, world};

fn scan(patch: &Value) -> (Option<i32>, Vec<String>) {
    let mut world = world("v1.8.2+backups");
    assert!(world.merge("VirtualMachineBackup", "prod", "payroll-june", patch));
    let run = desk(&world).run("scan -A --from bundle -o json");
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    (run.code, findings(&run).into_iter().collect())
}

#[test]
fn half_made_backups_are_judged_by_what_they_have() {
    for (patch, expected) in [
        (
            json!({"status": null}),
            "error vmb-no-status VirtualMachineBackup/prod/payroll-june",
        ),
        (
            json!({"status": "none"}),
            "error vmb-no-status VirtualMachineBackup/prod/payroll-june",
        ),
        (
            json!({"status": {"volumeBackups": []}}),
            "error vmb-no-status VirtualMachineBackup/prod/payroll-june",
        ),
        (
            json!({"status": {"readyToUse": null}}),
            "error stuck-progress VirtualMachineBackup/prod/payroll-june",
        ),
        (
            json!({"status": {"backupTarget": 7}}),
            "error no-target VirtualMachineBackup/prod/payroll-june",
        ),
        (
            json!({"status": {"error": {"message": "broken"}}}),
            "error vmb-error VirtualMachineBackup/prod/payroll-june",
        ),
        (
            json!({"metadata": {"ownerReferences": [{"kind": "VirtualMachine"}, {"kind": 7}]}, "status": {"readyToUse": false}}),
            "error stuck-progress VirtualMachineBackup/prod/payroll-june",
        ),
    ] {
        let (code, found) = scan(&patch);
        assert!(
            found.iter().any(|line| line == expected),
            "{patch}: {found:?}"
        );
        assert_eq!(code, Some(1), "{patch}");
    }
    // What is odd without any effect is no finding.
    for patch in [
        json!({"status": {"progress": "much", "conditions": "none", "secretBackups": 7, "more": [1]}}),
        json!({"metadata": {"labels": null, "finalizers": null, "annotations": {"a": null}}}),
        json!({"spec": {"type": null}}),
    ] {
        let (code, found) = scan(&patch);
        assert!(found.is_empty(), "{patch}: {found:?}");
        assert_eq!(code, Some(0));
    }
}

#[test]
fn texts_of_the_cluster_cannot_drive_a_terminal() {
    let mut world = world("v1.8.2+backups");
    let evil = "\u{1b}[2J\u{202e}gone\nnext line";
    let patch = json!({"status": {"error": {"message": evil}}});
    assert!(world.merge("VirtualMachineBackup", "prod", "payroll-june", &patch));
    let plugin = desk(&world);
    for format in ["table", "wide", "json", "yaml", "prometheus", "name"] {
        let run = plugin.run(&format!("scan -A --from bundle -o {format}"));
        let printed = format!("{}{}", run.stdout, run.stderr);
        assert!(
            !printed.contains(['\u{1b}', '\u{202e}']),
            "{format}: {printed:?}"
        );
        assert_eq!(run.code, Some(1), "{format}");
    }
    let document = plugin.run("scan -A --from bundle -o json").document();
    assert_eq!(document["items"][0]["message"], evil);
}

#[test]
fn what_harvester_quotes_of_the_setting_is_not_passed_on() {
    let mut world = world("v1.8.2+setting-failed");
    let quoted = "unmarshal failed, value: {\"secretAccessKey\":\"hush-hush";
    let patch = json!({"status": {"conditions": [{"type": "configured", "status": "False", "message": quoted}]}});
    assert!(world.merge("Setting", "", "backup-target", &patch));
    let plugin = desk(&world);
    for words in [
        "scan -A",
        "scan -A -o json",
        "target show",
        "explain setting/backup-target",
    ] {
        let run = plugin.run(&format!("{words} --from bundle"));
        let printed = format!("{}{}", run.stdout, run.stderr);
        assert!(!printed.contains("hush-hush"), "{words}: {printed}");
    }
}

#[test]
fn many_backups_are_looked_at_on_every_release() {
    for release in hv_testbed::world::names() {
        let mut world = world(&format!("{release}+backups"));
        world.grow_backups(60, 0).unwrap();
        for kind in ["VirtualMachine", "PersistentVolumeClaim"] {
            world.remove_kind(kind);
        }
        // A snapshot without its claims is another matter.
        world.remove("VirtualMachineBackup", "wiki-before-upgrade");
        let namespaces: Vec<String> = world
            .of_kind("Namespace")
            .filter_map(|ns| ns["metadata"]["name"].as_str().map(Into::into))
            .collect();
        world.namespaces_in_bundle = namespaces;
        let run = desk(&world).run("scan -A --from bundle -o json");
        let document = run.document();
        assert!(
            document["summary"]["backups"].as_u64().unwrap() >= 60,
            "{release}"
        );
        let errors: Vec<_> = findings(&run)
            .into_iter()
            .filter(|line| !line.contains("orphan"))
            .take(3)
            .collect();
        assert!(errors.is_empty(), "{release}: {errors:?}");
    }
}

#[test]
fn the_document_is_what_its_schema_says() {
    let text = include_str!("../../../schemas/finding-list.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for world_name in [
        "v1.8.2+backups",
        "v1.9.0-rc6+restore-crash-loop",
        "v1.4.3+wrong-handle",
    ] {
        let document = desk(&world(world_name))
            .run("scan -A --from bundle --show-ok -o json")
            .document();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{world_name}: {errors:?}");
    }
}
