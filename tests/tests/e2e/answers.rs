//! What is answered about VMs, and what a suggestion leads to, on a real API server.

mod suggestions;

use std::time::{Duration, Instant};

use hv_cluster::kinds::{self, Kind};
use hv_testbed::admission;
use serde_json::{Value, json};

use crate::harvester::{self, delete, get, plugin_of, viewer};
use crate::plugin::{item, verdict};

/// What the dry run of a VM's snapshot gave.
fn dry_run<'a>(report: &'a Value, vm: &str) -> &'a Value {
    let judgement = &item(report, vm)["capabilities"]["vm-snapshot"];
    let mut evidence = judgement["evidence"].as_array().unwrap().iter();
    let found = evidence.find(|e| e["source"] == "dry run of a VirtualMachineBackup");
    found.unwrap_or_else(|| panic!("no dry run in {judgement:#}"))
}

#[test]
fn the_clusters_own_admission_is_asked_about_a_vm() {
    let plane = harvester::start();
    admission::start(&plane).unwrap();
    let plugin = plugin_of(&plane, "admin");
    let backups = "/apis/harvesterhci.io/v1beta1/virtualmachinebackups";
    let before = get(&plane, backups)["items"].clone();

    let run = plugin.run("check-driver vm/web01 -n prod -o json -v=6");
    let posts: Vec<_> = run
        .stderr
        .lines()
        .filter(|line| line.contains(" POST "))
        .collect();
    assert_eq!(posts.len(), 2, "a snapshot and a backup: {run:?}");
    assert!(
        posts.iter().all(|line| line.contains("dryRun=All")),
        "{posts:?}"
    );
    let accepted = run.document();
    assert_eq!(
        verdict(&accepted, "web01", "vm-snapshot"),
        ("yes", "supported")
    );
    assert_eq!(
        dry_run(&accepted, "web01")["verdict"],
        "yes",
        "{accepted:#}"
    );

    let refused = plugin.report("check-driver vm/vm-ceph-rbd -n prod");
    let words =
        "provisioner rook-ceph.rbd.csi.ceph.com is not configured in the csi-driver-config setting";
    let detail = dry_run(&refused, "vm-ceph-rbd")["detail"].as_str().unwrap();
    assert!(detail.contains(words), "{detail}");
    let own = verdict(&refused, "vm-ceph-rbd", "vm-snapshot");
    assert_eq!(
        own,
        ("no", "not-in-csi-driver-config"),
        "the reason with a remedy comes first"
    );

    // The storage admits it and the configuration too, but the cluster itself does not.
    let engines = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system/engines";
    let claim = get(
        &plane,
        "/api/v1/namespaces/prod/persistentvolumeclaims/web02-disk-0",
    );
    let volume = &claim["spec"]["volumeName"];
    for engine in get(&plane, engines)["items"].as_array().unwrap() {
        if engine["spec"]["volumeName"] == *volume {
            let name = engine["metadata"]["name"].as_str().unwrap();
            delete(&plane, &format!("{engines}/{name}"));
        }
    }
    let report = plugin.report("check-driver vm/web02 -n prod");
    assert_eq!(
        verdict(&report, "web02", "vm-snapshot"),
        ("no", "admission-refused")
    );
    let message = &item(&report, "web02")["capabilities"]["vm-snapshot"]["message"];
    let message = message.as_str().unwrap();
    assert!(
        message.contains("expected 1 Longhorn engine volume"),
        "{message}"
    );

    // Whoever may not create backups learns nothing from being refused.
    let report = viewer(&plane).report("check-driver vm/web02 -n prod");
    assert_eq!(dry_run(&report, "web02")["verdict"], "unknown");
    assert_eq!(verdict(&report, "web02", "vm-snapshot").0, "yes");

    // Without a webhook an acceptance means nothing, and there is no refusal.
    let hooks = "/apis/admissionregistration.k8s.io/v1";
    delete(
        &plane,
        &format!("{hooks}/validatingwebhookconfigurations/harvester-validator"),
    );
    delete(
        &plane,
        &format!("{hooks}/mutatingwebhookconfigurations/harvester-mutator"),
    );
    let deadline = Instant::now() + Duration::from_secs(20);
    let unguarded = loop {
        let report = plugin.report("check-driver vm/web02 -n prod");
        if dry_run(&report, "web02")["verdict"] != "no" {
            break report;
        }
        assert!(Instant::now() < deadline, "{report:#}");
    };
    assert_eq!(dry_run(&unguarded, "web02")["verdict"], "unknown");
    assert_eq!(
        verdict(&unguarded, "web02", "vm-snapshot"),
        ("yes", "supported")
    );
    assert_eq!(
        get(&plane, backups)["items"],
        before,
        "a dry run leaves nothing behind"
    );
}

/// The kinds that `vm -A` lists, each once whatever the number of VMs.
const LISTED: &[Kind] = &[
    kinds::VIRTUAL_MACHINE,
    kinds::VIRTUAL_MACHINE_INSTANCE,
    kinds::VIRTUAL_MACHINE_INSTANCE_MIGRATION,
    kinds::PERSISTENT_VOLUME_CLAIM,
    kinds::PERSISTENT_VOLUME,
    kinds::NETWORK_ATTACHMENT_DEFINITION,
];

#[test]
fn a_fleet_costs_pages_and_not_machines() {
    const PAGE: usize = 500;
    let plane = harvester::start();
    let plugin = viewer(&plane);
    let classes = plugin.report("--check-driver");
    let configuration = classes["summary"]["requests"].as_u64().unwrap();
    let mut world = harvester::world();
    let before = world.objects.len();
    world.grow(600, 1100, 0);
    plane.fill(&world.objects[before..]).unwrap();

    let run = plugin.run("check-driver vm -A -o json -v=6");
    let report = run.document();
    let mut expected = usize::try_from(configuration).unwrap();
    for kind in LISTED {
        let group = match kind.group {
            "" => "/api".to_owned(),
            group => format!("/apis/{group}"),
        };
        let path = format!("{group}/{}/{}", kind.version, kind.plural);
        let objects = get(&plane, &path)["items"].as_array().unwrap().len();
        let pages = objects.div_ceil(PAGE).max(1);
        let asked = run.stderr.matches(&format!("GET {path}?limit=500")).count();
        assert_eq!(asked, pages, "{path}: {objects} objects");
        expected += pages;
    }
    assert_eq!(report["summary"]["requests"], expected, "{}", run.stderr);
    assert!(report["items"].as_array().unwrap().len() > 600);
}

#[test]
fn signs_of_what_has_worked_count_when_asked_for() {
    let plane = harvester::start();
    let plugin = viewer(&plane);
    let plain = plugin.report("check-driver trident-san");
    let before = verdict(&plain, "trident-san", "vm-snapshot");
    assert_eq!(before.0, "likely");
    assert_eq!(verdict(&plain, "trident-san", "volume-restore").0, "likely");

    let content = |name: &str, is_ready: bool| {
        json!({
            "apiVersion": "snapshot.storage.k8s.io/v1",
            "kind": "VolumeSnapshotContent",
            "metadata": {"name": name},
            "spec": {
                "deletionPolicy": "Delete",
                "driver": "csi.trident.netapp.io",
                "source": {"volumeHandle": "v"},
                "volumeSnapshotRef": {"name": name, "namespace": "prod"},
            },
            "status": {"readyToUse": is_ready, "snapshotHandle": "h", "restoreSize": 1024},
        })
    };
    plane.load(&[content("failed", false)]).unwrap();
    let report = plugin.report("check-driver trident-san --evidence");
    assert_eq!(
        verdict(&report, "trident-san", "vm-snapshot"),
        before,
        "it is not ready"
    );

    let restored = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "restored", "namespace": "prod"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "trident-san",
            "volumeName": "pv-restored",
            "dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s"},
        },
        "status": {"phase": "Bound"},
    });
    plane.load(&[content("worked", true), restored]).unwrap();
    let report = plugin.report("check-driver trident-san --evidence");
    for capability in ["vm-snapshot", "volume-snapshot", "volume-restore"] {
        assert_eq!(
            verdict(&report, "trident-san", capability).0,
            "yes",
            "{capability}"
        );
    }
    let report = plugin.report("check-driver trident-san");
    assert_eq!(
        verdict(&report, "trident-san", "vm-snapshot"),
        before,
        "only when asked for"
    );
}

#[test]
fn requirements_end_with_the_code_of_the_worst_verdict() {
    let plane = harvester::shared();
    let plugin = viewer(&plane);
    for (words, code, outcome) in [
        ("harvester-longhorn --require vm-snapshot,clone", 0, "met"),
        ("trident-san --require vm-snapshot", 0, "met"),
        ("mystery --require clone", 7, "unknown"),
        ("ceph-rbd --require clone,vm-snapshot", 1, "not-met"),
        ("mystery --require clone,vm-snapshot", 1, "not-met"),
        ("nfs --require vm-snapshot", 1, "not-met"),
        ("vm/web01 -n prod --require vm-snapshot,vm-backup", 0, "met"),
        ("vm -n prod -l tier=web --require vm-snapshot", 0, "met"),
        (
            "vm -n prod -l tier=nobody --require vm-snapshot",
            7,
            "unknown",
        ),
        (
            "pvc/vm-ceph-rbd-disk-0 -n prod --require vm-snapshot",
            1,
            "not-met",
        ),
    ] {
        let run = plugin.run(&format!("check-driver {words} -o json"));
        assert_eq!(run.code, Some(code), "{words}: {run:?}");
        assert_eq!(
            run.document()["summary"]["required"]["outcome"],
            outcome,
            "{words}"
        );
    }
    let run = plugin.run("check-driver ceph-rbd --require vm-snapshto");
    run.refused(2, "error: unknown capability \"vm-snapshto\"");
    assert!(
        run.stderr.contains("hint: did you mean \"vm-snapshot\"?"),
        "{run:?}"
    );
}

#[test]
fn printed_names_are_targets() {
    let plane = harvester::shared();
    let plugin = viewer(&plane);
    for (words, namespace, kind) in [
        ("--check-driver", "default", "storageclass.storage.k8s.io/"),
        (
            "check-driver vm -n test",
            "test",
            "virtualmachine.kubevirt.io/",
        ),
        (
            "check-driver image -n default",
            "default",
            "virtualmachineimage.harvesterhci.io/",
        ),
        (
            "check-driver pvc -n k3s-lab",
            "k3s-lab",
            "persistentvolumeclaim/",
        ),
    ] {
        let run = plugin.run(&format!("{words} -o name"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words}");
        let names: Vec<&str> = run.stdout.lines().collect();
        assert!(!names.is_empty(), "{words}");
        assert!(names.iter().all(|name| name.starts_with(kind)), "{names:?}");
        let again = format!("check-driver {} -n {namespace} -o name", names.join(" "));
        assert_eq!(plugin.run(&again).stdout, run.stdout, "{again}");
    }
}
