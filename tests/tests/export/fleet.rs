//! A thousand VMs, each different: taken by a strict server, and read by kubectl unchanged.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use hv_testbed::controlplane::ControlPlane;
use hv_testbed::world;
use hv_vm::generator;
use jiff::Timestamp;
use serde_json::{Deserializer, Value};

use crate::plugin::{objects, ok, plugin_of, serve};

const VMS: u64 = 1000;

#[test]
fn generated_vms_survive_a_strict_dry_run_and_kubectls_reader() {
    let mut world = world::load("v1.8.2", Timestamp::now()).unwrap();
    world
        .objects
        .retain(|object| object["kind"] != "VirtualMachine");
    let plane = serve(&world);
    // VMs share classes and networks.
    let mut generated = BTreeMap::new();
    for seed in 0..VMS {
        for object in generator::objects(seed) {
            generated.insert(name(&object), object);
        }
    }
    let generated: Vec<Value> = generated.into_values().collect();
    plane.fill(&generated).unwrap();
    let plugin = plugin_of(&plane, "admin");
    let report = ok(plugin
        .run("vm -A --to bundles -o json --include guest-nodes,golden-images,deleting,migrating"));
    assert_eq!(
        report.document()["summary"]["written"],
        VMS,
        "{:.400}",
        report.stdout
    );
    ok(plugin.run("verify bundles"));
    let stored = objects(&plugin.path("bundles"));
    dry_run(&plane, &stored);
    kubectl_reads(&plane, &plugin.path("bundles"), &stored);
}

fn dry_run(plane: &ControlPlane, stored: &[(std::path::PathBuf, Value)]) {
    let elsewhere = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "elsewhere"}});
    plane.load(&[elsewhere]).unwrap();
    let api = plane.api();
    for (path, object) in stored {
        let mut object = object.clone();
        object["metadata"]["namespace"] = "elsewhere".into();
        let plural = match object["kind"].as_str().unwrap() {
            "NetworkAttachmentDefinition" => "network-attachment-definitions".to_owned(),
            kind => format!("{}s", kind.to_lowercase()),
        };
        let group = object["apiVersion"].as_str().unwrap();
        let root = if group.contains('/') { "apis" } else { "api" };
        let url = format!(
            "/{root}/{group}/namespaces/elsewhere/{plural}?dryRun=All&fieldValidation=Strict"
        );
        let answer = plane.wait(async || api.post(&url, &object).await);
        assert!(answer.is_ok(), "{}: {answer:?}", path.display());
    }
}

/// What kubectl makes of the files, before it sends anything.
fn kubectl_reads(
    plane: &ControlPlane,
    root: &std::path::Path,
    stored: &[(std::path::PathBuf, Value)],
) {
    let mut command = Command::new(&plane.assets().kubectl);
    command
        .args([
            "create",
            "--dry-run=client",
            "--validate=false",
            "-o",
            "json",
        ])
        .env("KUBECONFIG", plane.kubeconfig("admin").unwrap())
        .stdin(Stdio::null());
    for (path, _) in stored {
        command.arg("-f").arg(root.join(path));
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut read: BTreeMap<String, Value> = BTreeMap::new();
    for document in Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
        let document = document.unwrap();
        let items = match document["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![document],
        };
        read.extend(items.into_iter().map(|object| (name(&object), object)));
    }
    for (path, object) in stored {
        assert_eq!(read.get(&name(object)), Some(object), "{}", path.display());
    }
}

fn name(object: &Value) -> String {
    let meta = &object["metadata"];
    format!("{} {} {}", object["kind"], meta["namespace"], meta["name"])
}
