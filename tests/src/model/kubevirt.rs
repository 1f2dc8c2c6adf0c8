//! KubeVirt's controller of VMs: a VM that is to run gets its instance at once.

use serde_json::{Value, json};

use super::machine::{self, annotation, list, name, namespace};
use super::write::owner;
use super::{Key, Release, Store, Write};
use super::{finalizer, instance, kind, quota, status};

const IMMEDIATE: &str = "kubevirt.io/immediate-data-volume-creation";
const STATE_LABEL: &str = "persistent-state-for";

/// What comes next for a VM.
pub(super) fn step(key: &Key, vm: &Value, store: &Store, _: Release) -> Vec<Write> {
    let running = store.get(kind::INSTANCE, namespace(vm), name(vm));
    if machine::is_being_deleted(vm) {
        let stopped = stop(vm, store);
        if !stopped.is_empty() {
            return stopped;
        }
        return finalizer::remove(key, vm, finalizer::KUBEVIRT)
            .into_iter()
            .collect();
    }
    let mut writes: Vec<Write> = finalizer::add(key, vm, finalizer::KUBEVIRT)
        .into_iter()
        .collect();
    writes.extend(data_volumes(vm, store));
    match (is_to_run(vm), running) {
        (true, None) => {
            writes.extend(state_claim(vm, store));
            writes.push(Write::Create(instance::object(vm)));
        }
        (true, Some(running)) => {
            writes.extend(pod(vm, running, store));
            writes.extend(instance::progress(running, store));
        }
        // Addresses have to be written down before the instance goes.
        (false, Some(_)) if machine::strategy(vm) == "Halted" => writes.extend(stop(vm, store)),
        (false, _) => {}
    }
    writes.extend(status::write(key, vm, store));
    writes
}

/// `Manual` is left to those who ask for it.
fn is_to_run(vm: &Value) -> bool {
    matches!(machine::strategy(vm), "Always" | "RerunOnFailure" | "Once")
}

/// The instance and its pods go.
fn stop(vm: &Value, store: &Store) -> Vec<Write> {
    let instance = Key::new(kind::INSTANCE, namespace(vm), name(vm));
    let pods = store
        .within(kind::POD, namespace(vm))
        .filter(|pod| pod["metadata"]["labels"]["vm.kubevirt.io/name"] == name(vm))
        .filter_map(Key::of);
    let gone = store.find(&instance).map(|_| Write::Delete(instance));
    pods.map(Write::DeleteNow).chain(gone).collect()
}

/// Data volumes of the VM's own templates are made even while it is halted.
fn data_volumes(vm: &Value, store: &Store) -> Vec<Write> {
    if annotation(vm, IMMEDIATE) == "false" && !is_to_run(vm) {
        return Vec::new();
    }
    list(&vm["spec"]["dataVolumeTemplates"])
        .filter(|template| {
            store
                .get(kind::DATA_VOLUME, namespace(vm), name(template))
                .is_none()
        })
        .map(|template| {
            let mut annotations = template["metadata"]["annotations"].clone();
            annotations["cdi.kubevirt.io/allowClaimAdoption"] = "true".into();
            Write::Create(json!({
                "apiVersion": "cdi.kubevirt.io/v1beta1",
                "kind": "DataVolume",
                "metadata": {
                    "namespace": namespace(vm),
                    "name": name(template),
                    "annotations": annotations,
                    "labels": {"kubevirt.io/created-by": vm["metadata"]["uid"]},
                    "ownerReferences": [owner(vm)],
                },
                "spec": template["spec"],
            }))
        })
        .collect()
}

/// A claim for the state of firmware and TPM, unless one is there: with the label, or by the name of old.
fn state_claim(vm: &Value, store: &Store) -> Option<Write> {
    let domain = &machine::inner(vm)["domain"];
    let is_needed = domain["firmware"]["bootloader"]["efi"]["persistent"] == true
        || domain["devices"]["tpm"]["persistent"] == true;
    let own = name(vm);
    let is_there = store.within(kind::CLAIM, namespace(vm)).any(|claim| {
        claim["metadata"]["labels"][STATE_LABEL] == own
            || name(claim) == format!("{STATE_LABEL}-{own}")
    });
    if !is_needed || is_there {
        return None;
    }
    let installed = store.get(kind::KUBE_VIRT, "harvester-system", "kubevirt")?;
    let class = &installed["spec"]["configuration"]["vmStateStorageClass"];
    let suffix = instance::suffix(vm);
    let mut reference = owner(vm);
    reference["controller"] = false.into();
    Some(Write::Create(json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "namespace": namespace(vm),
            "name": format!("{STATE_LABEL}-{own}-{suffix}"),
            "labels": {STATE_LABEL: own, "cdi.kubevirt.io/applyStorageProfile": "true"},
            "ownerReferences": [reference],
        },
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "volumeMode": "Filesystem",
            "storageClassName": class,
            "resources": {"requests": {"storage": "10Mi"}},
        },
    })))
}

/// The pod of an instance, when all claims are there and the quota has room for it.
fn pod(vm: &Value, running: &Value, store: &Store) -> Option<Write> {
    let is_waiting = !quota::has_pod(vm, store)
        && instance::missing_claims(running, store).is_empty()
        && quota::check_start(vm, store).is_ok();
    is_waiting.then(|| Write::Create(instance::pod(vm, running, store)))
}
