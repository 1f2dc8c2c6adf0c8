//! What is read from a record, and what never is.

use hv_backupstore::record::{BackupSpec, Claim, SecretMention, VmSource, VmVolume, VolumeBackup};
use hv_backupstore::{ImageRecord, Mismatch, RecordPath, VmRecord};

use crate::target::example_path;

fn example(path: &str) -> VmRecord {
    VmRecord::from_file(&example_path().join(path)).unwrap()
}

#[test]
fn every_field_of_a_record_is_read() {
    let claim = |name: &str| VmVolume {
        name: name.to_owned(),
        kind: "persistentVolumeClaim".to_owned(),
        claim_name: Some(format!(
            "web-{}",
            if name == "disk-0" { name } else { "data" }
        )),
    };
    let cloud_init = VmVolume {
        name: "cloudinitdisk".to_owned(),
        kind: "cloudInitNoCloud".to_owned(),
        claim_name: None,
    };
    let disk = |name: &str, claim: &str, digit: &str, backup: &str| VolumeBackup {
        name: format!("nightly-volume-{claim}"),
        volume_name: name.to_owned(),
        csi_driver_name: "driver.longhorn.io".to_owned(),
        longhorn_backup_name: Some(backup.to_owned()),
        claim: Claim {
            name: claim.to_owned(),
            namespace: "prod".to_owned(),
            image_id: None,
            storage_class_name: Some("harvester-longhorn".to_owned()),
            volume_name: "pvc-dddddddd-dddd-4ddd-8ddd-dddddddddddd".replace('d', digit),
        },
        volume_size_bytes: 4 << 20,
    };
    let data = disk("disk-1", "web-data", "2", "backup-e893c03d7a9d7586");
    let mut root = disk("disk-0", "web-disk-0", "1", "backup-c9c510d96f554d7d");
    root.volume_size_bytes = 8 << 20;
    root.claim.image_id = Some("prod/image-x7k2p".to_owned());
    root.claim.storage_class_name = Some("longhorn-image-x7k2p".to_owned());
    let expected = VmRecord {
        name: "nightly".to_owned(),
        namespace: "prod".to_owned(),
        spec: BackupSpec {
            source_kind: "VirtualMachine".to_owned(),
            source_name: "web".to_owned(),
            backup_type: "backup".to_owned(),
        },
        source: Some(VmSource {
            name: "web".to_owned(),
            namespace: "prod".to_owned(),
            networks: vec!["prod/vlan110".to_owned()],
            volumes: vec![claim("disk-0"), claim("disk-1"), cloud_init],
        }),
        volume_backups: Some(vec![data, root]),
        secrets: vec![SecretMention {
            name: "web-ci".to_owned(),
            keys: vec!["networkdata".to_owned(), "userdata".to_owned()],
        }],
        has_trailing_data: false,
    };
    assert_eq!(example("harvester/vmbackups/prod/nightly.cfg"), expected);
}

#[test]
fn fields_that_old_releases_do_not_write_have_their_defaults() {
    let record = example("harvester/vmbackups/default/old.cfg");
    assert_eq!(record.namespace, "default");
    assert_eq!(record.spec.backup_type, "backup");
    let disk = &record.volume_backups.unwrap()[0];
    assert_eq!(disk.csi_driver_name, "driver.longhorn.io");
    assert_eq!(disk.volume_size_bytes, 0);
}

#[test]
fn an_empty_record_has_neither_source_nor_disks() {
    let record = VmRecord::from_slice(b"{}").unwrap();
    assert_eq!(
        (record.name.as_str(), record.namespace.as_str()),
        ("", "default")
    );
    assert_eq!((record.source, record.volume_backups), (None, None));
    let record = VmRecord::from_slice(br#"{"volumeBackups":[]}"#).unwrap();
    assert_eq!(record.volume_backups, Some(Vec::new()));
}

#[test]
fn volumes_of_a_vm_are_told_by_their_kind() {
    let record = br#"{"vmSourceSpec":{"spec":{"template":{"spec":{"volumes":[
        {"name":"a","dataVolume":{"name":"x"}},
        {"containerDisk":{"image":"y"},"name":"b","persistentVolumeClaim":null},
        {"name":"c"},
        {"name":"d","other":null,"persistentVolumeClaim":{}}]}}}}}"#;
    let source = VmRecord::from_slice(record).unwrap().source.unwrap();
    let seen: Vec<_> = source
        .volumes
        .iter()
        .map(|volume| {
            (
                volume.name.as_str(),
                volume.kind.as_str(),
                volume.claim_name.as_deref(),
            )
        })
        .collect();
    let claim = ("d", "persistentVolumeClaim", Some(""));
    assert_eq!(
        seen,
        [
            ("a", "dataVolume", None),
            ("b", "containerDisk", None),
            ("c", "", None),
            claim
        ]
    );
}

#[test]
fn nothing_of_a_secret_is_kept() {
    let path = example_path().join("harvester/vmbackups/prod/nightly.cfg");
    let content = std::fs::read_to_string(&path).unwrap();
    // What the text says in base64, and what the VM holds in the clear.
    let canaries = [
        "Y2FuYXJ5LXNlY3JldC10ZXh0",
        "canary-secret-text",
        "canary-inline-text",
    ];
    assert!(content.contains(canaries[0]) && content.contains(canaries[2]));
    let printed = format!("{:#?}", VmRecord::from_file(&path));
    for canary in canaries {
        assert!(!printed.contains(canary), "{canary}");
    }
}

#[test]
fn an_image_is_read_without_the_values_of_its_parameters() {
    let path = example_path().join("harvester/vmimages/prod/image-x7k2p.cfg");
    let record = ImageRecord::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let parameters = [
        "backingImage",
        "migratable",
        "numberOfReplicas",
        "staleReplicaTimeout",
    ];
    let expected = ImageRecord {
        name: "image-x7k2p".to_owned(),
        namespace: "prod".to_owned(),
        display_name: "debian-12".to_owned(),
        url: "nfs://store.example.org:/backup?backingImage=prod-image-x7k2p".to_owned(),
        storage_class_parameters: parameters.map(str::to_owned).to_vec(),
    };
    assert_eq!(record, expected);
}

#[test]
fn a_record_in_the_place_of_another_is_told() {
    let record = |content: &str| VmRecord::from_slice(content.as_bytes()).unwrap();
    let at = |path: &str| RecordPath::parse(path).unwrap();
    let own = record(r#"{"name":"b-c","namespace":"a"}"#);
    let agreeing = [
        "harvester/vmbackups/a/b-c.cfg",
        "harvester/vmbackups/a-b-c.cfg",
    ];
    for path in agreeing {
        assert_eq!(Mismatch::between(&own, &at(path)), None, "{path}");
    }
    let same_stem = record(r#"{"name":"c","namespace":"a-b"}"#);
    assert_eq!(Mismatch::between(&same_stem, &at(agreeing[1])), None);
    let unnamed = record(r#"{"name":"x"}"#);
    assert_eq!(
        Mismatch::between(&unnamed, &at("harvester/vmbackups/default/x.cfg")),
        None
    );

    let mismatch = Mismatch::between(&same_stem, &at(agreeing[0])).unwrap();
    assert_eq!(
        mismatch.to_string(),
        "the record at harvester/vmbackups/a/b-c.cfg names itself a-b/c"
    );
    assert!(Mismatch::between(&own, &at("harvester/vmbackups/a-b.cfg")).is_some());
}
