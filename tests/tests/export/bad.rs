//! Bad input: one sentence, an exit code, and the old bundle untouched.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use hv_testbed::plugin::{Plugin, Run};
use serde_json::{Value, json};

use crate::plugin::{NAME, files, item, ok, plugin_of, serve, world};

fn refused(run: &Run, code: i32, sentence: &str) {
    assert_eq!(run.code, Some(code), "{run:?}");
    assert_eq!(run.stdout, "", "{run:?}");
    assert!(run.stderr.contains(sentence), "{sentence}: {run:?}");
    let errors = run
        .stderr
        .lines()
        .filter(|line| line.starts_with("error"))
        .count();
    assert!(errors <= 1, "{run:?}");
}

#[test]
fn words_that_contradict_each_other_are_usage() {
    let plugin = Plugin::alone(NAME);
    for (words, sentence) in [
        ("vm --to x", "no VM is named"),
        ("vm -A db01 --to x", "cannot be retrieved by name"),
        ("vm db01 -l a=b --to x", "selector"),
        ("vm pvc/db01 --to x", "\"pvc\" is not exported"),
        ("vm -A", "--to"),
        ("vm -A --to x --secrets encrypt", "needs a recipient"),
        ("vm -A --to x --recipient age1x", "--recipient"),
        (
            "vm -A --to x --secrets encrypt --recipient nonsense",
            "no age public key",
        ),
        ("vm -n prod db01 --to x --prune", "--prune"),
        ("diff a", "<B>"),
        ("diff a b --live", "--live"),
        ("verify a -n prod", "this reads files"),
        ("show a -l tier=db", "this reads files"),
    ] {
        let run = plugin.run(words);
        refused(&run, 2, sentence);
        assert!(!plugin.path("x").exists(), "{words} made a folder");
    }
}

#[test]
fn places_that_are_no_store_are_left_alone() {
    let plane = serve(&world("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    ok(plugin.run("vm -n test --to good"));
    let before = files(&plugin.path("good"));

    fs::create_dir(plugin.path("other")).unwrap();
    fs::write(plugin.path("other/thesis.txt"), "mine").unwrap();
    refused(&plugin.run("vm -n test --to other"), 8, "no bundle store");

    fs::create_dir(plugin.path("newer")).unwrap();
    fs::write(
        plugin.path("newer/kubectl-hv-store.json"),
        r#"{"apiVersion":"kubectl-hv.io/v1alpha1","kind":"BundleStore","format":99}"#,
    )
    .unwrap();
    refused(&plugin.run("vm -n test --to newer"), 8, "format 99");

    fs::write(plugin.path("file"), "").unwrap();
    refused(&plugin.run("vm -n test --to file"), 8, "not a folder");
    refused(&plugin.run("show nowhere"), 1, "no file or folder");
    refused(&plugin.run("verify other"), 8, "no bundle store");
    refused(&plugin.run("verify nowhere"), 7, "no file or folder");
    refused(&plugin.run("diff good nowhere"), 7, "no file or folder");

    fs::write(plugin.path("broken.tar.zst"), "no archive").unwrap();
    refused(&plugin.run("show broken.tar.zst"), 8, "broken.tar.zst");

    // A link inside would lead somewhere else.
    fs::create_dir(plugin.path("elsewhere")).unwrap();
    fs::remove_dir_all(plugin.path("good/test/diskless")).unwrap();
    symlink(plugin.path("elsewhere"), plugin.path("good/test/diskless")).unwrap();
    let run = plugin.run("vm -n test --to good -o json");
    assert_ne!(run.code, Some(0), "{run:?}");
    assert!(files(&plugin.path("elsewhere")).is_empty());
    fs::remove_file(plugin.path("good/test/diskless")).unwrap();
    ok(plugin.run("vm -n test --to good"));
    assert_eq!(files(&plugin.path("good")), before);

    // An index is only a cache.
    fs::write(plugin.path("good/index.json"), "{").unwrap();
    ok(plugin.run("vm -n test --to good"));
    assert_eq!(files(&plugin.path("good")), before);
}

#[test]
fn a_place_without_permission_is_named() {
    let plane = serve(&world("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    let locked = plugin.path("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        // The superuser may do everything; the sentence is tested where nobody is one.
        fs::remove_file(locked.join("probe")).unwrap();
    } else {
        refused(
            &plugin.run("vm -n test --to locked"),
            1,
            "may not be read or written",
        );
    }
}

#[test]
fn odd_vms_are_exported_with_what_is_missing_described() {
    let mut world = world("v1.8.2");
    for (name, change) in [
        (
            "app-1",
            json!({"metadata": {"annotations": {"harvesterhci.io/volumeClaimTemplates": "{no json"}}}),
        ),
        (
            "app-2",
            json!({"metadata": {"annotations": {"harvesterhci.io/volumeClaimTemplates": null}}}),
        ),
        (
            "app-3",
            json!({"spec": {"running": true, "runStrategy": null}}),
        ),
        (
            "app-4",
            json!({"metadata": {"annotations": {"field.cattle.io/description": "yes"}, "labels": {"n": "1_000", "x": "0x1f", "o": "on"}}}),
        ),
        (
            "app-5",
            json!({"metadata": {"annotations": {"field.cattle.io/description": "two\nlines 🦀"}}}),
        ),
    ] {
        let vm = world.objects.iter_mut().find(|object| {
            object["kind"] == "VirtualMachine" && object["metadata"]["name"] == name
        });
        merge(vm.unwrap_or_else(|| panic!("no {name}")), &change);
    }
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    let report = ok(plugin.run("vm -A --to bundles -o json")).document();
    for vm in [
        "prod/app-1",
        "prod/app-2",
        "prod/app-3",
        "prod/app-4",
        "prod/app-5",
        "test/missing-claim",
        "test/lost-network",
        "test/pending-claim",
        "test/diskless",
    ] {
        assert_eq!(item(&report, vm)["result"], "Written", "{vm}");
    }
    ok(plugin.run("verify bundles"));
    let read = |vm: &str, file: &str| -> Value {
        let path = plugin.path("bundles").join(vm).join(file);
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    let unread = |vm: &str| read(vm, "bundle.json")["unread"].to_string();
    assert!(unread("test/missing-claim").contains("NotFound"));
    assert!(unread("test/lost-network").contains("vlan999"));
    let started = read("prod/app-3", "objects/virtualmachine.app-3.json");
    assert_eq!(started["spec"]["runStrategy"], "Halted");
    assert!(started["spec"]["running"].is_null());
    assert_eq!(
        started["metadata"]["annotations"]["harvesterhci.io/vmRunStrategy"],
        "Always"
    );
    let odd = read("prod/app-4", "objects/virtualmachine.app-4.json");
    assert_eq!(odd["metadata"]["labels"]["n"], "1_000");
    let text = read("prod/app-5", "objects/virtualmachine.app-5.json");
    assert_eq!(
        text["metadata"]["annotations"]["field.cattle.io/description"],
        "two\nlines 🦀"
    );
}

fn merge(into: &mut Value, change: &Value) {
    let Value::Object(fields) = change else {
        into.clone_from(change);
        return;
    };
    if !into.is_object() {
        *into = json!({});
    }
    for (key, value) in fields {
        if value.is_null() {
            into.as_object_mut().unwrap().remove(key);
        } else {
            merge(&mut into[key], value);
        }
    }
}

#[test]
fn a_vm_that_is_not_there_is_not_found() {
    let plane = serve(&world("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    let run = plugin.run("vm -n prod nosuch --to bundles");
    refused(&run, 1, "\"nosuch\" not found");
    let run = plugin.run("vm -n prod web01 nosuch --to bundles -o json");
    assert_eq!(run.code, Some(4), "{run:?}");
    let report = run.document();
    assert_eq!(item(&report, "prod/nosuch")["result"], "Failed");
    assert_eq!(item(&report, "prod/web01")["result"], "Written");
}
