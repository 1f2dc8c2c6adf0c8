//! Every change that `--suggest-config` prints does what it promises.

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use hv_testbed::controlplane::ControlPlane;
use serde_json::{Value, json};

use crate::harvester::{self, SETTINGS, SNAPSHOT_CLASSES, change, delete, get, plugin_of};
use crate::plugin::{Run, verdict};

/// A cluster, and somebody who pastes what is printed.
struct Bench {
    plane: ControlPlane,
    plugin: hv_testbed::plugin::Plugin,
}

impl Bench {
    fn new() -> Self {
        let plane = harvester::start();
        let plugin = plugin_of(&plane, "admin");
        symlink(&plane.assets().kubectl, plugin.path("kubectl")).unwrap();
        Self { plane, plugin }
    }

    /// Runs a printed command in a shell, as it stands.
    fn paste(&self, command: &str) {
        let output = Command::new("/bin/sh")
            .args(["-ec", command])
            .current_dir(self.plugin.path(""))
            .env_clear()
            .env("PATH", self.plugin.path(""))
            .env("HOME", self.plugin.path(""))
            .env("KUBECONFIG", self.plane.kubeconfig("admin").unwrap())
            .stdin(Stdio::null())
            .output();
        let run = Run::of(output.unwrap());
        assert_eq!(run.code, Some(0), "{command}: {run:?}");
    }

    fn suggestion(&self, words: &str) -> Value {
        self.plugin
            .report(&format!("check-driver {words} --suggest-config"))
    }

    /// Makes every change that is suggested, and checks each verdict that is said to turn.
    fn follow(&self, target: &str, turns: &[(&str, &str, &str)]) {
        let suggestion = self.suggestion(target);
        let steps = suggestion["items"].as_array().unwrap();
        let promised: Vec<_> = steps
            .iter()
            .flat_map(|step| step["turns"].as_array().unwrap())
            .collect();
        let expected: Vec<_> = turns
            .iter()
            .map(|(capability, before, after)| json!({"capability": capability, "before": before, "after": after}))
            .collect();
        assert_eq!(promised, expected.iter().collect::<Vec<_>>(), "{target}");
        let judged = |capability: &str| {
            let report = self.plugin.report(&format!("check-driver {target}"));
            verdict(&report, target, capability).0.to_owned()
        };
        for (capability, before, _) in turns {
            assert_eq!(judged(capability), *before, "{target} {capability}");
        }
        for change in steps
            .iter()
            .flat_map(|step| step["changes"].as_array().unwrap())
        {
            self.paste(change["command"].as_str().unwrap());
        }
        for (capability, _, after) in turns {
            assert_eq!(judged(capability), *after, "{target} {capability}");
        }
        let again = self
            .plugin
            .run(&format!("check-driver {target} --suggest-config -o json"));
        let again = again.document()["items"].to_string();
        for (capability, ..) in turns {
            assert!(
                !again.contains(capability),
                "{target}: promised once more: {again}"
            );
        }
    }

    fn setting(&self, name: &str) -> Value {
        let setting = get(&self.plane, &format!("{SETTINGS}/{name}"));
        serde_json::from_str(setting["value"].as_str().unwrap()).unwrap()
    }
}

#[test]
fn every_suggested_change_turns_the_verdict_it_names() {
    let bench = Bench::new();
    let before = bench.setting("csi-driver-config");
    let snapshots = [
        ("vm-snapshot", "no", "yes"),
        ("volume-snapshot", "no", "yes"),
    ];
    bench.follow("ceph-rbd", &snapshots);
    let mut expected = before;
    expected["rook-ceph.rbd.csi.ceph.com"] =
        json!({"volumeSnapshotClassName": "csi-rbdplugin-snapclass"});
    assert_eq!(
        bench.setting("csi-driver-config"),
        expected,
        "the whole map, and nothing else"
    );

    bench.follow("lvm-thin", &[("expand-online", "no", "likely")]);
    let online = bench.setting("csi-online-expand-validation");
    assert_eq!(
        online["rook-ceph.rbd.csi.ceph.com"], true,
        "what was there stays: {online}"
    );
    assert_eq!(online["driver.longhorn.io"], true, "{online}");

    bench.follow("hostpath", &[("expand-offline", "no", "likely")]);
    bench.follow("hostpath", &[("expand-online", "no", "likely")]);
    let class = get(
        &bench.plane,
        "/apis/storage.k8s.io/v1/storageclasses/hostpath",
    );
    assert_eq!(class["allowVolumeExpansion"], true);
}

#[test]
fn a_driver_without_a_snapshot_class_is_given_one() {
    let bench = Bench::new();
    delete(
        &bench.plane,
        &format!("{SNAPSHOT_CLASSES}/csi-rbdplugin-snapclass"),
    );
    bench.follow(
        "ceph-rbd",
        &[
            ("vm-snapshot", "no", "yes"),
            ("volume-snapshot", "no", "yes"),
        ],
    );
    let named = &bench.setting("csi-driver-config")["rook-ceph.rbd.csi.ceph.com"]["volumeSnapshotClassName"];
    let made = get(
        &bench.plane,
        &format!("{SNAPSHOT_CLASSES}/{}", named.as_str().unwrap()),
    );
    assert_eq!(made["driver"], "rook-ceph.rbd.csi.ceph.com");
}

#[test]
fn a_broken_or_empty_setting_is_replaced_by_a_whole_one() {
    let bench = Bench::new();
    let path = format!("{SETTINGS}/csi-driver-config");
    for value in ["", "{not json"] {
        change(&bench.plane, &path, &json!({"value": value}));
        let suggestion = bench.suggestion("ceph-rbd");
        for change in suggestion["items"][0]["changes"].as_array().unwrap() {
            bench.paste(change["command"].as_str().unwrap());
        }
        let after = bench.plugin.report("--check-driver");
        for class in ["ceph-rbd", "harvester-longhorn"] {
            for capability in ["vm-snapshot", "volume-snapshot"] {
                assert_eq!(
                    verdict(&after, class, capability).0,
                    "yes",
                    "{value:?} {class}"
                );
            }
        }
    }
}
