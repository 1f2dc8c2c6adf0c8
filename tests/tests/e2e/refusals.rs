//! Clusters and kubeconfigs that are not as they should be.

mod kubeconfigs;
mod rights;

use hv_testbed::controlplane::{ControlPlane, Options};
use serde_json::{Value, json};

use crate::harvester::{
    self, CLASSES, RELEASE, SETTINGS, SNAPSHOT_CLASSES, change, delete, get, viewer,
};
use crate::plugin::{Run, item, verdict};

fn set(plane: &ControlPlane, name: &str, value: &str) {
    change(
        plane,
        &format!("{SETTINGS}/{name}"),
        &json!({"value": value}),
    );
}

#[test]
fn a_kubernetes_without_harvester_is_named_as_such() {
    let absent = [
        "harvesterhci.io",
        "kubevirt.io",
        "cdi.kubevirt.io",
        "longhorn.io",
        "snapshot.storage.k8s.io",
        "k8s.cni.cncf.io",
    ];
    let plane = ControlPlane::start(&Options {
        release: RELEASE.into(),
        absent_groups: absent.map(Into::into).into(),
        ..Options::default()
    })
    .unwrap();
    let world = harvester::world();
    let plain = [
        "Namespace",
        "StorageClass",
        "CSIDriver",
        "PersistentVolume",
        "PersistentVolumeClaim",
    ];
    let mut objects = world.objects;
    objects.retain(|object| plain.iter().any(|kind| object["kind"] == *kind));
    plane.load(&objects).unwrap();
    let plugin = viewer(&plane);

    let run = plugin.run("--check-driver");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.starts_with("No Harvester in this cluster\n"),
        "{run:?}"
    );
    assert!(
        !run.stderr.contains("could not read"),
        "nothing failed: {run:?}"
    );
    let report = plugin.report("--check-driver");
    assert_eq!(report["cluster"]["harvesterRelease"], "not-harvester");
    for capability in ["vm-snapshot", "vm-backup", "volume-snapshot"] {
        let (verdict, reason) = verdict(&report, "ceph-rbd", capability);
        assert_eq!(verdict, "no", "{capability}: {reason}");
    }
    item(
        &plugin.report("check-driver pvc/web01-disk-0 -n prod"),
        "web01-disk-0",
    );
    for (target, kind) in [
        ("vm/web01 -n prod", "virtualmachines.kubevirt.io"),
        ("vm -A", "virtualmachines.kubevirt.io"),
        ("image -A", "virtualmachineimages.harvesterhci.io"),
    ] {
        let sentence = format!("error: the server doesn't have a resource type \"{kind}\"");
        plugin
            .run(&format!("check-driver {target}"))
            .refused(1, &sentence);
    }
}

#[test]
fn definitions_without_objects_are_an_empty_cluster() {
    let plane = ControlPlane::start(&Options {
        release: RELEASE.into(),
        ..Options::default()
    })
    .unwrap();
    let plugin = viewer(&plane);
    for (words, sentence) in [
        ("--check-driver", "No resources found"),
        ("check-driver vm -A", "No resources found"),
        (
            "check-driver vm -n default",
            "No resources found in default namespace.",
        ),
        (
            "check-driver pvc",
            "No resources found in default namespace.",
        ),
    ] {
        plugin.run(words).refused(0, sentence);
    }
    plugin.run("check-driver vm/web01").refused(
        1,
        "Error from server (NotFound): virtualmachines.kubevirt.io \"web01\" not found",
    );
    let required = plugin.run("--check-driver --require clone");
    assert_eq!(
        required.code,
        Some(7),
        "nothing proves nothing: {required:?}"
    );

    let class = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "lonely"},
        "provisioner": "driver.longhorn.io",
    });
    plane.load(&[class]).unwrap();
    let report = plugin.report("--check-driver");
    assert_eq!(report["cluster"]["harvesterVersion"], "unknown");
    assert_eq!(verdict(&report, "lonely", "vm-snapshot").0, "unknown");
}

#[test]
fn settings_and_classes_that_are_wrong_are_named_for_what_they_are() {
    let plane = harvester::start();
    let plugin = viewer(&plane);
    let judged = |class: &str, capability: &str| {
        let report = plugin.report("--check-driver");
        let (verdict, reason) = verdict(&report, class, capability);
        (verdict.to_owned(), reason.to_owned())
    };
    let whole = plugin.report("--check-driver");

    let setting = get(&plane, &format!("{SETTINGS}/csi-driver-config"));
    let good = setting["value"].as_str().unwrap();
    set(&plane, "csi-driver-config", "{not json");
    for (class, capability) in [
        ("lvm-thin", "vm-snapshot"),
        ("harvester-longhorn", "volume-snapshot"),
    ] {
        assert_eq!(
            judged(class, capability),
            ("no".into(), "config-not-json".into())
        );
    }

    let mut map: Value = serde_json::from_str(good).unwrap();
    map["who.example.org"] = json!({"volumeSnapshotClassName": "x", "future": [1]});
    set(&plane, "csi-driver-config", &map.to_string());
    let report = plugin.report("--check-driver");
    assert_eq!(
        report["items"], whole["items"],
        "a driver that no class uses changes nothing"
    );

    for (name, reason) in [
        ("nowhere", "snapshot-class-missing"),
        ("csi-nfs-snapclass", "snapshot-class-wrong-driver"),
        ("", "snapshot-class-not-set"),
    ] {
        map["lvm.driver.harvesterhci.io"]["volumeSnapshotClassName"] = name.into();
        set(&plane, "csi-driver-config", &map.to_string());
        for capability in ["vm-snapshot", "volume-snapshot"] {
            assert_eq!(judged("lvm-thin", capability), ("no".into(), reason.into()));
        }
    }
    set(&plane, "csi-driver-config", good);

    set(&plane, "server-version", "master-abc123-head");
    let report = plugin.report("--check-driver");
    assert_eq!(report["cluster"]["harvesterVersion"], "master-abc123-head");
    assert_eq!(report["cluster"]["harvesterRelease"], "assumed");
    assert_eq!(verdict(&report, "lvm-thin", "vm-snapshot").0, "likely");
    set(&plane, "server-version", RELEASE);

    let gone = "/apis/storage.k8s.io/v1/csidrivers/csi.example.net";
    delete(&plane, gone);
    let nodes = get(&plane, "/apis/storage.k8s.io/v1/csinodes");
    for node in nodes["items"].as_array().unwrap() {
        let mut drivers = node["spec"]["drivers"].clone();
        drivers
            .as_array_mut()
            .unwrap()
            .retain(|driver| driver["name"] != "csi.example.net");
        let name = node["metadata"]["name"].as_str().unwrap();
        let path = format!("/apis/storage.k8s.io/v1/csinodes/{name}");
        change(&plane, &path, &json!({"spec": {"drivers": drivers}}));
    }
    assert_eq!(
        judged("mystery", "clone"),
        ("no".into(), "driver-gone".into())
    );
}

#[test]
fn two_default_snapshot_classes_are_not_guessed_between() {
    let plane = harvester::start();
    let default = "snapshot.storage.kubernetes.io/is-default-class";
    let second = json!({
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotClass",
        "metadata": {"name": "second", "annotations": {default: "true"}},
        "driver": "rook-ceph.rbd.csi.ceph.com",
        "deletionPolicy": "Retain",
    });
    plane.load(&[second]).unwrap();
    let first = format!("{SNAPSHOT_CLASSES}/csi-rbdplugin-snapclass");
    change(
        &plane,
        &first,
        &json!({"metadata": {"annotations": {default: "true"}}}),
    );
    let plugin = viewer(&plane);

    let report = plugin
        .run("check-driver ceph-rbd --suggest-config -o json")
        .document();
    assert_eq!(report["items"], json!([]), "{report:#}");
    let notes = report["notes"].to_string();
    for word in ["csi-rbdplugin-snapclass", "second", "--snapshot-class"] {
        assert!(notes.contains(word), "{word} is not in {notes}");
    }
    let chosen = plugin.report("check-driver ceph-rbd --suggest-config --snapshot-class second");
    let value = chosen["items"][0]["changes"][0]["manifest"]["value"]
        .as_str()
        .unwrap();
    let value: Value = serde_json::from_str(value).unwrap();
    assert_eq!(
        value["rook-ceph.rbd.csi.ceph.com"]["volumeSnapshotClassName"],
        "second"
    );
    assert_eq!(plugin.run("--check-driver").code, Some(0));
}

#[test]
fn nothing_from_the_cluster_moves_the_cursor() {
    let plane = harvester::start();
    let evil = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\r\u{202e}";
    let config = json!({"lvm.driver.harvesterhci.io": {"volumeSnapshotClassName": evil}, evil: {}});
    set(&plane, "csi-driver-config", &config.to_string());
    set(&plane, "server-version", &format!("v1.8.2{evil}"));
    let strategy = "cdi.harvesterhci.io/storageProfileCloneStrategy";
    let patch = json!({"metadata": {"annotations": {strategy: evil, "kubectl-hv.io/x": evil}}});
    change(&plane, &format!("{CLASSES}/lvm-thin"), &patch);
    let profile = "/apis/cdi.kubevirt.io/v1beta1/storageprofiles/lvm-thin";
    change(
        &plane,
        profile,
        &json!({"status": {"cloneStrategy": "snapshot", "provisioner": evil}}),
    );
    let vm = "/apis/kubevirt.io/v1/namespaces/test/virtualmachines/lost-network";
    let networks = json!([{"name": "nic-1", "multus": {"networkName": format!("prod/{evil}")}}]);
    change(
        &plane,
        vm,
        &json!({"spec": {"template": {"spec": {"networks": networks}}}}),
    );
    let plugin = viewer(&plane);
    for words in [
        "--check-driver",
        "--check-driver -o wide -v=8",
        "--check-driver -o yaml",
        "--check-driver -o json",
        "check-driver lvm-thin --suggest-config",
        "check-driver vm/lost-network -n test",
        "check-driver vm/vm-lvm-thin -n prod -o wide",
        "check-driver vm -A --require vm-restore",
    ] {
        let Run { stdout, stderr, .. } = plugin.run(words);
        let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        let seen = stdout.find(acts).or_else(|| stderr.find(acts));
        assert_eq!(seen, None, "{words}: {stdout:?} {stderr:?}");
    }
    let shown = plugin.run("check-driver vm/lost-network -n test").stdout;
    assert!(shown.contains("^[[2J"), "shown, not dropped: {shown}");
}
