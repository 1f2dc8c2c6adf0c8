//! The report as people and programs see it.

use hv_cli::{Manner, OutputFormat, Ui};
use serde_json::json;

use crate::preflight::tests::bed::{Bed, neighbour, put};
use crate::report::{ImportReport, Imported, Outcome, PreflightReport};

fn report() -> PreflightReport {
    let mut bed = Bed::new();
    bed.map_disk(json!({"blank": {}, "claim": "fresh"}));
    bed.disk().class = Some("longhorn-image-8x".to_owned());
    let old = neighbour("prod", "db01-old", "52-54-00-AA-00-01", "dr/vlan100");
    put(&mut bed.inventory.machines, old);
    PreflightReport::new(1, bed.items())
}

fn printed(format: OutputFormat, show: impl FnOnce(&Ui)) -> String {
    let (ui, captured) = Ui::capture(Manner {
        format,
        ..Manner::default()
    });
    show(&ui);
    format!("{}{}", captured.stdout(), captured.stderr())
}

#[test]
fn the_table_names_what_changes_each_finding() {
    let report = report();
    let table = printed(OutputFormat::Table, |ui| {
        super::preflight(&report, ui).unwrap();
    });
    insta::assert_snapshot!(table, @r"
    VM          GROUP       CHECK                        RESULT   NOTE
    prod/db01   storage     class longhorn-image-8x      block    missing here: map storageClasses.longhorn-image-8x
    prod/db01   identity    MAC 52:54:00:aa:00:01        block    used by prod/db01-old: --mac new
    prod/db01   rights      14 rights                    ok
    prod/db01   admission   server dry run of 1 object   ok
    1 VM, 2 blockers
    ");
}

#[test]
fn the_document_is_stable() {
    let report = report();
    let document = printed(OutputFormat::Json, |ui| {
        super::preflight(&report, ui).unwrap();
    });
    insta::assert_snapshot!(document, @r#"
    {
        "apiVersion": "kubectl-hv.io/v1alpha1",
        "kind": "PreflightReport",
        "items": [
            {
                "vm": {
                    "namespace": "prod",
                    "name": "db01"
                },
                "group": "storage",
                "check": "class longhorn-image-8x",
                "result": "block",
                "code": "class-missing",
                "message": "missing here",
                "fix": "map storageClasses.longhorn-image-8x"
            },
            {
                "vm": {
                    "namespace": "prod",
                    "name": "db01"
                },
                "group": "identity",
                "check": "MAC 52:54:00:aa:00:01",
                "result": "block",
                "code": "mac-duplicate",
                "message": "used by prod/db01-old",
                "fix": "--mac new"
            },
            {
                "vm": {
                    "namespace": "prod",
                    "name": "db01"
                },
                "group": "rights",
                "check": "14 rights",
                "result": "ok",
                "code": "rights-granted",
                "message": ""
            },
            {
                "vm": {
                    "namespace": "prod",
                    "name": "db01"
                },
                "group": "admission",
                "check": "server dry run of 1 object",
                "result": "ok",
                "code": "admission-accepted",
                "message": ""
            }
        ],
        "summary": {
            "vms": 1,
            "blockedVms": 1,
            "blockers": 2,
            "warnings": 0
        }
    }
    "#);
    let names = printed(OutputFormat::Name, |ui| {
        super::preflight(&report, ui).unwrap();
    });
    assert_eq!(names, "prod/db01\n");
}

#[test]
fn an_import_tells_what_became_of_each_object() {
    let item = |object: &str, result, reason: Option<&str>| Imported {
        object: object.to_owned(),
        vm: Some(crate::preflight::tests::bed::vm_name("dr", "db01")),
        result,
        reason: reason.map(str::to_owned),
    };
    let items = vec![
        item("Secret dr/db01-ci", Outcome::Created, None),
        item(
            "PersistentVolumeClaim dr/db01-root",
            Outcome::Failed,
            Some("the disk is full"),
        ),
        item(
            "VirtualMachine dr/db01",
            Outcome::Skipped,
            Some("its claim is missing"),
        ),
    ];
    let report = ImportReport::new("41aa7c00", false, items, Vec::new());
    let table = printed(OutputFormat::Table, |ui| {
        super::import(&report, ui).unwrap();
    });
    insta::assert_snapshot!(table, @r"
    VM        OBJECT                               RESULT    REASON
    dr/db01   Secret dr/db01-ci                    Created
    dr/db01   PersistentVolumeClaim dr/db01-root   Failed    the disk is full
    dr/db01   VirtualMachine dr/db01               Skipped   its claim is missing
    plan 41aa7c00: 3 objects, 1 created, 1 skipped, 1 failed
    ");
}
