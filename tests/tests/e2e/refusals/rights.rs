//! People who may not read everything: what is missing makes answers unknown, never wrong.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hv_cluster::kinds;
use hv_testbed::controlplane::{ControlPlane, Rule};
use serde_json::Value;

use crate::harvester::{self, plugin_of, viewer, without};
use crate::plugin::verdict;

/// Rights reach the API server a moment after they are written.
fn await_right(plane: &ControlPlane, user: &str, path: &str) {
    let api = plane.api_as(user).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while plane.wait(async || api.get(path).await).is_err() {
        assert!(Instant::now() < deadline, "{user} may not read {path}");
        std::thread::yield_now();
    }
}

/// What was said that does not follow from what was read, and one target of which it was said.
type MadeUp = BTreeMap<String, String>;

/// Where less was read, a verdict is the same or unknown; anything else is made up.
fn made_up(whole: &Value, less: &Value) -> MadeUp {
    let mut made_up = MadeUp::new();
    for known in whole["items"].as_array().unwrap() {
        let (target, name) = (&known["target"], &known["target"]["name"]);
        let same = |item: &&Value| item["target"] == *target;
        let Some(seen) = less["items"].as_array().unwrap().iter().find(same) else {
            made_up.insert("left out".into(), name.to_string());
            continue;
        };
        for (capability, said) in seen["capabilities"].as_object().unwrap() {
            let truth = &known["capabilities"][capability];
            let [told, is] = [said, truth].map(|j| j["verdict"].as_str().unwrap());
            // What is not advised whatever else there is stays so.
            if told != is && told != "unknown" && (told, is) != ("unlikely", "no") {
                let [said, truth] = [said, truth].map(|j| &j["reason"]);
                let line = format!("{capability}: {told} ({said}) is {is} ({truth})");
                made_up.insert(line, name.to_string());
            }
        }
        for (disk, known) in disks(seen).zip(disks(known)) {
            let engine = &disk["engine"];
            if engine != &known["engine"] && !engine.is_null() {
                let line = format!("engine {engine} is {}", known["engine"]);
                made_up.insert(line, disk["pvc"].to_string());
            }
        }
    }
    made_up
}

fn disks(item: &Value) -> impl Iterator<Item = &Value> {
    item["disks"].as_array().into_iter().flatten()
}

#[test]
fn a_tenant_of_one_namespace_is_told_what_is_missing() {
    let plane = harvester::shared();
    plane
        .allow("tenant", Some("prod"), &[Rule::read_all()])
        .unwrap();
    await_right(
        &plane,
        "tenant",
        "/api/v1/namespaces/prod/persistentvolumeclaims?limit=1",
    );
    let (tenant, viewer) = (plugin_of(&plane, "tenant"), viewer(&plane));

    let sentence = |kind: &str, group: &str, scope: &str| {
        format!(
            "Error from server (Forbidden): {kind}.{group} is forbidden: User \"tenant\" cannot \
             list resource \"{kind}\" in API group \"{group}\" {scope}"
        )
    };
    let classes = sentence("storageclasses", "storage.k8s.io", "at the cluster scope");
    let vms = sentence("virtualmachines", "kubevirt.io", "at the cluster scope");
    tenant.run("--check-driver").refused(7, &classes);
    tenant.run("check-driver ceph-rbd").refused(7, &classes);
    tenant.run("check-driver vm -A").refused(7, &vms);
    let images = sentence(
        "virtualmachineimages",
        "harvesterhci.io",
        "in the namespace \"default\"",
    );
    tenant
        .run("check-driver image -n default")
        .refused(7, &images);
    tenant.run("check-driver vm/nobody -n prod").refused(
        1,
        "Error from server (NotFound): virtualmachines.kubevirt.io \"nobody\" not found",
    );

    let report = tenant.report("check-driver vm/vm-ceph-rbd -n prod");
    for capability in ["vm-snapshot", "volume-snapshot"] {
        let (verdict, _) = verdict(&report, "vm-ceph-rbd", capability);
        assert_eq!(verdict, "unknown", "{capability}");
    }
    let unread = report["cluster"]["unread"].to_string();
    assert!(
        unread.contains("settings.harvesterhci.io is forbidden"),
        "{unread}"
    );
    let warned = tenant.run("check-driver vm/vm-ceph-rbd -n prod").stderr;
    assert!(
        warned.contains("Warning: could not read settings.harvesterhci.io: "),
        "{warned}"
    );
    let required = tenant.run("check-driver vm/vm-ceph-rbd -n prod --require vm-snapshot");
    assert_eq!(required.code, Some(7), "{required:?}");

    let [whole, less] = [&viewer, &tenant].map(|own| own.report("check-driver vm -n prod"));
    let made_up = made_up(&whole, &less);
    assert!(made_up.is_empty(), "{made_up:#?}");
}

#[test]
fn a_kind_that_may_not_be_read_leaves_open_what_it_decides() {
    let plane = harvester::shared();
    for denied in kinds::ALL {
        let others = kinds::ALL.iter().filter(|kind| *kind != denied);
        let rules: Vec<_> = others
            .map(|kind| Rule::read(kind.group, kind.plural))
            .collect();
        plane.allow(&without(denied), None, &rules).unwrap();
    }
    let viewer = viewer(&plane);
    let mut wrong = Vec::new();
    for (target, asked_for) in [
        ("--check-driver", "storageclasses"),
        ("check-driver vm -n test", "virtualmachines"),
        ("check-driver pvc -n prod", "persistentvolumeclaims"),
    ] {
        let whole = viewer.report(target);
        for denied in kinds::ALL {
            let name = without(denied);
            let readable = match *denied {
                kinds::STORAGE_CLASS => "/apis/storage.k8s.io/v1/csidrivers",
                _ => "/apis/storage.k8s.io/v1/storageclasses",
            };
            await_right(&plane, &name, readable);
            let run = plugin_of(&plane, &name).run(&format!("{target} -o json"));
            if denied.plural == asked_for {
                assert_eq!(run.code, Some(7), "{run:?}");
                assert!(
                    run.stderr.starts_with("Error from server (Forbidden): "),
                    "{run:?}"
                );
                continue;
            }
            assert_eq!(run.code, Some(0), "{name}: {run:?}");
            let less = run.document();
            for (line, example) in made_up(&whole, &less) {
                wrong.push(format!("{target} {name}: {line}, as for {example}"));
            }
            let unread = less["cluster"]["unread"].to_string();
            let is_named = unread.contains(&format!("{}.{}", denied.plural, denied.group));
            if whole["summary"]["verdicts"] != less["summary"]["verdicts"] && !is_named {
                wrong.push(format!(
                    "{target} {name}: verdicts differ and nothing says why"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
