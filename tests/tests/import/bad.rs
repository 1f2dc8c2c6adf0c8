//! What is wrong is said in one sentence, and nothing is changed.

use std::fs;

use age::secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::desk::{Desk, contents, ok, pair, plain};

const MAP: &str = "apiVersion: kubectl-hv.io/v1alpha1\nkind: ImportMap\n";

#[test]
fn wrong_input_is_refused_and_changes_nothing() {
    let sites = pair();
    let (source, dr) = (&sites[0], &sites[1]);
    let desk = Desk::of(&[("dr", &dr.plane), ("source", &source.plane)]);
    ok(desk.export("vm -n tools runner01 --context source --to bundles"));
    let before = plain(&contents(&dr.plane, "dr-tools"));
    words(&desk);
    maps(&desk);
    bundles(&desk);
    plans(&desk);
    journals(&desk);
    keys(&desk);
    assert_eq!(plain(&contents(&dr.plane, "dr-tools")), before);
}

fn words(desk: &Desk) {
    for (words, code, sentence) in [
        ("preflight nowhere", 1, "error: \"nowhere\" does not exist"),
        (
            "preflight bundles --vm runner01",
            2,
            "error: --vm \"runner01\" is no NAMESPACE/NAME",
        ),
        (
            "preflight bundles --vm tools/runner02",
            1,
            "error: \"bundles\" has no bundle of the VM \"tools/runner02\"",
        ),
        (
            "preflight bundles -A",
            2,
            "error: -A and -l choose VMs of a cluster, and this reads bundles",
        ),
        (
            "preflight bundles -n a --to-namespace b",
            2,
            "error: -n says \"a\" and --to-namespace \"b\"",
        ),
        ("plan bundles", 2, "error: there is no place for the plan"),
        (
            "apply nothing.json",
            1,
            "error: cannot read the plan nothing.json: No such file or directory (os error 2)",
        ),
        (
            "resume 1234abcd",
            1,
            "error: no plan \"1234abcd\" was begun here",
        ),
        (
            "undo 12",
            1,
            "error: \"12\" does not name one plan: 4 digits are needed",
        ),
    ] {
        let run = desk.import(words);
        assert_eq!(run.code, Some(code), "{words}: {run:#?}");
        let first = run.stderr.lines().next().unwrap_or_default();
        assert!(
            first.starts_with(sentence),
            "{words}: {first:?} is not {sentence:?}"
        );
        assert_eq!(run.stdout, "", "{words}");
    }
}

fn maps(desk: &Desk) {
    for (text, code, told) in [
        ("storageClass: {a: b}", 2, "storageClass"),
        ("names: {a/b: c, d/b: a/c}", 2, "a/c"),
        ("macs: {tools/runner01: {default: \"no-mac\"}}", 2, "no-mac"),
        (
            "names: {tools/runner01: \"a\\u001b[31m\"}",
            2,
            "names.tools/runner01",
        ),
    ] {
        desk.write("map.yaml", &format!("{MAP}{text}\n"));
        let run = desk.import("preflight bundles --map map.yaml");
        assert_eq!(run.code, Some(code), "{text}: {run:#?}");
        assert!(run.stderr.contains(told), "{text}: {run:#?}");
        assert!(!run.stderr.contains('\u{1b}'), "{text}: {run:#?}");
    }
}

fn bundles(desk: &Desk) {
    let vm = "bundles/tools/runner01/objects/virtualmachine.runner01.json";
    let (vm, header) = (
        desk.path(vm),
        desk.path("bundles/tools/runner01/bundle.json"),
    );
    for (file, change) in [
        (&vm, "truncate"),
        (&vm, "edit"),
        (&header, "newer"),
        (&header, "digest"),
    ] {
        let good = fs::read(file).unwrap();
        let mut value: Value = serde_json::from_slice(&good).unwrap();
        let bad = match change {
            "truncate" => good[..good.len() / 2].to_vec(),
            "edit" => {
                value["metadata"]["labels"]["edited"] = "yes".into();
                serde_json::to_vec_pretty(&value).unwrap()
            }
            "newer" => {
                value["format"] = 99.into();
                serde_json::to_vec_pretty(&value).unwrap()
            }
            _ => {
                value["digest"] = format!("sha256:{}", "0".repeat(64)).into();
                serde_json::to_vec_pretty(&value).unwrap()
            }
        };
        fs::write(file, bad).unwrap();
        let run = desk.import("preflight bundles --disk-default blank -o json");
        assert_eq!(run.code, Some(1), "{change}: {run:#?}");
        let items = run.document()["items"].as_array().unwrap().clone();
        let told = items
            .iter()
            .any(|it| it["group"] == "bundle" && it["result"] == "block");
        assert!(told, "{change}: {items:#?}");
        fs::write(file, good).unwrap();
    }
}

fn plans(desk: &Desk) {
    desk.write("map.yaml", &format!("{MAP}namespaces: {{tools: dr-tools}}\nnetworks: {{tools/mgmt-net: dr-net/control}}\nkeyPairs: {{tools/ci: dr-keys/builders}}\nstorageClasses: {{harvester-longhorn: longhorn-gold, longhorn-image-8x2kd: longhorn-gold, ceph-vm: rbd-dr, lvm-alpha-1: lvm-west-1}}\n"));
    let words = "plan bundles --map map.yaml --disk-default blank --to plan.json";
    let made = desk.import(words);
    assert_eq!(made.code, Some(0), "{made:#?}");
    // Another cluster.
    let other = desk.import("apply plan.json --context source");
    assert_eq!(other.code, Some(8), "{other:#?}");
    assert!(
        other.stderr.contains("the plan is for the cluster"),
        "{other:#?}"
    );
    // Changed by hand.
    let good = fs::read_to_string(desk.path("plan.json")).unwrap();
    desk.write("edited.json", &good.replace("Halted", "Always"));
    let edited = desk.import("apply edited.json");
    assert_eq!(edited.code, Some(8), "{edited:#?}");
    desk.write("cut.json", &good[..good.len() / 2]);
    assert_eq!(desk.import("apply cut.json").code, Some(8));
    // A file that is no plan is not overwritten.
    desk.write("notes.json", "{}");
    let refused = desk.import(&words.replace("plan.json", "notes.json"));
    assert_eq!(refused.code, Some(8), "{refused:#?}");
    assert_eq!(fs::read_to_string(desk.path("notes.json")).unwrap(), "{}");
}

fn journals(desk: &Desk) {
    let applied = ok(desk.import("apply plan.json -o json")).document();
    let id = applied["plan"].as_str().unwrap().to_owned();
    let again = desk.import("apply plan.json");
    assert_eq!(again.code, Some(8), "{again:#?}");
    assert!(again.stderr.contains("was begun before"), "{again:#?}");
    let path = desk.path(&format!(
        ".local/state/kubectl-hv/journals/{id}/journal.jsonl"
    ));
    let good = fs::read_to_string(&path).unwrap();
    // Damage in the middle refuses.
    fs::write(&path, good.replacen("\"seq\":2", "\"seq\":\"x\"", 1)).unwrap();
    let damaged = desk.import(&format!("undo {id}"));
    assert_eq!(damaged.code, Some(8), "{damaged:#?}");
    // Half of a last line is what a power cut leaves.
    fs::write(&path, &good[..good.len() - 20]).unwrap();
    ok(desk.import(&format!("resume {id}")));
    let undone = desk.import(&format!("undo {id}"));
    assert_eq!(undone.code, Some(0), "{undone:#?}");
    let after = desk.import(&format!("resume {id}"));
    assert_eq!(after.code, Some(8), "{after:#?}");
    assert!(after.stderr.contains("taken back"), "{after:#?}");
}

/// A secret that cannot be opened is told before anything is written.
fn keys(desk: &Desk) {
    let (right, wrong) = (
        age::x25519::Identity::generate(),
        age::x25519::Identity::generate(),
    );
    desk.write("right.txt", right.to_string().expose_secret());
    desk.write("wrong.txt", wrong.to_string().expose_secret());
    let recipient = right.to_public();
    let words = "vm -n tools legacy01 --context source --to sealed --secrets encrypt --recipient";
    ok(desk.export(&format!("{words} {recipient}")));
    desk.write(
        "map.yaml",
        &format!(
            "{MAP}namespaces: {{tools: dr-tools}}\nnetworks: {{tools/mgmt-net: dr-net/control}}\n\
             nodeLabels: {{\"kubernetes.io/hostname=alpha-2\": \"\"}}\n\
             storageClasses: {{harvester-longhorn: longhorn-gold, longhorn-image-8x2kd: longhorn-gold, ceph-vm: rbd-dr, lvm-alpha-1: lvm-west-1}}\n"
        ),
    );
    let given = "sealed --map map.yaml --disk-default blank";
    for identity in ["", "--identity wrong.txt"] {
        let run = desk.import(&format!("preflight {given} {identity} -o json"));
        assert_eq!(run.code, Some(1), "{identity}: {run:#?}");
        let items = run.document()["items"].as_array().unwrap().clone();
        let told = |item: &Value| item["group"] == "secrets" && item["result"] == "block";
        assert!(items.iter().any(told), "{identity}: {items:#?}");
    }
    ok(desk.import(&format!(
        "plan {given} --identity right.txt --to sealed.json"
    )));
    for (identity, code, told) in [
        ("", 2, "is encrypted"),
        ("--identity wrong.txt", 8, "encrypted for others"),
        ("--identity map.yaml", 2, "is no age identity"),
    ] {
        let run = desk.import(&format!("apply sealed.json {identity}"));
        assert_eq!(run.code, Some(code), "{identity}: {run:#?}");
        assert!(run.stderr.contains(told), "{identity}: {run:#?}");
        assert!(!run.stderr.contains("AGE-SECRET-KEY"), "{run:#?}");
    }
}
