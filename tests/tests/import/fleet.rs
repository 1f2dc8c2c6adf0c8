//! A thousand VMs, each different, through export, import and export again.

use std::collections::BTreeMap;

use age::secrecy::ExposeSecret as _;
use hv_testbed::world;
use hv_vm::generator;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::desk::{Desk, ok, serve};

const VMS: u64 = 1000;
const EVERYTHING: &str = "--include guest-nodes,golden-images,deleting,migrating";

#[test]
fn export_import_export_gives_the_same_digests() {
    let mut source = world::load("v1.8.2", Timestamp::now()).unwrap();
    source
        .objects
        .retain(|object| object["kind"] != "VirtualMachine");
    let mut target = source.twin("twin");
    target
        .objects
        .retain(|object| object["kind"] != "VirtualMachine");
    able(&mut target.objects);
    let mut generated = BTreeMap::new();
    for seed in 0..VMS {
        for object in generator::objects(seed) {
            generated.insert(name(&object), object);
        }
    }
    let comes_along = |object: &&Value| {
        let kind = object["kind"].as_str().unwrap();
        let kinds = [
            "VirtualMachine",
            "VirtualMachineInstance",
            "Secret",
            "ConfigMap",
        ];
        kinds.contains(&kind)
    };
    let all: Vec<Value> = generated.values().cloned().collect();
    let others = generated.values().filter(|object| !comes_along(object));
    let others: Vec<Value> = others.cloned().collect();
    let planes = serve(&[&source, &target]);
    planes[0].fill(&all).unwrap();
    planes[1].fill(&others).unwrap();
    let desk = Desk::of(&[("source", &planes[0]), ("dr", &planes[1])]);

    let key = age::x25519::Identity::generate();
    desk.write("key.txt", key.to_string().expose_secret());
    let secrets = format!("--secrets encrypt --recipient {}", key.to_public());
    let words = format!("vm -A --to bundles --context source {secrets} {EVERYTHING} -o json");
    let before = digests(&ok(desk.export(&words)).document());
    assert_eq!(before.len() as u64, VMS);
    // Some of the generated VMs name Secrets that are missing in the source, too.
    let words = "preflight bundles --context dr --disk-default existing --identity key.txt -o json";
    let found = desk.import(words).document();
    if let Some(file) = std::env::var_os("HV_KEEP") {
        std::fs::write(file, found.to_string()).unwrap();
    }
    let missing = found["items"].as_array().unwrap().iter();
    let missing = missing.filter(|item| item["code"] == "secret-missing");
    let missing: Vec<Value> = missing.map(missing_secret).collect();
    planes[1].fill(&missing).unwrap();
    let plan =
        "plan bundles --context dr --disk-default existing --identity key.txt --to plan.json";
    ok(desk.import(plan));
    let applied =
        ok(desk.import("apply plan.json --context dr --identity key.txt -o json")).document();
    let summary = &applied["summary"];
    assert_eq!(summary["created"], summary["objects"], "{summary}");
    let words = format!("vm -A --to again --context dr {EVERYTHING} -o json");
    let after = digests(&ok(desk.export(&words)).document());
    assert_eq!(before.len(), after.len());
    for (vm, digest) in &before {
        assert_eq!(after.get(vm), Some(digest), "{vm}");
    }
    // Nothing is left to do, and that is found out by lists.
    let id = applied["plan"].as_str().unwrap();
    let again = ok(desk.import(&format!(
        "resume {id} --context dr --identity key.txt -o json -v 6"
    )));
    let lists = again.stderr.matches(" GET ").count();
    assert!(
        (1..60).contains(&lists),
        "{lists} requests: {:.600}",
        again.stderr
    );
    let items = again.document()["items"].as_array().unwrap().clone();
    assert!(items.iter().all(|item| item["result"] == "Unchanged"));
}

/// A Secret that a check found missing: `prod/name is missing here` is in its words.
fn missing_secret(item: &Value) -> Value {
    let name = item["check"].as_str().unwrap().rsplit(' ').next().unwrap();
    let namespace = &item["vm"]["namespace"];
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}})
}

/// What the generated VMs ask of nodes and of a cluster.
fn able(objects: &mut Vec<Value>) {
    for object in &mut *objects {
        match object["kind"].as_str() {
            Some("Node") => {
                let labels = &mut object["metadata"]["labels"];
                labels["cpumanager"] = "true".into();
                labels["cpu-feature.node.kubevirt.io/vmx"] = "true".into();
                labels["example.com/rack"] = "7".into();
                object["status"]["allocatable"]["hugepages-2Mi"] = "64Gi".into();
            }
            Some("KubeVirt") => {
                let network = &mut object["spec"]["configuration"]["network"];
                network["binding"]["managedtap"] = json!({"domainAttachmentType": "managedTap"});
            }
            _ => {}
        }
    }
    let object = |api: &str, kind: &str, metadata: Value| json!({"apiVersion": api, "kind": kind, "metadata": metadata});
    for namespace in ["prod", "dev", "team-a"] {
        let known =
            |one: &Value| one["kind"] == "Namespace" && one["metadata"]["name"] == namespace;
        if !objects.iter().any(known) {
            objects.insert(0, object("v1", "Namespace", json!({"name": namespace})));
        }
        let metadata = json!({"name": "default", "namespace": namespace});
        objects.push(object("v1", "ServiceAccount", metadata));
    }
    let mut class = object(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        json!({"name": "high"}),
    );
    class["value"] = 1000.into();
    objects.push(class);
}

fn digests(report: &Value) -> BTreeMap<String, String> {
    let items = report["items"].as_array().unwrap();
    let pair = |item: &Value| {
        let vm = &item["vm"];
        let name = format!("{}/{}", vm["namespace"].as_str()?, vm["name"].as_str()?);
        Some((name, item["digest"].as_str()?.to_owned()))
    };
    items.iter().filter_map(pair).collect()
}

fn name(object: &Value) -> String {
    let meta = &object["metadata"];
    format!("{} {} {}", object["kind"], meta["namespace"], meta["name"])
}
