//! Exports of every release, twice, by an administrator and by the owner of one namespace.

use std::time::{Duration, Instant};

use hv_testbed::controlplane::{ControlPlane, Rule};
use hv_testbed::plugin::Run;
use hv_testbed::world;
use serde_json::{Value, json};

use crate::plugin::{copy, files, item, objects, ok, plugin_of, serve, world as world_of};

#[test]
fn every_release_is_exported_whole_and_a_second_run_writes_nothing() {
    for release in world::names() {
        let plane = serve(&world_of(release));
        let plugin = plugin_of(&plane, "viewer");
        let first = ok(plugin.run("vm -A --to bundles -o json"));
        let report = first.document();
        let written = report["summary"]["written"].as_u64().unwrap();
        assert!(written > 30, "{release}: {report}");
        assert_eq!(report["summary"]["failed"], 0, "{release}: {report}");
        let before = files(&plugin.path("bundles"));
        let verified = plugin.run("verify bundles");
        assert_eq!(verified.code, Some(0), "{release}: {verified:?}");
        let second = ok(plugin.run("vm -A --to bundles -o json")).document();
        assert_eq!(
            second["summary"]["unchanged"], written,
            "{release}: {second}"
        );
        assert_eq!(second["summary"]["written"], 0, "{release}: {second}");
        assert_eq!(files(&plugin.path("bundles")), before, "{release}");
        ok(plugin.run("diff bundles --live"));
        taken_by_a_strict_server(&plane, &plugin.path("bundles"));
    }
}

/// A server-side dry run in a namespace where nothing is yet; a field that is not known is an error.
fn taken_by_a_strict_server(plane: &ControlPlane, bundles: &std::path::Path) {
    let elsewhere =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "elsewhere"}});
    plane.load(&[elsewhere]).unwrap();
    let api = plane.api();
    let mut asked = 0;
    for (path, mut object) in objects(bundles) {
        object["metadata"]["namespace"] = "elsewhere".into();
        let url = collection(&object);
        let answer = plane.wait(async || {
            let url = format!("{url}?dryRun=All&fieldValidation=Strict");
            api.post(&url, &object).await
        });
        assert!(answer.is_ok(), "{}: {answer:?}", path.display());
        asked += 1;
    }
    assert!(asked > 60, "{asked}");
}

fn collection(object: &Value) -> String {
    let api = object["apiVersion"].as_str().unwrap();
    let root = if api.contains('/') { "apis" } else { "api" };
    let plural = match object["kind"].as_str().unwrap() {
        "NetworkAttachmentDefinition" => "network-attachment-definitions".to_owned(),
        kind => format!("{}s", kind.to_lowercase()),
    };
    format!("/{root}/{api}/namespaces/elsewhere/{plural}")
}

#[test]
fn what_is_left_out_is_said_and_can_be_taken_along() {
    let plane = serve(&world_of("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    let report = ok(plugin.run("vm -A --to bundles -o json")).document();
    let left = item(&report, "rke2-shop/shop-pool1-1");
    assert_eq!(left["result"], "Skipped");
    assert!(
        left["reason"].as_str().unwrap().contains("guest cluster"),
        "{left}"
    );
    assert_eq!(item(&report, "prod/cache01")["result"], "Skipped");
    let report =
        ok(plugin.run("vm -A --to bundles -o json --include guest-nodes,migrating")).document();
    assert_eq!(item(&report, "rke2-shop/shop-pool1-1")["result"], "Written");
    assert_eq!(item(&report, "prod/cache01")["result"], "Written");
    assert_eq!(report["summary"]["skipped"], 0);
}

#[test]
fn a_change_is_a_revision_and_the_run_state_is_none() {
    let world = world_of("v1.8.2");
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    let before = ok(plugin.run("vm -n prod db01 --to bundles -o json")).document();
    let first = item(&before, "prod/db01").clone();
    assert_eq!(first["revision"], 1);
    let vm = world
        .objects
        .iter()
        .find(|object| object["kind"] == "VirtualMachine" && object["metadata"]["name"] == "db01");
    let mut vm = vm.unwrap().clone();
    vm["spec"]["runStrategy"] = "Halted".into();
    vm["spec"].as_object_mut().unwrap().remove("running");
    plane.fill(std::slice::from_ref(&vm)).unwrap();
    let halted = exported_after(&plugin, |_| true);
    assert_eq!(halted["digest"], first["digest"]);
    assert_eq!(halted["result"], "Unchanged", "{halted}");
    vm["spec"]["template"]["spec"]["domain"]["resources"]["limits"]["memory"] = "33Gi".into();
    plane.fill(&[vm]).unwrap();
    let grown = exported_after(&plugin, |item| item["result"] == "Written");
    assert_eq!(grown["revision"], 2, "{grown}");
    let changes = grown["changes"].to_string();
    assert!(changes.contains("32Gi -> 33Gi"), "{changes}");
    let header: Value = serde_json::from_slice(
        &std::fs::read(plugin.path("bundles/prod/db01/bundle.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(header["parentDigest"], first["digest"]);
    assert_eq!(header["lineageId"].as_str().unwrap().len(), 36);
}

/// What was put into etcd behind the server's back reaches its cache a moment later.
fn exported_after(plugin: &hv_testbed::plugin::Plugin, done: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let report = ok(plugin.run("vm -n prod db01 --to bundles -o json")).document();
        let item = item(&report, "prod/db01").clone();
        if done(&item) {
            return item;
        }
        assert!(Instant::now() < deadline, "{item}");
    }
}

#[test]
fn the_owner_of_a_namespace_needs_no_rights_in_the_cluster() {
    let plane = serve(&world_of("v1.8.2"));
    let rules = [
        Rule::read("kubevirt.io", "virtualmachines"),
        Rule::read("kubevirt.io", "virtualmachineinstances"),
        Rule::read("", "persistentvolumeclaims"),
        Rule::read("cdi.kubevirt.io", "datavolumes"),
        Rule::read("k8s.cni.cncf.io", "network-attachment-definitions"),
    ];
    plane.allow("tenant", Some("prod"), &rules).unwrap();
    let plugin = plugin_of(&plane, "tenant");
    let deadline = Instant::now() + Duration::from_secs(20);
    let run = loop {
        let run = plugin.run("vm -n prod web01 --to bundles -o json -v=6");
        if run.code == Some(0) || Instant::now() > deadline {
            break run;
        }
    };
    let report = ok(run).document();
    assert_eq!(item(&report, "prod/web01")["result"], "Written");
    let header = plugin.run("show bundles -o json").document();
    let header = &header["items"][0];
    assert_eq!(header["source"]["clusterIdFrom"], "certificate-authority");
    assert!(
        header["unread"].to_string().contains("forbidden"),
        "{header}"
    );
    ok(plugin.run("verify bundles"));
    // Who reads more writes more, and who reads less takes nothing away.
    let admin = plugin_of(&plane, "viewer");
    ok(admin.run("vm -n prod web01 --to bundles"));
    let rich = files(&admin.path("bundles"));
    copy(&admin.path("bundles"), &plugin.path("rich"));
    let poor = ok(plugin.run("vm -n prod web01 --to rich -o json")).document();
    assert_eq!(item(&poor, "prod/web01")["result"], "Unchanged", "{poor}");
    assert_eq!(files(&plugin.path("rich")), rich);
    // What could not be read is a failure only if people say so.
    let strict = plugin.run("vm -n prod web01 --to strict --strict -o json");
    assert_eq!(strict.code, Some(4), "{strict:?}");
    let all = plugin.run("vm -A --to all");
    assert_ne!(all.code, Some(0), "{all:?}");
    assert!(all.stderr.contains("forbidden"), "{all:?}");
}

#[test]
fn with_all_namespaces_the_requests_are_pages_and_with_a_name_only_what_it_reaches() {
    let plane = serve(&world_of("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    let all = ok(plugin.run("vm -A --to bundles -v=6"));
    let asked = requests(&all);
    let lists = asked
        .iter()
        .filter(|path| path.contains("limit=500"))
        .count();
    let others: Vec<&String> = asked
        .iter()
        .filter(|path| !path.contains("limit=500"))
        .collect();
    assert_eq!(lists, 11, "{asked:#?}");
    // Who the cluster is, which release, and the one list of metadata at the end.
    assert_eq!(others.len(), 3, "{others:#?}");
    let one = ok(plugin.run("vm -n prod web01 --to one -v=6"));
    let asked = requests(&one);
    assert!(asked.len() <= 16, "{asked:#?}");
    assert!(
        !asked.iter().any(|path| path.contains("secrets")),
        "{asked:#?}"
    );
    let lists = asked
        .iter()
        .filter(|path| path.contains("limit=500"))
        .count();
    assert!(lists <= 1, "{asked:#?}");
}

fn requests(run: &Run) -> Vec<String> {
    run.stderr
        .lines()
        .filter_map(|line| {
            line.split_whitespace()
                .skip_while(|word| *word != "GET")
                .nth(1)
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn vanished_vms_are_reported_and_removed_only_on_demand() {
    let world = world_of("v1.8.2");
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    ok(plugin.run("vm -A --to bundles"));
    let gone: Vec<Value> = world
        .objects
        .iter()
        .filter(|object| {
            object["metadata"]["name"] == "web02"
                && object["kind"]
                    .as_str()
                    .unwrap()
                    .starts_with("VirtualMachine")
        })
        .cloned()
        .collect();
    assert!(!gone.is_empty());
    plane.take_out(&gone).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    let run = loop {
        let run = ok(plugin.run("vm -A --to bundles -o json"));
        if run.document()["summary"]["vanished"].is_array() || Instant::now() > deadline {
            break run;
        }
    };
    assert_eq!(
        run.document()["summary"]["vanished"][0]["name"],
        "web02",
        "{run:?}"
    );
    assert!(plugin.path("bundles/prod/web02/bundle.json").is_file());
    // One namespace says nothing of the others.
    let other = ok(plugin.run("vm -n test --to bundles -o json --prune")).document();
    assert!(other["summary"]["vanished"].is_null(), "{other}");
    ok(plugin.run("vm -A --to bundles --prune"));
    assert!(!plugin.path("bundles/prod/web02").exists());
    ok(plugin.run("verify bundles"));
}

#[test]
fn an_archive_holds_the_same_as_a_folder() {
    let plane = serve(&world_of("v1.8.2"));
    let plugin = plugin_of(&plane, "viewer");
    ok(plugin.run("vm -n prod --to bundles"));
    ok(plugin.run("vm -n prod --to prod.tar.zst"));
    ok(plugin.run("verify prod.tar.zst"));
    let same = ok(plugin.run("diff bundles prod.tar.zst"));
    assert!(same.stderr.contains("no difference"), "{same:?}");
    let before = std::fs::read(plugin.path("prod.tar.zst")).unwrap();
    let again = ok(plugin.run("vm -n prod --to prod.tar.zst -o json")).document();
    assert_eq!(again["summary"]["written"], 0, "{again}");
    assert_eq!(std::fs::read(plugin.path("prod.tar.zst")).unwrap(), before);
    let stream = plugin.command("vm -n prod --to -").output().unwrap();
    assert_eq!(stream.status.code(), Some(0));
    assert_eq!(stream.stdout, before);
}
