//! The other commands from the built binary: what they decide, and how they end.

use serde_json::Value;

use crate::plugin::{desk, world, write_target};

#[test]
fn explain_replays_a_restore_as_each_release_decides_it() {
    for (release, code, words) in [
        ("v1.4.3", 0, "wrong-handle"),
        ("v1.8.2", 1, "-snap-revise"),
        ("v1.9.0-rc6", 1, "crash"),
    ] {
        let plugin = desk(&world(&format!("{release}+wrong-handle")));
        let run = plugin.run("explain -n prod payroll-june --from bundle");
        assert_eq!(run.code, Some(code), "{release}: {run:?}");
        assert!(run.stdout.contains(words), "{release}: {}", run.stdout);
    }
}

#[test]
fn explain_replays_the_import_of_a_record() {
    let world = world("v1.8.2+backups");
    let plugin = desk(&world);
    write_target(&world, &plugin);
    let source = plugin.path("target/harvester/vmbackups/prod/payroll-june.cfg");
    let text = std::fs::read_to_string(&source).unwrap();
    let record = |name: &str, from: &str, to: &str| {
        let changed = text.replace("payroll-june", name).replace(from, to);
        let path = format!("target/harvester/vmbackups/prod/{name}.cfg");
        std::fs::write(plugin.path(&path), changed).unwrap();
        plugin.run(&format!("explain --record {path} --from bundle -o json"))
    };
    let present = plugin
        .run("explain --record target/harvester/vmbackups/prod/payroll-june.cfg --from bundle");
    assert_eq!(present.code, Some(0), "{present:?}");
    let gone = record(
        "july",
        "\"storageClassName\":\"harvester-longhorn\"",
        "\"storageClassName\":\"gone\"",
    );
    assert_eq!(gone.code, Some(1), "{gone:?}");
    assert!(gone.stdout.contains("sc-missing"), "{}", gone.stdout);
    let broken = record("august", "\"backupSpec\"", "backupSpec");
    assert_eq!(broken.code, Some(1), "{broken:?}");
    assert!(broken.stdout.contains("unreadable"), "{}", broken.stdout);
    let pass = plugin.run("explain --target-dir target -A --from bundle");
    assert!(pass.stdout.contains("july"), "{pass:?}");
    let nowhere = plugin.run("explain --record nothing.cfg --from bundle");
    assert!(matches!(nowhere.code, Some(2 | 7)), "{nowhere:?}");
}

#[test]
fn delete_advice_tells_what_becomes_of_the_data() {
    for (name, fate) in [
        ("v1.8.2+backups", "deleted"),
        ("v1.8.2+wrong-handle", "leaked"),
        ("v1.4.3+wrong-handle", "deleted"),
        ("v1.8.2+target-mismatch", "race"),
        ("v1.8.2+lh-target-down", "hangs"),
    ] {
        let plugin = desk(&world(name));
        let run = plugin.run("delete-advice -n prod payroll-june --from bundle");
        assert!(
            run.stdout.contains(&format!("   {fate}   ")),
            "{name}: {run:?}"
        );
    }
}

#[test]
fn orphans_and_target_show_answer_from_a_bundle() {
    let plugin = desk(&world("v1.8.2+orphan-vsc"));
    let orphans = plugin.run("orphans -A --from bundle -o json");
    assert_eq!(orphans.code, Some(0), "{orphans:?}");
    let document = orphans.document();
    assert_eq!(document["kind"], "OrphanList");
    let items = document["items"].as_array().unwrap();
    let named = |item: &Value| {
        item.to_string()
            .contains("payroll-may-volume-payroll-disk-0-vsc")
    };
    assert!(items.iter().any(named), "{document:#}");
    let shown = plugin.run("target show --from bundle -o json");
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert_eq!(shown.document()["kind"], "BackupTargetReport");
    let down = desk(&world("v1.8.2+lh-target-down")).run("target show --from bundle");
    assert_eq!(down.code, Some(1), "{down:?}");
}

#[test]
fn a_report_holds_no_secret() {
    let mut world = world("v1.8.2+secret-in-cfg");
    let secret = "aHVzaC1odXNo";
    let patch = serde_json::json!({"status": {"secretBackups": [{"name": "ci", "data": {"userdata": secret}}]}});
    assert!(world.merge("VirtualMachineBackup", "prod", "payroll-june", &patch));
    let plugin = desk(&world);
    let run = plugin.run("scan -A --from bundle --report out");
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut files = vec![plugin.path("out")];
    let mut read = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for hidden in [secret, "s3.example.invalid"] {
            assert!(!text.contains(hidden), "{hidden} is in {}", path.display());
        }
        read += 1;
    }
    assert!(read > 5);
    let again = plugin.run("scan -A --from bundle --report out");
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.starts_with("error: "), "{again:?}");
}
