//! The same worlds on a real API server: the same findings as from a bundle, by lists alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hv_testbed::controlplane::{Assets, ControlPlane, Etcd, Options, Rule, User};
use hv_testbed::plugin::{Plugin, Run};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use serde_json::Value;

use crate::expected::{Findings, table};
use crate::plugin::{NAME, findings, needs_target, world, world_at};

/// Lists of a small cluster: one request each.
const MOST_REQUESTS: usize = 16;

type Name = (String, String, String, String);

fn name(object: &Value) -> Name {
    let text = |pointer: &str| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    (
        text("/apiVersion"),
        text("/kind"),
        text("/metadata/namespace"),
        text("/metadata/name"),
    )
}

fn by_name(world: &World) -> BTreeMap<Name, &Value> {
    world
        .objects
        .iter()
        .map(|object| (name(object), object))
        .collect()
}

fn serve(world: &World, etcd: &Arc<Etcd>) -> ControlPlane {
    serve_to(world, etcd, Vec::new())
}

fn serve_to(world: &World, etcd: &Arc<Etcd>, users: Vec<User>) -> ControlPlane {
    let plane = ControlPlane::start(&Options {
        users,
        release: world.release().to_owned(),
        absent_groups: world.absent_groups.clone(),
        etcd: Some(Arc::clone(etcd)),
    })
    .unwrap();
    plane.load(&world.objects).unwrap();
    plane
}

#[test]
fn every_code_is_found_on_a_cluster_as_in_a_bundle() {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    let table = table();
    let mut wrong = Vec::new();
    for release in world::names() {
        // What is seconds old for one release must not be minutes old for the last.
        let now = Timestamp::now();
        let sound = world_at(&format!("{release}+backups"), now);
        let plane = serve(&sound, &etcd);
        let plugin = Plugin::at(NAME, &plane.kubeconfig("viewer").unwrap());
        let run = plugin.run("scan -A -o json -v=6");
        assert_eq!(findings(&run), Findings::new(), "{release}: {run:?}");
        asks_little(&run);
        for code in world::findings() {
            if needs_target(code) {
                continue;
            }
            let expected = &table[&(code.to_owned(), release)];
            let broken = world_at(&format!("{release}+{code}"), now);
            let found = with(&plane, &sound, &broken, || {
                // What was put into etcd behind the server's back reaches its cache a moment later.
                let deadline = Instant::now() + Duration::from_secs(5);
                loop {
                    let found = findings(&plugin.run("scan -A -o json"));
                    if found == *expected || Instant::now() > deadline {
                        return found;
                    }
                }
            });
            if found != *expected {
                wrong.push(format!("{release}+{code}: {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Turns one world into another, and back.
fn with<T>(plane: &ControlPlane, from: &World, to: &World, look: impl FnOnce() -> T) -> T {
    let (old, new) = (by_name(from), by_name(to));
    let changed = |one: &BTreeMap<Name, &Value>, other: &BTreeMap<Name, &Value>| -> Vec<Value> {
        let differs = one
            .iter()
            .filter(|(name, object)| other.get(*name) != Some(object));
        differs.map(|(_, object)| (*object).clone()).collect()
    };
    let only = |one: &BTreeMap<Name, &Value>, other: &BTreeMap<Name, &Value>| -> Vec<Value> {
        let alone = one.iter().filter(|(name, _)| !other.contains_key(*name));
        alone.map(|(_, object)| (*object).clone()).collect()
    };
    plane.fill(&changed(&new, &old)).unwrap();
    plane.take_out(&only(&old, &new)).unwrap();
    let seen = look();
    plane.fill(&changed(&old, &new)).unwrap();
    plane.take_out(&only(&new, &old)).unwrap();
    seen
}

fn user_without(kind: &str) -> String {
    format!("without-{kind}")
}

/// Rights reach the API server a moment after they are written.
fn await_right(plane: &ControlPlane, user: &str, path: &str) {
    let api = plane.api_as(user).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while plane.wait(async || api.get(path).await).is_err() {
        assert!(Instant::now() < deadline, "{user} may not read {path}");
        std::thread::yield_now();
    }
}

/// Nothing but lists, and no discovery.
fn asks_little(run: &Run) {
    let requests: Vec<&str> = run
        .stderr
        .lines()
        .filter_map(|line| {
            line.split_whitespace()
                .skip_while(|word| *word != "GET")
                .nth(1)
        })
        .collect();
    assert!(
        !requests.is_empty() && requests.len() <= MOST_REQUESTS,
        "{requests:?}"
    );
    for request in &requests {
        assert!(request.contains("limit=500"), "{request} is no list");
        assert!(!request.contains("continue="), "{request} is read twice");
    }
    assert_eq!(run.document()["summary"]["requests"], requests.len());
}

#[test]
fn what_must_not_be_read_is_unknown_and_never_absent() {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    let sound = world("v1.8.2+wrong-handle");
    let kinds = [
        ("harvesterhci.io", "virtualmachinebackups"),
        ("harvesterhci.io", "virtualmachinerestores"),
        ("harvesterhci.io", "settings"),
        ("harvesterhci.io", "virtualmachineimages"),
        ("harvesterhci.io", "volumeremotebackups"),
        ("snapshot.storage.k8s.io", "volumesnapshots"),
        ("snapshot.storage.k8s.io", "volumesnapshotcontents"),
        ("snapshot.storage.k8s.io", "volumesnapshotclasses"),
        ("longhorn.io", "backups"),
        ("longhorn.io", "backupvolumes"),
        ("longhorn.io", "backuptargets"),
        ("storage.k8s.io", "storageclasses"),
        ("k8s.cni.cncf.io", "network-attachment-definitions"),
        ("", "persistentvolumeclaims"),
        ("kubevirt.io", "virtualmachines"),
        ("apps", "deployments"),
    ];
    let refused = [
        ("volumesnapshots", "missing-vs"),
        ("volumesnapshotcontents", "missing-vsc"),
        ("backups", "lh-backup-missing"),
        ("backupvolumes", "no-backupvolume"),
        ("storageclasses", "sc-missing"),
        ("volumesnapshotclasses", "vsclass-missing"),
        ("network-attachment-definitions", "nad-missing"),
        ("settings", "target-mismatch"),
        ("backuptargets", "lh-target-down"),
        ("persistentvolumeclaims", "snapshot-pvc-missing"),
    ];
    let users = refused
        .iter()
        .map(|(denied, _)| User::new(&user_without(denied), &[]));
    let plane = serve_to(&sound, &etcd, users.collect());
    for (denied, code) in refused {
        let user = &user_without(denied);
        let allowed = kinds.iter().filter(|(_, plural)| *plural != denied);
        let rules: Vec<Rule> = allowed
            .map(|(group, plural)| Rule::read(group, plural))
            .collect();
        plane.allow(user, None, &rules).unwrap();
        let plugin = Plugin::at(NAME, &plane.kubeconfig(user).unwrap());
        await_right(
            &plane,
            user,
            "/apis/harvesterhci.io/v1beta1/virtualmachinebackups",
        );
        let run = plugin.run("scan -A -o json");
        let document = run.document();
        let items = document["items"].as_array().unwrap();
        let unknown = items.iter().filter(|item| item["severity"] == "unknown");
        let codes: Vec<&str> = unknown.map(|item| item["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&code), "without {denied}: {codes:?}");
        let unread = document["cluster"]["unread"].as_array().unwrap();
        assert!(
            unread
                .iter()
                .any(|line| line.as_str().unwrap().contains("forbidden")),
            "{unread:?}"
        );
        // What nobody may read is not missing.
        assert!(
            !findings(&run)
                .iter()
                .any(|line| line.contains(&format!(" {code} "))),
            "{denied}"
        );
    }
    // Without the backups themselves there is no verdict at all.
    let plugin = Plugin::at(NAME, &plane.kubeconfig("nobody").unwrap());
    let run = plugin.run("scan -A");
    assert_eq!(run.code, Some(7), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn rights_in_one_namespace_are_enough_for_it() {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    let sound = world("v1.8.2+missing-vs");
    let plane = serve(&sound, &etcd);
    let rules = [
        Rule::read("harvesterhci.io", "virtualmachinebackups"),
        Rule::read("harvesterhci.io", "virtualmachinerestores"),
        Rule::read("snapshot.storage.k8s.io", "volumesnapshots"),
    ];
    plane.allow("tenant", Some("prod"), &rules).unwrap();
    let plugin = Plugin::at(NAME, &plane.kubeconfig("tenant").unwrap());
    await_right(
        &plane,
        "tenant",
        "/apis/harvesterhci.io/v1beta1/namespaces/prod/virtualmachinebackups",
    );
    let run = plugin.run("scan -n prod -o json");
    let missing = "error missing-vs VirtualMachineBackup/prod/payroll-june/disk-1";
    assert!(findings(&run).contains(missing), "{run:?}");
    assert_eq!(plugin.run("scan -A").code, Some(7));
}
