//! The class matrix of every world, from a real API server and from a support bundle of the same world.

#[path = "../matrix/expected.rs"]
#[expect(dead_code, reason = "it also holds the tables of another suite")]
mod expected;

use std::sync::Arc;

use hv_testbed::bundle::{BundleOptions, write_zip};
use hv_testbed::controlplane::{Assets, ControlPlane, Etcd, Options};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::plugin::{Plugin, verdict};
use expected::{CLASSES, Line, lines};

const MOST_REQUESTS: usize = 16;

#[test]
fn every_world_is_judged_as_typed_by_hand_by_both_sources_alike() {
    let etcd = Arc::new(Etcd::start(&Assets::find().unwrap()).unwrap());
    let table = lines(CLASSES, 1);
    let mut judged = 0;
    for name in world::names() {
        let world = world::load(name, Timestamp::now()).unwrap();
        let plane = serve(&world, &etcd);
        let plugin = Plugin::at(&plane.kubeconfig("viewer").unwrap());
        let bundle = plugin.path("bundle.zip");
        write_zip(&world, &BundleOptions::default(), &bundle).unwrap();

        let run = plugin.run("--check-driver -o json -v=6");
        assert_eq!(run.code, Some(0), "{run:?}");
        let live = run.document();
        asks_little(&live, &run.stderr);
        let own = table.iter().filter(|line| line.section == name);
        judged += own.clone().count();
        own.for_each(|line| agrees(&live, line));

        let offline = plugin.report("--check-driver --from bundle.zip");
        assert_eq!(live["cluster"]["source"], "api-server");
        assert_eq!(offline["cluster"]["source"], "support-bundle");
        let collected = as_collected(&live, &world);
        for (one, other) in items(&collected).iter().zip(items(&offline)) {
            assert_eq!(one, other, "{name}");
        }
        assert_eq!(items(&live).len(), items(&offline).len(), "{name}");
        assert_eq!(live["summary"]["verdicts"], offline["summary"]["verdicts"]);
    }
    assert_eq!(judged, table.len(), "a line speaks of no world");
}

fn serve(world: &World, etcd: &Arc<Etcd>) -> ControlPlane {
    let plane = ControlPlane::start(&Options {
        release: world.name.clone(),
        absent_groups: world.absent_groups.clone(),
        etcd: Some(Arc::clone(etcd)),
        ..Options::default()
    })
    .unwrap();
    plane.load(&world.objects).unwrap();
    plane.keep_leases().unwrap();
    plane
}

fn agrees(report: &Value, line: &Line) {
    for (capability, expected) in &line.verdicts {
        let (found, reason) = verdict(report, &line.keys[0], capability.name());
        let cell = format!("{} {} {capability}", line.section, line.keys[0]);
        assert_eq!(found, expected.word(), "{cell} ({reason})");
    }
}

/// The log tells every request; none of them asks what the server serves.
fn asks_little(report: &Value, log: &str) {
    let requests: Vec<&str> = log
        .lines()
        .filter_map(|line| {
            line.split_whitespace()
                .skip_while(|word| *word != "GET")
                .nth(1)
        })
        .collect();
    assert!(requests.len() <= MOST_REQUESTS, "{log}");
    assert_eq!(report["summary"]["requests"], requests.len(), "{log}");
    assert!(
        requests.contains(&"/apis/storage.k8s.io/v1/storageclasses?limit=500"),
        "{log}"
    );
    for path in requests {
        // `/api/VERSION/RESOURCE` or `/apis/GROUP/VERSION/RESOURCE` at least.
        let least = if path.starts_with("/apis/") { 5 } else { 4 };
        let is_discovery = !path.starts_with("/api") || path.split('/').count() < least;
        assert!(!is_discovery, "{path}");
    }
}

fn items(report: &Value) -> &Vec<Value> {
    report["items"].as_array().unwrap()
}

/// A live report as a bundle of the world must have it: without Leases of namespaces it does not cover.
fn as_collected(live: &Value, world: &World) -> Value {
    let mut report = live.clone();
    for item in report["items"].as_array_mut().unwrap() {
        let mut dropped = false;
        for judgement in item["capabilities"].as_object_mut().unwrap().values_mut() {
            let evidence = judgement["evidence"].as_array_mut().unwrap();
            let before = evidence.len();
            evidence.retain(|evidence| !is_lease_outside(evidence, world));
            dropped |= evidence.len() < before;
        }
        if dropped {
            item["class"]["sidecars"] = json!([]);
        }
    }
    report
}

fn is_lease_outside(evidence: &Value, world: &World) -> bool {
    let source = evidence["source"].as_str().unwrap().strip_prefix("lease/");
    let namespace = source.and_then(|source| source.split('/').next());
    namespace.is_some_and(|namespace| !world.namespaces_in_bundle.iter().any(|n| n == namespace))
}
