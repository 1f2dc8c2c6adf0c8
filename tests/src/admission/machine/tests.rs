//! The rules for VMs as tables: what is refused in which words, and what its neighbours get.

mod changed;
mod measured;
mod refused;

use serde_json::{Value, json};

use crate::admission::machine::{mutate, validate};
use crate::admission::{Dice, Refusal, Release, Request, patch};
use crate::model::Store;

const NEWEST: [&str; 4] = ["v1.6.1", "v1.7.3", "v1.8.2", "v1.9.0-rc6"];

fn setting(name: &str, value: &str) -> Value {
    json!({
        "apiVersion": "harvesterhci.io/v1beta1", "kind": "Setting",
        "metadata": {"name": name}, "default": "", "value": value,
    })
}

fn network(namespace: &str, name: &str, cluster: &str) -> Value {
    json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": {
            "namespace": namespace, "name": name,
            "labels": {"network.harvesterhci.io/clusternetwork": cluster},
        },
    })
}

fn claim(name: &str, class: &str, access: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"namespace": "prod", "name": name},
        "spec": {"storageClassName": class, "accessModes": [access]},
    })
}

fn class(name: &str, driver: &str) -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": name}, "provisioner": driver,
    })
}

/// A cluster with one VM, `prod/web`, its claims and networks.
fn cluster() -> Store {
    let mut web = vm();
    web["metadata"]["name"] = "web".into();
    with_disk(&mut web, "web-disk-0");
    with_nic(&mut web, "prod/vlan100", "52:54:00:00:00:01");
    let mut golden = claim("image-gold", "longhorn", "ReadWriteMany");
    golden["metadata"]["annotations"] = json!({"harvesterhci.io/goldenImage": "true"});
    Store::of(&[
        setting(
            "overcommit-config",
            r#"{"cpu":1600,"memory":150,"storage":200}"#,
        ),
        setting("default-vm-termination-grace-period-seconds", "120"),
        setting("additional-guest-memory-overhead-ratio", "1.5"),
        json!({
            "apiVersion": "kubevirt.io/v1", "kind": "KubeVirt",
            "metadata": {"namespace": "harvester-system", "name": "kubevirt"},
        }),
        network("prod", "vlan100", "vmnet"),
        network("prod", "vlan200", "vmnet"),
        network("prod", "other", "elsewhere"),
        class("longhorn", "driver.longhorn.io"),
        class("ceph", "rook-ceph.rbd.csi.ceph.com"),
        claim("web-disk-0", "longhorn", "ReadWriteMany"),
        claim("free", "longhorn", "ReadWriteMany"),
        claim("ceph-shared", "ceph", "ReadWriteMany"),
        golden,
        web,
    ])
}

fn vm() -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": {"namespace": "prod", "name": "new", "annotations": {}, "labels": {}},
        "spec": {"runStrategy": "Halted", "template": {"spec": {
            "domain": {
                "cpu": {"cores": 2},
                "devices": {"disks": [], "interfaces": []},
                "resources": {"limits": {"cpu": "2", "memory": "4Gi"}},
            },
            "networks": [],
            "volumes": [],
        }}},
    })
}

fn push(vm: &mut Value, pointer: &str, element: Value) {
    let list = vm.pointer_mut(&format!("/spec/template/spec{pointer}"));
    list.unwrap().as_array_mut().unwrap().push(element);
}

fn with_disk(vm: &mut Value, claim: &str) {
    push(vm, "/domain/devices/disks", json!({"name": "root"}));
    let source = json!({"claimName": claim});
    push(
        vm,
        "/volumes",
        json!({"name": "root", "persistentVolumeClaim": source}),
    );
}

fn with_nic(vm: &mut Value, network: &str, mac: &str) {
    let mut nic = json!({"name": "nic-1", "bridge": {}});
    if !mac.is_empty() {
        nic["macAddress"] = mac.into();
    }
    push(vm, "/domain/devices/interfaces", nic);
    let multus = json!({"networkName": network});
    push(vm, "/networks", json!({"name": "nic-1", "multus": multus}));
}

/// The VM after the mutating webhook.
fn written(request: &Request, store: &Store, release: &str) -> Result<Value, String> {
    let release = Release::parse(release);
    let operations = mutate(request, store, release, &mut Dice::new(1))
        .map_err(|refusal| format!("{} {}", refusal.code, refusal.message))?;
    let mut object = request.object.clone();
    patch::apply(&mut object, &operations).map(|()| object)
}

fn words(result: Result<(), Refusal>) -> String {
    match result {
        Ok(()) => "accepted".into(),
        Err(Refusal {
            code,
            field: Some(field),
            message,
        }) => format!("{code} {field}: {message}"),
        Err(Refusal { code, message, .. }) => format!("{code} {message}"),
    }
}

fn verdict(vm: &Value, store: &Store, release: &str) -> String {
    words(validate(
        &Request::create(vm.clone()),
        store,
        Release::parse(release),
    ))
}
