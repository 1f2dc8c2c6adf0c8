//! A run that is killed leaves what `resume` finishes and `undo` takes back.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use age::secrecy::ExposeSecret as _;
use hv_testbed::model::Site;
use hv_testbed::plugin::Run;
use serde_json::Value;

use crate::desk::{Desk, IMPORT, contents, ok, pair, plain};

/// Kills in each series; `HV_SOAK=1` kills after every record.
const SAMPLE: usize = 6;

#[test]
fn a_killed_run_is_finished_or_taken_back() {
    let sites = pair();
    let (source, dr) = (&sites[0], &sites[1]);
    let desk = Desk::of(&[("source", &source.plane), ("dr", &dr.plane)]);
    let key = age::x25519::Identity::generate();
    desk.write("key.txt", key.to_string().expose_secret());
    let words =
        "vm -n shop db01 win01 web01 --context source --to bundles --secrets encrypt --recipient";
    ok(desk.export(&format!("{words} {}", key.to_public())));
    let start = state(dr);

    plan(&desk);
    let whole = ok(desk.import("apply plan.json --context dr --identity key.txt -o json"));
    let end = state(dr);
    assert_ne!(start, end);
    let id = whole.document()["plan"].as_str().unwrap().to_owned();
    let records = journal(&desk, &id).len();
    ok(desk.import(&format!("undo {id} --context dr")));
    assert_eq!(state(dr), start);

    let points: Vec<usize> = match std::env::var_os("HV_SOAK") {
        Some(_) => (1..records).collect(),
        None => (0..SAMPLE)
            .map(|at| 1 + at * (records - 2) / (SAMPLE - 1))
            .collect(),
    };
    let mut killed = 0;
    for point in &points {
        for verb in ["resume", "undo"] {
            plan(&desk);
            let id = planned_id(&desk);
            killed += usize::from(kill_after(&desk, &id, *point));
            let words = match verb {
                "resume" => format!("resume {id} --context dr --identity key.txt"),
                _ => format!("undo {id} --context dr"),
            };
            let run = desk.import(&words);
            // A run that was killed before its first record has no journal.
            if run.code == Some(1) && run.stderr.contains("was begun here") {
                assert_eq!(state(dr), start, "{point} {verb}");
                continue;
            }
            assert_eq!(run.code, Some(0), "{point} {verb}: {run:#?}");
            let wanted = if verb == "resume" { &end } else { &start };
            assert_eq!(
                &state(dr),
                wanted,
                "killed after {point} records, then {verb}"
            );
            if verb == "resume" {
                ok(desk.import(&format!("undo {id} --context dr")));
                assert_eq!(state(dr), start);
            }
        }
    }
    assert!(killed > 0, "no run was hit");
    interrupted(&desk, records / 2);
    assert_eq!(state(dr), end);
}

/// Ctrl-C ends a run between two requests, and says how to go on and how to go back.
fn interrupted(desk: &Desk, lines: usize) {
    plan(desk);
    let id = planned_id(desk);
    let child = desk
        .command(
            IMPORT,
            "apply plan.json --context dr --identity key.txt --in-flight 1",
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while journal(desk, &id).len() < lines {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_micros(200));
    }
    let signalled = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(signalled.unwrap().success());
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(130), "{run:#?}");
    for way in ["continue: ", "take back: "] {
        assert!(run.stderr.contains(way), "{run:#?}");
    }
    ok(desk.import(&format!("resume {id} --context dr --identity key.txt")));
}

/// Makes a plan anew: the same steps under another id.
fn plan(desk: &Desk) {
    let words = "plan bundles --context dr -n dr-copy --create-namespace --map map.yaml --identity key.txt --disk-default blank --to plan.json";
    desk.write(
        "map.yaml",
        "apiVersion: kubectl-hv.io/v1alpha1\nkind: ImportMap\n\
         storageClasses: {longhorn-image-8x2kd: longhorn-gold, harvester-longhorn: longhorn-gold, lvm-alpha-1: lvm-west-1, ceph-vm: rbd-dr}\n\
         networks: {shop/vlan100: dr-net/servers, shop/vlan200: dr-net/backup}\n\
         keyPairs: {shop/ops: dr-keys/operators}\n\
         nodeLabels: {\"topology.kubernetes.io/zone=east-a\": \"topology.kubernetes.io/zone=west-1\", \"rack=r1\": \"rack=w1\"}\n\
         macs: {shop/db01: {nic-1: \"52:54:00:aa:00:77\"}}\n",
    );
    ok(desk.import(words));
}

fn planned_id(desk: &Desk) -> String {
    let text = fs::read(desk.path("plan.json")).unwrap();
    let plan: Value = serde_json::from_slice(&text).unwrap();
    plan["id"].as_str().unwrap().to_owned()
}

fn journal(desk: &Desk, id: &str) -> Vec<String> {
    let path = format!(".local/state/kubectl-hv/journals/{id}/journal.jsonl");
    let text = fs::read_to_string(desk.path(&path)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Kills a run as soon as its journal has so many lines; whether it was still running then.
fn kill_after(desk: &Desk, id: &str, lines: usize) -> bool {
    let mut child = desk
        .command(
            IMPORT,
            "apply plan.json --context dr --identity key.txt --in-flight 2",
        )
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while journal(desk, id).len() < lines && child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_micros(200));
    }
    // Only this child is meant; one that has ended already is no failure.
    let _ = child.kill();
    child.wait().unwrap().code().is_none()
}

/// What the namespace holds once everything is at rest; nothing if it is not there.
fn state(site: &Site) -> Vec<(String, Value)> {
    site.settle(Duration::from_secs(30)).unwrap();
    let path = "/api/v1/namespaces/dr-copy";
    let found = site
        .plane
        .wait(async || site.plane.api().find(path).await)
        .unwrap();
    if found.is_none() {
        return Vec::new();
    }
    let mut contents = plain(&contents(&site.plane, "dr-copy"));
    for (_, object) in &mut contents {
        // KubeVirt makes one up for a VM without one.
        let firmware = object.pointer_mut("/spec/template/spec/domain/firmware");
        if let Some(firmware) = firmware.and_then(Value::as_object_mut) {
            firmware.remove("serial");
        }
    }
    contents
}
