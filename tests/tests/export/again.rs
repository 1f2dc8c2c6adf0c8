//! A run after another: what stands as it did is not made again, and whatever changed is noticed.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use hv_testbed::plugin::{Plugin, Run};
use serde_json::Value;

use crate::plugin::{files, item, ok, plugin_of, serve, world};

const AGAIN: &str = "vm -A --to bundles -o json -v=6";
const OBJECT: &str = "bundles/prod/web01/objects/virtualmachine.web01.json";

/// Lets the files of a store look as if they had been written an hour ago.
fn settle(root: &Path) {
    let then = SystemTime::now() - Duration::from_hours(1);
    for (path, _) in files(root) {
        let file = File::options().write(true).open(root.join(path)).unwrap();
        file.set_modified(then).unwrap();
    }
}

/// Of how many VMs nothing was looked into.
fn same(run: &Run) -> u64 {
    let line = run.stderr.lines().find(|line| line.contains("as they did"));
    let mut words = line.unwrap().split_whitespace();
    let count = words.find_map(|word| word.parse().ok());
    count.unwrap()
}

/// A store whose bundles were found unchanged; how many VMs there are.
fn receipts(plugin: &Plugin) -> u64 {
    let first = ok(plugin.run(AGAIN));
    assert_eq!(same(&first), 0);
    settle(&plugin.path("bundles"));
    let second = ok(plugin.run(AGAIN));
    let summary = second.document()["summary"].clone();
    assert_eq!(summary["written"], 0);
    // Bundles that were just written are compared; what was left out has no files.
    assert_eq!(summary["skipped"], same(&second));
    summary["vms"].as_u64().unwrap()
}

#[test]
fn an_unchanged_run_looks_into_no_bundle_and_says_the_same() {
    let plane = serve(&world("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    let all = receipts(&plugin);
    let (before, looked) = (files(&plugin.path("bundles")), ok(plugin.run(AGAIN)));
    assert_eq!(same(&looked), all, "{looked:?}");
    // Nothing is compared with what it was meanwhile, so that nothing is asked at the end.
    assert!(
        !looked.stderr.contains("/virtualmachines 200"),
        "{looked:?}"
    );
    let looked = looked.document();
    fs::remove_dir_all(plugin.path("bundles/.kubectl-hv-cache")).unwrap();
    let mut read = ok(plugin.run(AGAIN)).document();
    read["summary"]["requests"] = looked["summary"]["requests"].clone();
    assert_eq!(looked, read);
    assert_eq!(files(&plugin.path("bundles")), before);
    // Other words are other terms.
    let strict = plugin.run("vm -A --to bundles -o json -v=6 --strict");
    assert_eq!(same(&strict), 0);
    // One VM is as good as all.
    ok(plugin.run(AGAIN));
    let one = ok(plugin.run("vm -n prod web01 --to bundles -o json -v=6"));
    assert_eq!(same(&one), 1, "{one:?}");
}

#[test]
fn a_hand_edit_is_noticed_whatever_the_files_time_says() {
    let plane = serve(&world("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    let all = receipts(&plugin);
    let object = plugin.path(OBJECT);
    let then = object.metadata().unwrap().modified().unwrap();
    let text = fs::read_to_string(&object).unwrap();
    fs::write(&object, text.replace("Halted", "Always")).unwrap();
    let file = File::options().write(true).open(&object).unwrap();
    file.set_modified(then).unwrap();
    let run = ok(plugin.run(AGAIN));
    assert_eq!(same(&run), all - 1);
    assert_eq!(item(&run.document(), "prod/web01")["result"], "Written");
    assert_eq!(fs::read_to_string(&object).unwrap(), text);
    ok(plugin.run("verify bundles"));
    fs::remove_dir_all(plugin.path("bundles/prod/web01")).unwrap();
    let run = ok(plugin.run(AGAIN)).document();
    assert_eq!(item(&run, "prod/web01")["result"], "Written");
}

#[test]
fn a_change_of_anything_that_a_vm_reaches_is_noticed() {
    let world = world("v1.8.2");
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    let all = receipts(&plugin);
    let mut network = world
        .objects
        .iter()
        .find(|object| object["kind"] == "NetworkAttachmentDefinition")
        .unwrap()
        .clone();
    network["metadata"]["labels"]["changed"] = "yes".into();
    plane.fill(std::slice::from_ref(&network)).unwrap();
    let written = until(&plugin, |run| run.document()["summary"]["written"] != 0);
    let count = written.document()["summary"]["written"].as_u64().unwrap();
    assert_eq!(same(&written), all - count);
    // A VM that is gone has no receipt that could bring it back.
    let gone: Vec<Value> = world
        .objects
        .iter()
        .filter(|object| {
            object["metadata"]["name"] == "web01"
                && object["kind"]
                    .as_str()
                    .unwrap()
                    .starts_with("VirtualMachine")
        })
        .cloned()
        .collect();
    plane.take_out(&gone).unwrap();
    let report = until(&plugin, |run| {
        run.document()["summary"]["vanished"].is_array()
    });
    assert!(same(&report) + count + 1 >= all, "{report:?}");
    ok(plugin.run("vm -A --to bundles --prune"));
    assert!(!plugin.path("bundles/prod/web01").exists());
}

/// What was put into etcd behind the server's back reaches its cache a moment later.
fn until(plugin: &Plugin, done: impl Fn(&Run) -> bool) -> Run {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let run = ok(plugin.run(AGAIN));
        if done(&run) {
            return run;
        }
        assert!(Instant::now() < deadline, "{run:?}");
    }
}
