//! The rules as a table: release, storage and settings against the words of the refusal.

use serde_json::{Value, json};

use super::*;
use crate::admission::Release;

const DEFAULT: &str = r#"{"driver.longhorn.io":{"volumeSnapshotClassName":"longhorn-snapshot","backupVolumeSnapshotClassName":"longhorn"}}"#;
const LVM: &str = r#"{"lvm.driver.harvesterhci.io":{"volumeSnapshotClassName":"lvm-snapshot"}}"#;
const LVM_BOTH: &str = r#"{"lvm.driver.harvesterhci.io":{"volumeSnapshotClassName":"a","backupVolumeSnapshotClassName":"b"}}"#;
const LVM_BACKUP: &str = r#"{"lvm.driver.harvesterhci.io":{"backupVolumeSnapshotClassName":"b"}}"#;
const TARGET: &str = r#"{"type":"s3","endpoint":"http://127.0.0.1:9000","bucketName":"b"}"#;

const V1: &str = "v1";
const V2: &str = "v2";
const OTHER: &str = "lvm.driver.harvesterhci.io";

fn disk(storage: &str) -> Disk {
    let provisioner = if storage == OTHER { OTHER } else { LONGHORN };
    Disk {
        name: "disk-0".into(),
        claim_name: "web-disk-0".into(),
        claim: Some(json!({"spec": {"storageClassName": "c", "volumeName": "pvc-1"}})),
        class: Some(json!({"provisioner": provisioner})),
        engines: if storage == OTHER {
            Vec::new()
        } else {
            vec![storage.into()]
        },
        longhorn_volume: (storage != OTHER).then(|| storage.into()),
        is_shareable: false,
    }
}

fn inputs(release: &str, kind: &str, storage: &str, value: &str, target: &str) -> Inputs {
    Inputs {
        release: Release::parse(release),
        backup: json!({
            "metadata": {"namespace": "prod", "name": "b1"},
            "spec": {"type": kind, "source": {"kind": "VirtualMachine", "name": "web"}},
        }),
        existing: None,
        vm: Some(json!({})),
        is_migrating: false,
        disks: vec![disk(storage)],
        csi_driver_config: (DEFAULT.into(), value.into()),
        backup_target: ("{}".into(), target.into()),
    }
}

fn words(result: &Result<(), Refusal>) -> String {
    match result {
        Ok(()) => "accepted".into(),
        Err(Refusal {
            code: 422,
            field: Some(field),
            message,
        }) => format!("{field}: {message}"),
        Err(Refusal { code, message, .. }) => format!("{code} {message}"),
    }
}

#[test]
fn storage_and_settings_decide_as_observed() {
    let no_backup =
        "spec.source.name: provisioner lvm.driver.harvesterhci.io is not supported for type backup";
    let not_configured = "spec.source.name: provisioner lvm.driver.harvesterhci.io is not configured in the csi-driver-config setting";
    let no_class = "spec.source.name: snapshot's VolumeSnapshotClassName is not configured for provisioner lvm.driver.harvesterhci.io in the csi-driver-config setting";
    let no_backup_class = "spec.source.name: backup's snapshot class is not configured for provisioner lvm.driver.harvesterhci.io in the csi-driver-config setting";
    let no_json = "spec.source.name: can't parse csi-driver-config setting, err: invalid character 'n' looking for beginning of object key string";
    let no_target = "spec.type: backup target is not set";
    let v2_synthetic = |kind| {
        format!(
            "spec.source.name: provisioner v2.driver.longhorn.io is not supported for type {kind}"
        )
    };
    let v2_volume = "spec.source.name: vm prod/web contains Longhorn v2 volume pvc-1 from PVC prod/web-disk-0, which does not support VM backup";
    for (release, kind, storage, value, target, expected) in [
        ("v1.8.2", "snapshot", V1, "", "", "accepted"),
        ("v1.8.2", "snapshot", V1, LVM, "", "accepted"),
        ("v1.8.2", "snapshot", V1, "{not json", "", no_json),
        ("v1.8.2", "backup", V1, "", "", no_target),
        ("v1.8.2", "backup", V1, "", TARGET, "accepted"),
        ("v1.8.2", "snapshot", V2, "", "", "accepted"),
        ("v1.8.2", "backup", V2, "", TARGET, "accepted"),
        ("v1.8.2", "snapshot", OTHER, "", "", not_configured),
        ("v1.8.2", "snapshot", OTHER, LVM, "", "accepted"),
        ("v1.8.2", "snapshot", OTHER, LVM_BACKUP, "", no_class),
        ("v1.8.2", "snapshot", OTHER, "{not json", "", no_json),
        ("v1.8.2", "backup", OTHER, "", "", no_backup),
        ("v1.8.2", "backup", OTHER, LVM_BOTH, TARGET, no_backup),
        ("v1.6.1", "snapshot", V2, "", "", &v2_synthetic("snapshot")),
        ("v1.6.1", "backup", V2, "", TARGET, &v2_synthetic("backup")),
        ("v1.5.2", "snapshot", V2, "", "", &v2_synthetic("snapshot")),
        ("v1.7.3", "snapshot", V2, "", "", "accepted"),
        ("v1.9.0-rc6", "snapshot", V1, "", "", "accepted"),
        ("v1.9.0-rc6", "snapshot", V2, "", "", v2_volume),
        ("v1.9.0-rc6", "backup", V2, "", TARGET, v2_volume),
        ("v1.9.0-rc3", "snapshot", V2, "", "", "accepted"),
        ("v1.9.0-rc6", "backup", OTHER, "", TARGET, not_configured),
        ("v1.9.0-rc6", "backup", OTHER, LVM, TARGET, no_backup_class),
        ("v1.9.0-rc6", "backup", OTHER, LVM_BOTH, TARGET, "accepted"),
        ("v1.4.3", "snapshot", OTHER, "", "", "accepted"),
        ("v1.4.3", "backup", OTHER, "", TARGET, "accepted"),
        ("v1.4.3", "backup", OTHER, "", "", no_target),
        ("master-0abc-head", "snapshot", V2, "", "", v2_volume),
    ] {
        let result = judge(&inputs(release, kind, storage, value, target));
        assert_eq!(
            words(&result),
            expected,
            "{release} {kind} {storage} {value}"
        );
    }
}

#[test]
fn the_vm_is_looked_at() {
    let usual = inputs("v1.8.2", "snapshot", V1, "", "");
    let missing = Inputs {
        vm: None,
        ..usual.clone()
    };
    assert_eq!(
        words(&judge(&missing)),
        r#"spec.source.name: virtualmachines.kubevirt.io "web" not found"#
    );
    let migrating = Inputs {
        is_migrating: true,
        ..usual.clone()
    };
    assert_eq!(
        words(&judge(&migrating)),
        "spec.source.name: VM prod/web is in migration"
    );

    let mut no_engine = usual.clone();
    no_engine.disks[0].engines.clear();
    let expected = "spec.source.name: expected 1 Longhorn engine volume pvc-1, found 0";
    assert_eq!(words(&judge(&no_engine)), expected);

    let mut shared = usual.clone();
    shared.disks[0].is_shareable = true;
    assert_eq!(words(&judge(&shared)), "accepted");
    shared.release = Release::parse("v1.9.0");
    let expected = "spec.source.name: cannot back up VM prod/web: disk disk-0 is shareable and may be \
                    written by multiple VMs concurrently";
    assert_eq!(words(&judge(&shared)), expected);

    let mut record = Inputs { vm: None, ..usual };
    record.backup["status"] = json!({"readyToUse": true});
    assert_eq!(words(&judge(&record)), "accepted");
}

#[test]
fn a_name_in_use_and_a_bad_deadline_are_refused() {
    let duplicate = |release, mine, theirs: &str| {
        let existing: Value = json!({"metadata": {"name": "ts1"}, "spec": {"type": theirs}});
        let inputs = inputs(release, mine, V1, "", TARGET);
        words(&mutate(&Inputs {
            existing: Some(existing),
            ..inputs
        }))
    };
    let text = "The ts1 snapshot is already existent. Please use another name for it.";
    assert_eq!(
        duplicate("v1.8.2", "snapshot", "snapshot"),
        format!("400 {text}")
    );
    let other = format!("400 VM Backup and Snapshot use same CRD - VirtualMachineBackup. {text}");
    assert_eq!(duplicate("v1.8.2", "backup", "snapshot"), other);
    assert_eq!(
        duplicate("v1.9.0", "snapshot", "snapshot"),
        r#"400 snapshot "ts1" already exists"#
    );
    let other = r#"400 name "ts1" is already used by a snapshot (backup and snapshot share names)"#;
    assert_eq!(duplicate("v1.9.0", "backup", "snapshot"), other);

    let mut late = inputs("v1.9.0", "snapshot", V1, "", "");
    late.backup["spec"]["fsFreezeDeadline"] = "5 parrots".into();
    let expected = r#"500 time: unknown unit " parrots" in duration "5 parrots""#;
    assert_eq!(words(&mutate(&late)), expected);
    late.backup["spec"]["fsFreezeDeadline"] = "-5s".into();
    assert_eq!(
        words(&judge(&late)),
        "spec.fsFreezeDeadline: must not be negative"
    );
    late.backup["spec"]["fsFreezeDeadline"] = "0s".into();
    assert_eq!(words(&judge(&late)), "accepted");
}
