//! The instance of a running VM, and its pod.

use serde_json::{Value, json};

use super::machine::{self, inner, list, name, namespace, text};
use super::write::owner;
use super::{Key, Store, Write};
use super::{claim, kind};

/// The same five letters for the same VM.
pub(crate) fn suffix(vm: &Value) -> String {
    let uid = text(&vm["metadata"]["uid"]);
    let letters = uid.chars().filter(char::is_ascii_alphanumeric);
    letters.take(5).collect()
}

/// The instance as it is made: the VM's template, with an address on every interface.
pub(super) fn object(vm: &Value) -> Value {
    let mut spec = inner(vm).clone();
    let annotated = machine::annotated_macs(vm);
    let seed = machine_seed(vm);
    let interfaces = spec.pointer_mut("/domain/devices/interfaces");
    let interfaces = interfaces.and_then(Value::as_array_mut);
    for (index, interface) in interfaces.into_iter().flatten().enumerate() {
        if text(&interface["macAddress"]).is_empty() {
            let made = format!("52:54:00:{seed}:{index:02x}");
            let mac = annotated.get(text(&interface["name"])).cloned();
            interface["macAddress"] = mac.unwrap_or(made).into();
        }
    }
    let mut labels = vm["spec"]["template"]["metadata"]["labels"].clone();
    labels["harvesterhci.io/vmName"] = name(vm).into();
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "metadata": {
            "namespace": namespace(vm),
            "name": name(vm),
            "labels": labels,
            "ownerReferences": [owner(vm)],
        },
        "spec": spec,
    })
}

fn machine_seed(vm: &Value) -> String {
    let uid = text(&vm["metadata"]["uid"]);
    let digits: Vec<char> = uid.chars().filter(char::is_ascii_hexdigit).collect();
    let pair = |at: usize| -> String {
        let pair: String = digits.iter().skip(at).take(2).collect();
        format!("{pair:0>2}")
    };
    format!("{}:{}", pair(0), pair(2))
}

/// Claims and data volumes by which an instance has its disks.
fn claims(instance: &Value) -> Vec<String> {
    list(&instance["spec"]["volumes"])
        .filter_map(|volume| {
            let claim = volume["persistentVolumeClaim"]["claimName"].as_str();
            claim.or_else(|| volume["dataVolume"]["name"].as_str())
        })
        .map(str::to_owned)
        .collect()
}

pub(super) fn missing_claims(instance: &Value, store: &Store) -> Vec<String> {
    let mut claims = claims(instance);
    claims.retain(|claim| store.get(kind::CLAIM, namespace(instance), claim).is_none());
    claims
}

/// Whether all claims have their volumes.
pub(super) fn has_volumes(instance: &Value, store: &Store) -> bool {
    claims(instance).iter().all(|claim| {
        let found = store.get(kind::CLAIM, namespace(instance), claim);
        found.is_some_and(claim::is_bound)
    })
}

/// Its next phase: it waits for its claims, for its pod, and runs.
pub(super) fn progress(instance: &Value, store: &Store) -> Option<Write> {
    let pod = store
        .within(kind::POD, namespace(instance))
        .find(|pod| pod["metadata"]["labels"]["vm.kubevirt.io/name"] == name(instance));
    let phase = match pod {
        None => "Pending",
        Some(_) if !has_volumes(instance, store) => "Scheduling",
        Some(_) => "Running",
    };
    let current = text(&instance["status"]["phase"]);
    // One that runs stays so, whatever becomes of its claims.
    if current == phase || matches!(current, "Running" | "Succeeded" | "Failed") {
        return None;
    }
    let mut status = json!({"phase": phase});
    if phase == "Running" {
        let interfaces: Vec<Value> = list(&instance["spec"]["domain"]["devices"]["interfaces"])
            .map(|interface| {
                json!({
                    "name": interface["name"], "mac": interface["macAddress"],
                    "infoSource": "domain", "queueCount": 1,
                })
            })
            .collect();
        status["interfaces"] = interfaces.into();
        status["nodeName"] = pod.map_or(Value::Null, |pod| pod["spec"]["nodeName"].clone());
        status["conditions"] = json!([{
            "type": "Ready", "status": "True", "lastProbeTime": null, "lastTransitionTime": null,
        }]);
    }
    let key = Key::of(instance)?;
    Some(Write::Status(key, json!({"status": status})))
}

/// The pod in which it runs, on the node of its volumes or the first one.
pub(super) fn pod(vm: &Value, instance: &Value, store: &Store) -> Value {
    let volumes: Vec<Value> = claims(instance)
        .iter()
        .enumerate()
        .map(|(index, claim)| {
            json!({"name": format!("disk-{index}"), "persistentVolumeClaim": {"claimName": claim}})
        })
        .collect();
    let limits = &inner(vm)["domain"]["resources"]["limits"];
    let mut container = json!({"name": "compute", "image": "virt-launcher"});
    if limits.is_object() {
        container["resources"] =
            json!({"limits": limits, "requests": {"cpu": "1m", "memory": "1Mi"}});
    }
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "namespace": namespace(vm),
            "name": format!("virt-launcher-{}-{}", name(vm), suffix(instance)),
            "labels": {
                "kubevirt.io": "virt-launcher",
                "vm.kubevirt.io/name": name(vm),
                "harvesterhci.io/vmName": name(vm),
            },
            "ownerReferences": [owner(instance)],
        },
        "spec": {
            "containers": [container],
            "nodeName": node(instance, store),
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "volumes": volumes,
        },
    })
}

fn node(instance: &Value, store: &Store) -> String {
    let of_class = claims(instance).iter().find_map(|claim| {
        let claim = store.get(kind::CLAIM, namespace(instance), claim)?;
        let topologies = &claim::class(claim, store)?["allowedTopologies"];
        let terms = &list(topologies).next()?["matchLabelExpressions"];
        let values = &list(terms).next()?["values"];
        list(values).next()?.as_str().map(str::to_owned)
    });
    of_class
        .or_else(|| {
            store
                .all(kind::NODE)
                .next()
                .map(|node| name(node).to_owned())
        })
        .unwrap_or_else(|| "node1".into())
}
