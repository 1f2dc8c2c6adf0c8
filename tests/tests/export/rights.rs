//! An account with exactly the printed rights can export, and with fewer it cannot.

use std::time::{Duration, Instant};

use hv_testbed::controlplane::ControlPlane;
use hv_testbed::plugin::{Plugin, Run};
use serde_json::{Value, json};

use crate::plugin::{item, ok, plugin_of, secret, serve, world};

/// Makes what was printed, and a token of its account.
fn account(plane: &ControlPlane, printed: &Value, namespace: &str) -> String {
    let items = printed["items"].as_array().unwrap();
    let rights: Vec<Value> = items
        .iter()
        .filter(|object| object["kind"] != "CronJob")
        .cloned()
        .collect();
    assert!(rights.len() >= 3, "{printed}");
    plane.load(&rights).unwrap();
    let account = rights
        .iter()
        .find(|object| object["kind"] == "ServiceAccount")
        .unwrap();
    let name = account["metadata"]["name"].as_str().unwrap();
    let url = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
    let ask = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let api = plane.api();
    let answer = plane.wait(async || api.post(&url, &ask).await).unwrap();
    let answer = answer.success(&http::Method::POST, &url).unwrap();
    answer["status"]["token"].as_str().unwrap().to_owned()
}

/// Runs until the rights have reached the server.
fn run_as(plugin: &Plugin, token: &str, words: &str) -> Run {
    let words = format!("{words} --token {token}");
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let run = plugin.run(&words);
        if run.code == Some(0) || Instant::now() > deadline {
            return run;
        }
    }
}

#[test]
fn the_printed_role_is_enough_and_without_it_nothing_works() {
    let plane = serve(&world("v1.8.2"));
    let plugin = plugin_of(&plane, "nobody");
    let before = plugin.run("vm -n prod --to none");
    assert_ne!(before.code, Some(0), "{before:?}");
    let printed = ok(plugin.run("rbac -n prod --shared default -o json")).document();
    let token = account(&plane, &printed, "prod");
    let run = run_as(&plugin, &token, "vm -n prod --to bundles -o json");
    let report = ok(run).document();
    assert_eq!(item(&report, "prod/web01")["result"], "Written");
    ok(plugin.run("verify bundles"));
    // Nothing that was asked for was refused.
    let shown = ok(plugin.run("show bundles -o json")).stdout;
    assert!(!shown.contains("forbidden"), "{shown}");
    let access = run_as(
        &plugin,
        &token,
        "check-access -n prod --shared default -o json",
    );
    assert_eq!(
        access.document()["summary"]["neededDenied"],
        0,
        "{access:?}"
    );
    let secrets = plugin.run(&format!(
        "check-access -n prod --secrets encrypt --token {token} -o json"
    ));
    assert_eq!(secrets.code, Some(1), "{secrets:?}");
}

#[test]
fn the_scheduled_job_has_the_rights_of_its_run() {
    let mut world = world("v1.8.2");
    let name = "web01-cloudinit";
    world
        .objects
        .retain(|object| !(object["kind"] == "Secret" && object["metadata"]["name"] == name));
    world
        .objects
        .push(secret("prod", name, "userdata", "#cloud-config"));
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "nobody");
    let key = age::x25519::Identity::generate().to_public();
    let words = "schedule --cron @daily --image registry.example.invalid/hv-export:0.1 --to pvc/bundles \
                 -n prod -A --recipient";
    let printed = ok(plugin.run(&format!("{words} {key} -o json"))).document();
    let items = printed["items"].as_array().unwrap();
    let job = items
        .iter()
        .find(|object| object["kind"] == "CronJob")
        .unwrap();
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let args = container["args"]
        .as_array()
        .or_else(|| container["command"].as_array())
        .unwrap();
    let args: Vec<&str> = args.iter().map(|word| word.as_str().unwrap()).collect();
    let token = account(&plane, &printed, "prod");
    // The words of the job, into a folder that is there.
    let words: Vec<&str> = args
        .iter()
        .map(|word| match word.starts_with("/bundles") {
            true => "bundles",
            false => *word,
        })
        .filter(|word| !word.contains("kubectl-hv_export"))
        .collect();
    let run = run_as(&plugin, &token, &words.join(" "));
    ok(run);
    ok(plugin.run("verify bundles"));
    assert!(plugin.path("bundles/prod/web01/secrets").is_dir());
}

#[test]
fn templates_are_exported_with_the_version_people_start_from() {
    let mut world = world("v1.8.2");
    let version = |name: &str| {
        json!({
            "apiVersion": "harvesterhci.io/v1beta1", "kind": "VirtualMachineTemplateVersion",
            "metadata": {"namespace": "prod", "name": name,
                "labels": {"template.harvesterhci.io/templateID": "base"}},
            "spec": {"templateId": "prod/base", "imageId": "default/image-ubuntu", "keyPairIds": [],
                "vm": {"metadata": {}, "spec": {"runStrategy": "RerunOnFailure", "template": {"spec": {
                    "domain": {"cpu": {"cores": 1}, "devices": {
                        "disks": [{"name": "cloudinit", "disk": {"bus": "virtio"}}]},
                        "resources": {"limits": {"memory": "1Gi"}}},
                    "volumes": [{"name": "cloudinit", "cloudInitNoCloud": {"userData": "pl4nted-template"}}],
                }}}}},
        })
    };
    world.objects.extend([
        json!({
            "apiVersion": "harvesterhci.io/v1beta1", "kind": "VirtualMachineTemplate",
            "metadata": {"namespace": "prod", "name": "base"},
            "spec": {"defaultVersionId": "prod/base-2", "description": "for all"},
        }),
        version("base-1"),
        version("base-2"),
    ]);
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    ok(plugin.run("template -n prod base --to bundles"));
    let files = crate::plugin::files(&plugin.path("bundles"));
    let named = |part: &str| {
        files
            .iter()
            .any(|(path, _)| path.to_string_lossy().contains(part))
    };
    assert!(named("base-2") && !named("base-1"), "{files:?}");
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("pl4nted-template"), "{}", path.display());
    }
    ok(plugin.run("verify bundles"));
    ok(plugin.run("template -n prod base --all-versions --to all"));
    assert!(crate::plugin::files(&plugin.path("all")).len() > files.len());
    ok(plugin.run("verify all"));
    let again = ok(plugin.run("template -n prod base --to bundles -o json")).document();
    assert_eq!(again["summary"]["unchanged"], 1, "{again}");
    assert_eq!(
        plugin.run("template -n prod nosuch --to bundles").code,
        Some(1)
    );
}
