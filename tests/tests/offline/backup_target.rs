//! The backup target: whether there is one, and that its keys are never shown.

use insta::assert_snapshot;

use crate::desk::{Desk, storage, world};

#[test]
fn without_a_target_there_is_no_backup() {
    let answer = |value: &str| {
        let mut world = storage("v1.8.2");
        world.set_setting("backup-target", value);
        Desk::with(&world).verdicts("harvester-longhorn ceph-rbd", &["vm-backup", "vm-snapshot"])
    };
    assert_snapshot!(answer(""), @"
    harvester-longhorn: vm-backup no (no-backup-target), vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
    assert_snapshot!(answer("{}"), @"
    harvester-longhorn: vm-backup no (no-backup-target), vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
    assert_snapshot!(answer("null"), @"
    harvester-longhorn: vm-backup no (no-backup-target), vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
    assert_snapshot!(answer(r#"{"type":"","endpoint":""}"#), @"
    harvester-longhorn: vm-backup no (no-backup-target), vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
    assert_snapshot!(answer(r#"{"type":"nfs","endpoint":"nfs://backup.example.invalid:/vms"}"#), @"
    harvester-longhorn: vm-backup yes, vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
    assert_snapshot!(answer("not JSON"), @"
    harvester-longhorn: vm-backup no (no-backup-target), vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
    assert_snapshot!(answer("[7]"), @"
    harvester-longhorn: vm-backup no (no-backup-target), vm-snapshot yes
    ceph-rbd: vm-backup no (third-party-snapshot-only), vm-snapshot no (not-in-csi-driver-config)
    ");
}

#[test]
fn a_missing_setting_is_no_target() {
    let mut world = storage("v1.8.2");
    assert_eq!(world.remove("Setting", "backup-target"), 1);
    assert_snapshot!(Desk::with(&world).verdicts("harvester-longhorn", &["vm-backup"]), @"harvester-longhorn: vm-backup no (no-backup-target)");
}

#[test]
fn keys_of_the_target_appear_nowhere() {
    let secret = "wJalrXUtnFEMI-K7MDENG";
    let target = format!(
        r#"{{"type":"s3","endpoint":"https://s3.example.invalid","accessKeyId":"AKIA{secret}","secretAccessKey":"{secret}","bucketName":"b","bucketRegion":"r","cert":"{secret}"}}"#
    );
    let broken = target.replace('}', "");
    for value in [&target, &broken] {
        let mut world = world("v1.8.2");
        world.set_setting("backup-target", value);
        let desk = Desk::with(&world);
        for words in [
            "check-driver",
            "check-driver vm/web01 -n prod",
            "check-driver --suggest-config",
        ] {
            for format in ["wide", "json", "yaml"] {
                for verbosity in ["0", "9"] {
                    let run = desk.ask(&format!("{words} -o {format} -v={verbosity} --evidence"));
                    assert_eq!(run.code, Some(0), "{run}");
                    let said = format!("{}{}", run.stdout, run.stderr);
                    assert!(
                        !said.contains(secret),
                        "{words} -o {format} -v={verbosity}: {run}"
                    );
                }
            }
        }
    }
}
